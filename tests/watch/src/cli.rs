//! The command line.

use clap::{Args, CommandFactory, Parser, Subcommand};
use protocol::Clock;
use runner::usage;

#[derive(Parser)]
#[command(name = "lab", version, about = "Builds and tests at every save")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and run tests whenever a source file is saved, what failed first
    #[command(after_help = WATCHING)]
    Watch(Watch),
}

/// `lab watch`.
#[derive(Args)]
pub(crate) struct Watch {
    /// Parts, names or regular expressions, as `lab test` takes them
    #[arg(value_name = "PATTERN")]
    pub(crate) patterns: Vec<String>,
    /// Parts include their extra tests, which are not the course's
    #[arg(long)]
    pub(crate) extra: bool,
    /// Seed of every run [default: a new one for each round; what failed keeps its own]
    #[arg(long, value_name = "S", env = "LAB_SEED", hide_env = true)]
    pub(crate) seed: Option<u64>,
    /// The clock the tests live by
    #[arg(long, value_parser = usage::clock(), default_value = "virtual", env = "LAB_CLOCK", hide_env = true)]
    pub(crate) clock: Clock,
}

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub(crate) fn parse() -> Watch {
    let command = Cli::command().mut_subcommand("watch", usage::without_empty_variables);
    let Command::Watch(question) = usage::parse::<Cli>(command).command;
    question
}

const WATCHING: &str = "\
Tests run in the course's order until one fails; its report is shown. When a source file is saved,
everything is built again, and that test runs first, with the same seed: the same failure comes
back, or it is mended and the others follow. A save during a run starts over at once. What does not
build is shown as cargo shows it.

  lab watch 2A                one part
  lab watch TestBackup2B      one test

Exit codes: 2 wrong usage, 4 nothing matched, 130 Ctrl-C.";
