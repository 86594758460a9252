//! A process that may do little: what the kernel offers to somebody without rights, and a little more to root.
//!
//! `lab __confine` takes a [`Confinement`] as its first argument and a program after it. It gives up rights, one kind after
//! the other, and starts the program, which inherits what is left:
//!
//! | means | what it holds back | who has it |
//! | --- | --- | --- |
//! | limits ([`limits`]) | processor time, memory, sizes of files, core dumps | everybody |
//! | a folder of its own | files left behind | everybody |
//! | namespaces ([`stage`]) | processes that outlive the run, signals to others, the network | most, but few containers |
//! | Landlock ([`landlock`]) | reading, writing and deleting elsewhere, the network, signals to others | Linux from 5.13 on; all of it from 6.12 |
//! | a user of its own | the same by file rights; the number of processes | root |
//!
//! [`probe`] tries what is there. What is not is named in the report.

#[cfg(target_os = "linux")]
mod landlock;
mod limits;
mod probe;
mod stage;

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use tokio::process::Command;

pub(super) use limits::Limits;
pub(super) use probe::Means;
pub(crate) use stage::main;

/// The hidden argument by which `lab` starts itself as the guard of a run.
pub(crate) const CONFINE_ARGUMENT: &str = "__confine";
/// The same, inside the namespaces.
pub(crate) const CONFINED_ARGUMENT: &str = "__confined";

/// The first of the users for runs. Debian keeps these numbers free.
const UID_FIRST: u32 = 65_000;
const UIDS: usize = 500;
/// More runs at the same time are rare.
const SLOTS: usize = 16;

/// What a program may do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Confinement {
    /// Fresh namespaces for processes, network and the like.
    namespaces: bool,
    /// Landlock, as far as the kernel knows it.
    landlock: bool,
    /// The user it runs as.
    uid: Option<u32>,
    limits: Option<Limits>,
    /// Where it starts.
    folder: PathBuf,
    /// What it may read and execute.
    read: Vec<PathBuf>,
    /// What it may read and change.
    write: Vec<PathBuf>,
}

impl Confinement {
    /// For a program that works in `folder` and may change nothing else.
    pub(super) fn new(means: &Means, folder: &Path) -> Self {
        Self {
            namespaces: means.namespaces,
            landlock: means.landlock,
            uid: None,
            limits: None,
            folder: folder.to_owned(),
            read: system_folders(),
            write: vec![folder.to_owned()],
        }
    }

    /// In another folder than the one that it may change.
    pub(super) fn starting_in(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// With limits, as number `slot` of those that run at the same time; the folder becomes its own.
    pub(super) fn limited(mut self, means: &Means, limits: Limits, slot: usize) -> io::Result<Self> {
        if means.users {
            // Other graders may be at work on this machine.
            let number = std::process::id() as usize * SLOTS + slot;
            let uid = UID_FIRST + u32::try_from(number % UIDS).unwrap_or(0);
            std::os::unix::fs::chown(&self.folder, Some(uid), Some(uid))?;
            self.uid = Some(uid);
        }
        self.limits = Some(limits);
        Ok(self)
    }

    /// It may read and execute this too.
    pub(super) fn reading<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.read.extend(paths.into_iter().map(Into::into));
        self
    }

    /// It may change this too.
    pub(super) fn writing<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.write.extend(paths.into_iter().map(Into::into));
        self
    }

    /// The command that starts `program` so; arguments may follow. It begins with an empty environment: what is secret to the
    /// grader is in ours.
    pub(super) fn command(
        &self,
        program: &Path,
        environment: &[(OsString, OsString)],
    ) -> io::Result<Command> {
        let mut command = Command::new(own_program()?);
        command.arg(CONFINE_ARGUMENT).arg(serde_json::to_string(self)?).arg(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }
}

/// This program, even if its file has been replaced since.
pub(super) fn own_program() -> io::Result<PathBuf> {
    let image = Path::new("/proc/self/exe");
    if image.exists() { Ok(image.to_owned()) } else { std::env::current_exe() }
}

/// Those variables of ours that have these names.
pub(super) fn variables(names: &[&str]) -> Vec<(OsString, OsString)> {
    names.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?))).collect()
}

/// A variable, for a list of them.
pub(super) fn variable(name: &str, value: impl AsRef<OsStr>) -> (OsString, OsString) {
    (name.into(), value.as_ref().to_owned())
}

/// Programs, libraries and what they need, but nobody's own files, and not `/proc`: through it, a process could write to its own
/// memory and forge what it wants.
fn system_folders() -> Vec<PathBuf> {
    [
        "/bin",
        "/etc",
        "/lib",
        "/lib32",
        "/lib64",
        "/nix/store",
        "/opt",
        "/sbin",
        "/usr",
        "/dev/urandom",
        "/dev/random",
    ]
    .map(PathBuf::from)
    .to_vec()
}
