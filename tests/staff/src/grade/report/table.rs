//! CSV: a header and one row per test. The name of the submission is in each, so that files of many can be put together.

use protocol::Clock;
use serde::Serialize;

use super::{
    super::result::{Build, Grade, Status, TestGrade, Visibility},
    story,
};

#[derive(Serialize)]
struct Row<'a> {
    submission: String,
    build: &'static str,
    part: &'a str,
    test: &'a str,
    title: &'a str,
    official: bool,
    clock: Clock,
    status: Status,
    points: f64,
    points_max: f64,
    rule: &'a str,
    runs_planned: u64,
    runs_done: usize,
    runs_failed: usize,
    /// On the test's own clock, all runs together.
    seconds: f64,
    /// Likewise, of wall time.
    wall_seconds: f64,
    visibility: Visibility,
}

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for test in &grade.tests {
        writer.serialize(row(grade, test)).expect("a row has plain fields, and memory can be written");
    }
    writer.into_inner().expect("memory can be written")
}

fn row<'a>(grade: &Grade, test: &'a TestGrade) -> Row<'a> {
    Row {
        submission: plain(&grade.submission),
        build: build_word(&grade.build),
        part: &test.part,
        test: &test.name,
        title: &test.title,
        official: test.official,
        clock: test.clock,
        status: test.status,
        points: test.points,
        points_max: test.points_max,
        rule: &test.rule,
        runs_planned: test.planned,
        runs_done: test.runs.len(),
        runs_failed: story::failures(test).count(),
        seconds: test.runs.iter().fold(0.0, |sum, run| sum + run.seconds),
        wall_seconds: test.runs.iter().fold(0.0, |sum, run| sum + run.wall_seconds),
        visibility: test.visibility,
    }
}

/// How far the submission got, in one word.
pub(in crate::grade) fn build_word(build: &Build) -> &'static str {
    match build {
        Build::Unfinished => "unfinished",
        Build::Done => "done",
        Build::Refused(_) => "refused",
        Build::Failed(_) => "failed",
    }
}

/// A name that no spreadsheet takes for a formula. Students choose these names.
pub(in crate::grade) fn plain(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@']) { format!("'{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_name_is_a_formula() {
        assert_eq!(plain("=1+1"), "'=1+1");
        assert_eq!(plain("a=1"), "a=1");
    }
}
