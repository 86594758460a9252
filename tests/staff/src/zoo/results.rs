//! What came of each bug, kept in a file: a long visit may be interrupted, and gone on with.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::patch::Patch;

/// What came of one patch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// Its name.
    pub(super) bug: String,
    /// Its digest: the result of another patch is no result of this one.
    pub(super) patch: String,
    pub(super) verdict: Verdict,
    /// Wall time until it was built, and in all.
    pub(super) build_seconds: f64,
    pub(super) seconds: f64,
}

/// Who noticed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Caught(Catch),
    Survived {
        /// So many of every relevant test.
        seeds: u64,
    },
}

/// The first failure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Catch {
    pub(super) test: String,
    pub(super) part: String,
    /// The course's, or else one of our strict siblings.
    pub(super) official: bool,
    pub(super) seed: u64,
    /// How many seeds it took.
    pub(super) seeds: u64,
    /// The first line of its message.
    pub(super) headline: String,
}

/// The file with all of them, one per line; of one bug, the last counts.
pub(super) struct Results {
    file: File,
    all: Vec<Outcome>,
}

impl Results {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let text = fs::read_to_string(path).unwrap_or_default();
        // A line that was cut by an interruption is no result.
        let all = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n")?;
        }
        Ok(Results { file, all })
    }

    /// The result of this very patch, if there is one.
    pub(super) fn known(&self, patch: &Patch) -> Option<Outcome> {
        let digest = patch.digest();
        self.all.iter().rfind(|known| known.bug == patch.name && known.patch == digest).cloned()
    }

    /// Writes a result down.
    pub(super) fn add(&mut self, outcome: Outcome) -> io::Result<Outcome> {
        let mut line = serde_json::to_vec(&outcome)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.all.push(outcome.clone());
        Ok(outcome)
    }
}
