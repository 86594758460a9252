//! Processes that were left to us.
//!
//! Where there are no namespaces, a process can leave its group and outlive its run. If this process adopts orphans
//! ([`adopt`]), such a one becomes our child; a child that we have not started is a stray.

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

    use runner::family::started;

    /// Orphans of what we start become our children from now on.
    pub(in crate::grade) fn adopt() -> io::Result<()> {
        Ok(prctl::set_child_subreaper(true)?)
    }

    /// Kills the children that we have not started, and their children, which then are ours too.
    pub(in crate::grade) fn kill_strays() {
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
    pub(in crate::grade) fn adopt() -> io::Result<()> {
        Ok(())
    }

    /// They cannot be told from others here.
    pub(in crate::grade) fn kill_strays() {}
}

pub(super) use system::{adopt, kill_strays};
