//! JUnit XML, in the dialect that nextest writes: one suite per part, one case per test. What several runs of a test add is
//! written as repeats: `flakyFailure` where the test passed all the same, `rerunFailure` where it did not.

use std::time::Duration;

use protocol::{Failure, FailureKind};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};
use runner::failure;

use super::{
    super::result::{Build, Grade, RunGrade, Status, TestGrade},
    clean, story,
};

/// The file. `grade` must be a copy for students.
pub(super) fn write(grade: &Grade) -> Vec<u8> {
    let mut report = Report::new(grade.submission.as_str());
    report.set_time(seconds(grade.wall_seconds));
    report.add_test_suite(build(grade));
    let mut rest = grade.tests.as_slice();
    while let Some(first) = rest.first() {
        let length = rest.iter().take_while(|test| test.part == first.part).count();
        let (part, others) = rest.split_at(length);
        report.add_test_suite(suite(part));
        rest = others;
    }
    let mut bytes = report.to_string().expect("cleaned text is valid XML").into_bytes();
    if !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes
}

/// A suite of one case, so that a submission that does not compile is red and says why.
fn build(grade: &Grade) -> TestSuite {
    let mut status = TestCaseStatus::success();
    match &grade.build {
        Build::Done => {}
        Build::Unfinished => status = skipped("not built yet"),
        Build::Refused(said) | Build::Failed(said) => {
            status = TestCaseStatus::non_success(NonSuccessKind::Error);
            let what = if matches!(grade.build, Build::Refused(_)) { "refused" } else { "does not compile" };
            status.set_message(what).set_type("build").set_description(said.as_str());
        }
    }
    let mut case = TestCase::new("build", status);
    case.set_classname("build").set_time(Duration::ZERO);
    if !grade.notes.is_empty() {
        case.set_system_out(grade.notes.join("\n"));
    }
    let mut suite = TestSuite::new("build");
    suite.add_test_case(case);
    suite
}

fn suite(tests: &[TestGrade]) -> TestSuite {
    let part = tests.first().map_or("", |test| &test.part);
    let mut suite = TestSuite::new(part);
    let time = tests.iter().flat_map(|test| &test.runs).fold(0.0, |sum, run| sum + run.wall_seconds);
    suite.set_time(seconds(time));
    suite.add_test_cases(tests.iter().map(case));
    suite
}

fn case(test: &TestGrade) -> TestCase {
    let mut case = TestCase::new(test.name.as_str(), status(test));
    let time = test.runs.iter().fold(0.0, |sum, run| sum + run.wall_seconds);
    case.set_classname(test.part.as_str()).set_time(seconds(time));
    // The dialect has no points of its own.
    case.add_property(("points", test.points.to_string().as_str()));
    case.add_property(("points_max", test.points_max.to_string().as_str()));
    case
}

fn status(test: &TestGrade) -> TestCaseStatus {
    let mut failures = story::failures(test);
    match test.status {
        Status::NotRun => skipped("not run"),
        Status::Passed => {
            let mut status = TestCaseStatus::success();
            status.add_reruns(failures.map(|run| rerun(test, run)));
            status
        }
        Status::Failed => {
            let first = failures.next();
            let kind = first.and_then(|run| run.failure.as_ref()).map_or(NonSuccessKind::Failure, kind);
            let mut status = TestCaseStatus::non_success(kind);
            status
                .set_message(message(first).unwrap_or_else(|| story::summary(test)))
                .set_type(type_of(first));
            let text = first.map_or_else(|| story::summary(test), |run| story::failure_of(test, run));
            status.set_description(text).add_reruns(failures.map(|run| rerun(test, run)));
            status
        }
    }
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

fn rerun(test: &TestGrade, run: &RunGrade) -> TestRerun {
    let mut rerun = TestRerun::new(run.failure.as_ref().map_or(NonSuccessKind::Failure, kind));
    rerun.set_time(seconds(run.wall_seconds)).set_type(type_of(Some(run)));
    rerun.set_message(message(Some(run)).unwrap_or_default());
    rerun.set_description(story::failure_of(test, run));
    rerun
}

/// An error is what is not the submission's doing.
fn kind(failure: &Failure) -> NonSuccessKind {
    if failure.kind == FailureKind::Harness { NonSuccessKind::Error } else { NonSuccessKind::Failure }
}

fn type_of(run: Option<&RunGrade>) -> &'static str {
    run.and_then(|run| run.failure.as_ref()).map_or("points", |failure| failure::name(failure.kind))
}

/// The first line of what went wrong: it becomes an attribute.
fn message(run: Option<&RunGrade>) -> Option<String> {
    let failure = run?.failure.as_ref()?;
    Some(clean::first_line(&failure.message).to_owned())
}

/// What is no length of time, as a NaN, counts as none.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
