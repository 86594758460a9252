//! One seed is one run, and different seeds are different runs, even where nothing fails.

use std::{
    collections::HashSet,
    process::{Command, Output},
};

use serde_json::Value;

fn lab(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = Command::new(rig::lab());
    command.arg("test").args(arguments).current_dir(folder.path()).env("TMPDIR", folder.path());
    command.output().expect("lab can be started")
}

/// The records of all runs, which must have ended with this exit code.
#[track_caller]
fn records(code: i32, arguments: &[&str]) -> Vec<Value> {
    let output = lab(&[arguments, &["--format", "jsonl"]].concat());
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stdout}{stderr}");
    let lines = stdout.lines().map(|line| serde_json::from_str(line).expect("every line is JSON"));
    lines.filter(|record: &Value| record.get("test").is_some()).collect()
}

fn hashes(records: &[Value]) -> HashSet<&str> {
    records.iter().map(|record| record["trace_hash"].as_str().expect("a trace hash")).collect()
}

/// Goal: a run replays even if the code under test iterates hash maps, lets an unbiased `select!` choose and calls
/// `rand::rng()`. Method: every seed twice, all events compared; other seeds must differ.
#[cfg(target_os = "linux")]
#[test]
fn careless_code_replays() {
    let records = records(0, &["TestCarelessCode", "--runs", "30", "--seed", "1", "--check-determinism"]);
    assert_eq!(records.len(), 30);
    assert_eq!(hashes(&records).len(), 30, "different seeds must differ");
}

/// Goal: the check can fail. Method: a fixture that puts its process number into the trace, as its first event: the line after the
/// header.
#[test]
fn what_no_seed_reaches_is_found() {
    let records = records(5, &["TestFixtureRace", "--seed", "1", "--check-determinism"]);
    let message = records[0]["failure"]["message"].as_str().expect("a message");
    assert!(message.contains("first event that differs: line 2"), "{message}");
}

/// Goal: races are really run: on a reliable network, where every message arrives, different seeds still give different
/// interleavings. Method: count distinct traces of a hundred seeds.
#[test]
fn seeds_differ_even_on_a_reliable_network() {
    let records = records(0, &["TestBasicAgree2B", "--runs", "100", "--seed", "1", "--check-determinism"]);
    let distinct = hashes(&records).len();
    assert!(distinct >= 99, "only {distinct} different traces of 100 seeds");
}

/// Goal: the hard tests of Lab 2 replay too. Method: a few seeds of each, twice.
#[cfg(target_os = "linux")]
#[test]
fn lab_2_replays() {
    let records = records(0, &["2", "--runs", "2", "--seed", "1", "--check-determinism"]);
    assert_eq!(records.len(), 2 * 25);
}
