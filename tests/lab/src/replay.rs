//! Doing a failed run again: how a person does it, and how the bench does it to get the events.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use protocol::{Clock, Failure, FailureKind, TestCase, TraceMode};
use runner::{select, suites};

use super::{bench::Bench, hints, plan::Job, report::Outcome};

/// So many failures are traced. More would fill the disk, and nobody reads the eleventh.
const TRACES_MAX: usize = 10;

/// The line that does the run again.
pub(super) fn command(job: &Job, clock: Clock, twice: bool) -> String {
    let clock = if clock == Clock::Real && !job.case.real_clock { " CLOCK=real" } else { "" };
    let check = if twice { " CHECK=1" } else { "" };
    let (part, pattern, raft) = (job.case.part, pattern(&job.case), another_raft());
    format!("make test-{part} TEST={pattern} SEED={}{clock}{check}{raft}", job.seed)
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
    hints::is_hinted(case).then(|| format!("make hint TEST={}", pattern(case)))
}

/// What means this test and no other. Those that are not in this build count too: the line is for any build.
pub(super) fn pattern(case: &TestCase) -> String {
    select::pattern(case, hints::cases().iter().chain(&suites::cases()))
}

/// Where the events of failed runs are kept, and for how many there is still room.
pub(super) struct Traces {
    folder: PathBuf,
    left: AtomicUsize,
}

impl Traces {
    pub(super) fn new() -> Self {
        Self { folder: folder(), left: AtomicUsize::new(TRACES_MAX) }
    }

    /// A new file name for `job`, or `None` if enough has been traced.
    pub(super) fn reserve(&self, job: &Job, suffix: &str) -> Option<PathBuf> {
        let take = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).ok()?;
        // Without the folder the run will say that it cannot write its trace.
        fs::create_dir_all(&self.folder).ok();
        let test = job.case.name.replace(' ', "-");
        let name = format!("{}-{test}-{}{suffix}.jsonl", job.case.part, job.seed);
        let file = self.folder.join(name);
        // What an earlier call left there must not pass for the events of this one.
        fs::remove_file(&file).ok();
        Some(file)
    }
}

/// Beside the other results of the build, if this is a workspace.
pub(super) fn folder() -> PathBuf {
    if Path::new("Cargo.toml").exists() { PathBuf::from("target/lab") } else { env::temp_dir().join("lab") }
}

/// If the run failed, does it once more with tracing, which costs too much to be on always.
pub(super) async fn trace_failure(bench: &Bench, job: &Job, outcome: &mut Outcome) {
    let Some(failure) = &outcome.record.failure else { return };
    // On the real clock the second run would be another one.
    if job.case.clock(bench.plan.clock) == Clock::Real || failure.kind == FailureKind::Harness {
        return;
    }
    let Some(file) = bench.traces.reserve(job, "") else { return };
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
