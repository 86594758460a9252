//! The processes that we have started.

use std::{
    collections::BTreeSet,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use nix::{
    sys::signal::{Signal, killpg},
    unistd::Pid,
};
use tokio::process::{Child, Command};

/// Those that we have started, until their group is killed.
static STARTED: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Their numbers. While this is held, none is started.
pub fn started() -> MutexGuard<'static, BTreeSet<i32>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a process as one of ours, which leads a process group. Strays are not looked for in the meantime.
pub fn start(command: &mut Command) -> io::Result<(Child, Group)> {
    let mut started = started();
    let child = command.process_group(0).spawn()?;
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    started.extend(pid);
    Ok((child, Group(pid.map(Pid::from_raw))))
}

/// A process group that we have started, killed when dropped.
///
/// If its leader has been reaped and left nobody behind there is nothing to kill; its number cannot have gone to
/// another process in that instant, since numbers are given out in turn.
pub struct Group(Option<Pid>);

impl Group {
    /// Ends all its processes.
    pub fn kill(&mut self) {
        if let Some(group) = self.0.take() {
            // The usual answer is that there is no such group any more.
            killpg(group, Signal::SIGKILL).ok();
            started().remove(&group.as_raw());
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
