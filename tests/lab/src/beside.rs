//! Commands that are programs of their own, beside this one: watching, and the staff's side.

use std::{env, os::unix::process::CommandExt, process::Command};

use runner::{exit::USAGE, output::note};

/// First words, the program that knows each, and its crate.
const PROGRAMS: [(&str, &str, &str); 6] = [
    ("watch", "lab-watch", "watch"),
    ("handout", "lab-staff", "staff"),
    ("grade", "lab-staff", "staff"),
    ("grade-all", "lab-staff", "staff"),
    ("grade-step", "lab-staff", "staff"),
    ("zoo", "lab-staff", "staff"),
];

/// Replaces this process by another program, if the first word on the command line is for one.
pub(crate) fn take_over_if_meant() {
    let word = env::args_os().nth(1).unwrap_or_default();
    let Some((word, program, name)) = PROGRAMS.into_iter().find(|(known, ..)| word == *known) else { return };
    let beside = env::current_exe().map(|this| this.with_file_name(program));
    let error = match beside {
        Ok(program) => Command::new(program).args(env::args_os().skip(1)).exec(),
        Err(error) => error,
    };
    note(&format!(
        "error: `lab {word}` is a program of its own, {program}, which cannot be started: {error}"
    ));
    note(&format!("  it is built by: cargo build -p {name}"));
    std::process::exit(USAGE.into());
}
