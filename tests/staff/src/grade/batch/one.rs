//! One submission: one process of `lab grade`.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    sync::watch,
    time::timeout,
};

use super::{
    super::{
        report::{COMPLETE, replace},
        result::Grade,
    },
    fingerprint,
    question::{Batch, Submission},
};

/// What the submission was when it was graded.
const FINGERPRINT: &str = "submission.sha256";
/// What `lab grade` said.
const LOG: &str = "lab.log";
/// How long `lab grade` may take to end its runs when it is asked to stop.
const STOP_TIME_MAX: Duration = Duration::from_secs(10);

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its `grade.json` is complete.
    Graded,
    /// It is not, and this is why.
    NotGraded(String),
    /// We were asked to stop before it was.
    Interrupted,
}

/// The grade of a submission, as far as it goes.
pub(super) fn grade(submission: &Submission) -> Option<Grade> {
    serde_json::from_slice(&fs::read(submission.out.join(COMPLETE)).ok()?).ok()
}

/// Whether the submission, as it is now, was graded to the end.
pub(super) fn is_graded(batch: &Batch, submission: &Submission) -> bool {
    let then = fs::read_to_string(submission.out.join(FINGERPRINT)).ok();
    let now = fingerprint::of(batch, submission).ok();
    then.is_some() && then == now && grade(submission).is_some_and(|grade| grade.finished)
}

/// Grades a submission, until it is done or `stop` says so. `slot` is no other's while this goes on.
pub(super) async fn run(
    batch: &Batch,
    submission: &Submission,
    command: &[OsString],
    slot: &Path,
    stop: &mut watch::Receiver<bool>,
) -> Ending {
    let mut child =
        match prepare(batch, submission).and_then(|log| start(batch, submission, command, slot, log)) {
            Ok(child) => child,
            Err(error) => return Ending::NotGraded(format!("lab grade could not be started: {error}")),
        };
    // It ends when this is closed, even if by our own death.
    let tie = child.stdin.take();
    let group = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
    let ending = tokio::select! {
        status = child.wait() => judge(submission, status),
        () = asked(stop) => {
            end(&mut child, group).await;
            Ending::Interrupted
        }
    };
    // What it left behind must not go on building in a slot that is another's now.
    if let Some(group) = group {
        killpg(group, Signal::SIGKILL).ok();
    }
    drop(tie);
    ending
}

/// Waits until we are asked to stop.
async fn asked(stop: &mut watch::Receiver<bool>) {
    // Without a sender there is nobody left who would want the result.
    stop.wait_for(|stop| *stop).await.map(drop).ok();
}

/// The old grade goes first: from here on the submission counts as not graded.
fn prepare(batch: &Batch, submission: &Submission) -> io::Result<File> {
    fs::create_dir_all(&submission.out)?;
    match fs::remove_file(submission.out.join(COMPLETE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    replace(&submission.out.join(FINGERPRINT), fingerprint::of(batch, submission)?.as_bytes())?;
    File::create(submission.out.join(LOG))
}

fn start(
    batch: &Batch,
    submission: &Submission,
    command: &[OsString],
    slot: &Path,
    log: File,
) -> io::Result<Child> {
    let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut call = Command::new(program);
    call.args(arguments).arg("--submission").arg(&submission.folder).arg("--out").arg(&submission.out);
    call.arg("--cache").arg(slot).arg("--tied").args(&batch.arguments);
    call.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log);
    // A group of its own: Ctrl-C on the terminal reaches us alone.
    call.process_group(0).kill_on_drop(true).spawn()
}

fn judge(submission: &Submission, status: io::Result<ExitStatus>) -> Ending {
    let log = submission.out.join(LOG);
    match status {
        Err(error) => Ending::NotGraded(format!("the end of lab grade was not seen: {error}")),
        // 1 is about the score.
        Ok(status) if matches!(status.code(), Some(0 | 1)) => match grade(submission) {
            Some(grade) if grade.finished => Ending::Graded,
            _ => Ending::NotGraded(format!("lab grade left no complete {COMPLETE}")),
        },
        Ok(status) => Ending::NotGraded(format!("lab grade ended with {status}{}", last_line(&log))),
    }
}

/// What it said last is most likely the reason.
fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().rfind(|line| !line.trim().is_empty()).map_or_else(String::new, |line| format!(": {line}"))
}

/// Asks it to stop, so that it can end its own runs; if it does not, it is killed.
async fn end(child: &mut Child, group: Option<Pid>) {
    if let Some(pid) = group {
        kill(pid, Signal::SIGTERM).ok();
    }
    if timeout(STOP_TIME_MAX, child.wait()).await.is_err() {
        child.kill().await.ok();
    }
}
