//! What the three programs have in common.

use std::{
    io, panic,
    process::{self, ExitCode},
    time::Duration,
};

use anyhow::Result;
use clap::{Parser, error::ErrorKind};

/// Reads the command line and runs. Whatever goes wrong is said in a line, and ends with exit code 1, as in the course.
pub fn main<A: Parser>(run: impl FnOnce(A) -> Result<()>) -> ExitCode {
    let arguments = match A::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Where should one say that nothing can be said?
            error.print().ok();
            return if asked { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// From now on a panic in any task ends the program, with exit code 101. Otherwise it would end that task alone, and a worker
/// would wait for an answer that never comes.
pub fn end_on_panic() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        tell(panic);
        process::exit(101);
    }));
}

/// The runtime of coordinator and workers: one thread for messages; tasks have threads of their own.
///
/// # Errors
/// If the system cannot give what a runtime needs.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Seconds as people write them: `10`, `0.5`.
///
/// # Errors
/// If that is no number, or a negative one, or more than a century.
pub fn seconds(text: &str) -> Result<Duration, String> {
    const CENTURY: f64 = 3.2e9;
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..CENTURY).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("not a reasonable number of seconds".into())
    }
}
