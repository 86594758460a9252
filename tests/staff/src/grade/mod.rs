//! `lab grade`: a submission, its points, and reports for whoever asked for them.
//!
//! | file | its question |
//! | --- | --- |
//! | `options` | what was asked for? |
//! | `policy` | which tests, with which seeds and limits, for how many points? |
//! | `manifest`, `submission` | which files are the student's, and what is wrong with the others? |
//! | `scratch`, `build` | how does it become a program, without anything of it running? |
//! | `confine` | how does a run do no harm? |
//! | `conduct`, `sheet` | what is run when, and what has it brought? |
//! | `result`, `report` | who is told what? |
//! | `step` | how does one step of a workflow say it (`lab grade-step`)? |
//! | `batch` | and what if there are three hundred submissions (`lab grade-all`)? |
//!
//! This process is trusted, and none of the student's code is in it. That code is built into another `lab`, of which only single
//! runs are started, each confined, and believed only if the record of the run comes back with the run's secret.

mod batch;
mod build;
mod conduct;
mod confine;
mod fingerprint;
mod manifest;
mod options;
mod policy;
mod report;
mod result;
mod scratch;
mod sheet;
mod step;
mod strays;
mod submission;

use std::{
    cell::RefCell,
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    thread,
};

use conduct::Conductor;
use confine::{CONFINE_ARGUMENT, CONFINED_ARGUMENT};
use manifest::Manifest;
use policy::{HIDDEN_SEEDS, Policy, lab_of};
use result::{Build, Grade};
use sheet::Sheet;
use submission::Submission;
use tokio::sync::oneshot;

pub(super) use batch::{HELP as BATCH_HELP, Options as BatchOptions, grade_all};
pub(super) use confine::main as guard_main;
pub(super) use options::{HELP, Options};
pub(super) use step::{HELP as STEP_HELP, Options as StepOptions, step};

use super::handout::{self, Lab};
use runner::suites;
use runner::{
    exit::{FAILED, PASSED, USAGE},
    output::{line, note},
    signals::Signals,
};

/// Whether this hidden argument makes the program the guard of a run: it gives up rights, and starts what is named after them.
pub(super) fn is_guard(argument: &OsStr) -> bool {
    argument == CONFINE_ARGUMENT || argument == CONFINED_ARGUMENT
}

/// Whoever wanted the grade is gone; what a shell says of a command that has lost its terminal.
const HUNG_UP: u8 = 129;

/// Grades, writes reports, and returns the exit code.
pub(super) fn grade(question: &Options) -> io::Result<u8> {
    if question.print_policy {
        return line(policy::DEFAULT.trim_end()).map(|()| PASSED);
    }
    match Order::new(question) {
        Ok(order) => order.carry_out(question),
        Err(problem) => {
            note(&format!("error: {problem}"));
            Ok(USAGE)
        }
    }
}

/// A question that can be answered, with all that the answer needs.
struct Order {
    policy: Policy,
    workspace: PathBuf,
    out: PathBuf,
    /// Where the submission is.
    dir: PathBuf,
    manifest: Manifest,
}

impl Order {
    fn new(question: &Options) -> Result<Self, String> {
        let hidden = match env::var(HIDDEN_SEEDS) {
            Err(env::VarError::NotUnicode(_)) => return Err(format!("{HIDDEN_SEEDS} is no text")),
            other => other.ok(),
        };
        let is_there = |name: &&str| suites::all().iter().any(|suite| suite.name == **name);
        if let Some(missing) = suites::all_crates().iter().find(|name| !is_there(name)) {
            return Err(format!(
                "{missing} is not built, and only it knows its tests: cargo build --workspace --bins"
            ));
        }
        let policy = Policy::read(question.policy.as_deref(), hidden, &suites::cases())?;
        let workspace = question.workspace.clone().or_else(handout::find).ok_or(
            "the pristine workspace is not here: its folder has moved since lab was built. Say --workspace DIR",
        )?;
        if !workspace.join("labrpc/Cargo.toml").is_file() {
            return Err(format!("--workspace {}: no workspace of the labs", workspace.display()));
        }
        let dir = question.submission.clone().unwrap_or_else(|| workspace.clone());
        if dir.is_file() {
            return Err(format!("--submission {}: a file; unpack it and say its folder", dir.display()));
        }
        fs::read_dir(&dir).map_err(|error| format!("--submission {}: {error}", dir.display()))?;
        let out = question.out.clone().unwrap_or_default();
        if out.is_file() {
            return Err(format!(
                "--out {}: a file; say a folder, which is made if it is not there",
                out.display()
            ));
        }
        let trial = fs::create_dir_all(&out).and_then(|()| tempfile::tempfile_in(&out));
        trial.map_err(|error| format!("--out {}: {error}", out.display()))?;
        Ok(Self { policy, workspace, out, dir, manifest: Manifest::shipped() })
    }

    fn carry_out(&self, question: &Options) -> io::Result<u8> {
        let pristine = scratch::pristine(&self.workspace)?;
        let mut submission = Submission::find(&self.dir, &self.manifest)?;
        let labs = self.labs(question, &submission);
        let sheet = RefCell::new(self.sheet(&labs));
        let taken = submission.take(&labs, &self.manifest, &pristine, &self.workspace);
        sheet.borrow_mut().grade.notes.append(&mut submission.notes);
        if let Err(reason) = taken {
            sheet.borrow_mut().grade.build = Build::Refused(reason);
            sheet.borrow_mut().finish(None)?;
            return self.close(question, &sheet.borrow().grade);
        }
        if question.fingerprint {
            fingerprint::write(&submission.files, &self.out)?;
        }
        let missing: Vec<Lab> =
            labs.iter().copied().filter(|lab| !submission.present.contains(lab)).collect();
        let there: Vec<Lab> = labs.into_iter().filter(|lab| !missing.contains(lab)).collect();
        for lab in missing {
            let folder = self.manifest.folder(lab).display().to_string();
            sheet
                .borrow_mut()
                .grade
                .notes
                .push(format!("{folder}: not in the submission, ours is used; no points for its tests"));
        }
        sheet.borrow_mut().write()?;
        let takes = |lab, path: &Path| self.manifest.takes(lab, path);
        let files = scratch::lay_over(&pristine, &there, &submission.files, takes)?;
        let mut conductor = Conductor::new(self.cache(question), files, there, jobs(question))?;
        (conductor.build_limit, conductor.total_limit) = (self.policy.build, self.policy.total);
        match conduct(&conductor, &sheet, question.tied)? {
            Some(code) => Ok(code),
            None => self.close(question, &sheet.borrow().grade),
        }
    }

    /// What is to be graded: as said on the command line, or in the policy, or as handed in.
    fn labs(&self, question: &Options, submission: &Submission) -> Vec<Lab> {
        let said = Some(&question.lab).filter(|labs| !labs.is_empty()).or(self.policy.labs.as_ref());
        let mut labs = said.cloned().unwrap_or_else(|| submission.present.clone());
        labs.sort_unstable();
        labs.dedup();
        labs
    }

    fn sheet(&self, labs: &[Lab]) -> Sheet {
        // Of a submission without labs, all tests stand there without points.
        let wanted = |part: &str| labs.is_empty() || lab_of(part).is_some_and(|lab| labs.contains(&lab));
        let tests = self.policy.tests.iter().filter(|test| wanted(test.case.part)).cloned().collect();
        let folder = self.dir.canonicalize().unwrap_or_else(|_| self.dir.clone());
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Sheet::new(name, &self.policy, tests, &self.out)
    }

    fn cache(&self, question: &Options) -> PathBuf {
        question.cache.clone().unwrap_or_else(|| self.workspace.join("target/grade"))
    }

    /// The last words, and the exit code.
    fn close(&self, question: &Options, grade: &Grade) -> io::Result<u8> {
        if let Build::Refused(reason) = &grade.build {
            note(&format!("refused: {reason}"));
        } else if let Build::Failed(_) = &grade.build {
            note("it does not compile");
        }
        let (points, most) = (grade.points(), grade.points_max());
        let percent = if most > 0.0 { points / most * 100.0 } else { 0.0 };
        line(&format!("points: {points} of {most} ({percent:.1} %); reports: {}", self.out.display()))?;
        Ok(if question.fail_under.is_some_and(|least| percent < least) { FAILED } else { PASSED })
    }
}

/// Waits until nobody holds the other end of our standard input any more.
async fn end_of_input() {
    // A thread of its own, which may wait for ever.
    let (ended, end) = oneshot::channel();
    thread::spawn(move || {
        io::copy(&mut io::stdin(), &mut io::sink()).ok();
        ended.send(()).ok();
    });
    end.await.ok();
}

fn jobs(question: &Options) -> usize {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    question.jobs.map_or(cores, std::num::NonZero::get)
}

/// Runs until the end, or until a signal comes: then returns its code.
fn conduct(conductor: &Conductor, sheet: &RefCell<Sheet>, tied: bool) -> io::Result<Option<u8>> {
    // One thread: guards take its death for ours.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        let mut signals = Signals::new()?;
        tokio::select! {
            code = signals.next() => Ok(Some(code)),
            () = end_of_input(), if tied => Ok(Some(HUNG_UP)),
            result = conductor.conduct(sheet) => result.map(|()| None),
        }
    });
    // A build that waits for its turn does not keep us.
    runtime.shutdown_background();
    if let Ok(Some(_)) = code {
        sheet.borrow_mut().write()?;
    }
    code
}
