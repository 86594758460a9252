//! Commands that are programs of their own, beside this one: watching, and the staff's side.

use std::{env, io, os::unix::process::CommandExt, path::PathBuf, process::Command};

use runner::{exit::USAGE, output::note};

/// First words, and the program that knows each.
const PROGRAMS: [(&str, &str); 6] = [
    ("watch", "lab-watch"),
    ("handout", "lab-staff"),
    ("grade", "lab-staff"),
    ("grade-all", "lab-staff"),
    ("grade-step", "lab-staff"),
    ("zoo", "lab-staff"),
];

/// Where a program beside this one should be.
fn place(program: &str) -> io::Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name(program))
}

/// What `lab --help` says of those that are there.
pub(crate) fn help() -> String {
    let is_there = |program: &str| place(program).is_ok_and(|program| program.is_file());
    let words: Vec<&str> =
        PROGRAMS.into_iter().filter(|(_, program)| is_there(program)).map(|(word, _)| word).collect();
    if words.is_empty() {
        return String::new();
    }
    format!("Programs of their own, with --help of their own: lab {}\n\n", words.join(", lab "))
}

/// Replaces this process by another program, if the first word on the command line is for one.
pub(crate) fn take_over_if_meant() {
    let word = env::args_os().nth(1).unwrap_or_default();
    let Some((word, program)) = PROGRAMS.into_iter().find(|(known, _)| word == *known) else { return };
    let error = match place(program) {
        Ok(program) => Command::new(program).args(env::args_os().skip(1)).exec(),
        Err(error) => error,
    };
    note(&format!(
        "error: `lab {word}` is a program of its own, {program}, which cannot be started: {error}"
    ));
    note(&format!("  it is built by: cargo build --workspace --bin {program}"));
    std::process::exit(USAGE.into());
}
