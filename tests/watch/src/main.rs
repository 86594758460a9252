//! `lab watch`: at every save, build and run again, what failed first.
//!
//! | file | its question |
//! | --- | --- |
//! | `cli` | what was asked for? |
//! | `files` | was a source file saved? |
//! | `programs` | which tests are there now, and does this one pass? |
//! | `round` | which test comes next, with which seed? |
//!
//! A program of its own, beside `lab`: what notices that a file was saved takes as long to compile as the half of `lab`. It must not know how
//! a run is done or told; that it asks of `lab`. Start reading at `Watch::go_on`.

mod cli;
mod files;
mod programs;
mod round;

use std::{
    io,
    path::{Path, PathBuf},
    process::{ExitCode, Output},
};

use runner::{
    build,
    exit::{FAILED, USAGE},
    output::{complain, line, note},
    seed,
    signals::Signals,
    suites, workspace,
};
use tokio::runtime::Builder;

use self::{
    files::Saved,
    round::{Memory, Run},
};

fn main() -> ExitCode {
    let code = watch(cli::parse());
    code.unwrap_or_else(|error| complain(&error)).into()
}

/// Watches until somebody presses Ctrl-C.
fn watch(question: cli::Watch) -> io::Result<u8> {
    let Some(root) = workspace::find() else {
        note("error: there is no workspace with a folder `tests` here or above: nothing to watch");
        return Ok(USAGE);
    };
    Builder::new_current_thread().enable_all().build()?.block_on(conduct(question, root))
}

async fn conduct(question: cli::Watch, root: PathBuf) -> io::Result<u8> {
    let mut signals = Signals::new()?;
    let mut saved = Saved::below(&root)?;
    let programs = build::programs(question.patterns.iter().flat_map(|pattern| suites::of_pattern(pattern)));
    let mut watch = Watch { question, root, programs, memory: Memory::default() };
    tokio::select! {
        // Dropping the other side ends whatever it has started.
        code = signals.next() => Ok(code),
        code = watch.go_on(&mut saved) => code,
    }
}

struct Watch {
    question: cli::Watch,
    root: PathBuf,
    programs: Vec<&'static str>,
    memory: Memory,
}

impl Watch {
    /// Round after round. Ends by itself only if there is nothing to run.
    async fn go_on(&mut self, saved: &mut Saved) -> io::Result<u8> {
        loop {
            // What is saved from now on may not be in this build.
            saved.forget();
            say("building");
            if let Some(folder) = build::build(&self.root, &self.programs, None).await? {
                tokio::select! {
                    ended = self.round(&folder) => if let Some(code) = ended? { return Ok(code) },
                    file = saved.next() => {
                        self.say_saved(&file);
                        continue;
                    }
                }
            }
            say("waiting for a file to be saved; Ctrl-C ends");
            let file = saved.next().await;
            self.say_saved(&file);
        }
    }

    /// Runs tests until one fails. Returns an exit code if there are none.
    async fn round(&mut self, folder: &Path) -> io::Result<Option<u8>> {
        let tests = match programs::tests(folder, &self.question).await? {
            Ok(tests) => tests,
            Err(complaint) => return Ok(Some(refused(&complaint))),
        };
        let runs = self.memory.round(&tests, self.question.seed.unwrap_or_else(seed::random));
        for run in &runs {
            if !self.passes(folder, run).await? {
                return Ok(None);
            }
        }
        say(&format!("all green: {} of {} tests passed", tests.len(), tests.len()));
        Ok(None)
    }

    /// Does one run; its whole report is shown if it fails, and one line if not.
    async fn passes(&mut self, folder: &Path, run: &Run) -> io::Result<bool> {
        let output = programs::run(&self.root, folder, run, self.question.clock.name()).await?;
        let passed = self.memory.ended(run, output.status.success());
        let word = if passed { "ok  " } else { "FAIL" };
        line(&format!("{word}  {} (seed {})", run.test, run.seed))?;
        if !passed {
            line(&report(&output))?;
        }
        Ok(passed)
    }

    fn say_saved(&self, file: &Path) {
        say(&format!("saved: {}", file.strip_prefix(&self.root).unwrap_or(file).display()));
    }
}

/// What a failed run has to say, the hint included.
fn report(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    format!("{}\n{}", text(&output.stdout), text(&output.stderr)).trim_end().to_owned()
}

/// The new build knows no such test, and has said so.
fn refused(complaint: &Output) -> u8 {
    note(String::from_utf8_lossy(&complaint.stderr).trim_end());
    complaint.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(FAILED)
}

fn say(what: &str) {
    note(&format!("--- {what}"));
}
