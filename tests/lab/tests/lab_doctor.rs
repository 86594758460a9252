//! `lab doctor` on machines that lack something: a `PATH` with nothing on it but what the test puts there.

use std::{
    env,
    ffi::OsString,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rig::{Lab, contains, expect, refused, text};

/// A machine with these programs, each of which says this of its version.
fn examine(programs: &[(&str, &str)]) -> Output {
    let lab = Lab::new();
    let path = machine(&lab, programs);
    lab.command(&["doctor"])
        .env("PATH", path)
        .env_remove("CC")
        .env_remove("CHROMIUM")
        .output()
        .expect("lab can be started")
}

fn machine(lab: &Lab, programs: &[(&str, &str)]) -> PathBuf {
    let path = lab.folder.path().join("path");
    fs::create_dir(&path).expect("it is not there yet");
    for (name, version) in programs {
        let program = path.join(name);
        fs::write(&program, format!("#!/bin/sh\necho '{version}'\n")).expect("it can be written");
        fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("it is ours");
    }
    path
}

/// The line about `what`, and the command that mends it, which may be empty.
fn judged<'a>(text: &'a str, what: &str) -> (&'a str, &'a str) {
    let mut lines = text.lines().skip_while(|line| line.get(10..).is_none_or(|rest| !rest.starts_with(what)));
    let line = lines.next().unwrap_or_else(|| panic!("no line about {what}:\n{text}"));
    (line, lines.next().and_then(|next| next.trim_start().strip_prefix("mend: ")).unwrap_or_default())
}

#[track_caller]
fn expect_line(text: &str, state: &str, what: &str, mend: &str) {
    let (line, found) = judged(text, what);
    assert!(
        line.starts_with(&format!("{state} ")) && found == mend,
        "{what}: {state}, {mend}?\n{line}\n{found}"
    );
}

const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

#[test]
fn every_line_is_judged_and_mended() {
    let output = Lab::new().run(&["doctor"]);
    let text = text(&output.stdout);
    contains(&text, &["rust  ", "make  ", "a test run    labgob and labrpc pass", "determinism"]);
    let missing = text.lines().any(|line| line.starts_with("missing "));
    assert_eq!(output.status.code(), Some(i32::from(missing)), "{text}");
    for (line, next) in text.lines().zip(text.lines().skip(1)) {
        let judged = line.starts_with("missing ") || line.starts_with("optional ");
        assert!(!judged || next.trim_start().starts_with("mend: "), "nothing mends this:\n{line}");
    }
}

#[test]
fn an_empty_machine_lacks_everything() {
    let output = examine(&[]);
    let text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    expect_line(&text, "missing", "rust ", RUSTUP);
    expect_line(&text, "missing", "cargo", RUSTUP);
    expect_line(&text, "missing", "cc", "install gcc");
    expect_line(&text, "missing", "make", "install make");
    expect_line(&text, "optional", "rustfmt", "rustup component add rustfmt");
    expect_line(&text, "optional", "clippy", "rustup component add clippy");
    expect_line(&text, "optional", "git", "install git");
    expect_line(&text, "optional", "chromium", "install chromium");
    // What lab can do by itself still works.
    contains(&text, &["labgob and labrpc pass", "\n4 things are missing, see above\n"]);
}

#[test]
fn the_package_manager_of_the_machine_mends_it() {
    for (manager, mend) in [("apt-get", "sudo apt-get install -y gcc"), ("apk", "sudo apk add gcc")] {
        let output = examine(&[(manager, "1.0")]);
        expect_line(&text(&output.stdout), "missing", "cc", mend);
    }
}

#[test]
fn versions_that_are_too_old_or_of_another_kind_are_missing() {
    let present =
        [("rustc", "rustc 1.60.0 (old)"), ("make", "bmake 2024"), ("cc", "cc 1"), ("cargo", "cargo 1")];
    let output = examine(&present);
    let text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    expect_line(&text, "missing", "rust ", "rustup update stable");
    contains(judged(&text, "rust ").0, &["rustc 1.60.0 (old), but "]);
    expect_line(&text, "missing", "make", "install make");
    contains(judged(&text, "make").0, &["bmake 2024, which is not GNU make"]);
    expect_line(&text, "ok", "cc", "");
    contains(&text, &["\n2 things are missing, see above\n"]);
}

#[test]
fn what_only_some_need_does_not_keep_anybody_from_beginning() {
    let all = [("rustc", "rustc 9.9.9"), ("make", "GNU Make 4.4"), ("cc", "cc 1"), ("cargo", "cargo 1")];
    let output = examine(&all);
    let text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    expect_line(&text, "optional", "git", "install git");
    contains(&text, &["this machine is ready; begin with: make test-2A\n"]);
}

#[test]
fn limits_and_folders_are_examined() {
    let lab = Lab::new();
    let script = "ulimit -n 200; exec \"$0\" doctor";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]).arg(rig::lab()).current_dir(lab.folder.path());
    let output = command.env("TMPDIR", "/not/there").output().expect("a shell can be started");
    let text = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    expect_line(&text, "missing", "open files", "ulimit -n 1024");
    contains(judged(&text, "open files").0, &["only 200 allowed, 256 needed"]);
    expect_line(&text, "missing", "temporary", "export TMPDIR=/var/tmp");
}

/// Goal: without cargo there is no lab to ask, so make says it.
#[test]
fn make_says_that_cargo_is_missing() {
    let lab = Lab::new();
    let path = machine(&lab, &[]);
    let Some(make) = program("make") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(make).arg("-C").arg(root).arg("doctor").env("PATH", path).output();
    let output = output.expect("make can be started");
    assert_eq!(output.status.code(), Some(2));
    let text = text(&output.stdout);
    contains(&text, &["missing   cargo: nothing can be built without it\n", "mend: curl "]);
}

fn program(name: &str) -> Option<PathBuf> {
    let path: OsString = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

#[test]
fn it_takes_no_arguments() {
    contains(&refused(2, &["doctor", "2A"]), &["Usage: lab doctor"]);
    contains(&expect(0, &["doctor", "--help"]), &["Exit codes: 0 ready to begin, 1 something is missing"]);
}
