//! `lab watch` from outside.
//!
//! Goal: at every save it builds, runs what failed first, with its seed, and goes on. Method: the real command in a small
//! workspace, with scripts in place of cargo and of `lab`; a source file says what they do.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// How long anything may take here, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);

const CARGO: &str = r#"#!/bin/sh
if [ "$(cat raft/src/rules.rs)" = broken ]; then echo 'error: it does not compile' >&2; exit 101; fi
echo '{"reason":"compiler-artifact","target":{"name":"ground-suite"},"executable":"'"$SUITES"'/ground-suite"}'
"#;

const LAB: &str = r#"#!/bin/sh
if [ "$1" = list ]; then exec "$REAL_LAB" "$@"; fi
for test; do :; done
if [ "$(cat raft/src/rules.rs)" = red ] && [ "$test" = labgob/TestCapital ]; then
    echo '--- FAIL: TestCapital'; exit 1
fi
"#;

struct Watched {
    folder: TempDir,
    child: Child,
}

impl Watched {
    /// Begins to watch `pattern`, in a workspace in this state.
    fn begin(pattern: &str, state: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        for inner in ["labrpc", "raft/src", "target/debug", "bin"] {
            fs::create_dir_all(root.join(inner)).expect("it is empty");
        }
        fs::write(root.join("Cargo.toml"), "").expect("it can be written");
        fs::write(root.join("labrpc/Cargo.toml"), "").expect("it can be written");
        fs::write(root.join("raft/src/rules.rs"), state).expect("it can be written");
        script(&root.join("cargo"), CARGO);
        script(&root.join("bin/lab"), LAB);
        let program = root.join("bin/lab-watch");
        fs::copy(rig::folder().join("lab-watch"), &program).expect("it can be copied");
        let output = File::create(root.join("output")).expect("it can be written");
        let child = Command::new(program)
            .args(["watch", pattern])
            // From any folder of the workspace.
            .current_dir(root.join("raft"))
            .env("CARGO", root.join("cargo"))
            .env("REAL_LAB", rig::lab())
            .env("SUITES", rig::folder())
            .env_remove("LAB_SEED")
            .env_remove("LAB_CLOCK")
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("it is open"))
            .stderr(output)
            .spawn()
            .expect("lab can be started");
        Self { folder, child }
    }

    fn save(&self, file: &str, text: &str) {
        fs::write(self.folder.path().join(file), text).expect("it can be written");
    }

    fn output(&self) -> String {
        fs::read_to_string(self.folder.path().join("output")).expect("it can be read")
    }

    /// Waits until it waits for the `count`th time, and returns all it has said.
    #[track_caller]
    fn waiting(&self, count: usize) -> String {
        let started = Instant::now();
        while self.output().matches("waiting for a file").count() < count {
            assert!(
                started.elapsed() < PATIENCE,
                "it does not wait for the {count}. time:\n{}",
                self.output()
            );
            thread::sleep(Duration::from_millis(20));
        }
        self.output()
    }

    fn end(mut self) -> Option<i32> {
        let process = Pid::from_raw(i32::try_from(self.child.id()).expect("process numbers are small"));
        kill(process, Signal::SIGINT).expect("it still lives");
        self.child.wait().expect("it ends").code()
    }
}

fn script(file: &Path, text: &str) {
    fs::write(file, text).expect("it can be written");
    fs::set_permissions(file, Permissions::from_mode(0o755)).expect("it is ours");
}

/// The lines that tell of runs.
fn runs(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("ok  ") || line.starts_with("FAIL  ")).collect()
}

#[test]
fn what_failed_comes_first_until_it_is_mended() {
    let watched = Watched::begin("labgob", "red");
    let first = watched.waiting(1);
    let [passed, failed] = runs(&first)[..] else { panic!("it goes on after a failure:\n{first}") };
    assert!(passed.starts_with("ok    labgob/TestGOB "), "{first}");
    let failed = failed.strip_prefix("FAIL  ").expect("it failed");
    assert!(failed.starts_with("labgob/TestCapital (seed "), "{first}");
    assert!(first.contains("--- FAIL: TestCapital"), "the report is shown:\n{first}");

    watched.save("raft/src/rules.rs", "broken");
    let second = watched.waiting(2);
    assert!(second.contains("saved: raft/src/rules.rs"), "{second}");
    assert!(second.contains("error: it does not compile"), "{second}");
    assert_eq!(runs(&second).len(), 2, "nothing runs that was not built:\n{second}");

    watched.save("raft/src/rules.rs", "green");
    let third = watched.waiting(3);
    let after: Vec<&str> = runs(&third).split_off(2);
    assert_eq!(after[0], format!("ok    {failed}"), "the same seed again:\n{third}");
    let all = ["TestGOB", "TestCapital", "TestDefault"];
    for (line, name) in after[1..].iter().zip(all) {
        assert!(line.starts_with(&format!("ok    labgob/{name} (seed ")), "{third}");
    }
    assert!(third.contains("all green: 3 of 3"), "{third}");
    assert_eq!(watched.end(), Some(130));
}

#[test]
fn what_the_build_writes_is_no_change() {
    let watched = Watched::begin("labgob/TestGOB", "green");
    watched.waiting(1);
    watched.save("target/debug/made.rs", "x");
    watched.save("Cargo.lock", "x");
    thread::sleep(Duration::from_millis(800));
    assert_eq!(watched.output().matches("building").count(), 1, "{}", watched.output());
    assert_eq!(watched.end(), Some(130));
}

#[test]
fn there_must_be_something_to_watch() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = Command::new(rig::lab());
    let output =
        command.args(["watch", "2A"]).current_dir(folder.path()).output().expect("lab can be started");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("no workspace"), "{complaint}");
}

#[test]
fn an_unknown_name_ends_it_with_4() {
    let mut watched = Watched::begin("TestGOBB", "green");
    assert_eq!(watched.child.wait().expect("it ends").code(), Some(4));
    assert!(watched.output().contains("did you mean: TestGOB"), "{}", watched.output());
}
