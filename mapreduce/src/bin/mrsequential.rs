//! The whole job in one process, as a reference.

use std::process::ExitCode;

use clap::Parser;
use mapreduce::{apps, sequential};

/// Runs a MapReduce application in one process and writes mr-out-0.
///
/// The result is what coordinator and workers must come to as well, apart from being in one file.
#[derive(Parser)]
#[command(version, after_help = apps::list())]
struct Arguments {
    /// The application, see below
    app: String,
    /// Input files
    #[arg(required = true)]
    files: Vec<String>,
}

fn main() -> ExitCode {
    mapreduce::command::main(|arguments: Arguments| {
        let app = apps::application(&arguments.app)?;
        sequential::run(&*app, &arguments.files)
    })
}
