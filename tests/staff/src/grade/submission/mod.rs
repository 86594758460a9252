//! What somebody handed in: which of its files count, and what is to be said of the others.
//!
//! Nothing in it is trusted: links are not followed, nothing outside the students' folders is read but to be compared, and no
//! more is read than a student would write.

mod dependencies;
mod protected;
mod walk;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::manifest::Manifest;
use crate::handout::Lab;

/// Bytes by path inside the workspace.
pub(super) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// What counts of a submission.
#[derive(Debug)]
pub(super) struct Submission {
    /// Where the workspace is in it.
    root: PathBuf,
    /// The labs whose folders are there.
    pub(super) present: Vec<Lab>,
    /// The files that count.
    pub(super) files: Files,
    /// What was found besides.
    pub(super) notes: Vec<String>,
}

impl Submission {
    /// Looks which labs are there.
    ///
    /// # Errors
    /// If `dir` cannot be listed.
    pub(super) fn find(dir: &Path, manifest: &Manifest) -> io::Result<Self> {
        let mut found =
            Self { root: dir.to_owned(), present: Vec::new(), files: Files::new(), notes: Vec::new() };
        found.present = present(dir, manifest);
        if found.present.is_empty() {
            let folders: Vec<PathBuf> = walk::folders(dir)?;
            let with_labs: Vec<&PathBuf> =
                folders.iter().filter(|folder| !present(folder, manifest).is_empty()).collect();
            if let [only] = with_labs.as_slice() {
                let name = only.file_name().unwrap_or_default().to_string_lossy();
                found.notes.push(format!("the workspace is the folder {name} of the submission"));
                found.present = present(only, manifest);
                found.root.clone_from(only);
            }
        }
        Ok(found)
    }

    /// Takes what counts for `labs`. `pristine` is the workspace as it should be, `workspace` where it stands.
    ///
    /// # Errors
    /// Why it cannot be graded, for the student.
    pub(super) fn take(
        &mut self,
        labs: &[Lab],
        manifest: &Manifest,
        pristine: &Files,
        workspace: &Path,
    ) -> Result<(), String> {
        let labs: Vec<Lab> = labs.iter().copied().filter(|lab| self.present.contains(lab)).collect();
        if labs.is_empty() {
            return Err(self.nothing_there(manifest));
        }
        for &lab in &labs {
            let asked = dependencies::extra(&self.root.join(lab.folder()), lab, pristine)?;
            self.notes.extend(asked);
        }
        for &lab in &labs {
            self.take_folder(lab, manifest)?;
        }
        self.notes.extend(protected::notes(&self.root, &labs, manifest, pristine, workspace));
        Ok(())
    }

    fn nothing_there(&self, manifest: &Manifest) -> String {
        let folders: Vec<String> =
            Lab::ALL.iter().map(|&lab| manifest.folder(lab).display().to_string()).collect();
        let without_sources: Vec<&str> = Lab::ALL
            .iter()
            .map(|lab| lab.folder())
            .filter(|folder| walk::is_folder(&self.root, Path::new(folder)))
            .collect();
        let found = match walk::folders(&self.root) {
            _ if !without_sources.is_empty() => format!("there is no src in {}", without_sources.join(", ")),
            Ok(found) if !found.is_empty() => {
                let names: Vec<_> =
                    found.iter().filter_map(|path| path.file_name()?.to_str()).take(10).collect();
                format!("its folders are: {}", names.join(", "))
            }
            _ => "it has no folders".to_owned(),
        };
        format!(
            "the submission has none of the folders that are to be graded; {found}. Hand in the workspace with at least one of {}",
            folders.join(", ")
        )
    }

    fn take_folder(&mut self, lab: Lab, manifest: &Manifest) -> Result<(), String> {
        let folder = manifest.folder(lab);
        let limits = &manifest.limits;
        let walk = walk::walk(&self.root, folder, limits.files * 4)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        for link in &walk.links {
            self.notes.push(format!("{}: a link, not followed", link.display()));
        }
        let (taken, others): (Vec<_>, Vec<_>) =
            walk.files.into_iter().partition(|(path, _)| manifest.takes(lab, path));
        if let Some((path, _)) = others.first() {
            let more = match others.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            self.notes.push(format!("{}{more}: not taken, only Rust files are", path.display()));
        }
        if taken.is_empty() {
            return Err(format!("{} has no Rust files", folder.display()));
        }
        check_size(&taken, walk.cut_off, folder, manifest)?;
        for (path, _) in taken {
            let bytes =
                fs::read(self.root.join(&path)).map_err(|error| format!("{}: {error}", path.display()))?;
            self.files.insert(path, bytes);
        }
        Ok(())
    }
}

fn check_size(
    taken: &[(PathBuf, u64)],
    cut_off: bool,
    folder: &Path,
    manifest: &Manifest,
) -> Result<(), String> {
    let limits = &manifest.limits;
    if cut_off || taken.len() > limits.files {
        return Err(format!(
            "{} has more than {} files; hand in your own sources only",
            folder.display(),
            limits.files
        ));
    }
    if let Some((path, bytes)) = taken.iter().find(|(_, bytes)| *bytes > limits.file_kb << 10) {
        let size = bytes >> 10;
        return Err(format!(
            "{} has {size} KB; a source file may have {} KB",
            path.display(),
            limits.file_kb
        ));
    }
    let total = taken.iter().map(|(_, bytes)| bytes >> 10).sum::<u64>();
    if total > limits.total_kb {
        return Err(format!(
            "{} has {total} KB; all sources together may have {} KB",
            folder.display(),
            limits.total_kb
        ));
    }
    Ok(())
}

fn present(root: &Path, manifest: &Manifest) -> Vec<Lab> {
    Lab::ALL.into_iter().filter(|&lab| walk::is_folder(root, manifest.folder(lab))).collect()
}

#[cfg(test)]
mod tests;
