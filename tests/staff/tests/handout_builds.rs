//! `make check-handout`: builds handouts and runs their tests. Not part of `cargo test`, for it takes minutes.
//!
//! Goal: what is handed out compiles, is red for the right reason, and stands on green ground. Method: for every lab and part,
//! write the handout into the same folder (so that cargo builds again only what differs), build it as `make` there does, and run the
//! official tests of the parts to be written, of the earlier parts, and of what is below.
//!
//! Labs below are the reference's byte for byte, as `handout.rs` finds. So it is enough to run each of their tests once per lab; and those
//! of Lab 1, on which nobody builds and which take their time, in the highest handout only.

use std::{
    collections::HashSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Instant,
};

use regex_lite::Regex;
use runner::build;
use serde_json::Value;
use staff::handout::{Handout, Lab, Scope, find};

/// What a tired student reads.
const REPORT_LINES_MAX: usize = 40;

/// Where handouts are built. Cargo's build directory is our own, so what comes from outside is there already; the crates of a handout
/// have a version of their own, or cargo would take them for ours.
struct Place {
    workspace: PathBuf,
    build: PathBuf,
    target: PathBuf,
}

#[test]
fn handouts_build_and_fail_with_what_is_to_be_done() {
    let reference = find().expect("the tests run in the workspace");
    let build = rig::folder().parent().expect("it is target/debug");
    let own = build.join("handouts");
    let place = Place { workspace: own.join("workspace"), build: build.into(), target: own.join("target") };
    for lab in Lab::ALL {
        for part in lab.parts().iter().filter(|part| is_wanted(part)) {
            let start = Instant::now();
            let scope = Scope::new(lab, Some(part)).expect("a part of the lab");
            let handout = Handout::new(&reference, &scope).expect("a handout");
            place.write(&handout);
            place.compile(lab);
            let built = start.elapsed();
            place.examine(lab, &scope);
            let stubs = handout.stubs().count();
            let (built, all) = (built.as_secs_f64(), start.elapsed().as_secs_f64());
            println!(
                "{part}: {stubs} functions to be written; built in {built:.0} s, examined after {all:.0} s"
            );
        }
    }
}

/// All parts, unless PARTS names some: PARTS='2A 3B'.
fn is_wanted(part: &str) -> bool {
    let parts = env::var("PARTS").unwrap_or_default();
    parts.trim().is_empty() || parts.split_whitespace().any(|wanted| wanted.eq_ignore_ascii_case(part))
}

impl Place {
    /// Writes what differs, and removes what is too many.
    fn write(&self, handout: &Handout) {
        let mut there = HashSet::new();
        for (path, bytes) in handout.files() {
            let bytes = match path.to_str() {
                Some("Cargo.toml") => with_own_version(bytes),
                // Cargo's own business, as soon as versions differ.
                Some("Cargo.lock") if self.workspace.join(path).exists() => {
                    there.insert(self.workspace.join(path));
                    continue;
                }
                _ => bytes.to_vec(),
            };
            let path = self.workspace.join(path);
            if fs::read(&path).ok().as_ref() != Some(&bytes) {
                fs::create_dir_all(path.parent().expect("a file has a folder"))
                    .expect("a folder can be made");
                fs::write(&path, bytes).expect("a file can be written");
            }
            there.insert(path);
        }
        remove_others(&self.workspace, &there);
    }

    fn cargo(&self, arguments: &[&str]) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(&self.workspace);
        cargo.env("CARGO_BUILD_BUILD_DIR", &self.build).env("CARGO_TARGET_DIR", &self.target);
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "none");
        let output = cargo.output().expect("cargo can be started");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {}:\n{text}", arguments.join(" "));
        assert!(!text.contains("warning"), "cargo {}:\n{text}", arguments.join(" "));
    }

    /// Builds what `make test-…` builds, and the tests that come with the lab's crate.
    fn compile(&self, lab: Lab) {
        let ends = [Lab::One, Lab::FourB].contains(&lab);
        let below = Lab::ALL.into_iter().filter(|&other| other <= lab && (other != Lab::One || ends));
        let programs = build::programs(below.map(Lab::suite).chain(["ground-suite", "lab"]));
        self.cargo(&["fmt", "--all", "--check"]);
        self.cargo(&[&build::arguments(&programs)[..], &["--quiet", "--offline"]].concat());
        self.cargo(&["test", "--quiet", "--offline", "--no-run", "-p", lab.folder(), "--lib", "--tests"]);
        // What `make test` begins with.
        self.cargo(&[
            "test",
            "--quiet",
            "--offline",
            "--no-run",
            "-p",
            "lab",
            "-p",
            "watch",
            "-p",
            lab.suite(),
        ]);
    }

    /// Runs all tests there should be, and compares each with what should become of it.
    fn examine(&self, lab: Lab, scope: &Scope) {
        let is_first = scope.parts().len() == lab.parts().len();
        let below = Lab::ALL.into_iter().filter(|&other| other < lab && is_first);
        let below = below.filter(|&other| other != Lab::One || lab == Lab::FourB);
        let ground = ["labrpc", "labgob"].into_iter().filter(|_| is_first);
        let patterns: Vec<&str> = below.map(Lab::pattern).chain(ground).chain([lab.pattern()]).collect();
        let runs = self.runs(&patterns);
        let (to_be_written, finished): (Vec<_>, Vec<_>) =
            runs.iter().partition(|run| scope.parts().iter().any(|part| run["part"] == **part));
        for run in &finished {
            assert_eq!(run["status"], "passed", "{}: {run:#}", scope.parts()[0]);
        }
        for part in scope.parts() {
            let is_run = |run: &&Value| run["part"] == **part;
            assert!(to_be_written.iter().copied().any(|run| is_run(&run)), "{part}: nothing was run");
        }
        assert!(!finished.is_empty(), "{}: nothing else was run", scope.parts()[0]);
        to_be_written.iter().for_each(|run| self.is_to_be_done(lab, run));
        self.is_told_well(lab, to_be_written[0]);
    }

    fn lab(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(self.target.join("debug/lab"));
        command.args(arguments).current_dir(&self.workspace).output().expect("lab can be started")
    }

    fn runs(&self, patterns: &[&str]) -> Vec<Value> {
        let output = self.lab(&[&["test", "--format", "jsonl"], patterns].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        lines.filter(|line| line["status"].is_string()).collect()
    }

    /// The failure is a `todo!` of the lab, and names its place.
    fn is_to_be_done(&self, lab: Lab, run: &Value) {
        let failure = &run["failure"];
        let message = failure["message"].as_str().unwrap_or_default();
        let own = lab.parts().iter().map(|part| format!("not yet implemented: Lab {part}: "));
        let is_todo = failure["kind"] == "panic" && own.into_iter().any(|words| message.starts_with(&words));
        assert!(is_todo, "{run:#}");
        let file = failure["file"].as_str().unwrap_or_default();
        let text = fs::read_to_string(self.workspace.join(file)).unwrap_or_default();
        let line =
            failure["line"].as_u64().and_then(|line| text.lines().nth(usize::try_from(line).ok()? - 1));
        let is_there = file.starts_with(lab.folder()) && line.is_some_and(|line| line.contains("todo!("));
        assert!(is_there, "{file} has no todo! there: {run:#}");
    }

    /// What is printed of one failing test is short, and names a place. In real time that may be another one than before.
    fn is_told_well(&self, lab: Lab, run: &Value) {
        let test = run["test"].as_str().expect("a run has a test").replace(' ', ".");
        let output = self.lab(&["test", "--", &test]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.lines().count() <= REPORT_LINES_MAX, "{test}: a long report\n{text}");
        let place = format!(r"(?m)^    {}/src/\w+\.rs:\d+: not yet implemented: Lab ", lab.folder());
        let place = Regex::new(&place).expect("a valid expression");
        assert!(place.is_match(&text), "{test}: no {place} in\n{text}");
    }
}

fn with_own_version(manifest: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(manifest);
    let (before, after) = text.split_once("\nversion = \"").expect("the workspace has a version");
    let (version, after) = after.split_once('"').expect("the version ends");
    format!("{before}\nversion = \"{version}+handout\"{after}").into_bytes()
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
