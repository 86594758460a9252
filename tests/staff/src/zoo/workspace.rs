//! The copy of the workspace that bugs are put into.
//!
//! A file is written only if its content is another one: cargo goes by the times of files. And each call begins by comparing all of
//! them, so what an interrupted one has left is put right.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::patch::Changes;

/// What a build needs, besides the crates' folders.
const FILES: [&str; 3] = ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];
const FOLDERS: [&str; 8] =
    ["labgob", "labrpc", "mapreduce", "raft", "kvraft", "shardctrler", "shardkv", "tests"];
/// Not compiled, and large.
const LEFT_OUT: [&str; 2] = ["tests/fixtures", "tests/zoo"];

/// The reference, and its copy.
pub(super) struct Scratch {
    pub(super) reference: PathBuf,
    pub(super) copy: PathBuf,
}

impl Scratch {
    /// Makes the copy what the reference is, with these changes.
    pub(super) fn put(&self, changes: &Changes) -> io::Result<()> {
        let mut files: BTreeSet<PathBuf> = FILES.iter().map(PathBuf::from).collect();
        FOLDERS.iter().try_for_each(|folder| list(&self.reference, Path::new(folder), &mut files))?;
        for file in &files {
            let content = match changes.get(file) {
                Some(changed) => changed.clone().into_bytes(),
                None => fs::read(self.reference.join(file))?,
            };
            write_if_other(&self.copy.join(file), &content)?;
        }
        let mut copied = BTreeSet::new();
        FOLDERS.iter().try_for_each(|folder| list(&self.copy, Path::new(folder), &mut copied))?;
        copied.difference(&files).try_for_each(|gone| fs::remove_file(self.copy.join(gone)))
    }
}

fn write_if_other(file: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(file).is_ok_and(|there| there == content) {
        return Ok(());
    }
    fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
    fs::write(file, content)
}

/// Adds all files below `folder`, by their paths from `root`.
fn list(root: &Path, folder: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || entry.file_name() == "target" || LEFT_OUT.iter().any(|out| path == Path::new(out)) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(root, &path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}
