//! All that is needed to do a run of a plan.

use std::io;

use protocol::TraceMode;
use runner::{
    child::{self, Ended, Live},
    suites,
};
use tempfile::TempDir;

use super::{
    plan::{Job, Plan},
    replay::Traces,
};

/// All that is needed to do a job.
pub(crate) struct Bench {
    pub(crate) plan: Plan,
    pub(crate) traces: Traces,
    /// For traces that are only compared.
    pub(crate) scratch: Option<TempDir>,
}

impl Bench {
    pub(crate) fn new(plan: Plan) -> io::Result<Self> {
        let scratch = if plan.check_determinism { Some(tempfile::tempdir()?) } else { None };
        Ok(Self { plan, traces: Traces::new(), scratch })
    }

    /// Does one run.
    pub(crate) async fn run(&self, job: &Job, trace: TraceMode, live: Option<&Live>) -> Ended {
        let suite = suites::of(&job.case).expect("a plan is made of tests that suites have");
        child::run(suite.command().into(), &self.plan.spec(job, trace), live).await
    }
}
