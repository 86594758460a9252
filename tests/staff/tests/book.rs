//! The book under `docs/` speaks of files, tests and targets that exist.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use regex_lite::Regex;

/// What looks like the name of a test: the beginning of those of one's own, and a type.
const NO_TESTS: [&str; 2] = ["TestMine", "TestCase"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
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
    let names: HashSet<&str> = rig::cases().iter().map(|case| case.name).collect();
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

/// Goal: nobody plans an evening by line counts of long ago. Method: compare each with the file, and each sum with its table; 15 in
/// a hundred may have come or gone since.
#[test]
fn line_counts_are_about_right() {
    let path = workspace().join("docs/src/reading-order.md");
    let text = fs::read_to_string(path).expect("a chapter is text");
    let number = |text: &str| text.replace(',', "").parse::<usize>().expect("a number");
    let row = Regex::new(r"\]\(\.\./\.\./([^)]+)\) \| ([\d,]+) \|").expect("a regular expression");
    let sum = Regex::new(r"([\d,]+) lines\.").expect("a regular expression");
    let sections: Vec<&str> = text.split("\n## ").skip(1).filter(|section| row.is_match(section)).collect();
    assert!(sections.len() >= 7, "only {} sections have files", sections.len());
    for section in sections {
        let mut said_in_all = 0;
        for found in row.captures_iter(section) {
            let lines =
                fs::read_to_string(workspace().join(&found[1])).expect("a source file").lines().count();
            let said = number(&found[2]);
            said_in_all += said;
            assert!(said.abs_diff(lines) * 100 <= lines * 15, "{}: {lines} lines, not {said}", &found[1]);
        }
        let sums: Vec<usize> = sum.captures_iter(section).map(|found| number(&found[1])).collect();
        assert_eq!(sums, [said_in_all], "the sum of: {section}");
    }
}

/// Goal: the stories in the book are those that are played. Method: play each scenario; every line of it stands in the book, with its time.
#[test]
fn the_book_tells_what_scenarios_play() {
    let book = fs::read_to_string(workspace().join("docs/src/questions.md")).expect("a chapter is text");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let lab = |arguments: &[&str]| {
        let mut command = Command::new(rig::lab());
        let output = command.arg("scenario").args(arguments).current_dir(folder.path()).output();
        String::from_utf8(output.expect("lab can be run").stdout).expect("text")
    };
    let line = Regex::new(r"(?m)^ +(\d+\.\d{3} s)  (.+)$").expect("a regular expression");
    for name in lab(&[]).lines().filter_map(|line| line.split_whitespace().next()) {
        assert!(book.contains(&format!("make scenario NAME={name}`")), "{name} is not in the book");
        let told = lab(&[name, "--out", "played"]);
        for scene in line.captures_iter(&told) {
            let row = format!("| {} | {} |", &scene[1], &scene[2]);
            assert!(book.contains(&row), "{name}: the book does not say\n{row}");
        }
    }
}

/// Goal: every chapter on a lab has the same parts. Method: its headings, in this order.
#[test]
fn chapters_have_the_same_parts() {
    let parts =
        ["## Idea", "## In the paper", "## Files", "## Pitfalls", "## The official tests", "## Beyond"];
    let labs = chapters()
        .into_iter()
        .filter(|(path, _)| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lab-")));
    let labs: Vec<_> = labs.collect();
    assert_eq!(labs.len(), 9);
    for (path, text) in labs {
        let found: Vec<&str> = text.lines().filter(|line| parts.contains(line)).collect();
        assert_eq!(found, parts, "{}", path.display());
    }
}
