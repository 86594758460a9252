//! One process of a job.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use protocol::FailureKind;
use simulator::Sim;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStderr, Command},
    task::JoinHandle,
};

use super::panics::Listener;

/// A process that is killed when this is dropped. What it writes goes to a file. If it panics, the test fails there and then.
pub struct Process {
    child: Child,
    /// Ends when nothing more can come.
    listener: Option<JoinHandle<()>>,
    pid: i32,
    log: PathBuf,
}

impl Process {
    pub(super) fn start(
        sim: &Sim,
        program: &Path,
        arguments: &[String],
        folder: &Path,
        log: PathBuf,
    ) -> Self {
        let output = File::create(&log).expect("the log can be written");
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            // A backtrace would be in the way of the last words.
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the log can be shared"))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}; try `make test-1`", program.display()));
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).expect("it has just been started");
        let stderr = child.stderr.take().expect("it has just been piped");
        let listener = Some(tokio::spawn(listen(stderr, output, sim.clone())));
        Self { child, listener, pid, log }
    }

    /// Its number in the system.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        // It may have ended just now, but its number is its own until it is waited for.
        kill(Pid::from_raw(self.pid), signal).expect("our own process can be signalled");
    }

    /// Kills it as `kill -9` does, and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("our own process can be killed");
    }

    /// Waits until it has ended, and says how.
    pub async fn exit(&mut self) -> ExitStatus {
        let status = self.child.wait().await.expect("our own process can be waited for");
        if let Some(listener) = &mut self.listener {
            listener.await.expect("a listener has no reason to panic");
            self.listener = None;
        }
        status
    }

    /// How it ended, if it did so in time.
    pub async fn exit_within(&mut self, time: Duration) -> Option<ExitStatus> {
        tokio::time::timeout(time, self.exit()).await.ok()
    }

    /// All it has written so far, to both outputs.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.log).expect("the log can be read")
    }
}

/// Copies what a process complains of to its log. A panic may leave others waiting for ever, so nobody waits for what comes of it.
async fn listen(stderr: ChildStderr, mut log: File, sim: Sim) {
    let mut lines = BufReader::new(stderr);
    let (mut line, mut listener) = (Vec::new(), Listener::default());
    while lines.read_until(b'\n', &mut line).await.is_ok_and(|length| length > 0) {
        log.write_all(&line).expect("the log can be written");
        if let Some(panic) = listener.hear(&String::from_utf8_lossy(&line)) {
            sim.note_failure(FailureKind::Panic, panic.message, &panic.file, panic.line);
        }
        line.clear();
    }
    if let Some(panic) = listener.end() {
        sim.note_failure(FailureKind::Panic, panic.message, &panic.file, panic.line);
    }
}
