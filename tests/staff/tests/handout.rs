//! `lab handout` without building what it writes; `make check-handout` does that.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use regex_lite::Regex;
use staff::handout::{Handout, Lab, Scope, find, resolved, targets};

/// Shorter lines say nothing: `}`, `return;`, `let mut bytes = 0;`.
const TELLING: usize = 20;

/// What may stand at the top of a handout.
const TOP: [&str; 10] = [
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "HANDOUT.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "clippy.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

fn lab(arguments: &[&str]) -> Output {
    let mut command = Command::new(rig::lab());
    command.args(arguments).output().expect("lab can be started")
}

#[track_caller]
fn refused(arguments: &[&str], complaint: &str) {
    let output = lab(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(complaint), "{text}");
}

type Made = (&'static str, Scope, Handout);

/// Every handout there is, by the part it begins with.
fn all() -> impl Iterator<Item = &'static Made> {
    static ALL: OnceLock<Vec<Made>> = OnceLock::new();
    ALL.get_or_init(make_all).iter()
}

fn make_all() -> Vec<Made> {
    let workspace = find().expect("the tests run in the workspace");
    let parts = Lab::ALL.into_iter().flat_map(|lab| lab.parts().iter().map(move |part| (lab, *part)));
    let made = parts.map(|(lab, part)| {
        let scope = Scope::new(lab, Some(part)).expect("a part of the lab");
        let handout = Handout::new(&workspace, &scope).unwrap_or_else(|refusal| panic!("{part}: {refusal}"));
        (part, scope, handout)
    });
    made.collect()
}

/// The files of a handout as text.
fn texts(handout: &Handout) -> BTreeMap<&Path, String> {
    handout.files().map(|(path, bytes)| (path, String::from_utf8_lossy(bytes).into_owned())).collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

/// A line without its indentation, and without what makes it a comment or a quotation.
fn bare(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '/', '!', '*', '>', '`']).trim_end_matches([' ', '`'])
}

/// Lines of texts that would give something away, and how often each is there.
fn telling<'a>(
    texts: impl IntoIterator<Item = &'a String>,
    is_wanted: impl Fn(&str) -> bool,
) -> HashMap<&'a str, usize> {
    let mut counted = HashMap::new();
    let lines = texts.into_iter().flat_map(|text| text.lines()).filter(|line| is_wanted(line)).map(bare);
    let telling = lines.filter(|line| line.chars().count() > TELLING);
    telling.for_each(|line| *counted.entry(line).or_default() += 1);
    counted
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

fn is_code(line: &str) -> bool {
    !is_comment(line)
}

/// Goal: no line of a body that was cut is left, as code, comment or prose, in any file. Method: count each in what is handed out as it
/// stands in the reference, in what was cut, and in the handout. A line of code may be left only where code outside of all cut bodies
/// has it too, and a comment where other comments do; and a page may not even have it inside of a line.
#[test]
fn nothing_of_the_solution_is_left() {
    let workspace = find().expect("the tests run in the workspace");
    for (part, _, handout) in all() {
        let texts = texts(handout);
        let (code, pages): (Vec<_>, Vec<_>) = texts.iter().partition(|(path, _)| is_rust(path));
        let originals: Vec<String> =
            code.iter().filter_map(|(path, _)| fs::read_to_string(workspace.join(path)).ok()).collect();
        let code: Vec<&String> = code.into_iter().map(|(_, text)| text).collect();
        let lines = telling(handout.removed(), is_code);
        assert!(lines.len() > 10, "{part}: only {} lines were cut", lines.len());
        let (original, left) = (telling(&originals, is_code), telling(code.iter().copied(), |_| true));
        for (line, times) in &lines {
            let elsewhere = original[line] - times;
            let left = left.get(line).copied().unwrap_or(0);
            assert!(left <= elsewhere, "{part}: {line:?} is left {left} times, not {elsewhere}");
            let named = pages.iter().find(|(_, text)| elsewhere == 0 && text.contains(line));
            assert_eq!(named.map(|(path, _)| path), None, "{part}: {line:?} is in a page");
        }
        let (original, left) = (telling(&originals, is_comment), telling(code, is_comment));
        for (line, times) in telling(handout.removed(), is_comment) {
            let left = left.get(line).copied().unwrap_or(0);
            assert!(left <= original[line] - times, "{part}: the comment {line:?} is left {left} times");
        }
    }
}

/// Goal: every function that is marked is a stub, and no helper is left. Method: count markers as text, past the parser that cuts.
#[test]
fn every_marked_function_is_cut() {
    let marker = Regex::new(r"(?m)^ *///? ?\*\*Lab (\w+)[.,]").expect("a valid expression");
    let todo = Regex::new(r#"todo!\(\s*"Lab \w+: "#).expect("a valid expression");
    for (part, scope, handout) in all() {
        let (mut marked, mut stubs) = (0, 0);
        for (path, text) in texts(handout).iter().filter(|(path, _)| path.starts_with(scope.lab().folder())) {
            let own = marker.captures_iter(text).filter(|found| scope.parts().contains(&&found[1]));
            marked += own.count();
            stubs += todo.find_iter(text).count();
            for part in scope.parts() {
                let helper = format!("**Lab {part}, helper.**");
                assert!(!text.contains(&helper), "{part}: a helper is left in {}", path.display());
            }
        }
        assert!(marked > 0 && marked == stubs, "{part}: {marked} functions are marked, {stubs} are cut");
        assert_eq!(handout.stubs().count(), stubs, "{part}: the page lists others");
    }
}

/// Goal: what a lab is built on is finished. Method: all crates below it are the reference's, byte for byte.
#[test]
fn lower_labs_are_the_reference() {
    let workspace = find().expect("the tests run in the workspace");
    for (part, scope, handout) in all() {
        let lower = Lab::ALL.into_iter().filter(|lab| *lab < scope.lab()).map(Lab::folder);
        for folder in lower.chain(["labgob", "labrpc"]) {
            let files = handout.files().filter(|(path, _)| path.starts_with(folder) && !is_page(path));
            let files: Vec<_> = files.collect();
            assert!(files.len() > 2, "{part}: {folder} is missing");
            for (path, bytes) in files {
                let original = fs::read(workspace.join(path)).expect("the file can be read");
                assert!(original == bytes, "{part}: {} is another", path.display());
            }
        }
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// Goal: what is about the reference stays out, also what nobody has thought of yet. Method: a list of what may be there.
#[test]
fn what_is_about_the_reference_stays_out() {
    for (part, scope, handout) in all() {
        let labs = Lab::ALL.into_iter().filter(|lab| *lab <= scope.lab()).map(Lab::folder);
        let crates: Vec<&str> = labs.chain(["labgob", "labrpc", "tests"]).collect();
        for (path, _) in handout.files() {
            let mut names = path.iter().map(|name| name.to_str().expect("the path is UTF-8"));
            let (first, second) = (names.next().unwrap_or_default(), names.next());
            let is_known = match second {
                None => TOP.contains(&first),
                Some("tests") => first != "tests" && crates.contains(&first),
                Some("Cargo.toml" | "README.md" | "benches" | "examples" | "src") => crates.contains(&first),
                Some(_) => path == Path::new(".ci/with-raft"),
            };
            assert!(is_known, "{part}: {} is handed out", path.display());
        }
        let texts = texts(handout);
        let command = &texts[Path::new("tests/lab/src/main.rs")];
        assert!(!command.contains("handout"), "{part}: lab itself can make handouts");
        assert!(!texts.contains_key(Path::new("tests/staff/src/handout/cut.rs")), "{part}");
        assert!(!texts[Path::new("tests/Cargo.toml")].contains("syn"), "{part}: crates that nobody needs");
        for (path, text) in &texts {
            assert!(!text.contains("\"reference\""), "{part}: {} needs the reference", path.display());
        }
    }
}

/// Goal: no link is dead, and no page names a file that is not there.
#[test]
fn pages_speak_of_what_is_there() {
    let workspace = find().expect("the tests run in the workspace");
    let word = Regex::new(r"`(?:\.\./|tests/|docs/)[^` ]*`").expect("a valid expression");
    let target = Regex::new(r"make .*-([1-4][A-D]?)\b|Test\w+([1-4][A-D])\b").expect("a valid expression");
    for (part, scope, handout) in all() {
        let texts = texts(handout);
        let is_there = |named: &Path| texts.keys().any(|path| path.starts_with(named));
        let mut links = 0;
        for (path, text) in texts.iter().filter(|(path, _)| is_page(path)) {
            let folder = path.parent().expect("a file has a folder");
            for target in targets(text) {
                links += 1;
                assert!(is_there(&resolved(folder, target)), "{part}: {} links to {target}", path.display());
            }
            for found in word.find_iter(text) {
                let name = found.as_str().trim_matches('`');
                let places = [resolved(folder, name), resolved(Path::new(""), name)];
                let is_file = places.iter().any(|place| workspace.join(place).exists());
                assert!(!is_file || places.iter().any(|place| is_there(place)), "{part}: {name}");
            }
            let absent = scope.absent_names();
            for found in target.captures_iter(text) {
                let name = found.get(1).or(found.get(2)).map_or("", |name| name.as_str());
                assert!(!absent.contains(&name), "{part}: {} says `{}`", path.display(), &found[0]);
            }
        }
        assert!(links > 3, "{part}: there must be links, if only to the lab page");
    }
}

/// Goal: upper labs are absent, from everything that names files, crates or targets.
#[test]
fn upper_labs_are_left_out() {
    let workspace = find().expect("the tests run in the workspace");
    let handout = Handout::new(&workspace, &Scope::new(Lab::Two, None).expect("Lab 2")).expect("a handout");
    let texts = texts(&handout);
    let text = |name: &str| &texts[Path::new(name)];
    for name in [
        "Cargo.toml",
        "tests/Cargo.toml",
        "Cargo.lock",
        "Makefile",
        "tests/simulator/src/lib.rs",
        "README.md",
    ] {
        for absent in ["kvraft", "shardctrler", "shardkv", "lab3", "lab4a", "test-3A", "soak-4B"] {
            let may = name == "README.md" && absent.starts_with("lab");
            assert!(may || !text(name).contains(absent), "{name}: {absent}");
        }
    }
    let is_upper = |path: &&Path| path.starts_with("kvraft") || path.starts_with("tests/shardkv-suite/src");
    assert_eq!(texts.keys().copied().find(is_upper), None);
    assert!(text("Makefile").contains("test-2A test-2B"), "the lab's own targets stay");
    assert!(!text("Makefile").contains("grade"), "nobody grades with a handout");
    assert!(text("HANDOUT.md").contains("`become_candidate`"), "the page lists what is to be done");
}

#[test]
fn bad_questions_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let dir = folder.path().join("out");
    let out = dir.to_str().expect("the path is UTF-8");
    let parts = "its parts are 2A, 2B, 2C, 2D";
    refused(&["handout", "--lab", "2", "--part", "3A", out], &format!("Lab 2 has no part 3A: {parts}"));
    refused(&["handout", "--lab", "2", "--part", "2X", out], &format!("Lab 2 has no part 2X: {parts}"));
    refused(&["handout", "--lab", "1", "--part", "2A", out], "Lab 1 has no part 2A: its parts are 1");
    refused(&["handout", "--lab", "5", out], "invalid value '5'");
    refused(&["handout", out], "--lab");
    refused(&["handout", "--lab", "2"], "<DIR>");
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
    let files = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder can be read");
        entries.map(|entry| entry.expect("the folder can be read").path()).collect()
    };
    let before = files(folder.path());
    refused(&["handout", "--lab", "1", out], "exists and is not empty");
    assert_eq!(files(folder.path()), before);
}
