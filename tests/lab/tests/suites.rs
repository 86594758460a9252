//! Suites as `lab` finds them: programs beside it, or in the folder that `LAB_SUITES` names.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    time::{Duration, SystemTime},
};

use rig::{Lab, contains, text};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn script(file: &Path, lines: &str) {
    fs::write(file, format!("#!/bin/sh\n{lines}\n")).expect("it can be written");
    fs::set_permissions(file, Permissions::from_mode(0o755)).expect("it is ours");
}

fn with_suites(folder: &Path, arguments: &[&str]) -> Output {
    let lab = Lab::new();
    lab.command(arguments).env("LAB_SUITES", folder).output().expect("lab can be started")
}

/// Goal: nobody takes runs of old code for runs of what he sees. Method: a copy of a suite with a source file that is newer.
#[test]
fn a_suite_that_is_older_than_its_source_is_named() {
    let folder = folder();
    let (program, source) = (folder.path().join("ground-suite"), folder.path().join("rules.rs"));
    fs::copy(rig::folder().join("ground-suite"), &program).expect("it can be copied");
    File::create(&source)
        .and_then(|file| file.set_modified(SystemTime::now() + Duration::from_secs(60)))
        .expect("it can be dated");
    let run = || text(&with_suites(folder.path(), &["test", "TestGOB"]).stderr);
    assert_eq!(run(), "", "without a list of sources nothing is known");
    fs::write(program.with_extension("d"), format!("{}: {}\n", program.display(), source.display()))
        .expect("it can be written");
    contains(&run(), &["warning: ground-suite is older than", "rules.rs", "--bin ground-suite"]);
}

/// Goal: a program that is no suite, or speaks another version, breaks nothing. Method: scripts beside a real suite.
#[test]
fn what_is_no_suite_is_a_note() {
    let folder = folder();
    fs::copy(rig::folder().join("ground-suite"), folder.path().join("ground-suite"))
        .expect("it can be copied");
    script(&folder.path().join("dead-suite"), "exit 7");
    script(&folder.path().join("future-suite"), "echo '{\"protocol\":99,\"seedable\":true,\"tests\":[]}'");
    let output = with_suites(folder.path(), &["test", "TestGOB"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let notes = text(&output.stderr);
    contains(&notes, &["dead-suite has no tests to offer: exit status: 7", "it speaks version 99"]);
}

/// Goal: who has built `lab` alone is told what is missing. Method: a copy of it in an empty folder.
#[test]
fn commands_of_other_programs_say_which_program_is_missing() {
    let folder = folder();
    let lab = folder.path().join("lab");
    fs::copy(rig::lab(), &lab).expect("it can be copied");
    let run = |arguments: &[&str]| Command::new(&lab).args(arguments).output().expect("lab can be started");
    for (word, program) in [("watch", "lab-watch"), ("grade", "lab-staff"), ("zoo", "lab-staff")] {
        let output = run(&[word]);
        assert_eq!(output.status.code(), Some(2), "{word}");
        contains(&text(&output.stderr), &[program, &format!("cargo build --workspace --bin {program}")]);
    }
    assert!(!text(&run(&["--help"]).stdout).contains("lab watch"), "what is not there is not offered");
    contains(&text(&Lab::new().run(&["--help"]).stdout), &["lab watch, lab handout, lab grade"]);
    assert_eq!(run(&["test", "2A"]).status.code(), Some(4), "there is no test without a suite");
}

/// Goal: a suite by itself is what a debugger runs, and it says how the run ended. Method: start one so.
#[test]
fn a_suite_runs_one_test_in_its_own_process() {
    let run = |arguments: &[&str]| {
        let suite = rig::folder().join("ground-suite");
        let output = Command::new(suite).args(arguments).output().expect("a suite can be started");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, told, _) = run(&["debug", "labrpc/TestBasic", "7"]);
    assert_eq!(code, Some(0), "{told}");
    contains(&told, &["passed (seed 7, "]);
    let (code, told, _) = run(&["debug", "TestFixtureCheck", "7"]);
    assert_eq!(code, Some(1), "{told}");
    contains(&told, &["failed (seed 7, ", "fixtures.rs:", "one is not two", "server 0: a fixture"]);
    for (code, arguments, words) in [
        (2, &["debug", "TestGOB", "x"][..], "`x` is no seed"),
        (4, &["debug", "TestGOBB"][..], "no test here is called `TestGOBB`"),
        (2, &[][..], "for a debugger: debug TEST [SEED]"),
        (2, &["__run"][..], "started by `lab test`"),
    ] {
        let (ended, _, complaint) = run(arguments);
        assert_eq!(ended, Some(code), "{arguments:?}: {complaint}");
        contains(&complaint, &[words]);
    }
}

/// Goal: `lab debug` opens a debugger on that. Method: a debugger that shows what it was started with, and runs it.
#[test]
fn a_debugger_gets_the_run() {
    let folder = folder();
    let debugger = folder.path().join("any-gdb");
    script(&debugger, "echo \"$@\"; while [ \"$1\" != --args ]; do shift; done; shift; exec \"$@\"");
    let lab = Lab::new();
    let debug = |arguments: &[&str]| {
        let mut command = lab.command(&[&["debug"], arguments].concat());
        // The workspace is built, and the shared crates are there already.
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("DEBUGGER", &debugger);
        command.output().expect("lab can be started")
    };
    let output = debug(&["labgob/TestGOB", "--seed", "7"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}{}", text(&output.stderr));
    contains(
        &told,
        &["break simulator::context::Sim::note_failure", "debug labgob/TestGOB 7", "passed (seed 7, "],
    );
    let many = debug(&["labgob"]);
    assert_eq!(many.status.code(), Some(2));
    contains(&text(&many.stderr), &["one test is debugged at a time"]);
    assert_eq!(debug(&["labgob/TestGOBB"]).status.code(), Some(4));
    assert_eq!(debug(&[]).status.code(), Some(2));
}
