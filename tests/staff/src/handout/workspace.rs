//! Where the reference is, and which of its files are handed out.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
};

use super::{gated::Module, scope::Scope};

/// The page that only a handout has.
pub(super) const PAGE: &str = "HANDOUT.md";

/// Files of the workspace itself. What is not here is about the reference, not about a lab.
const FILES: [&str; 10] = [
    ".ci/with-raft",
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

/// What is handed out of a crate. Whatever else there is beside it, today or later, is about the reference: other solutions, tests of
/// the bench, tools for its makers.
const OF_A_CRATE: [&str; 5] = ["Cargo.toml", "README.md", "benches", "examples", "src"];

/// Its own tests, of each crate but the commands': those test the bench, with the reference as the code under test.
const OWN_TESTS: &str = "tests";
/// The commands' crates.
pub(super) const COMMANDS: [&str; 2] = ["tests/lab", "tests/watch"];

/// The text of files by their path inside the workspace.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The workspace that this command was built from; if that has gone, the one around the current folder.
pub fn find() -> Option<PathBuf> {
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| is_workspace(folder));
    let here = env::current_dir().ok();
    let around = here.as_deref().and_then(|here| here.ancestors().find(|folder| is_workspace(folder)));
    built_from.or(around).map(Path::to_path_buf)
}

fn is_workspace(folder: &Path) -> bool {
    ["Cargo.toml", "labgob/Cargo.toml", "labrpc/Cargo.toml"].iter().all(|file| folder.join(file).is_file())
}

/// Reads what is handed out, as it stands in the reference. Neither git nor what it has to say is needed.
pub(super) fn read(workspace: &Path, scope: &Scope) -> io::Result<Files> {
    let mut files = Files::new();
    for name in FILES {
        if workspace.join(name).is_file() {
            files.insert(name.into(), fs::read(workspace.join(name))?);
        }
    }
    for folder in scope.folders() {
        let own_tests = (!COMMANDS.contains(&folder.as_str())).then_some(OWN_TESTS);
        for name in OF_A_CRATE.into_iter().chain(own_tests) {
            read_all(workspace, Path::new(&folder).join(name), &mut files)?;
        }
    }
    Ok(files)
}

/// Reads a file, or a folder with all that is in it; nothing if there is none.
fn read_all(workspace: &Path, path: PathBuf, files: &mut Files) -> io::Result<()> {
    let place = workspace.join(&path);
    if place.is_dir() {
        for entry in fs::read_dir(place)? {
            let name = entry?.file_name();
            if !name.to_string_lossy().starts_with('.') {
                read_all(workspace, path.join(name), files)?;
            }
        }
    } else if place.is_file() {
        files.insert(path, fs::read(place)?);
    }
    Ok(())
}

/// Takes a module's files out. `file` is where it was declared.
pub(super) fn remove_module(files: &mut Files, file: &Path, module: &Module) {
    let places = places(file, module);
    files.retain(|path, _| !places.iter().any(|place| path.starts_with(place)));
}

/// The texts of a module's files, one after the other.
pub(super) fn module_text(files: &Files, file: &Path, module: &Module) -> String {
    let places = places(file, module);
    let own = files.iter().filter(|(path, _)| places.iter().any(|place| path.starts_with(place)));
    own.map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect()
}

/// Where a module may stand: a file, and a folder.
fn places(file: &Path, module: &Module) -> [PathBuf; 2] {
    let beside = file.parent().unwrap_or(Path::new(""));
    let is_root = matches!(file.file_stem().and_then(|stem| stem.to_str()), Some("lib" | "main" | "mod"));
    let inside = if is_root { beside.to_path_buf() } else { file.with_extension("") };
    let own = match &module.path {
        Some(path) => beside.join(path),
        None => inside.join(format!("{}.rs", module.name)),
    };
    [own, inside.join(&module.name)]
}
