//! One job, with as many runs as it takes: one, two to compare, or one and a repetition with tracing.

use std::{
    env, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use tokio::process::Command;

use super::{
    child::{self, Ended},
    determinism,
    plan::{Job, Plan},
    replay::{self, Traces},
    report::{Live, Outcome},
};
use crate::protocol::{Clock, TraceMode};

/// All that is needed to do a job.
pub(super) struct Bench {
    pub(super) plan: Plan,
    program: PathBuf,
    pub(super) traces: Traces,
    /// For traces that are only compared.
    scratch: Option<TempDir>,
}

impl Bench {
    pub(super) fn new(plan: Plan) -> io::Result<Self> {
        let scratch = if plan.check_determinism { Some(tempfile::tempdir()?) } else { None };
        Ok(Self { plan, program: own_program()?, traces: Traces::new(), scratch })
    }

    /// Does `job`, and whatever must be repeated.
    pub(super) async fn attempt(&self, job: &Job, live: Option<&Live>) -> Outcome {
        // On the real clock no two runs are alike.
        let comparable = job.case.clock(self.plan.clock) == Clock::Virtual;
        if let Some(scratch) = self.scratch.as_ref().filter(|_| comparable) {
            return determinism::twice(self, job, scratch.path(), live).await;
        }
        let mode = self.plan.trace.clone().map_or(TraceMode::Off, TraceMode::File);
        let mut outcome = Outcome::from(self.run(job, mode, live).await);
        match &self.plan.trace {
            Some(file) => outcome.trace = Some(file.clone()),
            None => replay::trace_failure(self, job, &mut outcome).await,
        }
        outcome
    }

    /// Does one run.
    pub(super) async fn run(&self, job: &Job, trace: TraceMode, live: Option<&Live>) -> Ended {
        child::run(Command::new(&self.program), &self.plan.spec(job, trace), live).await
    }
}

/// The program to start for a run: this one.
///
/// A build may replace our file while a soak goes on. Linux knows a name for the program itself, whatever
/// becomes of its file, so that all runs of one call are runs of the same code.
pub(super) fn own_program() -> io::Result<PathBuf> {
    let image = Path::new("/proc/self/exe");
    if image.exists() { Ok(image.to_owned()) } else { env::current_exe() }
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        Self { record: ended.record, output: ended.output, trace: None, notes: Vec::new(), fault: false }
    }
}
