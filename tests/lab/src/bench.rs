//! All that is needed to do a run of a plan.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use protocol::TraceMode;
use runner::{
    child::{self, Ended, Live},
    suites,
};

use super::{
    plan::{Job, Plan},
    traces::Traces,
};

/// A folder that goes when this goes. The crate `tempfile` does it better, and takes a tenth of what a first build takes.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    fn new() -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("lab-{}-{:016x}", process::id(), rand::random::<u64>()));
        // Fails if it is there: then it is not ours.
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, as all that lies there.
        fs::remove_dir_all(&self.0).ok();
    }
}

/// All that is needed to do a job.
pub(crate) struct Bench {
    pub(crate) plan: Plan,
    pub(crate) traces: Traces,
    /// For traces that are only compared.
    pub(crate) scratch: Option<Scratch>,
}

impl Bench {
    pub(crate) fn new(plan: Plan) -> io::Result<Self> {
        let scratch = if plan.check_determinism { Some(Scratch::new()?) } else { None };
        Ok(Self { plan, traces: Traces::new(), scratch })
    }

    /// Does one run.
    pub(crate) async fn run(&self, job: &Job, trace: TraceMode, live: Option<&Live>) -> Ended {
        let suite = suites::of(&job.case).expect("a plan is made of tests that suites have");
        child::run(suite.command().into(), &self.plan.spec(job, trace), live).await
    }
}
