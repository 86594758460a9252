//! The workspace in which submissions are built: ours, with theirs laid over it.
//!
//! It stays where it is from one submission to the next, so that cargo builds again only what differs. Cargo goes by paths and
//! times; so there is one folder for it, and a file that differs is written anew. It is in use by one build at a time.

use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, Item, Table, value};

use super::submission::Files;
use crate::handout::Lab;

/// Files of the workspace itself that have a say in the build.
const FILES: [&str; 5] = ["Cargo.lock", "Cargo.toml", "clippy.toml", "rust-toolchain.toml", "rustfmt.toml"];
/// Solutions that are no part of the workspace.
const FIXTURES: &str = "tests/fixtures";

/// The scratch workspace and cargo's folder for it, in use by us.
pub(super) struct Scratch {
    pub(super) workspace: PathBuf,
    pub(super) target: PathBuf,
    /// Held while this lives; the kernel takes it back from whoever dies.
    _lock: File,
}

impl Scratch {
    /// Opens the scratch workspace in `cache`; waits while somebody else builds there.
    pub(super) fn open(cache: &Path) -> io::Result<Self> {
        fs::create_dir_all(cache)?;
        let cache = cache.canonicalize()?;
        let lock = File::create(cache.join("lock"))?;
        lock.lock()?;
        let scratch = Self { workspace: cache.join("workspace"), target: cache.join("target"), _lock: lock };
        fs::create_dir_all(&scratch.workspace)?;
        fs::create_dir_all(&scratch.target)?;
        Ok(scratch)
    }

    /// Makes the workspace consist of these files: writes what differs, removes what is too many.
    pub(super) fn place(&self, files: &Files) -> io::Result<()> {
        let mut there = HashSet::new();
        for (path, bytes) in files {
            let path = self.workspace.join(path);
            if fs::read(&path).ok().as_ref() != Some(bytes) {
                write(&path, bytes)?;
            }
            there.insert(path);
        }
        remove_others(&self.workspace, &there)
    }
}

/// What stands in the way is another submission's.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    }
    for file in path.ancestors().skip(1).filter(|folder| folder.is_file()) {
        fs::remove_file(file)?;
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}

fn remove_others(dir: &Path, there: &HashSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            remove_others(&path, there)?;
        } else if !there.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The workspace as it should be, from the folder where it stands.
pub(super) fn pristine(workspace: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    for name in FILES.iter().filter(|name| workspace.join(name).is_file()) {
        files.insert(name.into(), fs::read(workspace.join(name))?);
    }
    for member in members(&files)? {
        read_folder(workspace, Path::new(&member), &mut files)?;
    }
    Ok(files)
}

fn members(files: &Files) -> io::Result<Vec<String>> {
    let manifest = document(files, Path::new("Cargo.toml"))?;
    let members = manifest["workspace"]["members"].as_array();
    Ok(members.into_iter().flatten().filter_map(|member| member.as_str().map(str::to_owned)).collect())
}

fn read_folder(workspace: &Path, folder: &Path, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(workspace.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if hidden || entry.file_name() == "target" || path == Path::new(FIXTURES) {
            continue;
        }
        if entry.path().is_dir() {
            read_folder(workspace, &path, files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Puts a submission in its place: all that a student may write is theirs, the rest is `pristine`.
///
/// Their crates may not contain `unsafe`: it could read the secret of a run from memory.
pub(super) fn lay_over(
    pristine: &Files,
    labs: &[Lab],
    theirs: &Files,
    is_students: impl Fn(Lab, &Path) -> bool,
) -> io::Result<Files> {
    let mut files = pristine.clone();
    files.retain(|path, _| !labs.iter().any(|&lab| is_students(lab, path)));
    files.extend(theirs.clone());
    for lab in labs {
        let path = Path::new(lab.folder()).join("Cargo.toml");
        let manifest = without_unsafe(document(&files, &path)?);
        files.insert(path, manifest.into_bytes());
    }
    Ok(files)
}

fn without_unsafe(mut manifest: DocumentMut) -> String {
    let mut rust = Table::new();
    rust["unsafe_code"] = value("forbid");
    let mut lints = Table::new();
    lints.set_implicit(true);
    lints["rust"] = Item::Table(rust);
    manifest["lints"] = Item::Table(lints);
    manifest.to_string()
}

fn document(files: &Files, path: &Path) -> io::Result<DocumentMut> {
    let broken = |problem: String| io::Error::other(format!("{}: {problem}", path.display()));
    let bytes = files.get(path).ok_or_else(|| broken("not there".into()))?;
    let text = str::from_utf8(bytes).map_err(|error| broken(error.to_string()))?;
    text.parse().map_err(|error: toml_edit::TomlError| broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_what_is_placed_and_nothing_else() {
        let dir = tempfile::tempdir().expect("a temporary folder can be made");
        let scratch = Scratch::open(dir.path()).expect("it is free");
        let files = |list: &[(&str, &str)]| -> Files {
            list.iter().map(|(path, text)| (path.into(), (*text).into())).collect()
        };
        scratch.place(&files(&[("a/b.rs", "1"), ("c.rs", "2")])).expect("it can be written");
        let kept = fs::metadata(scratch.workspace.join("c.rs"))
            .and_then(|file| file.modified())
            .expect("it is there");
        // A folder where a file was, and a file where a folder was.
        scratch.place(&files(&[("a", "3"), ("c.rs", "2"), ("d/e.rs", "4")])).expect("it can be written");
        scratch.place(&files(&[("a/b.rs", "1"), ("c.rs", "2")])).expect("it can be written");
        assert!(!scratch.workspace.join("d/e.rs").exists());
        assert_eq!(fs::read(scratch.workspace.join("a/b.rs")).expect("it is there"), b"1");
        let now = fs::metadata(scratch.workspace.join("c.rs"))
            .and_then(|file| file.modified())
            .expect("it is there");
        assert_eq!(now, kept, "what does not differ keeps its time");
    }

    #[test]
    fn graded_crates_forbid_unsafe() {
        let manifest = "[package]\nname = \"raft\"\n\n[lints]\nworkspace = true\n";
        let changed = without_unsafe(manifest.parse().expect("this is TOML"));
        assert_eq!(changed, "[package]\nname = \"raft\"\n\n[lints.rust]\nunsafe_code = \"forbid\"\n");
    }
}
