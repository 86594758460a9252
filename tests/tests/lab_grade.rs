//! `lab grade-all` and `lab grade-step` from outside: bad questions get exit code 2 and say what to do.

use std::{
    fs,
    process::{Command, Output},
};

fn lab(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("in/ada")).expect("made");
    fs::create_dir(folder.path().join("empty")).expect("made");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).current_dir(folder.path()).output().expect("lab can be started")
}

#[track_caller]
fn refused(arguments: &[&str], complaint: &str) {
    let output = lab(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(complaint), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn bad_batches_are_refused() {
    refused(&["grade-all", "nowhere", "--out", "out"], "nowhere is no folder");
    refused(&["grade-all", "empty", "--out", "out"], "has no sub-folders");
    refused(&["grade-all", "in", "--out", "in/out"], "is inside of the submissions");
    refused(&["grade-all", "in", "--out", "out", "--shard", "1/0"], "no shard 1 of 0");
    refused(&["grade-all", "in", "--out", "out", "--shard", "5/4"], "no shard 5 of 4");
    refused(&["grade-all", "in", "--out", "out", "--jobs", "0"], "--jobs");
    refused(&["grade-all", "in", "--out", "out", "--policy", "none.toml"], "none.toml");
    refused(&["grade-all", "in"], "--out");
}

#[test]
fn bad_steps_are_refused() {
    refused(&["grade-step", "--out", "empty", "--part", "2A"], "lab grade");
    refused(&["grade-step", "--part", "2A"], "--out");
}
