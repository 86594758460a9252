//! Where the workspace is.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The folder with all crates: where we are, or above.
pub fn find() -> Option<PathBuf> {
    let here = env::current_dir().ok()?.canonicalize().ok()?;
    let is_root =
        |folder: &&Path| folder.join("Cargo.toml").is_file() && folder.join("labrpc/Cargo.toml").is_file();
    here.ancestors().find(is_root).map(Path::to_owned)
}
