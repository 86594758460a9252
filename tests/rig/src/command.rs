//! The `lab` command as the tests of several files start it.

use std::process::{Command, Output};

use tempfile::TempDir;

use super::programs::lab;

/// `lab` in a folder of its own, untouched by the environment of whoever runs the tests.
pub struct Lab {
    /// Where it is started.
    pub folder: TempDir,
}

impl Default for Lab {
    /// In an empty folder.
    fn default() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }
}

impl Lab {
    /// In an empty folder.
    pub fn new() -> Self {
        Self::default()
    }

    /// To be started with more than arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(lab());
        command.args(arguments).current_dir(self.folder.path());
        for name in ["SEED", "RUNS", "JOBS", "CLOCK", "TIME_LIMIT"] {
            command.env_remove(format!("LAB_{name}"));
        }
        // Traces of failures go below the folder for temporary files, unless there is a workspace.
        command.env("TMPDIR", self.folder.path());
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("lab can be started")
    }
}

/// Runs `lab`, checks how it ends, and returns what it printed on standard output.
#[track_caller]
pub fn expect(code: i32, arguments: &[&str]) -> String {
    let output = Lab::new().run(arguments);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "lab {arguments:?}\n{stdout}{stderr}");
    stdout
}

/// Runs `lab` on a question it must refuse, and returns its complaint.
#[track_caller]
pub fn refused(code: i32, arguments: &[&str]) -> String {
    let output = Lab::new().run(arguments);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "lab {arguments:?}\n{stdout}{stderr}");
    assert_eq!(stdout, "", "nothing may be run");
    stderr
}

/// What a program has printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fails unless all parts are there.
#[track_caller]
pub fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
}
