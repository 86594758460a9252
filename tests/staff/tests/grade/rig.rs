//! Submissions, and what becomes of them.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use serde_json::Value;
use staff::handout::{Handout, Lab, Scope, find};
use tempfile::TempDir;

/// Where a new server begins.
const MAKE: &str =
    "pub fn make(peers: Vec<RaftEnd>, me: ServerId, persister: Persister, apply: ApplySender) -> Raft {\n";
/// Where a command comes in.
const START: &str = "pub fn start(&self, command: impl Into<Bytes>) -> (Index, Term, bool) {\n";

/// Two tests of Lab 2A, two runs each, and limits that a busy machine cannot reach by accident.
pub(crate) const POLICY: &str = "
labs = [\"2\"]
[limits]
total_seconds = 7200
build_seconds = 3600
[defaults]
runs = 2
wall_seconds = 60
[part.2A]
points = 10
[part.2B]
skip = true
[part.2C]
skip = true
[part.2D]
skip = true
[test.TestReElection2A]
skip = true
";

/// A submission, the policy for it, and the folder for its reports.
pub(crate) struct Rig {
    root: TempDir,
    /// What its Raft reads its order from.
    orders: TempDir,
}

impl Rig {
    /// The reference's Raft. It knows all tricks, but has no order.
    pub(crate) fn reference() -> Self {
        let rig = Self::empty();
        copy(&workspace().join("raft"), &rig.submission().join("raft"));
        rig.plant();
        rig
    }

    /// A Raft that does this trick whenever a server is made, see `submission/mischief.rs`.
    pub(crate) fn with(trick: &str) -> Self {
        Self::with_word(trick, "")
    }

    /// The same, with a word about it.
    pub(crate) fn with_word(trick: &str, word: &str) -> Self {
        let rig = Self::reference();
        rig.order(trick, word);
        rig
    }

    /// Beside that Raft, a Lab 1 that does not compile: there is this code in it. A broken Raft would serve as well, but whoever
    /// comes after it would have to build theirs again.
    pub(crate) fn broken(body: &str) -> Self {
        let rig = Self::reference().policy(&POLICY.replace("[\"2\"]", "[\"1\", \"2\"]"));
        copy(&workspace().join("mapreduce"), &rig.submission().join("mapreduce"));
        rig.patch("mapreduce/src/lib.rs", "mod words;\n", "mod words;\nmod broken;\n");
        rig.write("mapreduce/src/broken.rs", &format!("pub(crate) fn begin() {{\n{body}\n}}\n"));
        rig
    }

    /// A handout of Lab 2B, of which the student has written what 2A needs.
    pub(crate) fn half() -> Self {
        let rig = Self::empty();
        let scope = Scope::new(Lab::Two, Some("2B")).expect("there is a part 2B");
        let handout = Handout::new(&workspace(), &scope).expect("a handout");
        handout.write(&rig.submission()).expect("it can be written");
        let sources = rig.submission().join("raft/src");
        fs::remove_dir_all(&sources).expect("a handout of Lab 2 has it");
        copy(&workspace().join("raft/src"), &sources);
        rig.plant();
        rig.order("half", "");
        rig
    }

    /// Lays all tricks into the Raft that is there.
    fn plant(&self) {
        self.patch("raft/src/lib.rs", "mod storage;\n", "mod storage;\nmod mischief;\n");
        self.patch("raft/src/node.rs", MAKE, &format!("{MAKE}        crate::mischief::begin();\n"));
        self.patch("raft/src/node.rs", START, &format!("{START}        crate::mischief::start();\n"));
        self.write("raft/src/mischief.rs", include_str!("submission/mischief.rs"));
    }

    /// What is to be done from now on.
    pub(crate) fn order(&self, trick: &str, word: &str) {
        let file = self.orders.path().join("order");
        fs::write(file, format!("{trick}\n{word}")).expect("a file can be written");
    }

    /// Nothing.
    pub(crate) fn empty() -> Self {
        let folder = || tempfile::tempdir().expect("a temporary folder can be made");
        let rig = Self { root: folder(), orders: folder() };
        // A run may have a user of its own.
        fs::set_permissions(rig.orders.path(), Permissions::from_mode(0o755)).expect("it is ours");
        fs::create_dir(rig.submission()).expect("it is empty");
        rig.policy(POLICY)
    }

    /// With this policy.
    pub(crate) fn policy(self, text: &str) -> Self {
        fs::write(self.root.path().join("policy.toml"), text).expect("a file can be written");
        self
    }

    pub(crate) fn submission(&self) -> PathBuf {
        self.root.path().join("ada")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.submission().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Replaces what must be there exactly once.
    #[track_caller]
    pub(crate) fn patch(&self, path: &str, old: &str, new: &str) {
        let file = self.submission().join(path);
        let text = fs::read_to_string(&file).expect("the reference has it");
        assert_eq!(text.matches(old).count(), 1, "{path} has changed; look for a new place for the patch");
        fs::write(file, text.replace(old, new)).expect("a file can be written");
    }

    /// What its Raft reads its order from.
    pub(crate) fn orders(&self) -> &Path {
        self.orders.path()
    }

    /// The scratch workspace of all tests: it is built once.
    pub(crate) fn cache() -> PathBuf {
        rig::folder().parent().expect("the program is in target/debug").join("grade")
    }

    /// The command that grades it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(rig::lab());
        command.arg("grade").arg("--submission").arg(self.submission());
        command.arg("--policy").arg(self.root.path().join("policy.toml"));
        command.arg("--out").arg(self.out()).arg("--cache").arg(Self::cache());
        command.env_remove("LAB_HIDDEN_SEEDS").env_remove("CORPUS");
        if self.orders.path().join("order").exists() {
            command.env("CORPUS", self.orders.path());
        }
        command
    }

    /// Grades it and returns `grade.json`.
    #[track_caller]
    pub(crate) fn grade(&self) -> Value {
        self.grade_by(&mut self.command())
    }

    #[track_caller]
    pub(crate) fn grade_by(&self, command: &mut Command) -> Value {
        let output = command.output().expect("lab can be started");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        self.report()
    }

    #[track_caller]
    pub(crate) fn report(&self) -> Value {
        let text = fs::read_to_string(self.out().join("grade.json")).expect("a report was written");
        serde_json::from_str(&text).expect("the report is whole")
    }
}

/// What cannot be held back on this machine, and so must not be tried on it. Empty where everything can.
pub(crate) fn gaps() -> &'static str {
    static GAPS: OnceLock<String> = OnceLock::new();
    GAPS.get_or_init(|| {
        let notes = notes(&Rig::reference().grade());
        notes.lines().filter(|note| note.starts_with("isolation: ")).collect::<Vec<_>>().join("\n")
    })
}

/// A word for processes by which those of this test are known, as a time for `sleep`. Others may run the same tests.
pub(crate) fn word(test: u32) -> String {
    format!("98765.{:010}{test:02}", std::process::id())
}

/// Whether a process is there that was started with this word.
pub(crate) fn is_alive(word: &str) -> bool {
    let processes = fs::read_dir("/proc").expect("this system has processes").flatten();
    let mut lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| line.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes()))
}

/// What it said on both outputs.
pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

pub(crate) fn workspace() -> PathBuf {
    find().expect("the tests run in the workspace")
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the reference is there") {
        let entry = entry.expect("it can be listed");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}

/// The points of the whole grade.
pub(crate) fn points(grade: &Value) -> f64 {
    tests(grade).iter().filter_map(|test| test["points"].as_f64()).fold(0.0, |sum, points| sum + points)
}

pub(crate) fn tests(grade: &Value) -> &Vec<Value> {
    grade["tests"].as_array().expect("a grade has tests")
}

pub(crate) fn notes(grade: &Value) -> String {
    let notes = grade["notes"].as_array().expect("a grade has notes");
    notes.iter().filter_map(Value::as_str).fold(String::new(), |all, note| all + note + "\n")
}

/// What the first run of the first test died of.
#[track_caller]
pub(crate) fn message(grade: &Value) -> &str {
    tests(grade)[0]["runs"][0]["failure"]["message"].as_str().expect("it failed")
}

/// Nothing passed: every test has failed in its first run, in this way.
#[track_caller]
pub(crate) fn all_failed(grade: &Value, kind: &str) {
    assert_eq!(grade["build"], "done", "{grade:#}");
    assert_eq!(grade["finished"], true);
    assert_eq!(points(grade), 0.0, "{grade:#}");
    for test in tests(grade) {
        assert_eq!(test["status"], "failed", "{test:#}");
        assert_eq!(test["runs"].as_array().map(Vec::len), Some(1), "one failure settles it: {test:#}");
        assert_eq!(test["runs"][0]["failure"]["kind"], kind, "{test:#}");
    }
}

/// Everything passed.
#[track_caller]
pub(crate) fn all_passed(grade: &Value) {
    assert_eq!(grade["build"], "done", "{grade:#}");
    assert_eq!(grade["finished"], true);
    assert!(!tests(grade).is_empty());
    for test in tests(grade) {
        assert_eq!(test["status"], "passed", "{test:#}");
        assert_eq!(test["points"], test["points_max"]);
        assert_eq!(test["runs"].as_array().map(Vec::len), test["planned"].as_u64().map(|runs| runs as usize));
    }
}
