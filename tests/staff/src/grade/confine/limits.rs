//! Limits of processes, as every Unix has them.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::{Deserialize, Serialize};

const MB: u64 = 1 << 20;
/// Open files: far more than a test needs, and little memory for the kernel.
const FILES: u64 = 4096;

/// What a run may use. Memory, processor time and sizes of files are counted for each process of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::grade) struct Limits {
    /// Processor time, in seconds.
    pub(in crate::grade) cpu_seconds: u64,
    /// Memory that can be written to, stacks of threads included.
    pub(in crate::grade) memory_mb: u64,
    /// The size of a file.
    pub(in crate::grade) file_mb: u64,
    /// Processes and threads of the run together, where they can be counted.
    pub(in crate::grade) processes: u64,
}

impl Limits {
    /// Sets them for this process and all that it will start. Processes are counted only if `alone`: without a user or
    /// a namespace of our own, those of the whole user would be counted.
    pub(super) fn set(self, alone: bool) -> io::Result<()> {
        lower(Resource::RLIMIT_CPU, self.cpu_seconds, self.cpu_seconds + 1)?;
        // Not the address space: allocators reserve much more of it than they ever use.
        same(Resource::RLIMIT_DATA, self.memory_mb * MB)?;
        same(Resource::RLIMIT_FSIZE, self.file_mb * MB)?;
        same(Resource::RLIMIT_NOFILE, FILES)?;
        if alone {
            same(Resource::RLIMIT_NPROC, self.processes)?;
        }
        Ok(())
    }
}

/// No core files: they would be as large as the process was.
pub(super) fn no_core_files() -> io::Result<()> {
    same(Resource::RLIMIT_CORE, 0)
}

fn same(resource: Resource, value: u64) -> io::Result<()> {
    lower(resource, value, value)
}

/// Never above what we have ourselves.
fn lower(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let (_, most) = getrlimit(resource)?;
    Ok(setrlimit(resource, soft.min(most), hard.min(most))?)
}
