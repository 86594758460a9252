//! `make check-handout`: builds handouts and runs their tests. Not part of `cargo test`, for it takes minutes.
//!
//! Goal: what is handed out compiles, is red for the right reason, and stands on green ground. Method: for every lab and part,
//! write the handout into the same folder (so that cargo builds again only what differs), build it, run the official tests of
//! the parts to be written, and of the labs below.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tests::lab::handout::{Handout, Lab, Scope, find};

/// What can be handed out. Lab 1 is refused.
const LABS: [Lab; 4] = [Lab::Two, Lab::Three, Lab::FourA, Lab::FourB];

#[test]
fn handouts_build_and_fail_with_what_is_to_be_done() {
    let workspace = find().expect("the tests run in the workspace");
    // Not cargo's own folder: for cargo, the same crate in two workspaces is the same, and it would take one for the other.
    let target =
        Path::new(env!("CARGO_BIN_EXE_lab")).ancestors().nth(2).expect("the program is in target/debug");
    let target = &target.join("handouts");
    for lab in LABS {
        for part in lab.parts() {
            let scope = Scope::new(lab, Some(part)).expect("a part of the lab");
            let dir = target.join("workspace");
            place(&Handout::new(&workspace, &scope).expect("a handout"), &dir);
            let program = build(&dir, target);
            scope.parts().iter().for_each(|part| is_to_be_done(&program, lab, part));
            lower(lab).iter().for_each(|pattern| passes(&program, pattern));
            earlier(lab, &scope).iter().for_each(|pattern| passes(&program, pattern));
            println!(
                "{part}: {} functions to be written",
                Handout::new(&workspace, &scope).expect("a handout").stubs().count()
            );
        }
    }
}

/// What stands below the lab. Lab 1 has processes of its own, and nobody builds on it.
fn lower(lab: Lab) -> Vec<&'static str> {
    let below = Lab::ALL.into_iter().filter(|&other| other < lab && other != Lab::One);
    below.map(Lab::pattern).chain(["labrpc", "labgob"]).collect()
}

fn earlier(lab: Lab, scope: &Scope) -> Vec<&'static str> {
    lab.parts().iter().copied().filter(|part| !scope.parts().contains(part)).collect()
}

/// Writes what differs, and removes what is too many.
fn place(handout: &Handout, dir: &Path) {
    let mut there = HashSet::new();
    for (path, bytes) in handout.files() {
        let path = dir.join(path);
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
            fs::write(&path, bytes).expect("a file can be written");
        }
        there.insert(path);
    }
    remove_others(dir, &there);
}

fn remove_others(dir: &Path, there: &HashSet<PathBuf>) {
    for entry in fs::read_dir(dir).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            remove_others(&path, there);
        } else if !there.contains(&path) {
            fs::remove_file(&path).expect("a file can be removed");
        }
    }
}

/// Builds the command of a handout, and keeps a copy.
fn build(dir: &Path, target: &Path) -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--offline", "-p", "tests", "--bin", "lab"]).current_dir(dir);
    let output = cargo.env("CARGO_TARGET_DIR", target).output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let program = dir.join("target-lab");
    fs::copy(target.join("debug/lab"), &program).expect("the program can be copied");
    program
}

fn run(program: &Path, pattern: &str) -> Vec<Value> {
    let folder = program.parent().expect("the program is in a folder");
    let mut command = Command::new(program);
    command.args(["test", "--format", "jsonl", pattern]).current_dir(folder).env("TMPDIR", folder);
    let output = command.output().expect("lab can be started");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    let runs: Vec<Value> = lines.filter(|line| line["status"].is_string()).collect();
    assert!(!runs.is_empty(), "{pattern}: nothing was run\n{}", String::from_utf8_lossy(&output.stderr));
    runs
}

fn is_to_be_done(program: &Path, lab: Lab, part: &str) {
    for run in run(program, part) {
        let failure = &run["failure"];
        let message = failure["message"].as_str().unwrap_or_default();
        let is_todo =
            lab.parts().iter().any(|part| message.contains(&format!("not yet implemented: Lab {part}: ")));
        assert!(failure["kind"] == "panic" && is_todo, "{part}: {run:#}");
    }
}

fn passes(program: &Path, pattern: &str) {
    for run in run(program, pattern) {
        assert_eq!(run["status"], "passed", "{pattern}: {run:#}");
    }
}
