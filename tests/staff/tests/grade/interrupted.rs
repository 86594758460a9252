//! Gradings that do not come to their end: what is written is whole, and nobody is left behind.

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::rig::{POLICY, Rig, all_passed, is_alive, notes, points, tests, word};

/// A submission that passes the first test and hangs in the second, with a word in it by which its runs are known.
fn hanging(word: &str) -> Rig {
    // On the virtual clock, whatever stands still is ended after ten seconds.
    let policy = POLICY.replace("= 60", "= 600") + "[test.TestManyElections2A]\nclock = \"real\"\n";
    Rig::with_word("sleep later", word).policy(&policy)
}

/// Grades until the first test is over and the second one hangs.
fn started(rig: &Rig, word: &str) -> Child {
    let mut command = rig.command();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("lab can be started");
    let is_half_done =
        || fs::read_to_string(rig.out().join("grade.json")).is_ok_and(|text| text.contains("\"passed\""));
    while !(is_half_done() && is_alive(word)) {
        assert!(child.try_wait().expect("it is ours").is_none(), "it ended by itself");
        thread::sleep(Duration::from_millis(20));
    }
    child
}

pub(crate) fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..3000 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("in vain: {what}");
}

pub(crate) fn send(signal: Signal, child: &Child) {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("a number of a process")), signal)
        .expect("it is ours");
}

/// Ends a grading in the middle by this signal. Returns its exit code and what it had to leave.
fn end(word: &str, signal: Signal) -> (Option<i32>, Value) {
    let rig = hanging(word);
    let mut child = started(&rig, word);
    send(signal, &child);
    let status = child.wait().expect("it is ours");
    until("all runs have ended", || !is_alive(word));
    let grade = rig.report();
    half_done(&grade);
    every_report_is_whole(&rig.out());
    (status.code(), grade)
}

fn half_done(grade: &Value) {
    assert_eq!((&grade["build"], &grade["finished"]), (&"done".into(), &false.into()));
    let status: Vec<_> = tests(grade).iter().map(|test| &test["status"]).collect();
    assert_eq!(status, ["passed", "not_run"], "{grade:#}");
    assert_eq!(points(grade), 5.0);
}

/// Of two tests, the first has passed, and the second is not there yet, whoever is asked.
fn every_report_is_whole(out: &Path) {
    let read =
        |name: &str| fs::read_to_string(out.join(name)).unwrap_or_else(|_| panic!("{name} is missing"));
    let results: Value = serde_json::from_str(&read("results.json")).expect("JSON");
    let (first, second) = (&results["tests"][0], &results["tests"][1]);
    assert_eq!((&first["status"], &first["score"]), (&"passed".into(), &5.0.into()), "{results:#}");
    assert_eq!((&second["status"], &second["score"]), (&"failed".into(), &0.0.into()), "{results:#}");
    assert!(second["output"].as_str().is_some_and(|text| text.starts_with("not run")), "{results:#}");

    let suites = quick_junit::Report::deserialize_from_str(&read("junit.xml")).expect("JUnit");
    let cases: Vec<_> = suites.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
    let is_skipped = |name: &str| {
        let case = cases.iter().find(|case| case.name.as_str() == name).expect("every test is in it");
        matches!(case.status, quick_junit::TestCaseStatus::Skipped { .. })
    };
    assert!(!is_skipped("TestInitialElection2A") && is_skipped("TestManyElections2A"));

    let classroom: Value = serde_json::from_str(&read("classroom.json")).expect("JSON");
    assert!(classroom.to_string().contains("2A"), "{classroom:#}");
    let mut table = csv::Reader::from_reader(fs::File::open(out.join("results.csv")).expect("a table"));
    let rows: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>().expect("whole rows");
    assert_eq!(rows.len(), 2);
    assert!(
        rows[0].iter().any(|cell| cell == "passed") && rows[1].iter().any(|cell| cell == "not_run"),
        "{rows:?}"
    );
    let lines: Vec<Value> =
        read("results.jsonl").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4, "a header, two tests, a summary: {lines:#?}");
    assert!(read("summary.md").contains("not run"));
    assert!(read("official.txt").contains("... Passed --"));
    let left: Vec<_> =
        fs::read_dir(out).expect("it is there").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 8, "half a file is left: {left:?}");
}

#[test]
fn killed_in_the_middle_its_reports_are_whole() {
    end(&word(3), Signal::SIGKILL);
}

#[test]
fn asked_to_stop_it_says_so() {
    for (number, signal, code) in
        [(4, Signal::SIGTERM, 143), (6, Signal::SIGINT, 130), (7, Signal::SIGHUP, 129)]
    {
        assert_eq!(end(&word(number), signal).0, Some(code), "{signal}");
    }
}

#[test]
fn when_the_time_is_over_the_rest_is_not_run() {
    // So that the build takes no time.
    all_passed(&Rig::reference().grade());
    let word = word(8);
    let policy = POLICY.replace("= 60", "= 600\nclock = \"real\"");
    let policy = policy.replace("total_seconds = 7200", "total_seconds = 30");
    let rig = Rig::with_word("sleep", &word).policy(&policy);
    let grade = rig.grade();
    assert!(!is_alive(&word), "a process has outlived its run");
    assert_eq!((&grade["build"], &grade["finished"]), (&"done".into(), &true.into()));
    assert!(tests(&grade).iter().all(|test| test["status"] == "not_run"), "{grade:#}");
    let expected = "the time for everything, 30 s, is over: 2 tests were not run";
    assert!(notes(&grade).contains(expected), "{}", notes(&grade));
    let results = fs::read_to_string(rig.out().join("results.json")).expect("a report");
    assert!(results.contains(expected), "{results}");
}
