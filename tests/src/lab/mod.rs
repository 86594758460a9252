//! The `lab` command: choose tests, run each in a process of its own, report.
//!
//! What happens to `lab test 2A`, in the order of the files:
//!
//! | file | its question |
//! | --- | --- |
//! | `cli` | what was asked for? |
//! | `select` | which tests are meant? |
//! | `plan` | which runs are these, and can they be done at all? |
//! | `schedule` | which runs go on at the same time, and what if somebody presses Ctrl-C? |
//! | `attempt` | is one run enough, or must it be repeated (`determinism`, `replay`)? |
//! | `child`, `verdict` | what did one process do, and does that count as passed? |
//! | `report` | who is told: `official`, `soak` (with `table` and `confidence`) or `jsonl`? |
//!
//! Beside it, `hints` explains a test, `watch` tests at every save, and `doctor` examines the machine. `scenario` plays
//! a question of the lectures.
//!
//! A student's code may panic, exit, abort, print a forged success or never come back. So it is never trusted
//! to report on itself: each run is a process group of its own, its result comes over a private socket
//! together with a secret, and whatever else happens is a failure of that one run.

mod attempt;
mod bar;
mod catalogue;
mod child;
mod cli;
mod confidence;
mod determinism;
mod doctor;
mod failure;
mod family;
#[cfg(feature = "reference")]
mod grade;
#[cfg(feature = "reference")]
pub mod handout;
mod hints;
mod jsonl;
mod last_events;
mod logs;
mod official;
mod output;
mod plan;
mod replay;
mod report;
mod scenario;
mod schedule;
mod select;
mod signals;
mod soak;
mod source;
mod table;
mod verdict;
mod view;
mod watch;
#[cfg(feature = "reference")]
mod zoo;

use std::{io, process::ExitCode};

/// The hidden argument by which `lab` starts itself as one run.
pub const RUN_ARGUMENT: &str = "__run";

/// All runs passed.
const PASSED: u8 = 0;
/// At least one run failed.
const FAILED: u8 = 1;
/// The question itself was wrong.
const USAGE: u8 = 2;
/// No test is called that.
const NOTHING_MATCHED: u8 = 4;
/// The bench is at fault: non-determinism, or a run that could not be started.
const HARNESS_FAULT: u8 = 5;
/// Nobody reads our output any more; what a shell reports for a process ended by SIGPIPE.
const BROKEN_PIPE: u8 = 141;

/// Runs the command given on the command line and says how the process should end.
pub fn main() -> ExitCode {
    let code = match cli::parse() {
        cli::Command::List(question) => catalogue::list(&question),
        cli::Command::Logs(question) => logs::show(&question),
        cli::Command::Test(question) => test(question),
        cli::Command::View(question) => view::view(&question),
        cli::Command::Hint(question) => hints::show(&question),
        cli::Command::Watch(question) => watch::watch(question),
        cli::Command::Doctor => doctor::examine(),
        cli::Command::Scenario(question) => scenario::show(&question),
        #[cfg(feature = "reference")]
        cli::Command::Handout(question) => hand_out(&question),
        #[cfg(feature = "reference")]
        cli::Command::Zoo(question) => zoo::visit(question),
        #[cfg(feature = "reference")]
        cli::Command::Grade(question) => grade::grade(&question),
        #[cfg(feature = "reference")]
        cli::Command::GradeAll(options) => grade::grade_all(&options),
        #[cfg(feature = "reference")]
        cli::Command::GradeStep(options) => grade::step(&options),
    };
    code.unwrap_or_else(complain).into()
}

/// Whether this hidden argument makes `lab` the guard of a run.
#[cfg(feature = "reference")]
pub fn is_guard(argument: &std::ffi::OsStr) -> bool {
    argument == grade::CONFINE_ARGUMENT || argument == grade::CONFINED_ARGUMENT
}

/// The process of a guard: gives up rights and starts the program that is named after them.
#[cfg(feature = "reference")]
pub fn guard_main() -> ! {
    grade::guard_main()
}

fn test(question: cli::Test) -> io::Result<u8> {
    match plan::Plan::new(question) {
        Ok(plan) => schedule::run(plan),
        Err(refusal) => Ok(refuse(&refusal)),
    }
}

#[cfg(feature = "reference")]
fn hand_out(question: &cli::Handout) -> io::Result<u8> {
    use std::io::Write as _;

    match handout::hand_out(question.lab, question.part.as_deref(), &question.dir) {
        Ok(done) => io::stdout().write_all(done.as_bytes()).map(|()| PASSED),
        Err(refusal) => {
            output::note(&format!("error: {refusal}"));
            Ok(USAGE)
        }
    }
}

/// Says why nothing was run, and with which code to end.
fn refuse(refusal: &plan::Refusal) -> u8 {
    output::note(&format!("error: {refusal}"));
    refusal.code()
}

/// Output that cannot be written is no fault of the tests. A closed pipe is silent, as everywhere in Unix.
fn complain(error: io::Error) -> u8 {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return BROKEN_PIPE;
    }
    output::note(&format!("error: {error}"));
    HARNESS_FAULT
}
