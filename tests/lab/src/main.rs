//! The `lab` command: choose tests, run each in a process of its own, report; and what helps when one fails.
//!
//! What happens to `lab test 2A`, in the order of the files:
//!
//! | file | its question |
//! | --- | --- |
//! | `cli` | what was asked for? |
//! | `plan` | which runs are these, and can they be done at all? |
//! | `schedule` | which runs go on at the same time, and what if somebody presses Ctrl-C? |
//! | `bench`, `attempt` | is one run enough, or must it be repeated (`determinism`, `replay`)? |
//! | `report` | in which form does everything come in? |
//! | `writers` | who is told: `official`, `soak` (with `table` and `confidence`) or `jsonl`? |
//! | `story` | how does a failure read? |
//!
//! Beside it, `hints` explains a test, `debug` opens one in a debugger, and `doctor` examines the machine. `scenario` plays
//! a question of the lectures. `logs` and `view` show a trace.
//!
//! No lab's code is in this program, nor any test's: tests are programs of their own, the suites, which the crate `runner` finds and starts. So
//! it compiles whatever a student's code is like, and is not compiled again when that changes. Some commands are programs of their own (`beside`): they need what takes long to compile. Start reading at `plan`.

mod attempt;
mod bench;
mod beside;
mod catalogue;
mod cli;
mod confidence;
mod debug;
mod determinism;
mod doctor;
mod hints;
mod jsonl;
mod last_events;
mod logs;
mod official;
mod plan;
mod progress;
mod replay;
mod report;
mod scenario;
mod schedule;
mod soak;
mod story;
mod table;
mod traces;
mod view;
mod writers;

use std::{io, process::ExitCode};

use runner::output::complain;

fn main() -> ExitCode {
    beside::take_over_if_meant();
    let code = match cli::parse() {
        cli::Command::List(question) => catalogue::list(&question),
        cli::Command::Logs(question) => logs::show(&question),
        cli::Command::Test(question) => test(question),
        cli::Command::View(question) => view::view(&question),
        cli::Command::Hint(question) => hints::show(&question),
        cli::Command::Debug(question) => debug::debug(&question),
        cli::Command::Doctor => doctor::examine(),
        cli::Command::Scenario(question) => scenario::show(&question),
    };
    code.unwrap_or_else(|error| complain(&error)).into()
}

fn test(question: cli::Test) -> io::Result<u8> {
    match plan::Plan::new(question) {
        Ok(plan) => schedule::run(plan),
        Err(refusal) => Ok(refusal.told()),
    }
}
