//! The coordinator of a MapReduce job.

use std::{
    num::{NonZeroU32, NonZeroU64},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use mapreduce::{Address, SOCKET_DEFAULT, Settings, command, coordinator};

/// Coordinates a MapReduce job over the given files.
///
/// It gives out tasks to workers (`mrworker APP`, in the same directory) and ends when all are done. The results are then in
/// the files mr-out-0, mr-out-1, … of the working directory: `sort mr-out-*` shows them all.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Input files; each is one map task
    #[arg(required = true)]
    files: Vec<String>,
    /// Reduce tasks, and output files
    #[arg(long, value_name = "N", default_value = "10")]
    reducers: NonZeroU32,
    /// Where to listen: a path for a Unix socket, or tcp://127.0.0.1:PORT (anyone who can connect can take tasks)
    #[arg(long, value_name = "ADDRESS", default_value = SOCKET_DEFAULT)]
    listen: Address,
    /// Cut larger files into several map tasks of about so many bytes, at the borders of words or lines
    #[arg(long, value_name = "N")]
    split_bytes: Option<NonZeroU64>,
    /// Write down there what is done; started again with the same arguments, a killed coordinator goes on from it
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Give a task to another worker if it has not been reported after so long
    #[arg(long, value_name = "SECS", default_value = "10", value_parser = command::seconds)]
    timeout: Duration,
    /// Keep the intermediate files mr-X-Y
    #[arg(long)]
    keep: bool,
    /// Print a summary as one JSON object at the end
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    command::end_on_panic();
    command::main(|arguments: Arguments| {
        anyhow::ensure!(!arguments.timeout.is_zero(), "--timeout must be more than nothing");
        let options = coordinator::Options {
            files: arguments.files,
            reduces: arguments.reducers,
            listen: arguments.listen,
            split_bytes: arguments.split_bytes,
            checkpoint: arguments.checkpoint,
            settings: Settings { timeout: arguments.timeout, ..Settings::default() },
            keep: arguments.keep,
        };
        let summary = command::runtime()?.block_on(coordinator::run(options))?;
        if arguments.json {
            println!("{}", serde_json::to_string(&summary)?);
        }
        Ok(())
    })
}
