//! Building a submission: offline, with our `Cargo.lock`, without secrets around, and not for ever.
//!
//! Of a submission only Rust sources are there, so nothing of it runs during the build: no build script, no macro crate, no
//! cargo configuration. But `include_str!` could read any file, and a constant can be computed without end. So the build is
//! confined like a run, and its environment is made up anew.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use runner::{build, family};
use serde_json::Value;
use tokio::process::Command;

use super::{
    confine::{Confinement, Means, variable, variables},
    scratch::Scratch,
};
use crate::handout::Lab;

/// So much of what the compiler says reaches the student.
const LINES_MAX: usize = 200;
/// What a build may know of our environment.
const VARIABLES: [&str; 5] = ["LANG", "LC_ALL", "CC", "LD_LIBRARY_PATH", "TZ"];

/// Why there are no programs.
pub(super) enum Trouble {
    /// The submission does not compile; what the compiler says.
    Broken(String),
    /// It took too long.
    TimedOut(Duration),
}

/// What builds.
pub(super) struct Builder<'a> {
    pub(super) scratch: &'a Scratch,
    pub(super) means: &'a Means,
    /// For temporary files of the compiler.
    pub(super) folder: &'a Path,
    pub(super) limit: Duration,
}

impl Builder<'_> {
    /// Builds the programs for `labs` and copies them to `programs`, where the next build does not replace them.
    pub(super) async fn build(&self, labs: &[Lab], programs: &Path) -> io::Result<Result<(), Trouble>> {
        let deadline = tokio::time::Instant::now() + self.limit;
        let wanted = build::programs(labs.iter().map(|lab| lab.suite()));
        let Ok(built) = tokio::time::timeout_at(deadline, self.cargo(&wanted)).await else {
            return Ok(Err(Trouble::TimedOut(self.limit)));
        };
        match built? {
            Ok(executables) => copy(&executables, programs).map(Ok),
            Err(errors) => Ok(Err(Trouble::Broken(errors))),
        }
    }

    /// The programs that were built, or what the compiler says.
    async fn cargo(&self, programs: &[&str]) -> io::Result<Result<Vec<PathBuf>, String>> {
        let mut command = self.command()?;
        command.args(build::arguments(programs));
        command.args(["--profile=grade", "--offline", "--locked", "--quiet"]);
        command.args(["--color=never", "--message-format=json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        // If nobody waits for the build any more, it is killed.
        let (child, group) = family::start(&mut command)?;
        let output = child.wait_with_output().await?;
        drop(group);
        let messages: Vec<Value> =
            lines(&output.stdout).filter_map(|line| serde_json::from_slice(line).ok()).collect();
        if output.status.success() {
            return Ok(Ok(executables(&messages)));
        }
        let errors = errors(&messages);
        let text =
            if errors.is_empty() { String::from_utf8_lossy(&output.stderr).into_owned() } else { errors };
        Ok(Err(shortened(&text)))
    }

    /// Cargo, as it may run here.
    fn command(&self) -> io::Result<Command> {
        let toolchain = self.toolchain()?;
        let cargo_home = cargo_home();
        let path = std::env::join_paths(
            std::iter::once(toolchain.join("bin"))
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        let mut environment = variables(&VARIABLES);
        environment.extend([
            variable("PATH", path.unwrap_or_default()),
            variable("HOME", self.folder),
            variable("TMPDIR", self.folder),
            variable("CARGO_HOME", &cargo_home),
            variable("CARGO_TARGET_DIR", &self.scratch.target),
        ]);
        // Not all of its home: tokens are kept there as well.
        let cargos = ["registry", "git", "config.toml"].map(|name| cargo_home.join(name));
        let confinement = Confinement::new(self.means, self.folder)
            .starting_in(&self.scratch.workspace)
            .reading([toolchain.clone(), self.scratch.workspace.clone()])
            .reading(cargos)
            .writing([&self.scratch.target]);
        confinement.command(&cargo_of(&toolchain), &environment)
    }

    /// The folder of the compiler that this workspace wants. A proxy that chooses one is asked here, not in the build.
    fn toolchain(&self) -> io::Result<PathBuf> {
        let mut rustc = std::process::Command::new("rustc");
        rustc
            .args(["--print", "sysroot"])
            .current_dir(&self.scratch.workspace)
            .env_remove("RUSTUP_TOOLCHAIN");
        let output = rustc.stdin(Stdio::null()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !text.is_empty() {
            Ok(text.into())
        } else {
            Err(io::Error::other(format!("rustc: {}", String::from_utf8_lossy(&output.stderr).trim())))
        }
    }
}

fn cargo_of(toolchain: &Path) -> PathBuf {
    let beside = toolchain.join("bin/cargo");
    if beside.exists() { beside } else { "cargo".into() }
}

fn cargo_home() -> PathBuf {
    let named = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let usual =
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| OsString::from("/"))).join(".cargo");
    named.unwrap_or_else(usual)
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n')
}

fn executables(messages: &[Value]) -> Vec<PathBuf> {
    messages.iter().filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect()
}

/// What the compiler says in earnest. A student's warnings would fill the report.
fn errors(messages: &[Value]) -> String {
    let serious =
        messages.iter().map(|message| &message["message"]).filter(|message| message["level"] == "error");
    serious.filter_map(|message| message["rendered"].as_str()).collect()
}

/// No more lines than people read.
fn shortened(text: &str) -> String {
    let count = text.lines().count();
    if count <= LINES_MAX {
        return text.to_owned();
    }
    let kept: Vec<&str> = text.lines().take(LINES_MAX - 1).collect();
    format!("{}\n… {} more lines\n", kept.join("\n"), count - LINES_MAX + 1)
}

/// Everybody may execute the copies: a run may have a user of its own.
fn copy(executables: &[PathBuf], programs: &Path) -> io::Result<()> {
    for executable in executables {
        let name = executable.file_name().ok_or_else(|| io::Error::other("a program without a name"))?;
        let program = programs.join(name);
        fs::copy(executable, &program)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_are_kept_and_not_too_many() {
        let message = |level: &str| serde_json::json!({ "message": { "level": level, "rendered": format!("{level}!\n") } });
        assert_eq!(errors(&[message("warning"), message("error"), message("note")]), "error!\n");
        assert_eq!(shortened("a\nb\n"), "a\nb\n");
        let long = shortened(&"x\n".repeat(1000));
        assert_eq!(long.lines().count(), LINES_MAX);
        assert!(long.ends_with("… 801 more lines\n"), "{long}");
    }
}
