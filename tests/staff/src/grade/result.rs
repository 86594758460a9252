//! What became of a submission: one value, from which every report is written.
//!
//! A [`Grade`] is complete from the start: every test of the policy stands in it as [`Status::NotRun`] before the first is run.
//! So what is written in between is as valid as what is written at the end.

use protocol::{Clock, Failure, Section};
use serde::{Deserialize, Serialize};

/// A submission with its points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Grade {
    /// The name of the submission: that of its folder.
    pub(super) submission: String,
    /// What was found before anything could be run.
    pub(super) build: Build,
    /// What a person should know: edited protected files that were ignored, links that were not followed.
    pub(super) notes: Vec<String>,
    /// In the course's order.
    pub(super) tests: Vec<TestGrade>,
    /// Seconds of wall time so far, build included.
    pub(super) wall_seconds: f64,
    /// Nothing is left to be run.
    pub(super) finished: bool,
    /// A public name and a figure for the forge's table of the fastest, if the policy wants one.
    pub(super) leaderboard: Vec<Leader>,
    /// Who may see what is no test: the build's output and the notes.
    pub(super) visibility: Visibility,
}

/// How far the submission got before its tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Build {
    /// It is still being built, or was when somebody pulled the plug.
    Unfinished,
    /// It was built.
    Done,
    /// It was not even tried: no such folder, foreign dependencies and the like. The text says what to do.
    Refused(String),
    /// The compiler refused it. The text is what it said, cut to a bearable length.
    Failed(String),
}

/// A test with its points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct TestGrade {
    /// Part of the course, e.g. `2A`.
    pub(super) part: String,
    /// Official name, e.g. `TestInitialElection2A`.
    pub(super) name: String,
    /// The official title, without `Test (2A): `; empty where the original prints none.
    pub(super) title: String,
    /// One of the course's tests, or a strict sibling of ours.
    pub(super) official: bool,
    /// Which clock it ran by.
    pub(super) clock: Clock,
    /// Passed, failed, or not yet.
    pub(super) status: Status,
    /// Points it has got.
    pub(super) points: f64,
    /// Points it could get.
    pub(super) points_max: f64,
    /// How runs become points, in words: `all`, `4 of 5`, `fraction`.
    pub(super) rule: String,
    /// Runs that the policy asks for.
    pub(super) planned: u64,
    /// Those that are over, by seed.
    pub(super) runs: Vec<RunGrade>,
    /// Who may see it.
    pub(super) visibility: Visibility,
}

/// Where a test stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// Nothing is known: it was not reached.
    NotRun,
    /// All its points.
    Passed,
    /// Some of its points, or none.
    Failed,
}

/// One run of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct RunGrade {
    /// The seed. Reports for students leave out that of a hidden run.
    pub(super) seed: u64,
    /// The seed is not for students.
    pub(super) hidden: bool,
    /// Why it failed, if it did.
    pub(super) failure: Option<Failure>,
    /// Titles and figures of what ended well.
    pub(super) sections: Vec<Section>,
    /// Seconds on the test's own clock.
    pub(super) seconds: f64,
    /// Seconds of wall time.
    pub(super) wall_seconds: f64,
    /// What it printed, cut to a bearable length; only if it failed.
    pub(super) output: String,
}

/// Who may see something, in Gradescope's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Visibility {
    /// Students, at once.
    #[default]
    Visible,
    /// Staff alone.
    Hidden,
    /// Students, after the due date.
    AfterDueDate,
    /// Students, once grades are published.
    AfterPublished,
}

/// An entry of a table of the fastest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Leader {
    /// What is measured.
    pub(super) name: String,
    /// The figure.
    pub(super) value: f64,
    /// Small ones stand above.
    pub(super) ascending: bool,
}

impl Grade {
    /// Points so far.
    pub(super) fn points(&self) -> f64 {
        sum(self.tests.iter().map(|test| test.points))
    }

    /// Points that could be had.
    pub(super) fn points_max(&self) -> f64 {
        sum(self.tests.iter().map(|test| test.points_max))
    }
}

/// To a millionth: twenty points shared by six tests are twenty again.
pub(super) fn sum(points: impl Iterator<Item = f64>) -> f64 {
    let sum = points.fold(0.0, |sum, points| sum + points);
    (sum * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_what_was_shared() {
        assert_eq!(sum([20.0 / 3.0; 3].into_iter().chain([30.0 / 8.0; 8]).chain([20.0 / 6.0; 6])), 70.0);
        assert_eq!(sum([0.1, 0.2].into_iter()), 0.3);
    }
}
