//! Gradings that do not come to their end: what is written is whole, and nobody is left behind.

use std::{
    fs,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::rig::{POLICY, Rig, is_alive, tests, word};

/// Grades until the first run hangs.
fn started(rig: &Rig) -> Child {
    let mut child =
        rig.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("lab can be started");
    while !fs::read_to_string(rig.out().join("grade.json")).is_ok_and(|text| text.contains("\"done\"")) {
        assert!(child.try_wait().expect("it is ours").is_none(), "it ended by itself");
        thread::sleep(Duration::from_millis(20));
    }
    child
}

/// A submission that hangs, with a word in it by which its runs are known.
fn hanging(word: &str) -> Rig {
    Rig::with_word("sleep", word).policy(&POLICY.replace("= 60", "= 600"))
}

fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..3000 {
        if condition() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("in vain: {what}");
}

fn end(word: &str, signal: Signal) -> (Option<i32>, Value) {
    let rig = hanging(word);
    let mut child = started(&rig);
    until("a run has begun", || is_alive(word));
    kill(Pid::from_raw(i32::try_from(child.id()).expect("a number of a process")), signal)
        .expect("it is ours");
    let status = child.wait().expect("it is ours");
    until("all runs have ended", || !is_alive(word));
    (status.code(), rig.report())
}

#[test]
fn killed_in_the_middle_its_reports_are_whole() {
    let (_, grade) = end(&word(3), Signal::SIGKILL);
    assert_eq!((&grade["build"], &grade["finished"]), (&"done".into(), &false.into()));
    assert!(tests(&grade).iter().all(|test| test["status"] == "not_run"), "{grade:#}");
}

#[test]
fn terminated_it_says_so() {
    let (code, grade) = end(&word(4), Signal::SIGTERM);
    assert_eq!(code, Some(143));
    assert_eq!(grade["finished"], false);
}
