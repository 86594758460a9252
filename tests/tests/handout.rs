//! `lab handout` without building what it writes; `make check-handout` does that.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use tests::lab::handout::{Handout, Lab, Scope, find};

/// What can be handed out. Lab 1 is refused.
const LABS: [Lab; 4] = [Lab::Two, Lab::Three, Lab::FourA, Lab::FourB];

/// Shorter lines say nothing: `}`, `return;`, `let mut bytes = 0;`.
const TELLING: usize = 20;

fn lab(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).output().expect("lab can be started")
}

#[track_caller]
fn refused(arguments: &[&str], complaint: &str) {
    let output = lab(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(complaint), "{text}");
}

/// Lines of a text that would give something away.
fn telling(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| line.chars().count() > TELLING && !line.starts_with("//"))
}

/// Goal: no line of a body that was cut is left, in any file of the lab's crate. Method: count each in the reference, in what was
/// cut, and in the handout. A line may be left only where it stands outside of all cut bodies too.
#[test]
fn nothing_of_the_solution_is_left() {
    let workspace = find().expect("the tests run in the workspace");
    for lab in LABS {
        let files = rust_files(&workspace.join(lab.folder()));
        let reference = counted(&files);
        for part in lab.parts() {
            let scope = Scope::new(lab, Some(part)).expect("a part of the lab");
            let handout =
                Handout::new(&workspace, &scope).unwrap_or_else(|refusal| panic!("{part}: {refusal}"));
            let removed = counted(handout.removed());
            assert!(removed.len() > 10, "{part}: only {} lines were cut", removed.len());
            let files = handout.files().filter(|(path, _)| path.starts_with(lab.folder()));
            let text: Vec<String> =
                files.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).collect();
            let left = counted(&text);
            for (line, times) in removed {
                let elsewhere = reference[line] - times;
                let left = left.get(line).copied().unwrap_or(0);
                assert!(left <= elsewhere, "{part}: {line:?} is left {left} times, not {elsewhere}");
            }
        }
    }
}

/// Telling lines, and how often each is there.
fn counted(texts: &[String]) -> HashMap<&str, usize> {
    let mut counted = HashMap::new();
    texts.iter().flat_map(|text| telling(text)).for_each(|line| *counted.entry(line).or_default() += 1);
    counted
}

fn rust_files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths.fold(Vec::new(), |mut texts, path| {
        if path.is_dir() {
            texts.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(&path).expect("the file can be read"));
        }
        texts
    })
}

/// Goal: upper labs are absent, from everything that names files, crates or targets.
#[test]
fn upper_labs_are_left_out() {
    let workspace = find().expect("the tests run in the workspace");
    let handout = Handout::new(&workspace, &Scope::new(Lab::Two, None).expect("Lab 2")).expect("a handout");
    let text = |name: &str| {
        let found = handout.files().find(|(path, _)| *path == Path::new(name));
        String::from_utf8_lossy(found.unwrap_or_else(|| panic!("no {name}")).1).into_owned()
    };
    for name in ["Cargo.toml", "tests/Cargo.toml", "Cargo.lock", "Makefile", "tests/src/lib.rs", "README.md"]
    {
        for absent in ["kvraft", "shardctrler", "shardkv", "lab3", "lab4a", "test-3A", "soak-4B"] {
            let gone = text(name);
            assert!(
                !gone.contains(absent) || name == "README.md" && absent.starts_with("lab"),
                "{name}: {absent}"
            );
        }
    }
    let is_upper = |path: &Path| path.starts_with("kvraft") || path.starts_with("tests/src/shardkv_suite");
    assert!(!handout.files().any(|(path, _)| is_upper(path)));
    assert!(text("Makefile").contains("test-2A test-2B"), "the lab's own targets stay");
    assert!(text("HANDOUT.md").contains("`become_candidate`"), "the page lists what is to be done");
}

#[test]
fn bad_questions_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let dir = folder.path().join("out");
    let out = dir.to_str().expect("the path is UTF-8");
    refused(
        &["handout", "--lab", "2", "--part", "3A", out],
        "Lab 2 has no part 3A: its parts are 2A, 2B, 2C, 2D",
    );
    refused(&["handout", "--lab", "5", out], "invalid value '5'");
    refused(&["handout", out], "--lab");
    refused(&["handout", "--lab", "1", out], "no function is marked");
    assert!(!dir.exists());
    fs::write(&dir, "").expect("a file can be written");
    refused(&["handout", "--lab", "2", out], "is no folder");
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let out = folder.path().to_str().expect("the path is UTF-8");
    let written = lab(&["handout", "--lab", "2", "--part", "2b", out]);
    assert_eq!(written.status.code(), Some(0), "{}", String::from_utf8_lossy(&written.stderr));
    refused(&["handout", "--lab", "2", out], "exists and is not empty");
}
