//! Commands that only `lab-staff` knows: handing out, grading, the zoo. A program beside this one, if it has been built.

use std::{env, os::unix::process::CommandExt, path::PathBuf, process::Command};

use clap::CommandFactory;
use runner::output::note;

use crate::cli::Cli;

/// Replaces this process by `lab-staff` if the first word on the command line is none of ours, and that program is there.
pub(crate) fn take_over_if_meant() {
    let Some(word) = env::args_os().nth(1) else { return };
    let is_ours = |word: &str| {
        let command = Cli::command();
        word.starts_with('-') || word == "help" || command.get_subcommands().any(|known| known.get_name() == word)
    };
    if word.to_str().is_some_and(is_ours) {
        return;
    }
    if let Some(program) = program() {
        let error = Command::new(&program).args(env::args_os().skip(1)).exec();
        note(&format!("note: {} cannot be started: {error}", program.display()));
    }
}

fn program() -> Option<PathBuf> {
    let program = env::current_exe().ok()?.with_file_name("lab-staff");
    program.is_file().then_some(program)
}
