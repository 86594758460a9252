//! The program that watching asks: `lab`, with the suites that cargo has just built.

use std::{
    env, io,
    path::Path,
    process::{Output, Stdio},
};

use runner::suites;
use serde_json::Value;
use tokio::process::Command;

use super::round::Run;
use crate::cli;

/// The `lab` beside this program, with suites from a folder.
fn lab(folder: &Path) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?.with_file_name("lab"));
    suites::elsewhere(&mut command, folder);
    command.stdin(Stdio::null()).kill_on_drop(true);
    Ok(command)
}

/// The tests that are meant, in the course's order, as the new build knows them; or its complaint and exit code.
pub(super) async fn tests(folder: &Path, question: &cli::Watch) -> io::Result<Result<Vec<String>, Output>> {
    let mut command = lab(folder)?;
    command.args(["list", "--format", "jsonl"]);
    if question.extra {
        command.arg("--extra");
    }
    let output = command.arg("--").args(&question.patterns).output().await?;
    if !output.status.success() {
        return Ok(Err(output));
    }
    let lines = output.stdout.split(|byte| *byte == b'\n');
    let values = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    Ok(Ok(values
        .filter_map(|value| Some(format!("{}/{}", value["part"].as_str()?, value["name"].as_str()?)))
        .collect()))
}

/// Does one run. If the future is dropped, the run is ended.
pub(super) async fn run(root: &Path, folder: &Path, run: &Run, clock: &str) -> io::Result<Output> {
    let mut command = lab(folder)?;
    command.args(["test", "--runs=1", "--clock", clock, "--seed", &run.seed.to_string(), "--", &run.test]);
    command.current_dir(root).output().await
}
