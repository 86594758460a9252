//! One job, with as many runs as it takes: one, two to compare, or one and a repetition with tracing.

use std::{env, io, path::PathBuf};

use tempfile::TempDir;

use super::{
    child::{self, Ended},
    determinism,
    plan::{Job, Plan},
    replay::{self, Traces},
    report::{Live, Outcome},
};
use crate::protocol::TraceMode;

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
        Ok(Self { plan, program: env::current_exe()?, traces: Traces::new(), scratch })
    }

    /// Does `job`, and whatever must be repeated.
    pub(super) async fn attempt(&self, job: &Job, live: Option<&Live>) -> Outcome {
        if let Some(scratch) = &self.scratch {
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
        child::run(&self.program, &self.plan.spec(job, trace), live).await
    }
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        Self { record: ended.record, output: ended.output, trace: None, notes: Vec::new(), fault: false }
    }
}
