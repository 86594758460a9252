//! The `lab` command. See `tests::lab`, and `lab --help`.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    // Decided before anything else is set up: a run begins on a clean slate.
    if env::args_os().nth(1).is_some_and(|argument| argument == tests::lab::RUN_ARGUMENT) {
        tests::sim::child_main()
    }
    #[cfg(feature = "reference")]
    if env::args_os().nth(1).is_some_and(|argument| tests::lab::is_guard(&argument)) {
        tests::lab::guard_main()
    }
    tests::lab::main()
}
