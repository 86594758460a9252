//! Gradescope's `results.json`: the fields of its specification, and no others.
//!
//! There is no score for the whole submission: it would override those of the tests.

use serde::Serialize;

use super::{
    super::result::{Build, Grade, Leader, Status, TestGrade, Visibility},
    json, story,
};

#[derive(Serialize)]
struct Results {
    /// Only where there is no test that could have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    /// Whole seconds.
    execution_time: u64,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    tests: Vec<Test>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    leaderboard: Vec<Entry>,
}

#[derive(Serialize)]
struct Test {
    score: f64,
    max_score: f64,
    status: &'static str,
    name: String,
    number: String,
    output: String,
    tags: Vec<String>,
    visibility: Visibility,
}

#[derive(Serialize)]
struct Entry {
    name: String,
    value: f64,
    order: &'static str,
}

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let open = grade.visibility == Visibility::Visible;
    // A text that is not for everybody becomes a test without points, since only tests say who may see them.
    let closed = (!open).then(|| build_test(grade));
    let tests: Vec<Test> = closed.into_iter().chain(numbered(grade)).collect();
    json(&Results {
        score: tests.is_empty().then_some(0.0),
        execution_time: grade.wall_seconds.ceil() as u64,
        output: if open { overview(grade) } else { progress(grade) },
        output_format: "text",
        test_output_format: "text",
        test_name_format: "text",
        tests,
        leaderboard: grade.leaderboard.iter().map(entry).collect(),
    })
}

/// Number and test: `2A.1`, `2A.2`, `2B.1`.
fn numbered(grade: &Grade) -> impl Iterator<Item = Test> {
    let mut of_part: Vec<&str> = Vec::new();
    grade.tests.iter().map(move |test| {
        of_part.push(&test.part);
        let number = of_part.iter().filter(|part| **part == test.part).count();
        of(test, format!("{}.{number}", test.part))
    })
}

fn of(test: &TestGrade, number: String) -> Test {
    let kind = if test.official { "official" } else { "extra" };
    Test {
        score: test.points,
        max_score: test.points_max,
        // There is no third word; the output says that it was not run.
        status: if test.status == Status::Passed { "passed" } else { "failed" },
        name: story::heading(test),
        number,
        output: story::text(test),
        tags: vec![test.part.clone(), kind.to_owned()],
        visibility: test.visibility,
    }
}

fn build_test(grade: &Grade) -> Test {
    Test {
        score: 0.0,
        max_score: 0.0,
        status: if grade.build == Build::Done { "passed" } else { "failed" },
        name: "build".to_owned(),
        number: "0".to_owned(),
        output: overview(grade),
        tags: vec!["build".to_owned()],
        visibility: grade.visibility,
    }
}

/// How far it got, what the compiler said, and the notes.
fn overview(grade: &Grade) -> String {
    let build = match &grade.build {
        Build::Unfinished | Build::Done => String::new(),
        Build::Refused(reason) => format!("{reason}\n"),
        Build::Failed(said) => format!("{said}\n"),
    };
    grade.notes.iter().fold(progress(grade) + &build, |text, note| text + "note: " + note + "\n")
}

fn progress(grade: &Grade) -> String {
    let text = match &grade.build {
        Build::Unfinished => "The submission is still being built; if this stays, the time ran out.",
        Build::Refused(_) => "The submission was refused.",
        Build::Failed(_) => "The submission does not compile.",
        Build::Done if grade.finished => "The submission was built, and all tests were run.",
        Build::Done => "The submission was built; not all tests were run: if this stays, the time ran out.",
    };
    format!("{text}\n")
}

fn entry(leader: &Leader) -> Entry {
    let order = if leader.ascending { "asc" } else { "desc" };
    Entry { name: leader.name.clone(), value: leader.value, order }
}
