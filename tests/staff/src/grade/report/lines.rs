//! JSON lines: a header, one line per test, a summary.

use protocol::{Clock, Failure};
use serde::Serialize;

use super::{
    super::result::{Build, Grade, RunGrade, Status, TestGrade, Visibility},
    table::build_word,
};

/// The first line.
#[derive(Serialize)]
struct Header<'a> {
    /// Version of the format.
    grade: u32,
    submission: &'a str,
    build: &'static str,
    /// What the compiler or the refusal said.
    #[serde(skip_serializing_if = "str::is_empty")]
    build_output: &'a str,
    notes: &'a [String],
    /// Lines that follow before the summary.
    tests: usize,
}

#[derive(Serialize)]
struct Test<'a> {
    part: &'a str,
    test: &'a str,
    title: &'a str,
    official: bool,
    clock: Clock,
    status: Status,
    points: f64,
    points_max: f64,
    rule: &'a str,
    planned: u64,
    runs: Vec<Run<'a>>,
    visibility: Visibility,
}

#[derive(Serialize)]
struct Run<'a> {
    /// `null` if it is hidden.
    seed: Option<u64>,
    seconds: f64,
    wall_seconds: f64,
    failure: Option<&'a Failure>,
    #[serde(skip_serializing_if = "str::is_empty")]
    output: &'a str,
}

/// The last line.
#[derive(Serialize)]
struct Summary {
    /// `finished`, or `unfinished` if something is left to be run.
    summary: &'static str,
    points: f64,
    points_max: f64,
    passed: usize,
    failed: usize,
    not_run: usize,
    wall_seconds: f64,
}

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let mut bytes = line(&header(grade));
    grade.tests.iter().for_each(|test| bytes.extend(line(&of(test))));
    bytes.extend(line(&summary(grade)));
    bytes
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("a line has text keys only");
    bytes.push(b'\n');
    bytes
}

fn header(grade: &Grade) -> Header<'_> {
    let build_output = match &grade.build {
        Build::Unfinished | Build::Done => "",
        Build::Refused(said) | Build::Failed(said) => said,
    };
    Header {
        grade: 1,
        submission: &grade.submission,
        build: build_word(&grade.build),
        build_output,
        notes: &grade.notes,
        tests: grade.tests.len(),
    }
}

fn of(test: &TestGrade) -> Test<'_> {
    Test {
        part: &test.part,
        test: &test.name,
        title: &test.title,
        official: test.official,
        clock: test.clock,
        status: test.status,
        points: test.points,
        points_max: test.points_max,
        rule: &test.rule,
        planned: test.planned,
        runs: test.runs.iter().map(run).collect(),
        visibility: test.visibility,
    }
}

fn run(run: &RunGrade) -> Run<'_> {
    Run {
        seed: (!run.hidden).then_some(run.seed),
        seconds: run.seconds,
        wall_seconds: run.wall_seconds,
        failure: run.failure.as_ref(),
        output: &run.output,
    }
}

fn summary(grade: &Grade) -> Summary {
    let count = |status| grade.tests.iter().filter(|test| test.status == status).count();
    Summary {
        summary: if grade.finished { "finished" } else { "unfinished" },
        points: grade.points(),
        points_max: grade.points_max(),
        passed: count(Status::Passed),
        failed: count(Status::Failed),
        not_run: count(Status::NotRun),
        wall_seconds: grade.wall_seconds,
    }
}
