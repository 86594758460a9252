//! What the program of a suite does with its arguments.

use std::{env, process::ExitCode};

use protocol::{Clock, LIST_ARGUMENT, Listing, RUN_ARGUMENT, RunSpec, TraceMode};

use crate::{careless, case::Case, entropy, run, wire::Wire};

const USAGE: u8 = 2;
const NOTHING_MATCHED: u8 = 4;

/// The whole program of a suite with these tests, in the course's order.
///
/// `lab` starts it for a list of them, and for every single run. A person starts it in a debugger, with `debug TEST [SEED]`: then the run
/// happens in this very process, and nobody ends it for being slow.
pub fn program(mut cases: Vec<Case>) -> ExitCode {
    cases.push(careless::CASE);
    let arguments: Vec<String> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [LIST_ARGUMENT] => list(&cases),
        [RUN_ARGUMENT] => one_run(&cases),
        ["debug", test] => debug(&cases, test, "1"),
        ["debug", test, seed] => debug(&cases, test, seed),
        _ => refuse(USAGE, "the tests of a suite are run by `lab test`; for a debugger: debug TEST [SEED]"),
    }
}

fn refuse(code: u8, why: &str) -> ExitCode {
    eprintln!("error: {why}");
    code.into()
}

fn list(cases: &[Case]) -> ExitCode {
    let tests = cases.iter().map(|case| case.about).collect();
    println!("{}", Listing::new(entropy::is_seedable(), tests).to_json());
    ExitCode::SUCCESS
}

fn one_run(cases: &[Case]) -> ExitCode {
    let (wire, spec) = match Wire::accept() {
        Ok(accepted) => accepted,
        Err(error) => {
            return refuse(
                USAGE,
                &format!("a single run is started by `lab test` or `lab grade` only ({error})"),
            );
        }
    };
    let case = cases.iter().find(|case| case.about.part == spec.part && case.about.name == spec.test);
    let Some(case) = case else {
        return refuse(NOTHING_MATCHED, &format!("no test is called {} {}", spec.part, spec.test));
    };
    run::on_a_fresh_thread(*case, spec, wire);
    // Not by returning: what the code under test has left for the end of the process must not run.
    std::process::exit(0);
}

/// One run on the virtual clock, told to the terminal. `test` is a name, or a part and a name as in `4A/TestBasic`.
fn debug(cases: &[Case], test: &str, seed: &str) -> ExitCode {
    let Ok(seed) = seed.parse() else { return refuse(USAGE, &format!("`{seed}` is no seed: a number is")) };
    let is_meant = |case: &&Case| {
        let about = case.about;
        about.name == test || test.split_once('/') == Some((about.part, about.name))
    };
    let Some(case) = cases.iter().find(is_meant) else {
        let names: Vec<&str> = cases.iter().map(|case| case.about.name).collect();
        return refuse(
            NOTHING_MATCHED,
            &format!("no test here is called `{test}`\n  there are: {}", names.join(", ")),
        );
    };
    let spec = RunSpec {
        nonce: String::new(),
        part: case.about.part.into(),
        test: case.about.name.into(),
        seed,
        clock: case.about.clock(Clock::Virtual),
        trace: TraceMode::Off,
        // Somebody is thinking at a breakpoint.
        wall_limit_seconds: f64::INFINITY,
    };
    let wire = Wire::terminal();
    run::on_a_fresh_thread(*case, spec, wire.clone());
    if wire.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
