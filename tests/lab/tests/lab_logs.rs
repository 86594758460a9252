//! `lab logs`, as its users call it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const HEADER: &str = r#"{"trace":1,"part":"2B","test":"TestBackup2B","seed":7,"clock":"virtual"}"#;

/// A file with this header and these events.
fn trace(folder: &Path, name: &str, lines: &[&str]) -> String {
    let path = folder.join(name);
    fs::write(&path, lines.join("\n") + "\n").expect("a file can be written");
    path.display().to_string()
}

fn logs(arguments: &[&str]) -> Output {
    let lab = rig::lab();
    Command::new(lab).arg("logs").args(arguments).env("NO_COLOR", "1").output().expect("lab can be run")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An event of Raft on a server in a term.
fn event(t: u64, server: u64, term: u64, topic: &str, name: &str, more: &str) -> String {
    format!(
        r#"{{"t":{t},"target":"raft","server":"{server}","term":{term},"topic":"{topic}","event":"{name}","commit":0,"log":""{more}}}"#
    )
}

fn vote(t: u64, server: u64, candidate: u64, theirs: (u64, u64), ours: (u64, u64)) -> String {
    let ends = format!(
        r#","candidate_last_index":{},"candidate_last_term":{},"last_index":{},"last_term":{}"#,
        theirs.0, theirs.1, ours.0, ours.1
    );
    let more = format!(r#","vote_granted":true,"candidate":{candidate},"candidate_term":3{ends}"#);
    event(t, server, 3, "VOTE", "asked for a vote", &more)
}

#[test]
fn a_run_can_be_recorded_and_looked_at() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("trace.jsonl").display().to_string();
    let run = Command::new(rig::lab())
        .args(["test", "TestBasicAgree2B", "--seed", "1", "--trace", &file])
        .output()
        .expect("lab can be run");
    assert!(run.status.success(), "{}", stdout(&run));
    let leaders = logs(&[&file, "--topic", "leader"]);
    assert_eq!(leaders.status.code(), Some(0), "{}", stderr(&leaders));
    let text = stdout(&leaders);
    let heading = text.lines().next().unwrap_or_default();
    assert!(["0", "1", "2"].iter().all(|server| heading.contains(server)), "{heading}");
    assert!(text.contains("elected") && !text.contains("COMMIT"), "{text}");
    let messages = stdout(&logs(&[&file, "--messages"]));
    assert!(messages.contains("RaftService.request_vote"), "{messages}");
    assert_eq!(logs(&[&file, "--first-bad"]).status.code(), Some(0));
    assert_eq!(logs(&[&file, "--diff", &file]).status.code(), Some(0));
}

#[test]
fn the_first_wrong_event_is_found_and_named() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let cases = [
        (vec![vote(5, 1, 0, (4, 2), (9, 1)), vote(6, 2, 0, (4, 1), (2, 2))], "§5.4.1"),
        (vec![vote(5, 1, 0, (0, 0), (0, 0)), vote(6, 1, 2, (0, 0), (0, 0))], "has voted for 0"),
        (
            vec![
                event(5, 0, 3, "LEADER", "elected", r#","last_log_index":0"#),
                event(6, 1, 3, "LEADER", "elected", r#","last_log_index":0"#),
            ],
            "Election Safety",
        ),
        (
            vec![
                event(5, 0, 3, "TERM", "newer term seen", ""),
                event(6, 0, 2, "TIMER", "election timeout", ""),
            ],
            "current_term must survive",
        ),
    ];
    for (events, wanted) in cases {
        let lines: Vec<&str> = [HEADER].into_iter().chain(events.iter().map(String::as_str)).collect();
        let output = logs(&[&trace(folder.path(), "bad.jsonl", &lines), "--first-bad"]);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let text = stdout(&output);
        let marked = text.lines().find(|line| line.starts_with(">>>")).unwrap_or_default();
        assert!(marked.contains(wanted) && marked.ends_with("(line 3)"), "{wanted}: {text}");
    }
}

#[test]
fn two_traces_part_where_they_differ() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let events = [1, 2, 3].map(|t| event(t, 0, 1, "TIMER", "election timeout", ""));
    let other = event(3, 2, 1, "TIMER", "election timeout", "");
    let one = trace(folder.path(), "one.jsonl", &[HEADER, &events[0], &events[1], &events[2]]);
    let two = trace(folder.path(), "two.jsonl", &[HEADER, &events[0], &events[1], &other]);
    let output = logs(&[&one, "--diff", &two]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("the first 2 events are the same"), "{text}");
    assert!(text.contains("< ") && text.contains("> ") && text.contains("2: TIMER"), "{text}");
}

#[test]
fn what_cannot_be_shown_is_explained() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let good = event(1, 0, 1, "TIMER", "election timeout", "");
    let file = trace(folder.path(), "good.jsonl", &[HEADER, &good, "{broken", &good]);
    let newer = trace(folder.path(), "newer.jsonl", &[r#"{"trace":99}"#, &good]);
    let foreign = trace(folder.path(), "foreign.jsonl", &["hello"]);
    let cases: [(&[&str], &str); 6] = [
        (&["missing.jsonl"], "missing.jsonl: No such file"),
        (&[&newer], "version 99"),
        (&[&foreign], "not a trace"),
        (&[&file, "--server", "x"], "no server is called x"),
        (&[&file, "--topic", "votes"], "invalid value 'votes'"),
        (&[&file, "--width", "10"], "--width"),
    ];
    for (arguments, wanted) in cases {
        let output = logs(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(wanted), "{arguments:?}: {}", stderr(&output));
    }
    let broken = logs(&[&file]);
    assert_eq!(broken.status.code(), Some(0));
    assert!(stderr(&broken).contains("good.jsonl:3: not an event"), "{}", stderr(&broken));
    assert_eq!(stdout(&broken).matches("election timeout").count(), 2, "the rest is shown");
}

/// Goal: what a check of the tester found is in the trace, and every reader sees it. Method: a real trace of the fixture whose check fails.
#[test]
fn a_failed_check_is_found_in_its_trace() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("trace.jsonl").display().to_string();
    let lab = |arguments: &[&str]| Command::new(rig::lab()).args(arguments).output().expect("lab can be run");
    let run = lab(&["test", "TestFixtureCheck", "--seed", "1", "--trace", &file]);
    assert_eq!(run.status.code(), Some(1), "{}", stdout(&run));
    let found = logs(&["--first-bad", &file]);
    assert_eq!(found.status.code(), Some(1), "{}", stdout(&found));
    assert!(stdout(&found).contains(">>> here the test noticed: one is not two"), "{}", stdout(&found));
    assert_eq!(lab(&["view", &file]).status.code(), Some(0));
    let page = fs::read_to_string(folder.path().join("trace.html")).expect("the page is there");
    assert!(page.contains("FAILURE: one is not two") && !page.contains("\"failure\":null"));
}

/// Goal: a finding needs no columns. Method: a trace of Lab 4B has twelve servers, and no terminal is wide enough for them.
#[test]
fn twelve_servers_are_not_too_many_for_a_finding() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("trace.jsonl").display().to_string();
    let run =
        Command::new(rig::lab()).args(["test", "TestStaticShards", "--seed", "1", "--trace", &file]).output();
    assert!(run.expect("lab can be run").status.success());
    let found = logs(&["--first-bad", &file]);
    assert_eq!(found.status.code(), Some(0), "{}", stderr(&found));
    let narrow = logs(&["--first-bad", "--width", "100", &file]);
    assert_eq!(narrow.status.code(), Some(2), "a width that was asked for must do");
}
