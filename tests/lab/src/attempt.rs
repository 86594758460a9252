//! One job, with as many runs as it takes: one, two to compare, or one and a repetition with tracing.

use protocol::{Clock, TraceMode};
use runner::child::Live;

use super::{bench::Bench, determinism, plan::Job, replay, report::Outcome};

/// Does `job`, and whatever must be repeated.
pub(crate) async fn attempt(bench: &Bench, job: &Job, live: Option<&Live>) -> Outcome {
    // On the real clock no two runs are alike.
    let comparable = job.case.clock(bench.plan.clock) == Clock::Virtual;
    if let Some(scratch) = bench.scratch.as_ref().filter(|_| comparable) {
        return determinism::twice(bench, job, scratch.path(), live).await;
    }
    let mode = bench.plan.trace.clone().map_or(TraceMode::Off, TraceMode::File);
    let mut outcome = Outcome::from(bench.run(job, mode, live).await);
    match &bench.plan.trace {
        Some(file) => outcome.trace = Some(file.clone()),
        None => replay::trace_failure(bench, job, &mut outcome).await,
    }
    outcome
}
