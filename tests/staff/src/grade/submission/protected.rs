//! Files that are not the student's, and were changed all the same: named, so that nobody wonders, and ignored.

use std::path::{Path, PathBuf};

use super::{Files, Manifest, walk};
use crate::handout::{Handout, Lab, Scope};

/// So many are named one by one.
const NAMED_MAX: usize = 20;
/// No protected file is larger; what is, has been changed.
const FILE_BYTES_MAX: u64 = 4 << 20;
/// What a handout has and its workspace has not.
const HANDOUT_PAGE: &str = "HANDOUT.md";
/// What would have a say in the build.
const BUILD_FILES: [&str; 4] = [".cargo/config.toml", ".cargo/config", "rust-toolchain", "build.rs"];

/// One note for each of them.
pub(super) fn notes(
    root: &Path,
    labs: &[Lab],
    manifest: &Manifest,
    pristine: &Files,
    workspace: &Path,
) -> Vec<String> {
    let mut notes = edited(root, manifest, pristine, workspace);
    notes.extend(not_graded(root, labs, manifest, pristine));
    let places = labs.iter().map(|lab| Path::new(lab.folder()).join("build.rs"));
    for path in BUILD_FILES.iter().map(PathBuf::from).chain(places) {
        if !pristine.contains_key(&path) && root.join(&path).symlink_metadata().is_ok() {
            notes.push(format!("{}: has no say in the build, ignored", path.display()));
        }
    }
    notes
}

fn edited(root: &Path, manifest: &Manifest, pristine: &Files, workspace: &Path) -> Vec<String> {
    let student = |path: &Path| Lab::ALL.iter().any(|&lab| manifest.takes(lab, path));
    let changed = |path: &Path, ours: &[u8]| {
        let there = root.join(path).symlink_metadata().is_ok_and(|found| found.is_file());
        there && walk::file(root, path, FILE_BYTES_MAX).as_deref() != Some(ours)
    };
    let mut paths: Vec<&Path> = pristine
        .iter()
        .filter(|(path, bytes)| !student(path) && changed(path, bytes))
        .map(|(path, _)| path.as_path())
        .collect();
    if !paths.is_empty() && root.join(HANDOUT_PAGE).exists() {
        // A handout differs from the workspace that it was made from, and that is nobody's fault.
        let handout = handed_out(root, workspace);
        paths.retain(|path| handout.get(*path).is_none_or(|ours| changed(path, ours)));
    }
    let mut notes: Vec<String> = paths
        .iter()
        .take(NAMED_MAX)
        .map(|path| format!("{}: edited, ignored: ours is used", path.display()))
        .collect();
    if paths.len() > NAMED_MAX {
        notes.push(format!("{} more protected files: edited, ignored", paths.len() - NAMED_MAX));
    }
    notes
}

/// What the handout was that this submission seems to be made from. The part makes no difference to protected files.
fn handed_out(root: &Path, workspace: &Path) -> Files {
    let lab = Lab::ALL.into_iter().rev().find(|lab| walk::is_folder(root, Path::new(lab.folder())));
    let scope = lab.and_then(|lab| Scope::new(lab, None));
    let handout = scope.and_then(|scope| Handout::new(workspace, &scope).ok());
    let Some(handout) = handout else { return Files::new() };
    handout.files().map(|(path, bytes)| (path.to_owned(), bytes.to_owned())).collect()
}

/// Labs that somebody wrote, but that are not graded: ours stands in their place.
fn not_graded(root: &Path, labs: &[Lab], manifest: &Manifest, pristine: &Files) -> Vec<String> {
    let others = Lab::ALL.into_iter().filter(|lab| !labs.contains(lab));
    let changed = others.filter(|&lab| {
        let ours = pristine.iter().filter(|(path, _)| manifest.takes(lab, path));
        walk::is_folder(root, manifest.folder(lab))
            && ours
                .into_iter()
                .any(|(path, ours)| walk::file(root, path, FILE_BYTES_MAX).as_ref() != Some(ours))
    });
    changed.map(|lab| format!("{}: not graded, ours is used", manifest.folder(lab).display())).collect()
}
