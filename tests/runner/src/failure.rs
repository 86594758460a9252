//! A failure as people read it.

use protocol::{Failure, FailureKind};

use crate::output::indented;

/// What a `todo!` of a handout panics with.
const NOT_YET: &str = "not yet implemented: Lab ";

/// A failure without what only the bench knows of it: events and replay.
pub fn told(name: &str, failure: &Failure) -> String {
    let mut text = String::new();
    if failure.kind == FailureKind::Apply {
        // The original aborts the whole package here, without a `--- FAIL` line. Ours keeps the words it
        // aborts with, for scripts that look for them, but names the test and goes on with the others.
        text += &format!("apply error: {}\n", failure.message.trim_start_matches("apply error: "));
    }
    text += &headline(name, failure.seconds);
    text += &message(failure);
    if failure.kind != FailureKind::Check {
        text += &format!("    kind: {}\n", explained(failure));
    }
    if !failure.step.is_empty() {
        text += &format!("    during: {}\n", failure.step);
    }
    if is_to_be_written(failure) {
        // What the servers did has nothing to do with it.
        return text;
    }
    failure.servers.iter().fold(text, |text, server| text + &indented(server, 4))
}

/// Whether the test has run into a function that a handout leaves to be written.
pub fn is_to_be_written(failure: &Failure) -> bool {
    failure.kind == FailureKind::Panic && failure.message.starts_with(NOT_YET)
}

/// The line by which Go says that a test has failed.
pub fn headline(name: &str, seconds: f64) -> String {
    format!("--- FAIL: {name} ({seconds:.2}s)\n")
}

/// As Go does it: four spaces and the place, further lines four more.
fn message(failure: &Failure) -> String {
    let place = match failure.file.as_str() {
        "" => String::new(),
        file => format!("{file}:{}: ", failure.line),
    };
    let (first, rest) = failure.message.split_once('\n').unwrap_or((&failure.message, ""));
    format!("    {place}{first}\n") + &indented(rest, 8)
}

/// The name of a kind in one line of text; JSON has its own spelling.
pub fn name(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Check => "check",
        FailureKind::Panic => "panic",
        FailureKind::Apply => "apply error",
        FailureKind::TimeLimit => "time limit",
        FailureKind::Deadlock => "deadlock",
        FailureKind::Hang => "hang",
        FailureKind::Died => "died",
        FailureKind::Harness => "bench fault",
    }
}

fn explained(failure: &Failure) -> String {
    let meaning = match failure.kind {
        FailureKind::Panic if is_to_be_written(failure) => {
            "this function is to be written; HANDOUT.md lists all of them"
        }
        FailureKind::Check => "the tester found a broken promise",
        FailureKind::Panic => "a task of the code under test panicked",
        FailureKind::Apply => "the commands applied differ between servers or are out of order",
        FailureKind::TimeLimit => "the test took longer than 120 s on its own clock",
        FailureKind::Deadlock => "no task can ever run again",
        FailureKind::Hang => "wall time ran out: an endless loop, or a call that blocks and never returns",
        FailureKind::Died => "the process ended before the test did: exit, abort or a signal",
        FailureKind::Harness => "the bench is at fault, or the code under test escapes its control",
    };
    format!("{} ({meaning})", name(failure.kind))
}
