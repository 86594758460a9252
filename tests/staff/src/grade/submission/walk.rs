//! Looking around in a folder that a stranger has filled.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// No source tree is deeper.
const DEPTH_MAX: usize = 16;

/// What is in a folder.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Files and their sizes in bytes, sorted.
    pub(super) files: Vec<(PathBuf, u64)>,
    /// Links, sockets and the like: everything that is not simply there.
    pub(super) links: Vec<PathBuf>,
    /// There was more.
    pub(super) cut_off: bool,
}

/// Everything in `root/folder`, by its path inside `root`, but no more than `most` entries.
pub(super) fn walk(root: &Path, folder: &Path, most: usize) -> io::Result<Walk> {
    let mut found = Walk::default();
    let mut left = vec![(folder.to_owned(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = left.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            seen += 1;
            if seen > most || depth > DEPTH_MAX {
                found.cut_off = true;
                return Ok(found);
            }
            let path = folder.join(entry.file_name());
            // Of the entry itself, not of what it may point to.
            let kind = entry.file_type()?;
            if kind.is_dir() {
                left.push((path, depth + 1));
            } else if kind.is_file() {
                found.files.push((path, entry.metadata()?.len()));
            } else {
                found.links.push(path);
            }
        }
    }
    found.files.sort_unstable();
    found.links.sort_unstable();
    Ok(found)
}

/// Whether `root/path` is a folder that is really there, without a link on the way.
pub(super) fn is_folder(root: &Path, path: &Path) -> bool {
    let mut place = root.to_owned();
    path.components().all(|component| {
        place.push(component);
        fs::symlink_metadata(&place).is_ok_and(|found| found.is_dir())
    })
}

/// The file `root/path`, if it is really there, without a link on the way, and not larger than `most` bytes.
pub(super) fn file(root: &Path, path: &Path, most: u64) -> Option<Vec<u8>> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let place = root.join(path);
    let found = fs::symlink_metadata(&place).ok()?;
    (is_folder(root, folder) && found.is_file() && found.len() <= most).then(|| fs::read(place).ok())?
}

/// The folders in a folder, links left out, sorted.
pub(super) fn folders(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable();
    Ok(folders)
}
