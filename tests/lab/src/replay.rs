//! Doing a failed run again: how a person does it, and how the bench does it to get the events.

use std::env;

use protocol::{Clock, Failure, FailureKind, TestCase, TraceMode};
use runner::failure::is_to_be_written;

use super::{bench::Bench, hints, plan::Job, report::Outcome};

/// The line that does the run again.
pub(super) fn command(job: &Job, clock: Clock, twice: bool) -> String {
    let clock = if clock == Clock::Real && !job.case.real_clock { " CLOCK=real" } else { "" };
    let check = if twice { " CHECK=1" } else { "" };
    let (part, pattern, raft) = (job.case.part, hints::pattern(&job.case), another_raft());
    format!("make test-{part} TEST={pattern} SEED={}{clock}{check}{raft}", job.seed)
}

/// The line that opens the run in a debugger, if that helps to see where it stands, and if it is the same run there.
pub(super) fn debugger(job: &Job, clock: Clock, failure: &Failure) -> Option<String> {
    let stands = matches!(failure.kind, FailureKind::Hang | FailureKind::Deadlock | FailureKind::Panic);
    let same = clock == Clock::Virtual && another_raft().is_empty();
    let (part, name) = (job.case.part, job.case.name);
    (stands && same && !is_to_be_written(failure))
        .then(|| format!("make debug TEST={part}/{name} SEED={}", job.seed))
}

/// `make RAFT=folder` tests another Raft than ours; make tells its programs by the environment.
fn another_raft() -> String {
    env::var("RAFT")
        .ok()
        .filter(|raft| !raft.is_empty())
        .map_or_else(String::new, |raft| format!(" RAFT={raft}"))
}

/// The line that explains the test, if it is one of the course's.
pub(super) fn hint(case: &TestCase) -> Option<String> {
    hints::is_hinted(case).then(|| format!("make hint TEST={}", hints::pattern(case)))
}

/// If the run failed, does it once more with tracing, which costs too much to be on always.
pub(super) async fn trace_failure(bench: &Bench, job: &Job, outcome: &mut Outcome) {
    let Some(failure) = &outcome.record.failure else { return };
    // On the real clock the second run would be another one.
    if job.case.clock(bench.plan.clock) == Clock::Real || failure.kind == FailureKind::Harness {
        return;
    }
    let file = match bench.traces.reserve(job, "") {
        Ok(Some(file)) => file,
        Ok(None) => return,
        // The verdict stands all the same.
        Err(lost) => return outcome.notes.push(lost),
    };
    let again = bench.run(job, TraceMode::File(file.clone()), None).await.record.failure;
    if let Some(difference) = difference(failure, again.as_ref()) {
        // Whether the wall guard fires depends on the machine; everything else must not.
        outcome.fault = !is_hang(failure) && !again.as_ref().is_some_and(is_hang);
        outcome.notes.push(format!("NOT DETERMINISTIC: done again with the same seed, {difference}"));
    }
    outcome.trace = file.exists().then_some(file);
}

/// Whether the wall guard ended the run.
pub(super) fn is_hang(failure: &Failure) -> bool {
    failure.kind == FailureKind::Hang
}

/// How the second failure differs from the first.
fn difference(first: &Failure, second: Option<&Failure>) -> Option<String> {
    let Some(second) = second else { return Some("it passed".to_owned()) };
    let place = |failure: &Failure| (failure.file.clone(), failure.line, failure.seconds.to_bits());
    // A hang is ended by the wall clock, at a different point each time.
    let same = first.kind == second.kind
        && (is_hang(first) || (first.message == second.message && place(first) == place(second)));
    (!same).then(|| {
        let place = format!("{}:{}", second.file, second.line);
        format!(
            "it failed differently: {:?} at {place} after {:.3} s: {}",
            second.kind, second.seconds, second.message
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(kind: FailureKind, message: &str) -> Failure {
        let (file, step, message) = (String::new(), String::new(), message.to_owned());
        Failure { kind, message, file, line: 1, step, seconds: 1.5, servers: Vec::new() }
    }

    #[test]
    fn a_repetition_must_fail_alike() {
        let first = failure(FailureKind::Check, "no leader");
        assert_eq!(difference(&first, Some(&first.clone())), None);
        assert_eq!(difference(&first, None).as_deref(), Some("it passed"));
        assert!(difference(&first, Some(&failure(FailureKind::Check, "two leaders"))).is_some());
        assert!(difference(&first, Some(&failure(FailureKind::Panic, "no leader"))).is_some());
        let later = Failure { seconds: 1.501, ..first.clone() };
        assert!(difference(&first, Some(&later)).is_some());
    }

    #[test]
    fn hangs_are_alike_wherever_the_guard_caught_them() {
        let first = failure(FailureKind::Hang, "after 2.0 s");
        assert_eq!(difference(&first, Some(&failure(FailureKind::Hang, "after 2.1 s"))), None);
    }
}
