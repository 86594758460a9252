//! The command line.

use std::{env, num::NonZeroU64, num::NonZeroUsize, path::PathBuf, time::Duration};

use clap::{
    Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::handout::Lab;
use crate::protocol::Clock;

const EXIT_CODES: &str = "\
Exit codes:
  0    all runs passed
  1    some runs failed
  2    wrong usage: bad option or number, trace file that cannot be written
  3    the build failed (said by the Makefile, never by lab itself)
  4    no test matched
  5    fault of the bench: same seed but different events, or a run that could not be started
  130  interrupted by Ctrl-C (128 + signal for others; 141 if standard output was closed)";

const PATTERNS: &str = "\
Patterns:
  2, 2A, labrpc         a part of the course (2: all parts of Lab 2)
  TestFigure8.*         an official name, or a regular expression for the whole of it
  figure8_2c            a Rust function
Without a pattern: all tests, official and extra. A part stands for its official tests, and with
--extra for the extra ones too.

Environment: LAB_SEED LAB_RUNS LAB_JOBS LAB_CLOCK LAB_TIME_LIMIT stand for the options of these
names where those are missing. An empty one counts as unset.
";

const HANDOUT: &str = "\
The labs below are the reference's; the functions of this one end in a todo! that says what to do; the labs
above are left out. HANDOUT.md lists what there is to do. Everything is made from the workspace that lab was
built from.

Exit codes:
  0    written
  2    wrong usage: no such lab or part, DIR is not empty, no workspace found";

#[derive(Parser)]
#[command(name = "lab", version, about = "Lists and runs the tests of the labs", after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub(super) enum Command {
    /// List tests: part, official name, Rust function, title
    #[command(after_help = PATTERNS)]
    List(List),
    /// Run tests, each run in a process of its own
    #[command(after_help = format!("{PATTERNS}\n{EXIT_CODES}"))]
    Test(Test),
    /// Write a workspace in which one lab is to be written
    #[command(after_help = HANDOUT)]
    Handout(Handout),
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people; a single pass is written as the course's own tests write it
    Text,
    /// For programs: one JSON object per line
    Jsonl,
}

/// Which tests.
#[derive(Args)]
pub(super) struct Choice {
    /// Parts, names or regular expressions, see below
    #[arg(value_name = "PATTERN")]
    pub(super) patterns: Vec<String>,
    /// Parts include their extra tests, which are not the course's
    #[arg(long)]
    pub(super) extra: bool,
}

/// `lab list`.
#[derive(Args)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) choice: Choice,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

/// `lab test`.
#[derive(Args)]
pub(super) struct Test {
    #[command(flatten)]
    pub(super) choice: Choice,
    /// Runs per test, with seeds S, S+1, …
    #[arg(long, value_name = "N", default_value = "1", env = "LAB_RUNS", hide_env = true)]
    pub(super) runs: NonZeroU64,
    /// First seed [default: a random one, which is printed]
    #[arg(long, value_name = "S", env = "LAB_SEED", hide_env = true)]
    pub(super) seed: Option<u64>,
    /// Runs at the same time [default: the number of cores]
    #[arg(long, value_name = "J", env = "LAB_JOBS", hide_env = true)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// The clock the tests live by
    #[arg(long, value_enum, default_value = "virtual", env = "LAB_CLOCK", hide_env = true)]
    pub(super) clock: Clock,
    /// Seconds of wall time after which a run has hung [default: 60, on the real clock 200]
    #[arg(long, value_name = "SECS", value_parser = seconds, env = "LAB_TIME_LIMIT", hide_env = true)]
    pub(super) timeout: Option<Duration>,
    /// Do every run twice and compare all events (virtual clock only)
    #[arg(long, conflicts_with = "trace")]
    pub(super) check_determinism: bool,
    /// Write all events of the run to FILE, as JSON lines; only for a single run of a single test
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// How to write the results
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

/// `lab handout`.
#[derive(Args)]
pub(super) struct Handout {
    /// Which lab
    #[arg(long, value_enum, value_name = "LAB")]
    pub(super) lab: Lab,
    /// The part of the lab to begin with, e.g. 2B; earlier parts stay [default: the first]
    #[arg(long, value_name = "PART")]
    pub(super) part: Option<String>,
    /// Where to write it: a folder that is empty or does not exist
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
}

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub(super) fn parse() -> Command {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(env::args_os());
    let parsed = matches.and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| with_usage(error, &mut command).exit()).command
}

/// clap leaves the usage out where only a value is wrong; it may be a word away from what was meant.
fn with_usage(mut error: clap::Error, command: &mut clap::Command) -> clap::Error {
    let called = command.find_subcommand_mut("test").filter(|_| wrong_value(error.kind()));
    if let Some(test) = called {
        error.insert(ContextKind::Usage, ContextValue::StyledStr(test.render_usage()));
    }
    error
}

fn wrong_value(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ValueValidation | ErrorKind::InvalidValue)
}

/// clap takes an empty environment variable for a value. For people and CI files it means "not set".
fn command() -> clap::Command {
    Cli::command().mut_subcommand("test", |test| {
        test.mut_args(|arg| {
            let empty = arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
            if empty { arg.env(None) } else { arg }
        })
    })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    // The upper limit keeps every later sum of times in range; it is eleven days.
    if seconds > 0.0 && seconds <= 1e6 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("must be above 0 and at most 1000000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn time_limits_are_positive_and_finite() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for bad in ["0", "-1", "nan", "inf", "1e300", "two", ""] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
