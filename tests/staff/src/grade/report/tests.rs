//! All writers on the same grades: they agree, they hide what is hidden, and their files are what their readers expect.

use protocol::{Clock, Failure, FailureKind, Section};
use serde_json::Value;

use super::{
    super::result::{Build, Grade, Leader, RunGrade, Status, TestGrade, Visibility},
    *,
};

mod agree;
mod classroom_reads;
mod gradescope_reads;
mod hide;
mod junit_reads;
mod texts;
mod whole;

/// A seed that no report for students may contain.
const SECRET: u64 = 987_654_321;

fn run(seed: u64, message: Option<&str>) -> RunGrade {
    let failure = message.map(|message| Failure {
        kind: FailureKind::Check,
        message: message.to_owned(),
        file: "tests/raft-suite/src/basic_2b.rs".to_owned(),
        line: 31,
        step: "one(…)".to_owned(),
        seconds: 1.25,
        servers: vec!["server 0: leader, term 1".to_owned()],
    });
    let section = Section {
        title: "Test (2A): initial election".to_owned(),
        warning: String::new(),
        line: "  ... Passed --   3.5  3   58   16840    0".to_owned(),
        seconds: 3.5,
        servers: 3,
        rpcs: 58,
        bytes: 16840,
        operations: 0,
    };
    let sections = if failure.is_none() { vec![section] } else { Vec::new() };
    RunGrade {
        seed,
        hidden: false,
        failure,
        sections,
        seconds: 3.5,
        wall_seconds: 0.25,
        output: String::new(),
    }
}

fn hidden(seed: u64, message: Option<&str>) -> RunGrade {
    RunGrade { hidden: true, ..run(seed, message) }
}

fn test(part: &str, name: &str, points: f64, points_max: f64, runs: Vec<RunGrade>) -> TestGrade {
    let status = match (runs.is_empty(), points == points_max) {
        (true, _) => Status::NotRun,
        (false, true) => Status::Passed,
        (false, false) => Status::Failed,
    };
    TestGrade {
        part: part.to_owned(),
        name: name.to_owned(),
        title: "initial election".to_owned(),
        official: true,
        clock: Clock::Virtual,
        status,
        points,
        points_max,
        rule: "fraction".to_owned(),
        planned: 3,
        runs,
        visibility: Visibility::Visible,
    }
}

fn grade(tests: Vec<TestGrade>) -> Grade {
    Grade {
        submission: "ada & bob <2>".to_owned(),
        build: Build::Done,
        notes: vec!["tests/simulator/src/lib.rs was edited; the original was used".to_owned()],
        tests,
        wall_seconds: 12.3,
        finished: true,
        leaderboard: vec![Leader { name: "bytes".to_owned(), value: 120.5, ascending: true }],
        visibility: Visibility::Visible,
    }
}

/// Everything that may happen: all points, some of them by public and by hidden seeds, none, not run, not for everybody.
pub(in crate::grade) fn mixed() -> Grade {
    let said =
        format!("\u{1b}[31mno <leader> & \"term\" at seed {SECRET}\u{1b}[0m\u{7}\nsecond line ]]> ```");
    let mut noisy = hidden(SECRET, Some(&said));
    noisy.output = format!("spelled: {SECRET}\n");
    let mut loud = run(5, Some(&said));
    loud.output = "printed <b>this</b>\n".to_owned();
    let secret_test = TestGrade {
        visibility: Visibility::Hidden,
        ..test("2B", "TestBackup2B", 0.0, 2.0, vec![noisy.clone()])
    };
    grade(vec![
        test("2A", "TestInitialElection2A", 1.0, 1.0, vec![run(1, None), run(2, None), hidden(SECRET, None)]),
        test("2A", "TestReElection2A", 2.5, 2.5, vec![run(1, None), run(5, Some("lost")), run(6, None)]),
        test("2B", "TestBasicAgree2B", 1.0 / 3.0, 1.0, vec![run(1, None), loud, noisy]),
        secret_test,
        test("2B", "TestCount2B", 0.0, 4.0, Vec::new()),
    ])
}

/// Before anything was run.
fn fresh() -> Grade {
    let mut grade = mixed();
    grade.build = Build::Unfinished;
    grade.finished = false;
    for test in &mut grade.tests {
        (test.status, test.points) = (Status::NotRun, 0.0);
        test.runs.clear();
    }
    grade
}

/// The compiler refused it, at length.
fn uncompilable() -> Grade {
    let said: String = (1..=300).map(|number| format!("\u{1b}[1merror {number}\u{1b}[0m\n")).collect();
    Grade { build: Build::Failed(said), finished: true, ..fresh() }
}

/// All of the above.
fn examples() -> Vec<Grade> {
    let empty = Grade { tests: Vec::new(), leaderboard: Vec::new(), ..mixed() };
    let refused = Grade { build: Build::Refused("no such folder".to_owned()), ..fresh() };
    let staff = Grade { visibility: Visibility::Hidden, ..uncompilable() };
    vec![mixed(), fresh(), uncompilable(), refused, empty, staff]
}

/// The report called `name`, as text.
fn report(grade: &Grade, name: &str) -> String {
    let found = for_students(grade).into_iter().find(|(file, _)| *file == name);
    String::from_utf8(found.expect("a report").1).expect("reports are text")
}
