//! A failed run as people read it: the failure, what the bench knows besides, and how to go on.

use protocol::FailureKind;
use runner::{
    failure::{headline, is_to_be_written, name, told},
    output::indented,
};

use super::{last_events, plan::Job, replay, report::Outcome};

/// The whole story, beginning with Go's `--- FAIL` line. Empty for a run that passed.
pub(super) fn story(job: &Job, outcome: &Outcome) -> String {
    let mut text = String::new();
    match &outcome.record.failure {
        Some(failure) => text += &told(job.case.name, failure),
        None if outcome.passed() => return text,
        None => text += &headline(job.case.name, outcome.record.seconds),
    }
    for note in &outcome.notes {
        text += &indented(note, 4);
    }
    if let Some(trace) = &outcome.trace {
        if !outcome.record.failure.as_ref().is_some_and(is_to_be_written) {
            text += &last_events::of(trace, &text);
        }
        text += &format!("    events: {}\n", trace.display());
    }
    text += &format!("    replay: {}\n", replay_line(job, outcome));
    let failure = outcome.record.failure.as_ref();
    let debugger = failure.and_then(|failure| replay::debugger(job, outcome.record.clock, failure));
    text += &debugger.map_or_else(String::new, |line| format!("    debug: {line}\n"));
    text + &replay::hint(&job.case).map_or_else(String::new, |line| format!("    hint: {line}\n"))
}

/// The same in one line, for those that come too often.
pub(super) fn line(job: &Job, outcome: &Outcome) -> String {
    let failure = outcome.record.failure.as_ref();
    let first_line = failure.and_then(|failure| failure.message.lines().next()).unwrap_or_default();
    let kind = failure.map_or("fault", |failure| name(failure.kind));
    let seconds = failure.map_or(outcome.record.seconds, |failure| failure.seconds);
    format!("--- FAIL: {} ({seconds:.2}s) SEED={} {kind}: {first_line}\n", job.case.name, job.seed)
}

/// How to do this run again.
pub(super) fn replay_line(job: &Job, outcome: &Outcome) -> String {
    let harness = outcome.record.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Harness);
    replay::command(job, outcome.record.clock, harness)
}
