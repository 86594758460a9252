//! Official tests as cargo's own: found, run and reported by `cargo test`, `cargo nextest run` and an editor's *Run*, under their names.
//!
//! Each is one run in a process of its own, as `lab test` does it. The seed is `LAB_SEED`, or a new one, which is told if the test fails; the
//! clock is `LAB_CLOCK`.

use std::{env, path::Path, process::Command};

use protocol::{Clock, Kind, LIST_ARGUMENT, Listing, TestCase, TraceMode};
use tokio::runtime::Builder;

use crate::{child, failure, order::order, seed, words::clock_option, workspace};

/// A `#[test]` for each official test of a suite: its program, then for each part a module, the part, and the names. For a name with spaces,
/// write `_`. One test more compares the list with the program's own.
#[macro_export]
macro_rules! official {
    ($program:expr; $($module:ident $part:literal: $($name:ident)+;)+) => {
        $(
            #[allow(non_snake_case)]
            mod $module {
                $(
                    #[test]
                    fn $name() {
                        $crate::by_name::run($program, $part, stringify!($name));
                    }
                )+
            }
        )+

        #[test]
        fn every_official_test_can_be_called_by_its_name() {
            let here = [$($(($part, stringify!($name)),)+)+];
            $crate::by_name::compare($program, &here);
        }
    };
}

/// Does one run of an official test, and panics with its report if it fails.
pub fn run(program: &str, part: &str, identifier: &str) {
    let cases = cases(program);
    let name = name(identifier);
    let case = cases.iter().find(|case| case.part == part && case.name == name);
    let case = case.unwrap_or_else(|| panic!("there is no test {part}/{name}"));
    let (seed, clock) = (seed_of_environment(), clock_of_environment());
    let spec = order(case, seed, clock, TraceMode::Off, None);
    let mut command = tokio::process::Command::new(program);
    // Its files are named from there, as `make` does.
    command.current_dir(workspace::find().unwrap_or_else(|| Path::new(".").to_owned()));
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    let ended = runtime.block_on(child::run(command, &spec, None));
    print!("{}", ended.output.text());
    if let Some(failed) = ended.record.failure {
        let report = failure::told(case.name, &failed);
        let clock = clock_option(if case.real_clock { Clock::Virtual } else { clock });
        panic!(
            "\n{report}    replay: make test-{part} TEST={part}/{} SEED={seed}{clock}\n",
            name.replace(' ', ".")
        );
    }
}

/// Panics unless `here` are all official tests of the program.
pub fn compare(program: &str, here: &[(&str, &str)]) {
    let here: Vec<(&str, String)> = here.iter().map(|(part, identifier)| (*part, name(identifier))).collect();
    let cases = cases(program);
    let official = cases.iter().filter(|case| case.kind == Kind::Official);
    let there: Vec<(&str, String)> = official.map(|case| (case.part, case.name.to_owned())).collect();
    assert_eq!(here, there, "what can be called by name, and what the program has");
}

fn name(identifier: &str) -> String {
    identifier.replace('_', " ")
}

fn cases(program: &str) -> Vec<TestCase> {
    let output = Command::new(program).arg(LIST_ARGUMENT).output().expect("cargo has built the program");
    Listing::from_json(&String::from_utf8_lossy(&output.stdout)).expect("a suite lists its tests").tests
}

fn seed_of_environment() -> u64 {
    match env::var("LAB_SEED") {
        Ok(text) if !text.is_empty() => {
            text.parse().unwrap_or_else(|_| panic!("LAB_SEED={text}: a number is wanted"))
        }
        _ => seed::random(),
    }
}

fn clock_of_environment() -> Clock {
    let asked = env::var("LAB_CLOCK").unwrap_or_default();
    match Clock::ALL.into_iter().find(|clock| clock.name() == asked) {
        Some(clock) => clock,
        None if asked.is_empty() => Clock::Virtual,
        None => panic!("LAB_CLOCK={asked}: virtual or real is wanted"),
    }
}
