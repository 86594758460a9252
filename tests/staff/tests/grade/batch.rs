//! `lab grade-all` with real submissions.

use std::{
    fs,
    os::unix::fs::symlink,
    process::{Child, Command, Output, Stdio},
};

use nix::sys::signal::Signal;

use crate::{
    interrupted::{send, until},
    rig::{POLICY, Rig, copy, is_alive, text, word},
};

/// The same call each time, one submission after the other.
fn grade_all(rig: &Rig) -> Command {
    let cache = rig.root().join("cache/1-of-1");
    if !cache.exists() {
        // The scratch workspace of all tests.
        fs::create_dir_all(&cache).expect("a folder can be made");
        symlink(Rig::cache(), cache.join("slot-1")).expect("a link can be made");
    }
    let mut command = Command::new(rig::lab());
    command.arg("grade-all").arg(rig.root().join("all")).args(["--jobs", "1"]);
    command.arg("--out").arg(rig.out()).arg("--policy").arg(rig.root().join("policy.toml"));
    command.arg("--cache").arg(rig.root().join("cache")).env_remove("LAB_HIDDEN_SEEDS");
    command.env("CORPUS", rig.orders());
    command
}

fn hand_in(rig: &Rig, name: &str) {
    copy(&rig.submission(), &rig.root().join("all").join(name));
}

fn done(rig: &Rig) -> Output {
    let output = grade_all(rig).output().expect("lab can be started");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    output
}

/// Grades until a run hangs.
fn hanging(rig: &Rig, word: &str) -> Child {
    rig.order("sleep", word);
    let mut command = grade_all(rig);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("lab can be started");
    until("a run has begun", || is_alive(word));
    child
}

fn summary(rig: &Rig) -> Vec<(String, String)> {
    let mut table = csv::Reader::from_path(rig.out().join("summary.csv")).expect("a summary");
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.expect("a whole row");
        (row[0].to_owned(), row[1].to_owned())
    };
    table.records().map(row).collect()
}

fn states(list: [(&str, &str); 2]) -> Vec<(String, String)> {
    list.map(|(name, state)| (name.to_owned(), state.to_owned())).into()
}

/// Goal: whatever ends a batch, the same call goes on. Method: end it by kill -9 and by Ctrl-C while a submission hangs; nothing of
/// it may live on, what was graded stays, the rest is graded in the end.
#[test]
fn a_batch_that_was_killed_goes_on() {
    // In real time, so that it hangs as long as it is let.
    let policy = POLICY.replace("= 60", "= 600\nclock = \"real\"").replace("runs = 2", "runs = 1");
    let rig = Rig::with("be good").policy(&policy);
    hand_in(&rig, "ada");
    done(&rig);
    hand_in(&rig, "bob");
    for (number, signal, code) in [(30, Signal::SIGKILL, None), (31, Signal::SIGINT, Some(130))] {
        let word = word(number);
        let mut child = hanging(&rig, &word);
        send(signal, &child);
        assert_eq!(child.wait().expect("it is ours").code(), code);
        until("all runs have ended", || !is_alive(&word));
        assert_eq!(summary(&rig), states([("ada", "graded"), ("bob", "not yet")]));
    }
    rig.order("be good", "");
    let output = done(&rig);
    assert!(text(&output).contains("bob: 10.00 of 10.00"), "{}", text(&output));
    assert!(
        text(&output).contains("2 submissions here, 1 of them graded before; 2 graded"),
        "{}",
        text(&output)
    );
    assert_eq!(summary(&rig), states([("ada", "graded"), ("bob", "graded")]));
}
