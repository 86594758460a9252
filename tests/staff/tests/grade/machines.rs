//! Machines that offer less: everybody scores what is deserved there too, and what cannot be held back is named.
//!
//! Whatever would hurt the machine itself is not tried: signal 0 stands for all signals, and bombs are for machines that have
//! everything.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    machine::Machine,
    rig::{Rig, all_failed, all_passed, gaps, is_alive, message, notes, text, word},
};

/// A file that everybody may read and change, and one that is the grader's alone.
fn files_of_others() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let open =
        |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
    open(folder.path(), 0o755);
    for (name, mode) in [("open", 0o666), ("own", 0o600)] {
        fs::write(folder.path().join(name), "hidden seeds: 4711").expect("a file can be written");
        open(&folder.path().join(name), mode);
    }
    folder
}

fn grade(machine: Machine, rig: &Rig) -> Value {
    let output = machine.output(&rig.command());
    assert_eq!(output.status.code(), Some(0), "{machine:?}: {}", text(&output));
    rig.report()
}

/// Everything that this machine must hold back is held back; the rest is reached, and named in the notes.
fn check(machine: Machine, reached: &str, named: &[&str]) {
    if let Some(obstacle) = machine.obstacle() {
        eprintln!("skipped: {machine:?}: {obstacle}");
        return;
    }
    if !gaps().is_empty() {
        eprintln!("skipped: {machine:?} would have more than this one: {}", gaps());
        return;
    }
    let good = grade(machine, &Rig::reference());
    all_passed(&good);
    let notes = notes(&good);
    let gaps: Vec<&str> = notes.lines().filter(|note| note.starts_with("isolation: ")).collect();
    assert_eq!(gaps.len(), named.len(), "{machine:?}:\n{notes}");
    for (gap, name) in gaps.iter().zip(named) {
        assert!(gap.contains(name), "{machine:?}: `{name}` is missing in `{gap}`");
    }
    let others = files_of_others();
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a network");
    let port = listener.local_addr().expect("it listens").port();
    let word = format!("{} {} {port}", others.path().display(), std::process::id());
    let survey = grade(machine, &Rig::with_word("survey", &word));
    all_failed(&survey, "panic");
    assert_eq!(message(&survey), format!("within reach: {reached}"), "{machine:?}");
    scores_what_it_deserves(machine);
}

/// Whatever can be reached, nobody passes who should not.
fn scores_what_it_deserves(machine: Machine) {
    let rig = Rig::reference();
    rig.order("forge", rig.out().join("grade.json").to_str().expect("its name is text"));
    let forged = grade(machine, &rig);
    all_failed(&forged, "died");
    assert_eq!(forged["points"], Value::Null, "{machine:?}: the forged report has stayed");
    let word = word(
        if machine.root { 10 } else { 20 } + u32::from(machine.landlock) * 2 + u32::from(machine.namespaces),
    );
    all_passed(&grade(machine, &Rig::with_word("escape", &word)));
    assert!(!is_alive(&word), "{machine:?}: a process has outlived its run");
}

#[test]
fn root_with_everything() {
    check(Machine { root: true, landlock: true, namespaces: true }, "", &[]);
}

#[test]
fn root_without_namespaces() {
    check(Machine { root: true, landlock: true, namespaces: false }, "", &["no namespaces here"]);
}

#[test]
fn root_without_landlock() {
    let machine = Machine { root: true, landlock: false, namespaces: true };
    check(machine, "read open, change open, memory", &["read and change whatever everybody can"]);
}

#[test]
fn root_with_users_and_limits_only() {
    let machine = Machine { root: true, landlock: false, namespaces: false };
    check(
        machine,
        "read open, change open, memory, network",
        &["read and change whatever everybody can", "they have the network"],
    );
}

#[test]
fn a_user_with_everything() {
    check(Machine { root: false, landlock: true, namespaces: true }, "", &[]);
}

#[test]
fn a_user_without_namespaces() {
    let machine = Machine { root: false, landlock: true, namespaces: false };
    check(machine, "", &["no namespaces here", "the number of processes"]);
}

#[test]
fn a_user_without_landlock() {
    let machine = Machine { root: false, landlock: false, namespaces: true };
    check(machine, "read open, change open, read own, change own, memory", &["no Landlock here"]);
}

#[test]
fn a_user_with_limits_only() {
    let machine = Machine { root: false, landlock: false, namespaces: false };
    check(
        machine,
        "read open, change open, read own, change own, memory, network, signal",
        &["whatever the user can who grades", "can kill whatever the user can", "the number of processes"],
    );
}
