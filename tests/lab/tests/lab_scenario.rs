//! `lab scenario`, as its users call it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use protocol::Kind;
use regex_lite::Regex;
use tempfile::TempDir;

fn scenario(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(rig::lab());
    command.arg("scenario").args(arguments).current_dir(folder).env("TMPDIR", folder);
    command.output().expect("lab can be run")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every question, with the name it is played by.
fn names() -> Vec<String> {
    let output = scenario(folder().path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let list = text(&output.stdout);
    assert!(list.lines().all(|line| line.contains(['?'])), "a line asks nothing:\n{list}");
    list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

/// Goal: each is told and kept. Method: play each; its trace and its page are where it says, and the command it gives shows something.
#[test]
fn every_scenario_is_told_and_can_be_looked_at() {
    let names = names();
    let cases = rig::cases().into_iter().filter(|case| case.kind == Kind::Scenario);
    assert_eq!(names.len(), cases.count(), "{names:?}");
    let scene = Regex::new(r"(?m)^ +\d+\.\d{3} s  \S").expect("a regular expression");
    for name in names {
        let folder = folder();
        let output = scenario(folder.path(), &[&name, "--out", "kept.html"]);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{name}:\n{told}{}", text(&output.stderr));
        assert!(scene.find_iter(&told).count() >= 4, "{name} tells too little:\n{told}");
        assert!(told.contains("Answer: ") && told.contains("page:   kept.html"), "{told}");
        let page = fs::read_to_string(folder.path().join("kept.html")).expect("the page is there");
        assert!(page.starts_with("<!DOCTYPE html>"), "{name}: no page");
        let look = told.lines().last().expect("a line").trim_start_matches("events: lab ");
        let shown = Command::new(rig::lab())
            .args(look.split(' '))
            .current_dir(folder.path())
            .output()
            .expect("lab can be run");
        let shown = text(&shown.stdout);
        assert!(shown.contains("scene") && shown.lines().count() > 10, "{look}:\n{shown}");
    }
}

/// Goal: the same seed tells the same, another tells something else.
#[test]
fn a_seed_is_a_story() {
    let folder = folder();
    let play = |seed| text(&scenario(folder.path(), &["two-leaders", "--seed", seed]).stdout);
    assert_eq!(play("7"), play("7"));
    assert_ne!(play("7"), play("8"));
    assert!(play("7").contains("(seed 7, virtual clock)"));
}

#[test]
fn what_cannot_be_played_is_refused() {
    let folder = folder();
    let refused = |code: i32, arguments: &[&str], words: &str| {
        let output = scenario(folder.path(), arguments);
        let complaint = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {complaint}");
        assert!(complaint.contains(words), "{arguments:?}: {complaint}");
    };
    refused(4, &["two-leader"], "did you mean: two-leaders?");
    refused(4, &["TestBasicAgree2B"], "scenarios in this build: crash-after-commit");
    refused(2, &["two-leaders", "--seed", "x"], "--seed");
    fs::write(folder.path().join("file"), "").expect("it can be written");
    refused(2, &["two-leaders", "--out", "file/x"], "cannot write the trace to file/x.jsonl");
    refused(2, &["two-leaders", "again"], "Usage: lab scenario");
}
