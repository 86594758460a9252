//! `lab grade-all`: a folder of submissions, one process of `lab grade` for each.
//!
//! | file | its question |
//! | --- | --- |
//! | `question` | what was asked for, and can it be done at all? |
//! | `fingerprint` | is a submission the one that was graded? |
//! | `conduct` | which submissions are graded at the same time, and what if somebody presses Ctrl-C? |
//! | `one` | what did one `lab grade` do? |
//! | `row`, `page` | how do all of them stand: `summary.csv` and `index.html` |
//!
//! What has been graded is known by its files alone. So a batch may be ended at any time, by anything, and called again.

mod conduct;
mod fingerprint;
mod one;
mod page;
mod question;
mod row;
#[cfg(test)]
mod tests;

use std::{ffi::OsString, io};

use super::confine::own_program;

pub(crate) use question::{HELP, Options};

use question::Batch;
use runner::{exit::USAGE, output::note};

/// Grades whatever is not graded yet, and returns the exit code.
pub(crate) fn grade_all(options: &Options) -> io::Result<u8> {
    let command = [own_program()?.into_os_string(), OsString::from("grade")];
    grade_all_with(options, &command)
}

/// The same by another command than `lab grade`.
fn grade_all_with(options: &Options, command: &[OsString]) -> io::Result<u8> {
    match Batch::new(options) {
        Ok(batch) => conduct::conduct(batch, command),
        Err(refusal) => {
            note(&format!("error: {refusal}"));
            Ok(USAGE)
        }
    }
}
