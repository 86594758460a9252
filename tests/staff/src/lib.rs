//! The staff's side of `lab`: hand a lab out, grade what comes back, and test the tests themselves.
//!
//! | folder | command | what it does |
//! | --- | --- | --- |
//! | [`handout`] | `lab handout` | makes a workspace in which one lab is to be written |
//! | `grade` | `lab grade`, `lab grade-all`, `lab grade-step` | points, and reports for whoever wants them |
//! | `zoo` | `lab zoo` | breaks the reference in classic ways, and sees which test notices |
//!
//! A handout has nothing of this. Like `lab`, this program holds no lab's code, nor any test's: what it grades becomes programs of their own,
//! which the crate `runner` starts and judges. Start reading at [`handout`], or at `grade`.

mod cli;
mod grade;
pub mod handout;
mod zoo;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use runner::{
    exit::{PASSED, USAGE},
    output::{complain, note},
};

/// Runs the command given on the command line and says how the process should end.
pub fn main() -> ExitCode {
    // Decided before anything else is set up: a guard begins on a clean slate.
    if env::args_os().nth(1).is_some_and(|argument| grade::is_guard(&argument)) {
        grade::guard_main()
    }
    let code = match cli::parse() {
        cli::Command::Handout(question) => hand_out(&question),
        cli::Command::Zoo(question) => zoo::visit(question),
        cli::Command::Grade(question) => grade::grade(&question),
        cli::Command::GradeAll(options) => grade::grade_all(&options),
        cli::Command::GradeStep(options) => grade::step(&options),
    };
    code.unwrap_or_else(|error| complain(&error)).into()
}

fn hand_out(question: &cli::Handout) -> io::Result<u8> {
    match handout::hand_out(question.lab, question.part.as_deref(), &question.dir) {
        Ok(done) => io::stdout().write_all(done.as_bytes()).map(|()| PASSED),
        Err(refusal) => {
            note(&format!("error: {refusal}"));
            Ok(USAGE)
        }
    }
}
