//! Reading a command line so that a mistake is answered with what would have been right.

use std::env;

use clap::{
    Command, FromArgMatches,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    error::{ContextKind, ContextValue, ErrorKind},
};
use protocol::Clock;

/// Reads the command line, or ends the process with clap's message (help: 0, bad usage: 2).
pub fn parse<T: FromArgMatches>(mut command: Command) -> T {
    let matches = command.try_get_matches_from_mut(env::args_os());
    let parsed = matches.and_then(|matches| T::from_arg_matches(&matches));
    parsed.unwrap_or_else(|error| with_usage(error, &mut command).exit())
}

/// clap takes an empty environment variable for a value. For people and CI files it means "not set".
pub fn without_empty_variables(command: Command) -> Command {
    command.mut_args(|arg| {
        let empty = arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
        if empty { arg.env(None) } else { arg }
    })
}

/// The clocks, with what they are.
pub fn clock() -> impl TypedValueParser<Value = Clock> {
    let help = |clock| match clock {
        Clock::Virtual => {
            "Paused clock on one thread: sleeping costs nothing, one seed is one run, bit for bit"
        }
        Clock::Real => "Several threads in real time, as the course runs its tests",
    };
    let values = Clock::ALL.map(|clock| PossibleValue::new(clock.name()).help(help(clock)));
    PossibleValuesParser::new(values)
        .map(|name| Clock::ALL.into_iter().find(|clock| clock.name() == name).unwrap_or(Clock::Virtual))
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
