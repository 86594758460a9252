//! A worker of a MapReduce job.

use std::{num::NonZeroUsize, process::ExitCode, time::Duration};

use clap::Parser;
use mapreduce::{Address, SOCKET_DEFAULT, apps, command, worker};

/// Works for the coordinator of a MapReduce job until the job is done.
///
/// Start it in the coordinator's working directory, as often as you like, whenever you like. It asks for a task, does it,
/// reports it, and asks again. If it is killed, its task is given to another worker.
#[derive(Parser)]
#[command(version, after_help = apps::list())]
struct Arguments {
    /// The application, see below
    app: String,
    /// Where the coordinator is: the path of its socket, or tcp://HOST:PORT
    #[arg(long, value_name = "ADDRESS", default_value = SOCKET_DEFAULT)]
    coordinator: Address,
    /// Tasks at the same time [default: one per core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Wait so long for a coordinator that is not there yet, or has been killed and will be started again
    #[arg(long, value_name = "SECS", default_value = "0", value_parser = command::seconds)]
    retry: Duration,
    /// Write one record per pair, even if the application could merge them first
    #[arg(long)]
    no_combine: bool,
    #[arg(long, hide = true)]
    die_before_rename: Option<u32>,
}

fn main() -> ExitCode {
    command::main(|arguments: Arguments| {
        let app = apps::application(&arguments.app)?;
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let options = worker::Options {
            coordinator: arguments.coordinator,
            threads: arguments.threads.unwrap_or_else(cores),
            retry: arguments.retry,
            combine: !arguments.no_combine,
            die_before_rename: arguments.die_before_rename,
        };
        command::runtime()?.block_on(worker::run(app, options))
    })
}
