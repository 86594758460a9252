//! Who is told what: the one type all results come in, and what a writer of results must offer.

use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};

use protocol::{FailureKind, RunRecord};
use runner::{
    child::{Ended, Step},
    exit::{FAILED, HARNESS_FAULT, PASSED},
    output::note,
    source::Output,
};

use super::{
    plan::{Job, Plan},
    table::Table,
};

/// What the workers tell.
pub(super) enum Event {
    /// A run got on; only if the writer wants to know.
    Step(u64, Box<Step>),
    /// A run is over.
    Finished(Job, Box<Outcome>),
}

/// A run that is over, repetitions included.
pub(super) struct Outcome {
    pub(super) record: RunRecord,
    /// What it printed since its last [`Step`].
    pub(super) output: Output,
    /// Where its events are kept.
    pub(super) trace: Option<PathBuf>,
    /// What a person should know besides.
    pub(super) notes: Vec<String>,
    /// The bench is at fault, whatever the record says.
    pub(super) fault: bool,
}

impl From<Ended> for Outcome {
    fn from(ended: Ended) -> Self {
        Self { record: ended.record, output: ended.output, trace: None, notes: Vec::new(), fault: false }
    }
}

impl Outcome {
    pub(super) fn passed(&self) -> bool {
        self.record.failure.is_none() && !self.fault
    }

    fn is_fault(&self) -> bool {
        self.fault || self.record.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::Harness)
    }
}

/// All results together.
pub(super) struct Totals {
    started: Instant,
    /// Runs that should be done.
    pub(super) planned: u64,
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) faults: u64,
    /// Every run was done twice.
    compared: bool,
    pub(super) table: Table,
    /// The exit code of the signal that ended it all.
    pub(super) interrupted: Option<u8>,
}

impl Totals {
    pub(super) fn new(plan: &Plan) -> Self {
        let table = Table::new(plan.clock, plan.cases.iter().map(|case| (case.part, case.name)));
        Self {
            started: Instant::now(),
            planned: plan.len(),
            passed: 0,
            failed: 0,
            faults: 0,
            compared: plan.check_determinism,
            table,
            interrupted: None,
        }
    }

    pub(super) fn add(&mut self, outcome: &Outcome) {
        let passed = outcome.passed();
        *(if passed { &mut self.passed } else { &mut self.failed }) += 1;
        self.faults += u64::from(outcome.is_fault());
        self.table.add(passed, &outcome.record);
    }

    pub(super) fn done(&self) -> u64 {
        self.passed + self.failed
    }

    pub(super) fn wall(&self) -> Duration {
        self.started.elapsed()
    }

    /// How the process should end. A fault of the bench goes before failures: it makes them doubtful.
    pub(super) fn code(&self) -> u8 {
        match self.interrupted {
            Some(code) => code,
            // A run that is missing without an interruption was lost by a bug of ours.
            None if self.faults > 0 || self.done() < self.planned => HARNESS_FAULT,
            None if self.failed > 0 => FAILED,
            None => PASSED,
        }
    }

    /// The last lines of a report for people. The very last one is meant for scripts.
    pub(super) fn closing(&self) -> String {
        let mut text = String::new();
        if self.done() < self.planned {
            let why = if self.interrupted.is_some() { "interrupted" } else { "BENCH FAULT, runs lost" };
            text += &format!("{why}: {} of {} runs done\n", self.done(), self.planned);
        }
        if self.compared {
            text += &format!("determinism: {} runs done twice, {} not alike\n", self.done(), self.faults);
        }
        text += &format!("wall {:.3} s\n", self.wall().as_secs_f64());
        text + &format!("runs: {} passed, {} failed\n", self.passed, self.failed)
    }
}

/// A way to write results. An error ends everything: results that nobody gets are not worth the time.
pub(super) trait Reporter {
    /// Before the first run.
    fn start(&mut self, plan: &Plan) -> io::Result<()>;
    /// Whether [`Reporter::step`] should be called.
    fn wants_steps(&self) -> bool {
        false
    }
    /// Run number `index` got on.
    fn step(&mut self, _index: u64, _step: Step) -> io::Result<()> {
        Ok(())
    }
    /// A run is over. `totals` has it already.
    fn finished(&mut self, job: &Job, outcome: Outcome, totals: &Totals) -> io::Result<()>;
    /// After the last run.
    fn close(&mut self, totals: &Totals) -> io::Result<()>;
}

/// Says on standard error how it ended, where standard output is for programs.
pub(crate) fn note_end(totals: &Totals) {
    totals.closing().lines().for_each(note);
}
