//! One grading, from the build to the last run.

use std::{
    cell::RefCell,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use futures::{TryStreamExt, stream};
use protocol::{Failure, FailureKind, RunRecord, RunSpec, TraceMode};
use runner::{child, order::order, suites};
use tempfile::TempDir;
use tokio::time::{Instant, timeout_at};

use super::{
    build::{Builder, Trouble},
    confine::{Confinement, Means, variable, variables},
    policy::{Planned, Seed},
    result::{Build, RunGrade},
    scratch::Scratch,
    sheet::{Sheet, run_grade},
    strays,
    submission::Files,
};
use crate::handout::Lab;

/// What a run may know of our environment.
const VARIABLES: [&str; 5] = ["PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ"];

/// All that is needed to grade.
pub(super) struct Conductor {
    pub(super) means: Means,
    pub(super) cache: PathBuf,
    /// The workspace with the submission in its place.
    pub(super) files: Files,
    /// What is built and run.
    pub(super) labs: Vec<Lab>,
    pub(super) jobs: usize,
    pub(super) build_limit: Duration,
    pub(super) total_limit: Duration,
    /// For everything that goes when this goes.
    folder: TempDir,
    /// Numbers of runs at the same time that are free.
    slots: RefCell<Vec<usize>>,
}

impl Conductor {
    pub(super) fn new(cache: PathBuf, files: Files, labs: Vec<Lab>, jobs: usize) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("lab-grade-").tempdir()?;
        // Others may pass, but not look around: a run may have a user of its own.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711))?;
        fs::create_dir(folder.path().join("build"))?;
        fs::create_dir(folder.path().join("programs"))?;
        fs::set_permissions(folder.path().join("programs"), fs::Permissions::from_mode(0o755))?;
        Ok(Self {
            means: Means::probe(folder.path())?,
            cache,
            files,
            labs,
            jobs,
            build_limit: Duration::MAX,
            total_limit: Duration::MAX,
            folder,
            slots: RefCell::new((0..jobs).rev().collect()),
        })
    }

    /// Builds and runs everything; what is found stands on the sheet.
    pub(super) async fn conduct(&self, sheet: &RefCell<Sheet>) -> io::Result<()> {
        sheet.borrow_mut().grade.notes.extend(self.means.gaps());
        strays::adopt()?;
        let deadline = Instant::now() + self.total_limit;
        if !self.build(sheet).await? {
            return sheet.borrow_mut().finish(None);
        }
        let count = sheet.borrow().grade.tests.len();
        let tests = stream::iter((0..count).map(Ok::<usize, io::Error>));
        let all = tests.try_for_each_concurrent(self.jobs, |index| self.test(index, sheet));
        let ended = timeout_at(deadline, all).await;
        self.sweep();
        let note = match ended {
            Ok(result) => result.map(|()| None)?,
            Err(_) => Some(format!(
                "the time for everything, {} s, is over: {} tests were not run to their end and have no points",
                self.total_limit.as_secs_f64(),
                sheet.borrow().left()
            )),
        };
        sheet.borrow_mut().finish(note)
    }

    /// Whether there is something to run.
    async fn build(&self, sheet: &RefCell<Sheet>) -> io::Result<bool> {
        // Somebody else's build may take a while.
        let cache = self.cache.clone();
        let scratch =
            tokio::task::spawn_blocking(move || Scratch::open(&cache)).await.map_err(io::Error::other)??;
        scratch.place(&self.files)?;
        let folder = self.folder.path().join("build");
        let limit = self.build_limit.min(self.total_limit);
        let builder = Builder { scratch: &scratch, means: &self.means, folder: &folder, limit };
        let built = builder.build(&self.labs, &self.programs()).await?;
        let mut sheet = sheet.borrow_mut();
        sheet.grade.build = match built {
            Ok(()) => Build::Done,
            Err(Trouble::Broken(errors)) => Build::Failed(errors),
            Err(Trouble::TimedOut(limit)) => {
                Build::Failed(format!("the build took longer than {} s and was ended", limit.as_secs_f64()))
            }
        };
        sheet.write()?;
        Ok(sheet.grade.build == Build::Done)
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("programs")
    }

    /// All runs of a test, one after the other, until its points are settled.
    async fn test(&self, index: usize, sheet: &RefCell<Sheet>) -> io::Result<()> {
        let planned = sheet.borrow().planned(index);
        let slot = self.slots.borrow_mut().pop().unwrap_or(0);
        for seed in &planned.seeds {
            let run = self.run(&planned, *seed, slot).await;
            self.sweep();
            if sheet.borrow_mut().add(index, run) {
                break;
            }
        }
        self.slots.borrow_mut().push(slot);
        sheet.borrow_mut().write()
    }

    fn sweep(&self) {
        if self.means.can_leave_processes() {
            strays::kill_strays();
        }
    }

    async fn run(&self, planned: &Planned, seed: Seed, slot: usize) -> RunGrade {
        let spec = order(&planned.case, seed.value, planned.clock, TraceMode::Off, Some(planned.wall));
        let own = tempfile::Builder::new().prefix("run-").tempdir_in(self.folder.path());
        let started = own.and_then(|own| Ok((self.command(own.path(), planned, slot)?, own)));
        match started {
            Ok((command, own)) => {
                let ended = child::run(command, &spec, None).await;
                // It may have made folders that only it could empty; they go with the rest, or with the machine.
                own.close().ok();
                run_grade(ended.record, seed.hidden, &ended.output.text())
            }
            Err(error) => run_grade(not_started(&spec, &error), seed.hidden, ""),
        }
    }

    /// What starts a run in its own folder.
    fn command(&self, own: &Path, planned: &Planned, slot: usize) -> io::Result<tokio::process::Command> {
        let mut environment = variables(&VARIABLES);
        environment.extend([variable("HOME", own), variable("TMPDIR", own), variable("RUST_BACKTRACE", "0")]);
        let programs = self.programs();
        let mut confinement = Confinement::new(&self.means, own).reading([&programs]);
        if let Some(corpus) = corpus() {
            environment.push(variable("CORPUS", &corpus));
            confinement = confinement.reading([corpus]);
        }
        confinement
            .limited(&self.means, planned.limits, slot)?
            .command(&programs.join(suites::of_part(planned.case.part)), &environment)
    }
}

/// Books for Lab 1, if somebody has chosen some.
fn corpus() -> Option<PathBuf> {
    let chosen = std::env::var_os("CORPUS").filter(|folder| !folder.is_empty())?;
    PathBuf::from(chosen).canonicalize().ok()
}

/// The bench is at fault, not the submission; it is not graded for it without a word.
fn not_started(spec: &RunSpec, error: &io::Error) -> RunRecord {
    RunRecord {
        nonce: String::new(),
        part: spec.part.clone(),
        test: spec.test.clone(),
        seed: spec.seed,
        clock: spec.clock,
        failure: Some(Failure {
            kind: FailureKind::Harness,
            message: format!("the run could not be prepared: {error}"),
            file: String::new(),
            line: 0,
            step: String::new(),
            seconds: 0.0,
            servers: Vec::new(),
        }),
        sections: Vec::new(),
        seconds: 0.0,
        wall_seconds: 0.0,
        trace_hash: None,
        trace_events: 0,
    }
}
