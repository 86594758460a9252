//! Names and appearance of files: who writes what under which name, and that nobody sees half of it.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use tempfile::{Builder, NamedTempFile};

/// Temporary files begin like this; the tests read `mr-out*`, so a half-written file must not be called so.
pub(crate) const TEMPORARY_PREFIX: &str = "mr-tmp-";

/// The reduce partition of `key`, as the course computes it: FNV-1a without its highest bit.
pub fn partition(key: &str, count: u32) -> u32 {
    ihash(key) % count
}

fn ihash(key: &str) -> u32 {
    let fold = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    key.bytes().fold(0x811c_9dc5, fold) & 0x7fff_ffff
}

/// What map task `map` hands to reduce task `reduce`.
pub(crate) fn intermediate_name(map: u32, reduce: u32) -> String {
    format!("mr-{map}-{reduce}")
}

/// What reduce task `reduce` leaves.
pub(crate) fn output_name(reduce: u32) -> String {
    format!("mr-out-{reduce}")
}

/// A file that is being written. It appears under its name by [`Pending::publish`], complete or not at all; dropped before that,
/// nothing of it remains.
pub(crate) struct Pending {
    file: NamedTempFile,
    target: PathBuf,
}

impl Pending {
    /// Begins a file called `name` in `folder`.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self> {
        // Temporary files are for their owner's eyes only, but this one is to stay: the umask decides.
        let file = Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .with_context(|| format!("cannot write {name}"))?;
        Ok(Self { file, target: folder.join(name) })
    }

    pub(crate) fn file(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Gives the file its name, replacing what had it before. The rename is atomic: a reader sees the old file or the new one.
    pub(crate) fn publish(self) -> Result<()> {
        self.file
            .persist(&self.target)
            .with_context(|| format!("cannot rename to {}", self.target.display()))?;
        Ok(())
    }
}

/// Whether files can be made in `folder`.
pub(crate) fn check_writable(folder: &Path) -> Result<()> {
    Pending::create(folder, "files in this directory").map(drop)
}

/// Removes results of an earlier job, which a reader of `mr-out*` would take for ours.
pub(crate) fn remove_outputs(folder: &Path) -> Result<()> {
    remove_where(folder, |name| name.strip_prefix("mr-out-").is_some_and(is_number))
}

/// Removes what workers left that were killed while writing.
pub(crate) fn remove_temporaries(folder: &Path) -> Result<()> {
    remove_where(folder, |name| name.starts_with(TEMPORARY_PREFIX))
}

/// Removes all intermediate files.
pub(crate) fn remove_intermediates(folder: &Path) -> Result<()> {
    remove_where(folder, |name| {
        let numbers = name.strip_prefix("mr-").and_then(|rest| rest.split_once('-'));
        numbers.is_some_and(|(map, reduce)| is_number(map) && is_number(reduce))
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn remove_where(folder: &Path, unwanted: impl Fn(&str) -> bool) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&unwanted) && !entry.file_type()?.is_dir() {
            match fs::remove_file(entry.path()) {
                // Its owner was faster.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                result => result.with_context(|| format!("cannot remove {}", entry.path().display()))?,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn partitions_are_the_courses() {
        let found: Vec<u32> = "a b c d e f g h i j".split(' ').map(|key| partition(key, 10)).collect();
        assert_eq!(found, [2, 9, 0, 5, 6, 3, 4, 3, 4, 1]);
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let names = || fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut pending = Pending::create(folder.path(), "mr-out-3").unwrap();
        pending.file().write_all(b"half").unwrap();
        assert!(names().all(|name| !name.starts_with("mr-out")));
        drop(pending);
        assert_eq!(names().count(), 0);
        let pending = Pending::create(folder.path(), "mr-out-3").unwrap();
        pending.publish().unwrap();
        assert_eq!(names().collect::<Vec<_>>(), ["mr-out-3"]);
    }

    #[test]
    fn only_our_own_files_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let kept = ["mr-out-x", "mr-out-", "mr-1-", "mr-worker-map-7", "pg-1-2"];
        for name in kept.into_iter().chain(["mr-out-0", "mr-out-12", "mr-1-2", "mr-tmp-abc"]) {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        remove_outputs(folder.path()).unwrap();
        remove_intermediates(folder.path()).unwrap();
        remove_temporaries(folder.path()).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), kept.len());
    }
}
