//! Whether a submission is the one that was graded, under the same rules.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::question::{Batch, Submission};

/// The hash of all that decides on the points: the Rust files and manifests of the submission, the policy, hidden seeds, and what
/// `lab grade` is asked. Times of files do not count: a submission may be downloaded anew.
///
/// # Errors
///
/// If a file of the submission cannot be read.
pub(super) fn of(batch: &Batch, submission: &Submission) -> io::Result<String> {
    let mut files = Vec::new();
    collect(&submission.folder, &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    // How many runs go on at the same time is no rule.
    for argument in batch.arguments.iter().filter(|argument| !argument.starts_with("--jobs")) {
        add(&mut hash, argument.as_bytes());
    }
    add(&mut hash, &batch.rules);
    for file in files {
        let name = file.strip_prefix(&submission.folder).unwrap_or(&file);
        add(&mut hash, name.as_os_str().as_encoded_bytes());
        add(&mut hash, &fs::read(&file)?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// With its length, so that no two lists of pieces look alike.
fn add(hash: &mut Sha256, piece: &[u8]) {
    hash.update((piece.len() as u64).to_le_bytes());
    hash.update(piece);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let name = entry.file_name();
        // A link could lead anywhere, back to its own folder too.
        if kind.is_dir() && name != "target" && !name.as_encoded_bytes().starts_with(b".") {
            collect(&path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|kind| kind == "rs" || kind == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
