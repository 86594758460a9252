//! `lab grade-step`: one part of a grade as a step of a workflow, whose exit code says whether it has all its points.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use runner::{
    exit::{FAILED, PASSED, USAGE},
    output::{indented, note},
};

use super::report::{
    CLASSROOM,
    classroom::{Classroom, Part, Word},
};

/// Below the options.
pub(crate) const HELP: &str = "\
  lab grade-step --out results --part 2A
  lab grade-step --out results --part 2A --result \"$GITHUB_OUTPUT\"

Reads what `lab grade --out results` has left. With --result, the step's output `result` is what the
reporter of GitHub Classroom expects: partial points count there, whatever the exit code.

Exit codes:
  0  the part has all its points
  1  it has not, or something was not run
  2  wrong usage: no such part, or no results
  5  FILE cannot be written";

/// `lab grade-step`.
#[derive(Args)]
pub(crate) struct Options {
    /// The folder that `lab grade` has written to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The part, e.g. 2A
    #[arg(long, value_name = "PART")]
    part: String,
    /// Append `result=…` to FILE, as a workflow wants it
    #[arg(long, value_name = "FILE")]
    result: Option<PathBuf>,
}

/// Prints the part that is asked for, and returns the exit code.
pub(crate) fn step(options: &Options) -> io::Result<u8> {
    let part = match find(&options.out, &options.part) {
        Ok(part) => part,
        Err(refusal) => {
            note(&format!("error: {refusal}"));
            return Ok(USAGE);
        }
    };
    if let Some(file) = &options.result {
        OpenOptions::new().create(true).append(true).open(file)?.write_all(output_line(&part).as_bytes())?;
    }
    io::stdout().write_all(text(&part).as_bytes())?;
    Ok(if part.status == Word::Pass { PASSED } else { FAILED })
}

/// The part in the results that `lab grade` has left in `out`.
fn find(out: &Path, name: &str) -> Result<Part, String> {
    let file = out.join(CLASSROOM);
    let shown = file.display();
    let bytes = fs::read(&file)
        .map_err(|error| format!("{shown}: {error}; run `lab grade … --out {}` first", out.display()))?;
    let classroom: Classroom = serde_json::from_slice(&bytes)
        .map_err(|error| format!("{shown} is not what lab grade writes: {error}"))?;
    let names: Vec<String> = classroom.parts.iter().map(|part| part.part.clone()).collect();
    let found = classroom.parts.into_iter().find(|part| part.part == name);
    found.ok_or_else(|| format!("{shown} has no part {name}; its parts: {}", names.join(" ")))
}

/// How a step of a workflow hands its result to the reporter.
fn output_line(part: &Part) -> String {
    format!("result={}\n", part.result)
}

fn text(part: &Part) -> String {
    let mut text = String::new();
    for test in part.tests().unwrap_or_default() {
        let word = match test.status {
            Word::Pass => "passed",
            Word::Fail => "FAILED",
            Word::Error => "not run",
        };
        text += &format!("{word:8} {:>6.2}  {}\n", test.score, test.name);
        text += &indented(&test.message, 4);
    }
    text + &format!("part {}: {:.2} of {:.2} points\n", part.part, part.score, part.max_score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::report::{tests::mixed, write_all};

    fn question(out: &Path, part: &str, result: Option<PathBuf>) -> Options {
        Options { out: out.to_owned(), part: part.to_owned(), result }
    }

    /// Goal: a workflow learns the verdict from the exit code, and the reporter the points from the output.
    #[test]
    fn the_exit_code_is_the_verdict() {
        let folder = tempfile::tempdir().expect("a folder");
        write_all(&mixed(), folder.path()).expect("written");
        let output = folder.path().join("github-output");
        let ask = |part| step(&question(folder.path(), part, Some(output.clone()))).expect("output works");
        assert_eq!((ask("2A"), ask("2B")), (PASSED, FAILED));
        let lines = fs::read_to_string(&output).expect("a file");
        assert_eq!(lines.lines().filter(|line| line.starts_with("result=ey")).count(), 2, "{lines}");
    }

    #[test]
    fn bad_questions_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let complaint = |part| find(folder.path(), part).err().expect("a refusal");
        assert!(complaint("2A").contains("lab grade … --out"));
        write_all(&mixed(), folder.path()).expect("written");
        assert!(complaint("2Z").contains("has no part 2Z; its parts: 2A 2B"), "{}", complaint("2Z"));
        fs::write(folder.path().join(CLASSROOM), "{").expect("written");
        assert!(complaint("2A").contains("is not what lab grade writes"));
        assert_eq!(step(&question(folder.path(), "2A", None)).expect("no output"), USAGE);
    }
}
