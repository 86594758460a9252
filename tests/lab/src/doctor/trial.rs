//! A short trial: tests that are not about the student's code, run as any other.

use std::{
    env,
    process::{Command, Stdio},
    time::Instant,
};

use runner::suites;

use super::Finding;

pub(super) fn all() -> Vec<Finding> {
    vec![ground(), determinism()]
}

/// The codec and the network, one seed each, if their tests have been built.
fn ground() -> Finding {
    let started = Instant::now();
    let is_there = suites::all().iter().any(|suite| suite.name == suites::of_part("labrpc"));
    let trial = ["labgob/TestGOB", "labrpc/TestBasic", "labrpc/TestUnreliable", "--seed", "1"];
    // Every suite has a test that needs nothing but the simulator: no need to build another one.
    let (trial, what, mend) = if is_there {
        (&trial[..], "labgob and labrpc pass", "make test-labrpc TEST=TestBasic SEED=1")
    } else {
        (&["TestCarelessCode", "--seed", "1"][..], "TestCarelessCode passes", "make test-sim SEED=1")
    };
    match lab_test(trial) {
        Ok(()) => Finding::ok("a test run", format!("{what} ({:.1?})", started.elapsed())),
        Err(what) => Finding::missing("a test run", what, mend),
    }
}

/// Code that asks the system for randomness, one seed twice.
fn determinism() -> Finding {
    if suites::all().iter().any(|suite| !suite.listing.seedable) {
        let note = "hash maps and rand::rng() do not follow the seed on this system; replays may differ";
        return Finding::optional("determinism", note, "make test-sim CHECK=1");
    }
    match lab_test(&["TestCarelessCode", "--check-determinism", "--seed", "1"]) {
        Ok(()) => Finding::ok("determinism", "the same seed twice gives the same events"),
        Err(what) => Finding::missing("determinism", what, "make test-sim CHECK=1 SEED=1"),
    }
}

/// Runs tests as a person would, in processes of their own.
fn lab_test(arguments: &[&str]) -> Result<(), String> {
    let program = env::current_exe().map_err(|error| format!("lab cannot find itself: {error}"))?;
    let mut command = Command::new(program);
    command.arg("test").args(arguments).stdin(Stdio::null());
    for name in ["LAB_RUNS", "LAB_SEED", "LAB_CLOCK", "LAB_JOBS", "LAB_TIME_LIMIT"] {
        command.env_remove(name);
    }
    let output = command.output().map_err(|error| format!("lab cannot start itself: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = || text.lines().find(|line| line.starts_with("--- FAIL")).unwrap_or("no result").to_owned();
    if output.status.success() { Ok(()) } else { Err(failed()) }
}
