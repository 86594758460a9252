//! Reading a command line so that a mistake is answered with what would have been right.

use std::env;

use clap::{
    Command, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub fn parse<T: FromArgMatches>(mut command: Command) -> T {
    let matches = command.try_get_matches_from_mut(env::args_os());
    let parsed = matches.and_then(|matches| T::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| with_usage(error, &mut command).exit())
}

/// clap leaves the usage out where only a value is wrong; it may be a word away from what was meant.
fn with_usage(mut error: clap::Error, command: &mut Command) -> clap::Error {
    let Some(name) = env::args().nth(1).filter(|_| wrong_value(error.kind())) else { return error };
    // The whole command in front, which clap knows only after it has read a line.
    command.build();
    if let Some(called) = command.find_subcommand_mut(&name) {
        error.insert(ContextKind::Usage, ContextValue::StyledStr(called.render_usage()));
    }
    error
}

fn wrong_value(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ValueValidation | ErrorKind::InvalidValue)
}
