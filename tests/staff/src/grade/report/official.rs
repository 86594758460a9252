//! What `go test` would print for the course's tests, so that scripts made for it understand a grade. Where a test had several
//! runs, one stands for all: the first that failed if the test failed, else the first that passed.

use runner::words::{package_end, pass_line, passed_line, title_line};

use super::{
    super::result::{Build, Grade, RunGrade, Status, TestGrade},
    story,
};

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let mut text = String::new();
    let mut rest = grade.tests.as_slice();
    while let Some(first) = rest.first() {
        let name = protocol::package(&first.part);
        let length = rest.iter().take_while(|test| protocol::package(&test.part) == name).count();
        let (tests, others) = rest.split_at(length);
        text += &package(name, tests, &grade.build);
        rest = others;
    }
    text.into_bytes()
}

fn package(name: &str, tests: &[TestGrade], build: &Build) -> String {
    if let Build::Failed(said) | Build::Refused(said) = build {
        return format!("# {name}\n{}\nFAIL\t{name} [build failed]\n", said.trim_end());
    }
    let mut text: String = tests.iter().map(of).collect();
    let shown = tests.iter().filter_map(shown);
    let seconds = shown.fold(0.0, |sum, run| sum + run.seconds);
    let failed = tests.iter().any(|test| test.status != Status::Passed);
    text += &package_end(name, seconds, failed);
    text
}

fn of(test: &TestGrade) -> String {
    let Some(run) = shown(test) else {
        return format!("--- SKIP: {} (0.00s)\n    not run\n", test.name);
    };
    let sections = run.sections.iter();
    let mut text: String =
        sections.map(|section| title_line(&section.title) + &passed_line(section)).collect();
    text += &story::failure_of(test, run);
    if run.failure.is_none() { text + &pass_line(&test.title, &test.name, run.seconds) } else { text }
}

/// The run that stands for all.
fn shown(test: &TestGrade) -> Option<&RunGrade> {
    let failed = test.status == Status::Failed;
    let fits = test.runs.iter().find(|run| run.failure.is_some() == failed);
    (test.status != Status::NotRun).then_some(fits.or(test.runs.first())).flatten()
}
