//! The `lab` command from outside: exit codes, messages, and what is left behind.
//!
//! Goal: a script, or a person in a hurry, can rely on it whatever the code under test does. Method: start
//! the real binary on the fixtures that fail on purpose.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rig::{Lab, contains, expect, refused, text};
use serde_json::Value;

/// How long anything may take here before it counts as hung, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(30);

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or_default()
}

#[test]
fn a_pass_ends_with_0_and_the_line_for_scripts() {
    let text = expect(0, &["test", "TestCarelessCode", "--seed", "7"]);
    assert_eq!(text.lines().next(), Some("seed 7 (virtual clock; replay with SEED=7)"));
    contains(&text, &["PASS\nok  \ttests/bench\t"]);
    assert_eq!(last_line(&text), "runs: 1 passed, 0 failed");
}

#[test]
fn a_failure_ends_with_1_and_tells_its_place_its_seed_and_how_to_replay_it() {
    let text = expect(1, &["test", "TestFixtureCheck", "--seed", "42"]);
    let replay = "    replay: make test-sim TEST=TestFixtureCheck SEED=42\n";
    contains(
        &text,
        &[
            "--- FAIL: TestFixtureCheck (",
            "    tests/ground-suite/src/sim/",
            replay,
            "FAIL\nexit status 1\nFAIL\ttests/bench\t",
        ],
    );
    assert_eq!(last_line(&text), "runs: 0 passed, 1 failed");
}

#[test]
fn no_way_to_end_a_process_passes_for_success() {
    for fixture in ["TestFixtureExit0", "TestFixtureAbort"] {
        let text = expect(1, &["test", fixture]);
        contains(&text, &["--- FAIL: ", "kind: died", "SEED="]);
    }
}

#[test]
fn panics_are_failures_in_whatever_task() {
    for fixture in ["TestFixturePanic", "TestFixtureTaskPanic"] {
        contains(&expect(1, &["test", fixture]), &["--- FAIL: ", "kind: panic"]);
    }
}

#[test]
fn a_test_that_waits_for_ever_ends_on_its_own_clock() {
    let started = Instant::now();
    let text = expect(1, &["test", "TestFixtureHang"]);
    contains(&text, &["--- FAIL: TestFixtureHang (120.00s)"]);
    assert!(started.elapsed() < PATIENCE, "it took {:?} of wall time", started.elapsed());
}

#[test]
fn what_blocks_or_loops_is_ended_by_the_wall_guard() {
    for fixture in ["TestFixtureSpin", "TestFixtureDeadlock"] {
        let debug = format!("    debug: make debug TEST=sim/{fixture} SEED=5\n");
        let text = expect(1, &["test", fixture, "--timeout", "1", "--seed", "5"]);
        contains(&text, &["--- FAIL: ", "kind: hang", &debug]);
    }
}

#[test]
fn a_forged_success_on_standard_output_is_only_text() {
    let text = expect(1, &["test", "TestFixtureForge", "--timeout", "2"]);
    contains(&text, &["a forged result ...\n  ... Passed --", "--- FAIL: TestFixtureForge"]);
    assert_eq!(last_line(&text), "runs: 0 passed, 1 failed");
}

#[test]
fn one_failure_does_not_keep_the_others_from_running() {
    let text = expect(1, &["test", "TestFixtureAbort", "TestCarelessCode", "TestFixtureCheck"]);
    assert_eq!(last_line(&text), "runs: 1 passed, 2 failed");
}

#[test]
fn randomness_that_no_seed_reaches_is_a_fault_of_the_bench() {
    let text = expect(5, &["test", "TestFixtureRace", "--check-determinism", "--seed", "1"]);
    contains(
        &text,
        &["not deterministic", "first event that differs: line ", "1st run: ", "2nd run: ", "CHECK=1"],
    );
}

#[test]
fn careless_code_is_deterministic() {
    let text = expect(0, &["test", "TestCarelessCode", "--check-determinism", "--runs", "3"]);
    assert_eq!(last_line(&text), "runs: 3 passed, 0 failed");
}

#[test]
fn wrong_numbers_end_with_2_and_the_usage() {
    for arguments in [
        ["test", "--seed", "abc"],
        ["test", "--seed", "-1"],
        ["test", "--runs", "0"],
        ["test", "--jobs", "none"],
        ["test", "--clock", "sundial"],
        ["test", "--timeout", "0"],
        ["test", "--nonsense", "1"],
    ] {
        contains(&refused(2, &arguments), &["Usage: lab test"]);
    }
}

#[test]
fn wrong_combinations_end_with_2() {
    refused(2, &["test", "sim", "--check-determinism", "--clock", "real"]);
    refused(2, &["test", "TestCarelessCode", "--check-determinism", "--trace", "x"]);
    contains(&refused(2, &["test", "TestCarelessCode", "--runs", "2", "--trace", "x"]), &["TEST="]);
    contains(&refused(2, &["test", "TestFigure8("]), &["regular expression"]);
}

#[test]
fn an_unknown_name_ends_with_4_and_suggestions() {
    contains(
        &refused(4, &["test", "TestCarelesCode"]),
        &["no test matches `TestCarelesCode`", "TestCarelessCode"],
    );
    contains(&refused(4, &["test", "careless_cod"]), &["careless_code"]);
    contains(&refused(4, &["list", "sims"]), &["did you mean: sim"]);
    refused(4, &["test", "TestFixture.*"]);
}

#[test]
fn a_trace_that_cannot_be_written_is_told_before_anything_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path().to_str().expect("its name is plain");
    for file in [folder, &format!("{folder}/missing/trace.jsonl")] {
        contains(
            &refused(2, &["test", "TestCarelessCode", "--trace", file]),
            &["cannot write the trace", file],
        );
    }
}

#[test]
fn a_trace_is_json_lines() {
    let lab = Lab::new();
    assert!(lab.run(&["test", "TestCarelessCode", "--trace", "trace.jsonl"]).status.success());
    let lines =
        json_lines(&fs::read_to_string(lab.folder.path().join("trace.jsonl")).expect("it was written"));
    assert!(lines.len() > 1, "only {} events", lines.len());
}

#[test]
fn the_events_of_a_failure_are_kept_and_their_file_is_named() {
    let lab = Lab::new();
    let text = text(&lab.run(&["test", "TestFixtureCheck", "--seed", "3"]).stdout);
    let named = text.lines().find_map(|line| line.trim().strip_prefix("events: "));
    let file = Path::new(named.unwrap_or_else(|| panic!("no file is named in:\n{text}")));
    assert!(lab.folder.path().join(file).is_file(), "{}", file.display());
}

/// Goal: what the disk cannot take is no fault of the tests. Method: a file where the folder for traces should be, and a full disk.
#[test]
fn a_trace_that_cannot_be_kept_is_a_note_and_the_verdict_stands() {
    let lab = Lab::new();
    fs::write(lab.folder.path().join("lab"), "").expect("it can be written");
    for arguments in [&["test", "TestFixtureCheck"][..], &["test", "TestFixtureCheck", "--check-determinism"]]
    {
        let output = lab.run(arguments);
        let told = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{told}");
        contains(&told, &["--- FAIL: TestFixtureCheck", "its events could not be kept"]);
        assert!(!told.contains("NOT DETERMINISTIC") && !told.contains("bench fault"), "{told}");
    }
    if Path::new("/dev/full").exists() {
        let output = lab.run(&["test", "TestCarelessCode", "--trace", "/dev/full"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
        contains(&text(&output.stdout), &["note: the trace is not whole", "runs: 1 passed"]);
    }
}

#[track_caller]
fn json_lines(text: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(parse).collect()
}

#[test]
fn json_has_one_line_per_run_and_a_summary() {
    let arguments =
        ["test", "TestCarelessCode", "TestFixtureCheck", "--runs", "2", "--seed", "9", "--format", "jsonl"];
    let lines = json_lines(&expect(1, &arguments));
    let (summary, runs) = lines.split_last().expect("there is a summary");
    assert_eq!(runs.len(), 4);
    for run in runs {
        let failed = run["test"] == "TestFixtureCheck";
        assert_eq!(run["status"], if failed { "failed" } else { "passed" });
        assert_eq!(run["failure"].is_object(), failed);
        assert!(run["seed"].as_u64().is_some_and(|seed| (9..11).contains(&seed)), "{run}");
        assert!(run["replay"].as_str().is_some_and(|line| line.starts_with("make test-sim TEST=")), "{run}");
    }
    assert_eq!((&summary["passed"], &summary["failed"], &summary["seed"]), (&2.into(), &2.into(), &9.into()));
}

#[test]
fn many_runs_end_in_a_table() {
    let text = expect(1, &["test", "TestFixtureCheck", "TestCarelessCode", "--runs", "12", "--seed", "100"]);
    contains(&text, &["test ", "failing seeds", "100 101 102 103 104 … and 7 more"]);
    assert_eq!(text.matches("    replay: ").count(), 10, "the first ten failures are told in full");
    assert_eq!(text.matches("--- FAIL: ").count(), 12);
    assert_eq!(last_line(&text), "runs: 12 passed, 12 failed");
}

#[test]
fn seeds_come_from_the_system_unless_given() {
    let seed = || expect(0, &["test", "TestCarelessCode"]).lines().next().map(str::to_owned);
    assert_ne!(seed(), seed());
    let last = expect(
        0,
        &["test", "TestCarelessCode", "--runs", "2", "--seed", &u64::MAX.to_string(), "--format", "jsonl"],
    );
    contains(&last, &["\"seed\":18446744073709551615,", "\"seed\":0,"]);
}

#[test]
fn the_environment_stands_for_options_unless_empty() {
    let lab = Lab::new();
    let output = |name: &str, value: &str| {
        let mut command = lab.command(&["test", "TestCarelessCode"]);
        command.env(name, value).output().expect("lab can be started")
    };
    contains(&text(&output("LAB_SEED", "77").stdout), &["seed 77 "]);
    contains(&text(&output("LAB_RUNS", "3").stdout), &["runs: 3 passed"]);
    assert_eq!(output("LAB_JOBS", "many").status.code(), Some(2));
    for name in ["LAB_SEED", "LAB_RUNS", "LAB_JOBS", "LAB_CLOCK", "LAB_TIME_LIMIT"] {
        assert_eq!(output(name, "").status.code(), Some(0), "{name} is empty");
    }
}

#[test]
fn the_list_names_what_can_be_run() {
    contains(&expect(0, &["list", "--extra"]), &["sim", "TestCarelessCode", "careless_code"]);
    let lines = json_lines(&expect(0, &["list", "--format", "jsonl", "sim"]));
    assert!(lines.iter().any(|line| line["name"] == "TestCarelessCode"), "{lines:?}");
    assert!(!expect(0, &["list", "--extra"]).contains("Fixture"));
}

/// Starts `lab` and closes its standard output, as `lab … | head -0` does.
fn unread(arguments: &[&str]) -> (Option<i32>, String) {
    let lab = Lab::new();
    let mut command = lab.command(arguments);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("lab can be started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), text(&output.stderr))
}

#[test]
fn a_reader_that_leaves_is_no_reason_to_panic() {
    let (code, complaint) = unread(&["list", "--extra"]);
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    let (code, complaint) = unread(&["test", "TestCarelessCode", "--runs", "5"]);
    assert_eq!((code, complaint.as_str()), (Some(141), ""));
}

/// The processes that `parent` started and that still live, from the process table.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let stat = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("stat")).ok();
    let table = fs::read_dir("/proc").expect("there is a process table");
    table.flatten().filter_map(stat).filter_map(|stat| child_of(&stat, parent)).collect()
}

/// The name of a program may contain anything, so the fields are counted from the parenthesis after it.
#[cfg(target_os = "linux")]
fn child_of(stat: &str, parent: u32) -> Option<u32> {
    let (front, fields) = stat.rsplit_once(')')?;
    let is_child = fields.split_whitespace().nth(1)?.parse() == Ok(parent);
    is_child.then(|| front.split_whitespace().next()?.parse().ok())?
}

#[cfg(target_os = "linux")]
fn lives(process: u32) -> bool {
    // A process that has ended but was not asked after yet is a `Z`.
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        stat.rsplit_once(')').is_some_and(|(_, fields)| !fields.trim_start().starts_with('Z'))
    })
}

#[cfg(target_os = "linux")]
#[track_caller]
fn eventually(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(target_os = "linux")]
fn send(signal: Signal, process: u32) {
    let process = Pid::from_raw(i32::try_from(process).expect("process numbers are small"));
    kill(process, signal).expect("it still lives");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_the_runs_and_shows_the_table() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let lab = Lab::new();
        let arguments = ["test", "TestCarelessCode", "TestFixtureSpin", "--jobs", "2", "--timeout", "600"];
        let child = lab.command(&arguments).stdout(Stdio::piped()).spawn().expect("lab can be started");
        let process = child.id();
        // The quick run is over when the endless one is alone for a while.
        eventually("the endless run is alone", || children(process).len() == 1);
        thread::sleep(Duration::from_millis(500));
        let runs = children(process);
        send(signal, process);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(code));
        let text = text(&output.stdout);
        contains(&text, &["failing seeds", "TestCarelessCode ", "interrupted: 1 of 2 runs done"]);
        assert_eq!(last_line(&text), "runs: 1 passed, 0 failed");
        eventually("no run survives", || !runs.iter().any(|run| lives(*run)));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn runs_end_even_if_lab_is_killed() {
    let lab = Lab::new();
    let mut command = lab.command(&["test", "TestFixtureSpin", "--timeout", "600"]);
    let mut child = command.stdout(Stdio::null()).spawn().expect("lab can be started");
    eventually("a run is under way", || !children(child.id()).is_empty());
    let runs = children(child.id());
    send(Signal::SIGKILL, child.id());
    assert_eq!(child.wait().expect("it ends").code(), None);
    eventually("no run survives", || !runs.iter().any(|run| lives(*run)));
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_written_before_a_kill_is_valid() {
    let lab = Lab::new();
    let arguments = ["test", "TestCarelessCode", "--runs", "100000", "--format", "jsonl"];
    let mut child = lab.command(&arguments).stdout(Stdio::piped()).spawn().expect("lab can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
    let first: Vec<String> = lines.by_ref().take(5).map(|line| line.expect("it can be read")).collect();
    send(Signal::SIGKILL, child.id());
    child.wait().expect("it ends");
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(json_lines(&[first, rest].concat().join("\n")).len() >= 5);
}
