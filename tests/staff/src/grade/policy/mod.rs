//! How the staff wants it: a TOML file becomes the list of tests with their seeds, limits and points.
//!
//! Everything that can be wrong with it is found here, before anything is built, with the line it stands in.

mod file;
mod plan;
mod rule;
mod seeds;

use std::{fs, path::Path, time::Duration};

pub(super) use plan::{Planned, Seed};
pub(super) use rule::Rule;

use super::result::Visibility;
use crate::handout::Lab;
use protocol::TestCase;

/// The policy that holds where none is given, with its comments.
pub(super) const DEFAULT: &str = include_str!("../../../../policy/default.toml");
/// Hidden seeds may come from here.
pub(super) const HIDDEN_SEEDS: &str = "LAB_HIDDEN_SEEDS";

/// A policy that has been understood.
#[derive(Debug)]
pub(super) struct Policy {
    /// The labs to be graded, if it says so.
    pub(super) labs: Option<Vec<Lab>>,
    /// All tests that are not left out, in the course's order.
    pub(super) tests: Vec<Planned>,
    /// Wall time for everything.
    pub(super) total: Duration,
    /// Wall time for the build.
    pub(super) build: Duration,
    /// Who may see the build's output and the notes.
    pub(super) visibility: Visibility,
    /// Fastest submissions are wanted.
    pub(super) leaderboard: bool,
}

/// Where a policy comes from.
pub(super) struct Source<'a> {
    /// What messages call it.
    pub(super) name: String,
    pub(super) text: String,
    /// Files that it names are seen from here.
    pub(super) folder: &'a Path,
    /// What [`HIDDEN_SEEDS`] holds.
    pub(super) hidden: Option<String>,
}

impl Policy {
    /// Reads the policy in `path`, or the default one.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn read(
        path: Option<&Path>,
        hidden: Option<String>,
        all: &[TestCase],
    ) -> Result<Self, String> {
        let source = match path {
            None => {
                Source { name: "default policy".into(), text: DEFAULT.into(), folder: Path::new("."), hidden }
            }
            Some(path) => Source {
                name: path.display().to_string(),
                text: fs::read_to_string(path)
                    .map_err(|error| format!("policy {}: {error}", path.display()))?,
                folder: path.parent().unwrap_or(Path::new(".")),
                hidden,
            },
        };
        plan::plan(&source, all)
    }
}

impl Source<'_> {
    /// A complaint about what stands at this position.
    fn complain(&self, at: usize, message: &str) -> String {
        let line =
            self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{}:{line}: {message}", self.name)
    }
}

/// The lab of a part of the course; `None` for what is no lab.
pub(super) fn lab_of(part: &str) -> Option<Lab> {
    Lab::ALL.into_iter().find(|lab| lab.parts().contains(&part))
}

#[cfg(test)]
mod tests;
