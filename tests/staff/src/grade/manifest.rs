//! What is a student's and what is not: one list, `tests/policy/student-files.toml`.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::handout::Lab;

const MANIFEST: &str = include_str!("../../../policy/student-files.toml");

/// The list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    lab: Vec<Entry>,
    pub(super) limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    folder: PathBuf,
    extension: String,
}

/// More than this is no work of a student.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) files: usize,
    pub(super) file_kb: u64,
    pub(super) total_kb: u64,
}

impl Manifest {
    /// The list that is shipped.
    pub(super) fn shipped() -> Self {
        toml::from_str(MANIFEST).expect("a test reads it")
    }

    fn entry(&self, lab: Lab) -> &Entry {
        let found = self.lab.iter().find(|entry| entry.name == lab.pattern());
        found.expect("a test looks for every lab")
    }

    /// The folder that students of this lab write in.
    pub(super) fn folder(&self, lab: Lab) -> &Path {
        &self.entry(lab).folder
    }

    /// Whether a file in it counts.
    pub(super) fn takes(&self, lab: Lab, file: &Path) -> bool {
        let entry = self.entry(lab);
        file.starts_with(&entry.folder) && file.extension() == Some(OsStr::new(&entry.extension))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lab_has_its_sources_and_nothing_else() {
        let manifest = Manifest::shipped();
        for lab in Lab::ALL {
            assert_eq!(manifest.folder(lab), Path::new(lab.folder()).join("src"));
            let takes = |name: &str| manifest.takes(lab, &Path::new(lab.folder()).join(name));
            assert!(takes("src/lib.rs") && takes("src/deep/er.rs"));
            assert!(
                !takes("build.rs") && !takes("Cargo.toml") && !takes("src/notes.txt") && !takes("tests/x.rs")
            );
            assert!(!manifest.takes(lab, Path::new("tests/simulator/src/lib.rs")));
        }
    }
}
