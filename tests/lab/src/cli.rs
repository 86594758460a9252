//! The command line.

mod help;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use help::{DEBUGGING, DOCTOR, EXIT_CODES, HINTS, LOGS, PATTERNS, SCENARIOS, VIEW_HELP};
use protocol::{Clock, trace::TOPICS};
use runner::usage;

use crate::beside;

#[derive(Parser)]
#[command(name = "lab", version, about = "Lists, runs and explains the tests of the labs", after_help = beside::help() + EXIT_CODES)]
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
    /// Show a trace: a column per server, the first wrong event, or where two traces part
    #[command(after_help = LOGS)]
    Logs(Logs),
    /// Run tests, each run in a process of its own
    #[command(after_help = format!("{PATTERNS}\n{EXIT_CODES}"))]
    Test(Test),
    /// Draw a trace as a space-time diagram: one HTML file that opens from disk
    #[command(after_help = VIEW_HELP)]
    View(View),
    /// Explain an official test in three steps: what it checks, what is usually broken, where it says so
    #[command(after_help = HINTS)]
    Hint(Hint),
    /// Open one run of one test in a debugger: the same run, event for event
    #[command(after_help = DEBUGGING)]
    Debug(Debug),
    /// Check what this machine has and lacks, and say which command mends it
    #[command(after_help = DOCTOR)]
    Doctor,
    /// Play a question of the lectures, and keep it as a trace and a page to look at
    #[command(after_help = SCENARIOS)]
    Scenario(Scenario),
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

/// `lab hint`.
#[derive(Args)]
pub(super) struct Hint {
    /// A test, by its name (4A/TestBasic if the name is there twice), or anything `lab test` takes
    #[arg(value_name = "PATTERN", required = true)]
    pub(super) patterns: Vec<String>,
    /// How much to tell
    #[arg(long, value_enum, default_value_t = Level::One)]
    pub(super) level: Level,
}

/// How much of a hint is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// What the test checks, and how
    #[value(name = "1")]
    One,
    /// Which rule is usually broken when it fails
    #[value(name = "2")]
    Two,
    /// Which section or page says what must hold
    #[value(name = "3")]
    Three,
    /// All of it
    All,
}

impl Level {
    /// Whether this much includes level number `level`.
    pub(super) fn includes(self, level: usize) -> bool {
        self == Self::All || self.number() == level
    }

    /// The level after this one.
    pub(super) fn next(self) -> Option<usize> {
        (self.number() < 3).then(|| self.number() + 1)
    }

    fn number(self) -> usize {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three | Self::All => 3,
        }
    }
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
    #[arg(long, value_parser = usage::clock(), default_value = "virtual", env = "LAB_CLOCK", hide_env = true)]
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

/// `lab logs`.
#[derive(Args)]
pub(super) struct Logs {
    /// What `lab test --trace FILE` has written, or a failing run
    pub(super) file: PathBuf,
    /// Only these topics: TIMER VOTE LEADER TERM LOG COMMIT APPLY PERSIST SNAP NET CRASH CLIENT SHARD TEST
    #[arg(long, value_name = "TOPIC", value_delimiter = ',', value_parser = PossibleValuesParser::new(TOPICS), ignore_case = true, hide_possible_values = true)]
    pub(super) topic: Vec<String>,
    /// Only these servers, by their names in the trace
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) server: Vec<String>,
    /// Only what concerns this index of the log
    #[arg(long, value_name = "N")]
    pub(super) index: Option<u64>,
    /// Only what concerns this term
    #[arg(long, value_name = "N")]
    pub(super) term: Option<u64>,
    /// Only what happens around this second
    #[arg(long, value_name = "SECONDS")]
    pub(super) around: Option<f64>,
    /// How far around
    #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = window)]
    pub(super) window: f64,
    /// Messages too: every send, deliver, reply, return and drop
    #[arg(long)]
    pub(super) messages: bool,
    /// Show the first event that breaks a promise of Raft, or else where the test failed, and what led to it
    #[arg(long, conflicts_with = "diff")]
    pub(super) first_bad: bool,
    /// Show where the trace parts from this one
    #[arg(long, value_name = "FILE")]
    pub(super) diff: Option<PathBuf>,
    /// Characters per line [default: as the terminal has; 160 where there is none]
    #[arg(long, value_name = "N")]
    pub(super) width: Option<usize>,
    /// One line per event instead of columns
    #[arg(long)]
    pub(super) list: bool,
}

/// `lab view`.
#[derive(Args)]
pub(super) struct View {
    /// The trace, written by `lab test --trace FILE` or by a failing run
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// Where to write the page [default: FILE with the extension .html]
    #[arg(long, value_name = "FILE.html")]
    pub(super) out: Option<PathBuf>,
}

/// `lab debug`.
#[derive(Args)]
pub(super) struct Debug {
    /// A test, by its name (4A/TestBasic if the name is there twice)
    #[arg(value_name = "TEST", required_unless_present = "build_only")]
    pub(super) test: Option<String>,
    /// Seed of the run
    #[arg(long, value_name = "S", default_value = "1", env = "LAB_SEED", hide_env = true)]
    pub(super) seed: u64,
    /// Build it, or all suites without a TEST, and print the command that a debugger is to run
    #[arg(long)]
    pub(super) build_only: bool,
}

/// `lab scenario`.
#[derive(Args)]
pub(super) struct Scenario {
    /// Which one; without a name, all are listed
    pub(super) name: Option<String>,
    /// Another seed than the one the book tells of
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// Where to write: FILE with the extensions .jsonl and .html [default: target/lab/scenario-NAME]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub(super) fn parse() -> Command {
    usage::parse::<Cli>(Cli::command().mut_subcommand("test", usage::without_empty_variables)).command
}

fn window(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if seconds >= 0.0 && seconds.is_finite() { Ok(seconds) } else { Err("must be 0 or above".to_owned()) }
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
