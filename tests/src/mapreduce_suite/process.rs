//! One process of a job.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::process::{Child, Command};

/// A process that is killed when this is dropped. What it writes goes to a file.
pub(super) struct Process {
    child: Child,
    pid: i32,
    log: PathBuf,
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[String], folder: &Path, log: PathBuf) -> Self {
        let output = File::create(&log).expect("the log can be written");
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the log can be shared"))
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}; try `make test-1`", program.display()));
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).expect("it has just been started");
        Self { child, pid, log }
    }

    pub(super) fn pid(&self) -> i32 {
        self.pid
    }

    pub(super) fn signal(&self, signal: Signal) {
        // It may have ended just now, but its number is its own until it is waited for.
        kill(Pid::from_raw(self.pid), signal).expect("our own process can be signalled");
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.expect("our own process can be killed");
    }

    pub(super) async fn exit(&mut self) -> ExitStatus {
        self.child.wait().await.expect("our own process can be waited for")
    }

    /// How it ended, if it did so in time.
    pub(super) async fn exit_within(&mut self, time: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(time, self.exit()).await.ok()
    }

    /// All it has written so far, to both outputs.
    pub(super) fn output(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }
}
