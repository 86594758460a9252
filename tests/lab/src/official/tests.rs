//! What `go test` would have written, to the letter.

use std::num::{NonZeroU64, NonZeroUsize};

use protocol::{Clock, Failure, FailureKind, Kind, RunRecord, Section};
use runner::source::Output;

use super::*;
use crate::cli::Format;

const fn case(part: &'static str, name: &'static str, title: &'static str) -> TestCase {
    TestCase { part, name, function: "f", title, kind: Kind::Official, real_clock: false }
}

const ELECTION: TestCase = case("2A", "TestInitialElection2A", "Test (2A): initial election");
const REELECTION: TestCase = case("2A", "TestReElection2A", "Test (2A): election after network failure");
const CAPITAL: TestCase = case("labgob", "TestCapital", "");
const STATISTICS: &str = "  ... Passed --   3.5  3   58   16840    0";

/// A writer into memory, driven by hand.
struct Stage {
    plan: Plan,
    totals: Totals,
    writer: Official<Vec<u8>>,
}

impl Stage {
    fn new(cases: &[TestCase]) -> Self {
        let plan = Plan {
            cases: cases.to_vec(),
            runs: NonZeroU64::MIN,
            seed: 12345,
            clock: Clock::Virtual,
            jobs: NonZeroUsize::MIN,
            timeout: None,
            trace: None,
            check_determinism: false,
            format: Format::Text,
        };
        let writer = Official::new(Vec::new(), &plan);
        Self { totals: Totals::new(&plan), plan, writer }
    }

    fn begin(&mut self, index: u64, title: &str) {
        self.step(index, "", Message::Begin(title.to_owned()));
    }

    fn step(&mut self, index: u64, printed: &str, message: Message) {
        let step = Step { printed: output(printed), message };
        self.writer.step(index, step).expect("memory can be written");
    }

    fn pass(&mut self, index: u64, warning: &str, printed: &str) {
        self.step(index, printed, Message::Passed(section(warning)));
        self.finish(index, None, "");
    }

    fn finish(&mut self, index: u64, failure: Option<Failure>, printed: &str) {
        let job = self.plan.job(index).expect("it is planned");
        let record = RunRecord {
            nonce: String::new(),
            part: job.case.part.to_owned(),
            test: job.case.name.to_owned(),
            seed: job.seed,
            clock: Clock::Virtual,
            seconds: failure.as_ref().map_or(3.5, |failure| failure.seconds),
            failure,
            sections: Vec::new(),
            wall_seconds: 0.01,
            trace_hash: None,
            trace_events: 0,
        };
        let outcome =
            Outcome { record, output: output(printed), trace: None, notes: Vec::new(), fault: false };
        self.totals.add(&outcome);
        self.writer.finished(&job, outcome, &self.totals).expect("memory can be written");
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.writer.out).expect("only text was written")
    }
}

fn output(text: &str) -> Output {
    let mut output = Output::default();
    output.stdout.push(text.as_bytes());
    output
}

fn section(warning: &str) -> Section {
    Section {
        title: ELECTION.title.to_owned(),
        warning: warning.to_owned(),
        line: STATISTICS.to_owned(),
        seconds: 3.5,
        servers: 3,
        rpcs: 58,
        bytes: 16840,
        operations: 0,
    }
}

fn failure(kind: FailureKind, message: &str) -> Failure {
    Failure {
        kind,
        message: message.to_owned(),
        file: "tests/src/cluster/check.rs".to_owned(),
        line: 31,
        step: "one(7) at tests/src/raft/basic_2b.rs:31".to_owned(),
        seconds: 5.04,
        servers: vec!["server 0: leader, term 3".to_owned(), "server 1: down".to_owned()],
    }
}

#[test]
fn a_pass_is_the_official_output_line_for_line() {
    let mut stage = Stage::new(&[ELECTION]);
    stage.writer.start(&stage.plan).expect("memory can be written");
    stage.begin(0, ELECTION.title);
    stage.pass(0, "", "");
    let expected = "\
seed 12345 (virtual clock; replay with SEED=12345)
Test (2A): initial election ...
  ... Passed --   3.5  3   58   16840    0
PASS
ok  \t6.824/raft\t3.500s
";
    assert_eq!(stage.text(), expected);
}

#[test]
fn the_last_line_is_for_scripts() {
    let mut stage = Stage::new(&[CAPITAL]);
    stage.finish(0, None, "");
    stage.writer.close(&stage.totals).expect("memory can be written");
    assert_eq!(stage.text().lines().last(), Some("runs: 1 passed, 0 failed"));
    assert!(stage.text().lines().rev().nth(1).is_some_and(|line| line.starts_with("wall ")));
}

#[test]
fn lines_come_as_the_run_goes_on() {
    let mut stage = Stage::new(&[ELECTION]);
    stage.begin(0, ELECTION.title);
    assert_eq!(stage.text(), "Test (2A): initial election ...\n");
}

#[test]
fn runs_are_written_in_order_whichever_ends_first() {
    let mut stage = Stage::new(&[ELECTION, REELECTION]);
    stage.begin(1, REELECTION.title);
    stage.pass(1, "", "");
    assert_eq!(stage.text(), "");
    stage.begin(0, ELECTION.title);
    stage.pass(0, "", "");
    let expected = format!(
        "{} ...\n{STATISTICS}\n{} ...\n{STATISTICS}\nPASS\nok  \t6.824/raft\t7.000s\n",
        ELECTION.title, REELECTION.title
    );
    assert_eq!(stage.text(), expected);
}

#[test]
fn warnings_are_glued_and_prints_come_before_the_statistics() {
    let mut stage = Stage::new(&[ELECTION]);
    stage.begin(0, ELECTION.title);
    stage.pass(0, "warning: term changed even though there were no failures", "debug\n");
    let expected = format!(
        "{} ...\ndebug\nwarning: term changed even though there were no failures{STATISTICS}\n",
        ELECTION.title
    );
    assert!(stage.text().starts_with(&expected), "{}", stage.text());
}

#[test]
fn each_package_gets_its_verdict_and_untitled_tests_a_line() {
    let mut stage = Stage::new(&[CAPITAL, ELECTION]);
    stage.finish(0, None, "");
    stage.begin(1, ELECTION.title);
    stage.finish(1, Some(failure(FailureKind::Check, "expected one leader, got none\nin term 3")), "debug");
    let expected = "\
--- PASS: TestCapital (3.50s)
PASS
ok  \t6.824/labgob\t3.500s
Test (2A): initial election ...
debug
--- FAIL: TestInitialElection2A (5.04s)
    tests/src/cluster/check.rs:31: expected one leader, got none
        in term 3
    during: one(7) at tests/src/raft/basic_2b.rs:31
    server 0: leader, term 3
    server 1: down
    replay: make test-2A TEST=TestInitialElection2A SEED=12345
    hint: make hint TEST=TestInitialElection2A
FAIL
exit status 1
FAIL\t6.824/raft\t5.040s
";
    assert_eq!(stage.text(), expected);
}

#[test]
fn an_apply_error_keeps_its_words_but_is_a_failure_like_any_other() {
    let mut stage = Stage::new(&[ELECTION]);
    stage.finish(0, Some(failure(FailureKind::Apply, "apply error: server 1 index 3")), "");
    let expected = "apply error: server 1 index 3\n--- FAIL: TestInitialElection2A (5.04s)\n";
    assert!(stage.text().starts_with(expected), "{}", stage.text());
    assert!(stage.text().contains("    kind: apply error ("));
}

#[test]
fn an_interruption_loses_nothing_that_was_known() {
    let mut stage = Stage::new(&[ELECTION, REELECTION]);
    stage.begin(0, ELECTION.title);
    stage.begin(1, REELECTION.title);
    stage.finish(1, Some(failure(FailureKind::Check, "no")), "");
    stage.totals.interrupted = Some(130);
    stage.writer.close(&stage.totals).expect("memory can be written");
    for expected in ["--- FAIL: TestReElection2A", "failing seeds", "interrupted: 1 of 2 runs done"] {
        assert!(stage.text().contains(expected), "{expected} is missing in {}", stage.text());
    }
    assert_eq!(stage.totals.code(), 130);
}
