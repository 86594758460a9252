//! The command line.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use clap::{Args, CommandFactory, Parser, Subcommand};
use runner::usage;

use crate::{grade, handout::Lab};

#[derive(Parser)]
#[command(name = "lab", version, about = "Hands labs out, grades what comes back, and tests the tests")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a workspace in which one lab is to be written
    #[command(after_help = HANDOUT)]
    Handout(Handout),
    /// Break the reference in one classic way after the other, and see which test notices
    #[command(after_help = ZOO)]
    Zoo(Zoo),
    /// Grade a submission, or this workspace: points, and reports for whoever wants them
    #[command(after_help = grade::HELP)]
    Grade(grade::Options),
    /// Grade every submission in a folder, and make one table of them
    #[command(after_help = grade::BATCH_HELP)]
    GradeAll(grade::BatchOptions),
    /// Show one part of a grade, as a step of a workflow: the exit code says whether it has all its points
    #[command(after_help = grade::STEP_HELP)]
    GradeStep(grade::StepOptions),
}

/// `lab handout`.
#[derive(Args)]
pub(crate) struct Handout {
    /// Which lab
    #[arg(long, value_enum, value_name = "LAB")]
    pub(crate) lab: Lab,
    /// The part of the lab to begin with, e.g. 2B; earlier parts stay [default: the first]
    #[arg(long, value_name = "PART")]
    pub(crate) part: Option<String>,
    /// Where to write it: a folder that is empty or does not exist
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// `lab zoo`.
#[derive(Args)]
pub(crate) struct Zoo {
    /// Bugs, or folders of them [default: all]
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Seeds after which a bug has survived
    #[arg(long, value_name = "N", default_value = "300")]
    pub(crate) seeds: NonZeroU64,
    /// First seed
    #[arg(long, value_name = "S", default_value = "1")]
    pub(crate) seed: u64,
    /// Runs at the same time [default: the number of cores]
    #[arg(long, value_name = "J")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Take the result of an earlier call where the patch is still the same
    #[arg(long)]
    pub(crate) resume: bool,
    /// Write the table as a page of the book
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
}

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub(crate) fn parse() -> Command {
    usage::parse::<Cli>(Cli::command()).command
}

const HANDOUT: &str = "\
The labs below are the reference's; the functions of this one end in a todo! that says what to do; the labs
above are left out. HANDOUT.md lists what there is to do. Everything is made from the workspace that lab was
built from.

Exit codes:
  0    written
  2    wrong usage: no such lab or part, DIR is not empty, no workspace found";

const ZOO: &str = "\
Each bug is a file below tests/zoo: one mistake in the reference. It is put into a copy of the workspace
below target/zoo, built, and tested seed by seed until the first failure. What is harmless must pass.

  lab zoo                                all of them
  lab zoo raft lab-4/shards-never-deleted
                                         a folder, or one bug
  lab zoo --resume --markdown docs/src/zoo.md
                                         what has not been done yet; then the page of the book

Exit codes:
  0    every bug was caught, and nothing harmless
  1    a bug has survived, or something harmless was caught
  2    wrong usage: no such bug, or a patch that does not fit the reference any more
  3    a patched reference does not build
  130  interrupted by Ctrl-C; go on with --resume";
