//! The guard of a run: gives up rights, starts the program, ends as the program ends.
//!
//! Namespaces of processes hold for children only. So with them there are two guards: the outer one makes them and waits; the
//! inner one is the first process in them, and when it ends, the kernel kills all that are left there, wherever they have hidden.

use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    os::unix::process::ExitStatusExt,
    process::{Command, ExitStatus, exit},
};

use nix::{
    sys::{
        signal::{Signal, raise},
        wait::{WaitStatus, waitpid},
    },
    unistd::Pid,
};

use super::{CONFINE_ARGUMENT, CONFINED_ARGUMENT, Confinement, limits, own_program};

/// In place of a program: say what works, and end.
pub(super) const PROBE: &str = "__probe";
/// The guard itself failed; what a shell says of a program that it could not start.
const NOT_STARTED: i32 = 126;
/// A process ended by signal N is told as this + N.
const SIGNALLED: i32 = 128;

/// The process of a guard. Does not return.
pub(crate) fn main() -> ! {
    match guard() {
        Ok(code) => end_as(code),
        Err(error) => {
            eprintln!("lab: the run could not be confined: {error}");
            exit(NOT_STARTED)
        }
    }
}

/// Ends as the program did, so that whoever waits for us learns it.
fn end_as(code: i32) -> ! {
    if let Some(signal) = code.checked_sub(SIGNALLED).and_then(|number| Signal::try_from(number).ok()) {
        // The first process of a namespace is deaf to its own signals: it ends with the code instead.
        raise(signal).ok();
    }
    exit(code)
}

fn guard() -> io::Result<i32> {
    let mut arguments = env::args_os().skip(1);
    let stage = arguments.next().unwrap_or_default();
    let settings = arguments.next().unwrap_or_default();
    let confinement: Confinement = serde_json::from_slice(settings.as_encoded_bytes())?;
    let rest: Vec<OsString> = arguments.collect();
    limits::no_core_files()?;
    if stage == CONFINE_ARGUMENT && confinement.namespaces {
        system::die_with_parent()?;
        system::enter_namespaces()?;
        let mut inner = Command::new(own_program()?);
        inner.arg(CONFINED_ARGUMENT).arg(&settings).args(&rest);
        return inner.status().map(code_of);
    }
    let landlock = system::give_up_rights(&confinement)?;
    match rest.split_first() {
        Some((program, _)) if program == PROBE => {
            println!("{landlock}");
            Ok(0)
        }
        Some((program, arguments)) => run(&confinement, program, arguments),
        None => Err(io::Error::other("no program is named")),
    }
}

/// Starts the program and waits for it, and for whatever it leaves to us.
fn run(confinement: &Confinement, program: &OsStr, arguments: &[OsString]) -> io::Result<i32> {
    let child = Command::new(program).args(arguments).current_dir(&confinement.folder).spawn()?;
    let pid = i32::try_from(child.id()).map_err(io::Error::other)?;
    loop {
        match waitpid(None, None)? {
            WaitStatus::Exited(ended, code) if ended == Pid::from_raw(pid) => return Ok(code),
            WaitStatus::Signaled(ended, signal, _) if ended == Pid::from_raw(pid) => {
                return Ok(SIGNALLED + signal as i32);
            }
            // An orphan.
            _ => {}
        }
    }
}

fn code_of(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| SIGNALLED + signal)).unwrap_or(NOT_STARTED)
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, io};

    use ::landlock::RulesetStatus;
    use nix::{
        sched::{CloneFlags, unshare},
        sys::{prctl, signal::Signal},
        unistd::{Gid, Uid, getegid, geteuid, setgid, setgroups, setuid},
    };

    use crate::grade::confine::{Confinement, landlock};

    pub(super) fn die_with_parent() -> io::Result<()> {
        Ok(prctl::set_pdeathsig(Signal::SIGKILL)?)
    }

    /// Of processes for what we start from now on, of the rest at once. Who is not root becomes the only user of a namespace
    /// of users, as the same user as before.
    pub(super) fn enter_namespaces() -> io::Result<()> {
        let (uid, gid) = (geteuid(), getegid());
        let fresh = CloneFlags::CLONE_NEWPID | CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWIPC;
        if uid.is_root() {
            return Ok(unshare(fresh)?);
        }
        unshare(fresh | CloneFlags::CLONE_NEWUSER)?;
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
        fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
    }

    /// Returns how much of Landlock the kernel knows, in the words of the probe.
    pub(super) fn give_up_rights(confinement: &Confinement) -> io::Result<&'static str> {
        let alone = confinement.uid.is_some() || confinement.namespaces && !geteuid().is_root();
        if let Some(uid) = confinement.uid {
            setgroups(&[])?;
            setgid(Gid::from_raw(uid))?;
            setuid(Uid::from_raw(uid))?;
        }
        // After the change of the user, which would undo it.
        die_with_parent()?;
        // Orphans of the run come to us, not to the first process of the machine.
        prctl::set_child_subreaper(true)?;
        prctl::set_no_new_privs()?;
        if let Some(limits) = confinement.limits {
            limits.set(alone)?;
        }
        let landlock = if confinement.landlock {
            told(landlock::restrict(&confinement.read, &confinement.write)?)
        } else {
            "none"
        };
        // Nobody looks into the memory of the guard.
        prctl::set_dumpable(false)?;
        Ok(landlock)
    }

    fn told(status: RulesetStatus) -> &'static str {
        match status {
            RulesetStatus::FullyEnforced => "whole",
            RulesetStatus::PartiallyEnforced => "part",
            RulesetStatus::NotEnforced => "none",
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;

    use crate::grade::confine::Confinement;

    pub(super) fn die_with_parent() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn enter_namespaces() -> io::Result<()> {
        Err(io::Error::other("this system has no namespaces"))
    }

    pub(super) fn give_up_rights(confinement: &Confinement) -> io::Result<&'static str> {
        if confinement.uid.is_some() || confinement.landlock {
            return Err(io::Error::other("this system offers limits only"));
        }
        confinement.limits.map_or(Ok(()), |limits| limits.set(false)).map(|()| "none")
    }
}
