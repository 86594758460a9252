//! The processes that we have started, and those that were left to us.
//!
//! Where there are no namespaces, a process can leave its group and outlive its run. If this process adopts orphans
//! ([`adopt`]), such a one becomes our child; a child that we have not started is a stray.

use std::{
    collections::BTreeSet,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// Those that we have started, until somebody says that they have ended.
static STARTED: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn started() -> MutexGuard<'static, BTreeSet<i32>> {
    STARTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a process as one of ours. Strays are not looked for in the meantime.
pub(super) fn start(command: &mut Command) -> io::Result<Child> {
    let mut started = started();
    let child = command.spawn()?;
    started.extend(child.id().and_then(|id| i32::try_from(id).ok()));
    Ok(child)
}

/// That process is gone.
pub(super) fn ended(pid: Pid) {
    started().remove(&pid.as_raw());
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, io};

    use nix::{
        sys::{
            prctl,
            signal::{Signal, kill},
            wait::{WaitPidFlag, WaitStatus, waitpid},
        },
        unistd::{Pid, getpid},
    };

    use super::started;

    /// Orphans of what we start become our children from now on.
    pub(in crate::lab) fn adopt() -> io::Result<()> {
        Ok(prctl::set_child_subreaper(true)?)
    }

    /// Kills the children that we have not started, and their children, which then are ours too.
    pub(in crate::lab) fn kill_strays() {
        let ours = started();
        loop {
            let strays: Vec<Pid> =
                children().into_iter().filter(|pid| !ours.contains(&pid.as_raw())).collect();
            if strays.is_empty() {
                return;
            }
            for stray in strays {
                // The usual trouble is that it has ended by itself.
                kill(stray, Signal::SIGKILL).ok();
                while matches!(waitpid(stray, Some(WaitPidFlag::empty())), Ok(WaitStatus::Stopped(..))) {}
            }
        }
    }

    fn children() -> Vec<Pid> {
        let own = getpid().as_raw();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
        pids.filter(|pid| parent(*pid) == Some(own)).map(Pid::from_raw).collect()
    }

    fn parent(pid: i32) -> Option<i32> {
        let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may contain anything; then come the state and the parent.
        status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;

    /// Orphans go to the first process of the machine here.
    pub(in crate::lab) fn adopt() -> io::Result<()> {
        Ok(())
    }

    /// They cannot be told from others here.
    pub(in crate::lab) fn kill_strays() {}
}

pub(super) use system::{adopt, kill_strays};
