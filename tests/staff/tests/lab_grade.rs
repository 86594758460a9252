//! `lab grade-all` and `lab grade-step` from outside: bad questions get exit code 2 and say what to do.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use rig::load;
use serde_json::Value;

fn lab(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("in/ada")).expect("made");
    fs::create_dir(folder.path().join("empty")).expect("made");
    let mut command = Command::new(rig::lab());
    command.args(arguments).current_dir(folder.path()).output().expect("lab can be started")
}

#[track_caller]
fn refused(arguments: &[&str], complaint: &str) {
    let output = lab(arguments);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains(complaint), "{text}");
    assert!(!text.contains("panicked"), "{text}");
}

#[test]
fn bad_batches_are_refused() {
    refused(&["grade-all", "nowhere", "--out", "out"], "nowhere is no folder");
    refused(&["grade-all", "empty", "--out", "out"], "has no sub-folders");
    refused(&["grade-all", "in", "--out", "in/out"], "is inside of the submissions");
    refused(&["grade-all", "in", "--out", "out", "--shard", "1/0"], "no shard 1 of 0");
    refused(&["grade-all", "in", "--out", "out", "--shard", "5/4"], "no shard 5 of 4");
    refused(&["grade-all", "in", "--out", "out", "--jobs", "0"], "--jobs");
    refused(&["grade-all", "in", "--out", "out", "--policy", "none.toml"], "none.toml");
    refused(&["grade-all", "in"], "--out");
}

#[test]
fn bad_steps_are_refused() {
    refused(&["grade-step", "--out", "empty", "--part", "2A"], "lab grade");
    refused(&["grade-step", "--part", "2A"], "--out");
}

/// Gives a submission that was graded other points.
fn change_points(report: &Path, points: f64) {
    let mut grade: Value = serde_json::from_slice(&fs::read(report).expect("it was graded")).expect("JSON");
    grade["tests"][0]["points"] = points.into();
    fs::write(report, grade.to_string()).expect("it can be written");
}

/// Goal: a click on a heading of `index.html` sorts, a second one the other way round, numbers as numbers. Method: three submissions
/// with 9, 10 and 100 points, and clicks of a script in a real browser.
#[test]
fn a_click_on_a_heading_sorts() {
    let folder = tempfile::tempdir().expect("a folder");
    let grade_all = |shard: &str| {
        let mut command = Command::new(rig::lab());
        command.args(["grade-all", "in", "--out", "out", "--shard", shard]).current_dir(folder.path());
        let output = command.output().expect("lab can be started");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    };
    for name in ["ada", "bob", "cleo"] {
        fs::create_dir_all(folder.path().join("in").join(name)).expect("made");
    }
    grade_all("1/1");
    for (name, points) in [("ada", 10.0), ("bob", 100.0), ("cleo", 9.0)] {
        change_points(&folder.path().join(format!("out/graded/{name}/grade.json")), points);
    }
    // The summary alone is made anew: none of the three is this shard's.
    grade_all("4/4");
    let page = fs::read_to_string(folder.path().join("out/index.html")).expect("a page");
    let clicks = "<script>
        const names = () => [...document.querySelectorAll('tbody a')].map(name => name.textContent).join(' ');
        const heads = document.querySelectorAll('th'), seen = [names()];
        for (const head of [heads[1], heads[1], heads[0]]) { head.click(); seen.push(names()); }
        document.title = seen.join(', ');
    </script></body>";
    let clicked = folder.path().join("clicked.html");
    fs::write(&clicked, page.replace("</body>", clicks)).expect("it can be written");
    let Some((dom, log)) = load(&clicked, folder.path(), &[]) else { return };
    let expected = "<title>ada bob cleo, cleo ada bob, bob ada cleo, ada bob cleo</title>";
    assert!(dom.contains(expected), "{dom}\n{log}");
}
