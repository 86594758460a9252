//! The book under `docs/` speaks of files, tests and targets that exist.
#![cfg(all(feature = "lab1", feature = "lab4b"))]

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use tests::registry;

/// What looks like the name of a test: the example of a test of one's own, and a type.
const NO_TESTS: [&str; 2] = ["TestMine2B", "TestCase"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All chapters: file and text.
fn chapters() -> Vec<(PathBuf, String)> {
    let folder = workspace().join("docs/src");
    let files = fs::read_dir(&folder).expect("docs/src can be listed");
    let paths = files.map(|file| file.expect("a file can be named").path());
    let chapters = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    chapters.map(|path| (path.clone(), fs::read_to_string(&path).expect("a chapter is text"))).collect()
}

/// Everything that `pattern`'s first group finds, with the chapter it stands in.
fn mentions(pattern: &str) -> Vec<(PathBuf, String)> {
    let pattern = Regex::new(pattern).expect("a regular expression");
    let mut found = Vec::new();
    for (path, text) in chapters() {
        found.extend(pattern.captures_iter(&text).map(|captures| (path.clone(), captures[1].to_owned())));
    }
    assert!(!found.is_empty(), "the book has no {pattern}");
    found
}

/// Goal: no link inside the workspace leads nowhere. Method: look for the target of each.
#[test]
fn links_lead_somewhere() {
    for (chapter, link) in mentions(r"\]\(([^)# ]+)[^)]*\)") {
        if !link.starts_with("http") {
            let target = chapter.parent().expect("a chapter is in a folder").join(&link);
            assert!(target.exists(), "{}: {link} does not exist", chapter.display());
        }
    }
}

/// Goal: every chapter can be found. Method: the summary links to each.
#[test]
fn the_summary_lists_every_chapter() {
    let summary = fs::read_to_string(workspace().join("docs/src/SUMMARY.md")).expect("the summary is text");
    for (chapter, _) in chapters() {
        let name = chapter.file_name().expect("a chapter has a name").to_string_lossy().into_owned();
        assert!(name == "SUMMARY.md" || summary.contains(&format!("({name})")), "{name} is in no summary");
    }
}

/// Goal: every test that is named can be run. Method: compare with the table of all tests.
#[test]
fn tests_exist() {
    let names: HashSet<&str> = registry::all().iter().map(|case| case.name).collect();
    for (chapter, name) in mentions(r"(Test[A-Z][0-9A-Za-z]+)") {
        let known = names.contains(name.as_str()) || NO_TESTS.contains(&name.as_str());
        assert!(known, "{}: there is no test {name}", chapter.display());
    }
}

/// Goal: every target of `make` that runs tests exists. Method: the Makefile has the word.
#[test]
fn targets_exist() {
    let makefile = fs::read_to_string(workspace().join("Makefile")).expect("the Makefile is text");
    let words: HashSet<&str> = makefile.split([' ', ':', '\n']).collect();
    for (chapter, target) in mentions(r"make ((?:test|soak)-[0-9A-Za-z-]+)") {
        assert!(words.contains(target.as_str()), "{}: there is no target {target}", chapter.display());
    }
}
