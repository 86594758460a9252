//! GitHub Classroom: one result per part, as its reporter reads it from a step's output, in base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{
    super::result::{Build, Grade, Status, TestGrade, sum},
    clean, json, story,
};

/// So much of a failure is shown.
const LINES_MAX: usize = 20;
/// Results travel in an environment variable per part, and Linux allows 128 KiB for one.
const BYTES_MAX: usize = 2000;

/// `classroom.json`: the parts in the course's order.
#[derive(Serialize, Deserialize)]
pub(in crate::grade) struct Classroom {
    /// One step of the workflow each.
    pub(in crate::grade) parts: Vec<Part>,
}

/// A part, for those who do not want to decode its result.
#[derive(Serialize, Deserialize)]
pub(in crate::grade) struct Part {
    /// E.g. `2A`.
    pub(in crate::grade) part: String,
    /// `pass` with all points, `fail` without, `error` if a test was not run.
    pub(in crate::grade) status: Word,
    /// Points it has got.
    pub(in crate::grade) score: f64,
    /// Points it could get.
    pub(in crate::grade) max_score: f64,
    /// A [`StepResult`] as JSON in base64: the output `result` of a step.
    pub(in crate::grade) result: String,
}

/// What the reporter reads.
#[derive(Serialize, Deserialize)]
pub(in crate::grade) struct StepResult {
    /// Of the format.
    version: u32,
    /// Of all tests together.
    status: Word,
    max_score: f64,
    /// The reporter adds up their scores.
    pub(in crate::grade) tests: Vec<StepTest>,
}

/// A test of a part.
#[derive(Serialize, Deserialize)]
pub(in crate::grade) struct StepTest {
    /// Official name.
    pub(in crate::grade) name: String,
    /// `pass`, `fail` or `error`.
    pub(in crate::grade) status: Word,
    /// Points it has got.
    pub(in crate::grade) score: f64,
    /// What went wrong; empty if nothing did.
    pub(in crate::grade) message: String,
}

/// The reporter's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::grade) enum Word {
    /// All points.
    Pass,
    /// Fewer.
    Fail,
    /// Not known: it was not run.
    Error,
}

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let mut names: Vec<&str> = grade.tests.iter().map(|test| test.part.as_str()).collect();
    names.dedup();
    json(&Classroom { parts: names.into_iter().map(|name| part(grade, name)).collect() })
}

fn part(grade: &Grade, name: &str) -> Part {
    let tests: Vec<&TestGrade> = grade.tests.iter().filter(|test| test.part == name).collect();
    let of_all = |of: fn(&TestGrade) -> f64| sum(tests.iter().map(|test| of(test)));
    let (score, max_score) = (of_all(|test| test.points), of_all(|test| test.points_max));
    let tests: Vec<StepTest> = tests.iter().map(|test| step_test(grade, test)).collect();
    let status = tests.iter().map(|test| test.status).max().unwrap_or(Word::Error);
    let result = StepResult { version: 1, status, max_score, tests };
    let result = serde_json::to_vec(&result).expect("a result has text keys only");
    Part { part: name.to_owned(), status, score, max_score, result: STANDARD.encode(result) }
}

fn step_test(grade: &Grade, test: &TestGrade) -> StepTest {
    let (status, message) = match test.status {
        Status::Passed => (Word::Pass, String::new()),
        Status::Failed => (Word::Fail, story::text(test)),
        Status::NotRun => (Word::Error, not_run(&grade.build)),
    };
    let message = clean::cut(clean::first_lines(&message, LINES_MAX), BYTES_MAX);
    StepTest { name: test.name.clone(), status, score: test.points, message }
}

fn not_run(build: &Build) -> String {
    match build {
        Build::Unfinished | Build::Done => "not run".to_owned(),
        Build::Refused(reason) => format!("not run: {reason}"),
        Build::Failed(said) => format!("not run: it does not compile\n{said}"),
    }
}

impl Part {
    /// The tests of the part, if the result is what this file writes.
    pub(in crate::grade) fn tests(&self) -> Option<Vec<StepTest>> {
        let json = STANDARD.decode(&self.result).ok()?;
        Some(serde_json::from_slice::<StepResult>(&json).ok()?.tests)
    }
}
