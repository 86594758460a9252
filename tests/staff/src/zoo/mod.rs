//! `lab zoo`: tests the tests. Breaks the reference in one classic way after the other, and looks which test notices.
//!
//! | file | its question |
//! | --- | --- |
//! | `patch` | what is broken, and how? |
//! | `workspace` | how does a patch get into a copy of the reference, and out again? |
//! | `trial` | which test notices first? |
//! | `results` | what came of it, now or in an earlier call? |
//! | `page` | who is told? |

mod page;
mod patch;
mod results;
#[cfg(test)]
mod tests;
mod trial;
mod workspace;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Instant,
};

use runner::{
    build,
    exit::{BUILD_FAILED, FAILED, PASSED, USAGE},
    output::{line, note},
    signals::Signals,
};
use tokio::runtime::Builder;

use self::{
    patch::{Group, Patch},
    results::{Outcome, Results, Verdict},
    trial::Trial,
    workspace::Scratch,
};
use super::{cli, handout};

/// Where the bugs live, below the workspace.
const FOLDER: &str = "tests/zoo";
/// Seeds that something harmless must pass.
const HARMLESS_SEEDS: u64 = 20;

/// Why nothing was done, or not all.
enum Stop {
    /// The question was wrong, or a patch does not fit.
    Refused(String),
    /// The reference does not build with these patches.
    NoBuild(String),
    /// Files cannot be written, programs cannot be started.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Io(error)
    }
}

/// Tries every bug that is meant, and tells.
pub(super) fn visit(question: cli::Zoo) -> io::Result<u8> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let mut signals = Signals::new()?;
        tokio::select! {
            // Dropping the other side ends what it has started. The copy is put right by the next call.
            code = signals.next() => Ok(code),
            code = conduct(&question) => code,
        }
    });
    match ended {
        Ok(code) => Ok(code),
        Err(Stop::Refused(reason)) => Ok(told(&reason, USAGE)),
        Err(Stop::NoBuild(name)) => Ok(told(
            &format!("with these patches the reference does not build, mend them: {name}"),
            BUILD_FAILED,
        )),
        Err(Stop::Io(error)) => Err(error),
    }
}

fn told(reason: &str, code: u8) -> u8 {
    note(&format!("error: {reason}"));
    code
}

async fn conduct(question: &cli::Zoo) -> Result<u8, Stop> {
    let root = handout::find().ok_or_else(|| Stop::Refused("no workspace found here or above".into()))?;
    let zoo = patch::read_all(&root.join(FOLDER)).map_err(Stop::Refused)?;
    let patches = patch::choose(&zoo, &question.names).map_err(Stop::Refused)?;
    // All of them first: a stale patch should not show after half an hour.
    for patch in &patches {
        patch.changes(&root).map_err(Stop::Refused)?;
    }
    let target = root.join("target/zoo");
    let mut results = Results::open(&target.join("results.jsonl"))?;
    let mut rows = Vec::new();
    let mut unbuilt = Vec::new();
    for patch in patches {
        let outcome = match results.known(patch).filter(|_| question.resume) {
            Some(known) => known,
            None => match attempt(question, &root, &target, patch).await {
                Ok(outcome) => results.add(outcome)?,
                // The others are worth knowing all the same.
                Err(Stop::NoBuild(name)) => {
                    unbuilt.push(name);
                    continue;
                }
                Err(stop) => return Err(stop),
            },
        };
        line(&page::line(&outcome))?;
        rows.push((patch, outcome));
    }
    let code = tell(question, &rows)?;
    if unbuilt.is_empty() { Ok(code) } else { Err(Stop::NoBuild(unbuilt.join(", "))) }
}

/// Builds the reference with this patch, and tests it until something notices.
async fn attempt(question: &cli::Zoo, root: &Path, target: &Path, patch: &Patch) -> Result<Outcome, Stop> {
    let started = Instant::now();
    let scratch = Scratch { reference: root.to_owned(), copy: target.join("workspace") };
    scratch.put(&patch.changes(root).map_err(Stop::Refused)?)?;
    let programs = patch.programs();
    let built = build::build(&scratch.copy, &programs, Some(&target.join("target"))).await?;
    let suites = built.ok_or_else(|| Stop::NoBuild(patch.name.clone()))?;
    let built_after = started.elapsed();
    let seeds = question.seeds.get();
    let trial = Trial {
        suites,
        folder: scratch.copy,
        patterns: patch.tests.clone(),
        seed: question.seed,
        seeds: if patch.group == Group::Harmless { seeds.min(HARMLESS_SEEDS) } else { seeds },
        jobs: question.jobs,
        real_time: programs.contains(&"mapreduce-suite"),
    };
    let verdict = trial.until_first_failure().await?;
    Ok(Outcome {
        bug: patch.name.clone(),
        patch: patch.digest(),
        verdict,
        build_seconds: built_after.as_secs_f64(),
        seconds: started.elapsed().as_secs_f64(),
    })
}

fn tell(question: &cli::Zoo, rows: &[(&Patch, Outcome)]) -> Result<u8, Stop> {
    if let Some(file) = &question.markdown {
        write_page(file, &page::markdown(rows))?;
    }
    line(&page::summary(rows))?;
    let as_it_should = |(patch, outcome): &(&Patch, Outcome)| {
        matches!(outcome.verdict, Verdict::Caught(_)) == (patch.group != Group::Harmless)
    };
    Ok(if rows.iter().all(as_it_should) { PASSED } else { FAILED })
}

fn write_page(file: &PathBuf, text: &str) -> Result<(), Stop> {
    let cannot = |error| Stop::Refused(format!("cannot write {}: {error}", file.display()));
    fs::write(file, text).map_err(cannot)
}
