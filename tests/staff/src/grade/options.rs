//! What `lab grade` can be asked.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

use crate::handout::Lab;

/// Below the options.
pub(crate) const HELP: &str = "\
Of a submission only src/**.rs of the graded labs counts; tests, manifests and the other labs are
this workspace's. Without --submission the workspace itself is graded in the same way. Reports are
written after the build and after every test, so that they are valid whenever it ends.

  lab grade --submission ~/hand-ins/ada --lab 2 --out ada-2
  lab grade --print-policy > policy.toml      points, runs, seeds, limits: change it, then
  lab grade --submission … --policy policy.toml --out …

Hidden seeds: the file that the policy names, or the variable LAB_HIDDEN_SEEDS.

Exit codes:
  0    a report was written, whatever the score: also of what does not compile
  1    with --fail-under: a report was written, and the score is below
  2    wrong usage: a bad policy, no such folder, a report that cannot be written there
  5    fault of the bench: writing failed later
  130  interrupted by Ctrl-C (143: terminated); the report is valid, the rest is \"not run\"";

/// `lab grade`.
#[derive(Args)]
pub(crate) struct Options {
    /// The submission [default: this workspace]
    #[arg(long, value_name = "DIR")]
    pub(super) submission: Option<PathBuf>,
    /// Labs to be graded [default: the policy's; or those whose folders are in the submission]
    #[arg(long, value_enum, value_name = "LAB", value_delimiter = ',')]
    pub(super) lab: Vec<Lab>,
    /// How runs become points, see --print-policy [default: the one that it prints]
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Where the reports go; the folder is made if it is not there
    #[arg(long, value_name = "DIR", required_unless_present = "print_policy")]
    pub(super) out: Option<PathBuf>,
    /// Runs at the same time [default: the number of cores]
    #[arg(long, value_name = "J")]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Exit with 1 if the score is below P percent
    #[arg(long, value_name = "P", value_parser = percent)]
    pub(super) fail_under: Option<f64>,
    /// The pristine workspace: tests, manifests, lower labs [default: the one lab was built from]
    #[arg(long, value_name = "DIR")]
    pub(super) workspace: Option<PathBuf>,
    /// What builds leave for the next one [default: target/grade in the workspace]
    #[arg(long, value_name = "DIR")]
    pub(super) cache: Option<PathBuf>,
    /// Write fingerprint.json too: the SHA-256 of every file that was taken, for tools that compare submissions
    #[arg(long)]
    pub(super) fingerprint: bool,
    /// Print the default policy, with its comments, and end
    #[arg(long)]
    pub(super) print_policy: bool,
    /// End when standard input ends: whoever has started this is gone
    #[arg(long, hide = true)]
    pub(super) tied: bool,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=100.0).contains(&percent) { Ok(percent) } else { Err("must be from 0 to 100".to_owned()) }
}
