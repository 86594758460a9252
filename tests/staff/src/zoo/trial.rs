//! Runs the relevant tests of a patched build, seed by seed, until one fails.

use std::{io, num::NonZeroUsize, path::PathBuf, process::Stdio};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use runner::suites;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::results::{Catch, Verdict};

/// Seconds of wall time for one run on the virtual clock: a hundred times what the slowest takes, and less patience than a student
/// is offered, because a bug that hangs shows in every run.
const RUN_SECONDS_MAX: &str = "30";

/// A patched build, and what to do with it.
pub(super) struct Trial {
    /// Where its suites are.
    pub(super) suites: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) patterns: Vec<String>,
    pub(super) seed: u64,
    pub(super) seeds: u64,
    pub(super) jobs: Option<NonZeroUsize>,
    /// Its tests live by the real clock, and have its patience.
    pub(super) real_time: bool,
}

impl Trial {
    /// The first failure in the order of seeds, and for one seed in the order of the catalogue, however many go on at the same time.
    pub(super) async fn until_first_failure(&self) -> io::Result<Verdict> {
        let tests = self.tests().await?;
        let mut earliest = Earliest::new(self.seed, tests);
        let mut running = Running(self.command()?.spawn()?);
        let stdout = running.0.stdout.take().ok_or_else(|| io::Error::other("a pipe is missing"))?;
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next_line().await? {
            if let Ok(result) = serde_json::from_str::<Value>(&line) {
                earliest.take(&result);
            }
            if let Some(catch) = earliest.is_certain() {
                running.end().await?;
                return Ok(Verdict::Caught(catch));
            }
        }
        let status = running.0.wait().await?;
        // What came last may have been all that was still open.
        match earliest.found {
            Some((_, catch)) => Ok(Verdict::Caught(catch)),
            None if status.success() => Ok(Verdict::Survived { seeds: self.seeds }),
            None => {
                Err(io::Error::other(format!("`lab test {}` ended with {status}", self.patterns.join(" "))))
            }
        }
    }

    /// The relevant tests, `part/name`, in the order in which they run.
    async fn tests(&self) -> io::Result<Vec<String>> {
        let mut command = self.lab()?;
        command.args(["list", "--extra", "--format", "jsonl", "--"]).args(&self.patterns);
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await?;
        if !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        let lines = output.stdout.split(|byte| *byte == b'\n');
        let values = lines.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        Ok(values
            .filter_map(|value| Some(full_name(value["part"].as_str()?, value["name"].as_str()?)))
            .collect())
    }

    /// The `lab` beside this program, with the patched suites.
    fn lab(&self) -> io::Result<Command> {
        let program = std::env::current_exe()?.with_file_name("lab");
        if !program.is_file() {
            return Err(io::Error::other(format!(
                "{} is missing: cargo build --workspace --bin lab",
                program.display()
            )));
        }
        let mut command = Command::new(program);
        suites::elsewhere(&mut command, &self.suites);
        Ok(command)
    }

    fn command(&self) -> io::Result<Command> {
        let mut command = self.lab()?;
        command.args(["test", "--extra", "--format", "jsonl", "--clock", "virtual"]);
        command.args(["--runs", &self.seeds.to_string(), "--seed", &self.seed.to_string()]);
        if !self.real_time {
            command.args(["--timeout", RUN_SECONDS_MAX]);
        }
        if let Some(jobs) = self.jobs {
            command.args(["--jobs", &jobs.to_string()]);
        }
        command.arg("--").args(&self.patterns).current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        Ok(command)
    }
}

fn full_name(part: &str, test: &str) -> String {
    format!("{part}/{test}")
}

/// `lab test` at work. Dropped, it is asked to end: it ends all that it has started, which a kill would not.
struct Running(Child);

impl Running {
    async fn end(&mut self) -> io::Result<()> {
        self.ask();
        self.0.wait().await.map(drop)
    }

    fn ask(&self) {
        let pid = self.0.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid {
            // It may just have ended by itself.
            kill(Pid::from_raw(pid), Signal::SIGTERM).ok();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.ask();
    }
}

/// Of results that come in any order, the failure that stands first in the plan.
struct Earliest {
    seed: u64,
    tests: Vec<String>,
    /// Places in the plan whose results are there.
    seen: Vec<u64>,
    found: Option<(u64, Catch)>,
}

impl Earliest {
    fn new(seed: u64, tests: Vec<String>) -> Self {
        Earliest { seed, tests, seen: Vec::new(), found: None }
    }

    fn take(&mut self, result: &Value) {
        let Some((place, catch)) = self.read(result) else { return };
        self.seen.push(place);
        let failed = result["status"] == "failed";
        if failed && self.found.as_ref().is_none_or(|(first, _)| place < *first) {
            self.found = Some((place, catch));
        }
    }

    fn read(&self, result: &Value) -> Option<(u64, Catch)> {
        let (part, test) = (result["part"].as_str()?, result["test"].as_str()?);
        let seed = result["seed"].as_u64()?;
        let rank = self.tests.iter().position(|known| *known == full_name(part, test))?;
        let seeds = seed.wrapping_sub(self.seed);
        let place = seeds * self.tests.len() as u64 + rank as u64;
        let message = result["failure"]["message"].as_str().unwrap_or_default();
        let catch = Catch {
            test: test.to_owned(),
            part: part.to_owned(),
            official: result["kind"] == "official",
            seed,
            seeds: seeds + 1,
            headline: message.lines().next().unwrap_or_default().to_owned(),
        };
        Some((place, catch))
    }

    /// The first failure, if no result before it is missing.
    fn is_certain(&self) -> Option<Catch> {
        let (place, catch) = self.found.as_ref()?;
        let before = self.seen.iter().filter(|seen| *seen < place).count() as u64;
        (before == *place).then(|| catch.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(test: &str, seed: u64, status: &str) -> Value {
        json!({"part": "2A", "test": test, "seed": seed, "status": status, "kind": "extra",
               "failure": {"message": "two leaders\nand more"}})
    }

    #[test]
    fn the_first_in_the_plan_counts_and_not_the_first_to_end() {
        let mut earliest = Earliest::new(7, vec!["2A/A".into(), "2A/B".into()]);
        earliest.take(&result("B", 7, "failed"));
        assert!(earliest.is_certain().is_none(), "A of the same seed may fail too");
        earliest.take(&result("A", 8, "failed"));
        earliest.take(&result("A", 7, "passed"));
        let catch = earliest.is_certain().expect("nothing before it is missing");
        assert_eq!((catch.test.as_str(), catch.seed, catch.seeds), ("B", 7, 1));
        assert_eq!(catch.headline, "two leaders");
        assert!(!catch.official);
    }

    #[test]
    fn what_passes_is_no_catch() {
        let mut earliest = Earliest::new(1, vec!["2A/A".into()]);
        earliest.take(&result("A", 1, "passed"));
        assert!(earliest.is_certain().is_none());
        earliest.take(&result("A", 3, "failed"));
        assert!(earliest.is_certain().is_none(), "seed 2 is missing");
        earliest.take(&result("A", 2, "passed"));
        assert_eq!(earliest.is_certain().map(|catch| catch.seeds), Some(3));
    }
}
