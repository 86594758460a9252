//! How cargo makes the suites' programs.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde_json::Value;
use tokio::process::Command;

/// The programs of Lab 1, which its tests start.
const LAB_1: [&str; 3] = ["mrcoordinator", "mrsequential", "mrworker"];

/// The programs that tests of these suites need: they themselves, and what they start.
pub fn programs<'a>(suites: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut programs: Vec<&str> = suites.into_iter().collect();
    if programs.contains(&"mapreduce-suite") {
        programs.extend(LAB_1);
    }
    programs.sort_unstable();
    programs.dedup();
    programs
}

/// What to tell cargo to build these programs. The whole workspace is named with them: only then has each crate from outside the same
/// features whatever is built, and is compiled once. The Makefile does the same.
pub fn arguments<'a>(programs: &[&'a str]) -> Vec<&'a str> {
    ["build", "--workspace"].into_iter().chain(programs.iter().flat_map(|name| ["--bin", *name])).collect()
}

/// Builds these programs, in the workspace at `root`. Returns the folder where they stand; `None`: they
/// did not build, and cargo has said why. `target` is where to, if not where cargo puts it by itself.
///
/// # Errors
/// If cargo cannot be started.
pub async fn build(root: &Path, programs: &[&str], target: Option<&Path>) -> io::Result<Option<PathBuf>> {
    let mut command = cargo(root, programs);
    command.envs(target.map(|target| ("CARGO_TARGET_DIR", target)));
    folder_of(command).await
}

/// The same with all that a debugger wants to know, and our own crates as they are written. `shared` is the usual target folder.
///
/// # Errors
/// If cargo cannot be started.
pub async fn for_debugger(
    root: &Path,
    programs: &[&str],
    shared: &Path,
    target: &Path,
) -> io::Result<Option<PathBuf>> {
    let mut command = cargo(root, programs);
    command.env("CARGO_BUILD_BUILD_DIR", shared).env("CARGO_TARGET_DIR", target);
    command.env("CARGO_PROFILE_DEV_DEBUG", "full").env("CARGO_PROFILE_DEV_OPT_LEVEL", "0");
    folder_of(command).await
}

fn cargo(root: &Path, programs: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root).stdin(Stdio::null()).kill_on_drop(true);
    command.args(arguments(programs)).arg("--quiet");
    command
}

/// Lets cargo build, and asks where to.
async fn folder_of(mut command: Command) -> io::Result<Option<PathBuf>> {
    // Errors are written for people all the same, and we learn where the programs are.
    command.arg("--message-format=json-render-diagnostics");
    // `output` would keep the errors to itself.
    let output = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?.wait_with_output().await?;
    Ok(if output.status.success() { folder(&output.stdout) } else { None })
}

/// Where cargo has put programs, from its messages.
fn folder(messages: &[u8]) -> Option<PathBuf> {
    let messages = messages.split(|byte| *byte == b'\n').rev();
    let mut values = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let program = values.find_map(|value| value["executable"].as_str().map(PathBuf::from))?;
    program.parent().map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_found_among_the_messages() {
        let messages = br#"{"reason":"compiler-artifact","target":{"name":"labgob"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"raft-suite"},"executable":"/t/debug/raft-suite"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(folder(messages), Some(PathBuf::from("/t/debug")));
        assert_eq!(folder(b"rubbish\n"), None);
    }

    #[test]
    fn only_what_the_tests_need_is_built() {
        assert_eq!(programs(["raft-suite", "raft-suite"]), ["raft-suite"]);
        let both = programs(["shardkv-suite", "mapreduce-suite"]);
        assert_eq!(both, ["mapreduce-suite", "mrcoordinator", "mrsequential", "mrworker", "shardkv-suite"]);
        assert_eq!(arguments(&["a", "b"]), ["build", "--workspace", "--bin", "a", "--bin", "b"]);
    }
}
