//! Where the reference is, and which of its files are handed out.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use super::scope::{Lab, Scope};

/// The page that only a handout has.
pub(super) const PAGE: &str = "HANDOUT.md";

/// Files of the workspace itself. What is not here is about the reference, not about a lab.
const FILES: [&str; 9] = [
    ".gitignore",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "Makefile",
    "README.md",
    "clippy.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// What is about the reference alone. The second Raft is a solution too.
const ABOUT_THE_REFERENCE: [&str; 5] = [
    "tests/fixtures",
    "tests/tests/handout.rs",
    "tests/tests/book.rs",
    "tests/tests/grade",
    "tests/tests/grade_examples.rs",
];

/// Folders that every handout has, next to those of the labs.
const FOLDERS: [&str; 3] = ["labgob", "labrpc", "tests"];

/// The text of files by their path inside the workspace.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The workspace that this command was built from; if that has gone, the one around the current folder.
pub fn find() -> Option<PathBuf> {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).parent().filter(|folder| is_workspace(folder));
    let here = env::current_dir().ok();
    let around = here.as_deref().and_then(|here| here.ancestors().find(|folder| is_workspace(folder)));
    built_from.or(around).map(Path::to_path_buf)
}

fn is_workspace(folder: &Path) -> bool {
    ["Cargo.toml", "tests/Cargo.toml", "labrpc/Cargo.toml"].iter().all(|file| folder.join(file).is_file())
}

/// Reads what is handed out, as it stands in the reference. Neither git nor what it has to say is needed.
pub(super) fn read(workspace: &Path, scope: &Scope) -> io::Result<Files> {
    let mut files = Files::new();
    for name in FILES {
        if workspace.join(name).is_file() {
            files.insert(name.into(), fs::read(workspace.join(name))?);
        }
    }
    let labs = Lab::ALL.into_iter().map(Lab::folder).filter(|folder| !scope.leaves_out(folder));
    for folder in FOLDERS.into_iter().chain(labs) {
        read_folder(workspace, Path::new(folder), &mut files)?;
    }
    Ok(files)
}

fn read_folder(workspace: &Path, folder: &Path, files: &mut Files) -> io::Result<()> {
    for entry in fs::read_dir(workspace.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let name = entry.file_name();
        if name == "target"
            || ABOUT_THE_REFERENCE.iter().any(|own| path == Path::new(own))
            || name.to_string_lossy().starts_with('.')
        {
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

/// Takes a module's files out. `file` is where it was declared.
pub(super) fn remove_module(files: &mut Files, file: &Path, module: &str) {
    let folder = file.parent().unwrap_or(Path::new(""));
    let is_root = matches!(file.file_stem().and_then(|stem| stem.to_str()), Some("lib" | "main" | "mod"));
    let folder = if is_root { folder.to_path_buf() } else { file.with_extension("") };
    files.remove(&folder.join(format!("{module}.rs")));
    files.retain(|path, _| !path.starts_with(folder.join(module)));
}
