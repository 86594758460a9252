//! The programs that watching runs: cargo, and the `lab` that cargo has just built.
//!
//! This process is of no use for that: it is a `lab` too, but of the code as it was before.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use serde_json::Value;
use tokio::process::Command;

use super::round::Run;
use crate::lab::cli;

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Builds `lab` with these features, as the Makefile does. `None`: it did not build, and cargo has said why. `target` is
/// where to, if not where cargo puts it by itself.
pub(in crate::lab) async fn build(
    root: &Path,
    features: &[&str],
    target: Option<&Path>,
) -> io::Result<Option<PathBuf>> {
    let cargo = || {
        let mut command = cargo(root);
        command.envs(target.map(|target| ("CARGO_TARGET_DIR", target)));
        command
    };
    if features.contains(&"lab1") {
        let mut programs = cargo();
        programs.args(["build", "--quiet", "-p", "mapreduce", "--bins"]);
        if !programs.status().await?.success() {
            return Ok(None);
        }
    }
    let mut lab = cargo();
    lab.args(["build", "--quiet", "-p", "tests", "--bin", "lab", "--no-default-features"]);
    // Errors are written for people all the same, and we learn where the program is.
    lab.arg("--message-format=json-render-diagnostics");
    lab.arg("--features").arg([&["command"], features].concat().join(","));
    // `output` would keep the errors to itself.
    let output = lab.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?.wait_with_output().await?;
    Ok(if output.status.success() { executable(&output.stdout) } else { None })
}

/// The program that cargo has built, from its messages.
fn executable(messages: &[u8]) -> Option<PathBuf> {
    let messages = messages.split(|byte| *byte == b'\n').rev();
    let values = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let mut named = values.filter(|value| value["target"]["name"] == "lab");
    named.find_map(|value| value["executable"].as_str().map(PathBuf::from))
}

/// The tests that are meant, in the course's order, as the new build knows them; or its complaint and exit code.
pub(super) async fn tests(program: &Path, question: &cli::Watch) -> io::Result<Result<Vec<String>, Output>> {
    let mut command = Command::new(program);
    command.args(["list", "--format", "jsonl"]).kill_on_drop(true).stdin(Stdio::null());
    if question.choice.extra {
        command.arg("--extra");
    }
    let output = command.arg("--").args(&question.choice.patterns).output().await?;
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
pub(super) async fn run(root: &Path, program: &Path, run: &Run, clock: &str) -> io::Result<Output> {
    let mut command = Command::new(program);
    command.args(["test", "--runs=1", "--clock", clock, "--seed", &run.seed.to_string(), "--", &run.test]);
    command.current_dir(root).stdin(Stdio::null()).kill_on_drop(true).output().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_the_messages() {
        let messages = br#"{"reason":"compiler-artifact","target":{"name":"labgob"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"lab"},"executable":"/t/debug/lab"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(executable(messages), Some(PathBuf::from("/t/debug/lab")));
        assert_eq!(executable(b"rubbish\n"), None);
    }
}
