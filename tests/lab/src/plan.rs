//! Which runs are to be done, and whether they can be done at all: everything that can be wrong with the
//! question is found here, before the first run.

use std::{
    fmt,
    fs::{self, OpenOptions},
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use protocol::{Clock, RunSpec, TestCase, TraceMode};
use runner::{
    exit::{NOTHING_MATCHED, USAGE},
    order::order,
    output::note,
    seed,
    select::{Unmatched, select},
    suites::{self, Suite},
};

use super::cli::{self, Format};

/// Why nothing will be run.
#[derive(Debug)]
pub(super) enum Refusal {
    /// No such test.
    Unmatched(Unmatched),
    /// The options do not fit together, or the trace file cannot be written.
    Usage(String),
}

impl Refusal {
    /// The exit code for it.
    fn code(&self) -> u8 {
        match self {
            Self::Unmatched(Unmatched::Nothing { .. }) => NOTHING_MATCHED,
            Self::Unmatched(Unmatched::BadExpression { .. }) | Self::Usage(_) => USAGE,
        }
    }
}

impl Refusal {
    /// Says why nothing was run, and with which code to end.
    pub(super) fn told(&self) -> u8 {
        note(&format!("error: {self}"));
        self.code()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmatched(unmatched) => unmatched.fmt(f),
            Self::Usage(reason) => reason.fmt(f),
        }
    }
}

/// All runs of one call of `lab test`.
pub(super) struct Plan {
    /// The tests, those of one package side by side.
    pub(super) cases: Vec<TestCase>,
    /// Runs per test.
    pub(super) runs: NonZeroU64,
    /// Seed of the first run of every test.
    pub(super) seed: u64,
    pub(super) clock: Clock,
    /// Runs at the same time.
    pub(super) jobs: NonZeroUsize,
    /// Wall limit per run, if not the usual one of its clock.
    pub(super) timeout: Option<Duration>,
    pub(super) trace: Option<PathBuf>,
    pub(super) check_determinism: bool,
    pub(super) format: Format,
}

/// One (test, seed).
#[derive(Clone, Copy)]
pub(super) struct Job {
    /// Its place in the plan.
    pub(super) index: u64,
    pub(super) case: TestCase,
    pub(super) seed: u64,
}

impl Plan {
    /// Turns the question into runs.
    pub(super) fn new(question: cli::Test) -> Result<Self, Refusal> {
        // Asking for nothing in particular means everything, so `--extra` is implied.
        let extra = question.choice.extra || question.choice.patterns.is_empty();
        let cases = select(&suites::cases(), &question.choice.patterns, extra).map_err(Refusal::Unmatched)?;
        let plan = Self {
            cases: by_package(cases),
            runs: question.runs,
            seed: question.seed.unwrap_or_else(seed::random),
            clock: question.clock,
            jobs: question.jobs.unwrap_or_else(cores),
            timeout: question.timeout,
            trace: question.trace,
            check_determinism: question.check_determinism,
            format: question.format,
        };
        plan.check().map_err(Refusal::Usage)?;
        Ok(plan)
    }

    /// How many runs there are. Saturates: nobody will see the end of that many.
    pub(super) fn len(&self) -> u64 {
        self.runs.get().saturating_mul(self.cases.len() as u64)
    }

    /// The run at `index`: first every test once, then every test with the next seed, so that a test that
    /// always fails shows up in the first minute of a long soak and not at its end.
    pub(super) fn job(&self, index: u64) -> Option<Job> {
        let tests = self.cases.len() as u64;
        let case = *self.cases.get(usize::try_from(index.checked_rem(tests)?).ok()?)?;
        (index < self.len()).then(|| Job { index, case, seed: self.seed.wrapping_add(index / tests) })
    }

    /// The clock that the tests live by: real if none of them knows another.
    pub(super) fn clock_of_all(&self) -> Clock {
        if self.cases.iter().all(|case| case.real_clock) { Clock::Real } else { self.clock }
    }

    /// Whether all that the code under test may ask of the system follows the seed.
    pub(super) fn is_seedable(&self) -> bool {
        self.suites().iter().all(|suite| suite.listing.seedable)
    }

    /// The programs that have the tests.
    pub(super) fn suites(&self) -> Vec<&'static Suite> {
        let has_one = |suite: &&Suite| self.cases.iter().any(|case| suite.listing.tests.contains(case));
        suites::all().iter().filter(has_one).collect()
    }

    /// The order for one run of `job`.
    pub(super) fn spec(&self, job: &Job, trace: TraceMode) -> RunSpec {
        order(&job.case, job.seed, self.clock, trace, self.timeout)
    }

    fn check(&self) -> Result<(), String> {
        if self.check_determinism && self.clock == Clock::Real {
            return Err(
                "--check-determinism needs the virtual clock: on the real one no two runs are alike".into()
            );
        }
        match &self.trace {
            Some(_) if self.len() > 1 => Err(format!(
                "--trace writes one run into one file, but this would be {} runs; \
                 name one test (make: TEST=TestName) and leave out --runs",
                self.len()
            )),
            Some(file) => check_writable(file),
            None => Ok(()),
        }
    }
}

/// Opens `file` for writing, as the run will later do, but leaves what is in it alone.
fn check_writable(file: &Path) -> Result<(), String> {
    let existed = file.exists();
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened.map_err(|error| format!("cannot write the trace to {}: {error}", file.display()))?;
    if !existed {
        // Nothing has happened yet, so nothing should be left if the run never comes to writing.
        fs::remove_file(file).ok();
    }
    Ok(())
}

/// Brings the tests of a package together, packages in order of their first test.
fn by_package(cases: Vec<TestCase>) -> Vec<TestCase> {
    let mut packages: Vec<&str> = Vec::new();
    for case in &cases {
        if !packages.contains(&case.package()) {
            packages.push(case.package());
        }
    }
    let mut cases = cases;
    cases.sort_by_key(|case| packages.iter().position(|package| *package == case.package()));
    cases
}

fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
