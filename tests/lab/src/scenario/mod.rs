//! `lab scenario`: a question of the lectures, played, told and kept to look at.
//!
//! The run is a test like any other, of kind [`Kind::Scenario`](protocol::Kind::Scenario). What it says of itself
//! (`Sim::scene` of the simulator) stands in its trace, and is told from there.

mod questions;

use std::{
    fs,
    io::{self, Write},
    num::{NonZeroU64, NonZeroUsize},
    path::{Path, PathBuf},
};

use protocol::{Clock, FailureKind, trace::read::Trace};
use runner::{
    exit::{FAILED, HARNESS_FAULT, NOTHING_MATCHED, PASSED, USAGE},
    output::note,
    select::most_alike,
    signals::Signals,
    suites,
};
use tokio::runtime::Builder;

use self::questions::{QUESTIONS, Question};
use super::{
    attempt::attempt,
    bench::Bench,
    cli,
    plan::{Plan, Refusal},
    report::Outcome,
    story, traces, view,
};

/// Plays the scenario that was asked for, or lists them all.
pub(super) fn show(question: &cli::Scenario) -> io::Result<u8> {
    let Some(name) = &question.name else {
        return io::stdout().write_all(list().as_bytes()).map(|()| PASSED);
    };
    let Some(found) = known().find(|known| known.name == name || known.test == name) else {
        note(&unknown(name, known()));
        return Ok(NOTHING_MATCHED);
    };
    let seed = question.seed.unwrap_or(found.seed);
    let base =
        question.out.clone().unwrap_or_else(|| traces::folder().join(format!("scenario-{}", found.name)));
    let files = Files { trace: base.with_extension("jsonl"), page: base.with_extension("html") };
    play(found, seed, &files)
}

/// Those whose run is in this build.
fn known() -> impl Iterator<Item = &'static Question> {
    let all = suites::cases();
    QUESTIONS.iter().filter(move |question| all.iter().any(|case| case.name == question.test))
}

fn list() -> String {
    let width = known().map(|question| question.name.len()).max().unwrap_or(0);
    known().map(|question| format!("{:width$}  {}\n", question.name, question.question)).collect()
}

/// What to say to a name that nothing has.
fn unknown(name: &str, known: impl Iterator<Item = &'static Question>) -> String {
    let names: Vec<&str> = known.map(|question| question.name).collect();
    let nearest = most_alike(names.iter().copied(), name);
    let hint = nearest.map_or_else(String::new, |name| format!("\n  did you mean: {name}?"));
    let names =
        if names.is_empty() { "none; make scenario builds them".to_owned() } else { names.join(", ") };
    format!("error: no scenario is called `{name}`{hint}\n  scenarios in this build: {names}")
}

/// Where a run is kept.
struct Files {
    trace: PathBuf,
    page: PathBuf,
}

fn play(question: &'static Question, seed: u64, files: &Files) -> io::Result<u8> {
    if let Some(folder) = files.trace.parent() {
        // If this fails, the plan will say that the trace cannot be written.
        fs::create_dir_all(folder).ok();
    }
    let plan = match plan(question, seed, &files.trace) {
        Ok(plan) => plan,
        Err(refusal) => return Ok(refusal.told()),
    };
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let (told, code) = match runtime.block_on(run(plan))? {
        Ok(played) => tell(question, &played, files),
        Err(signal) => return Ok(signal),
    };
    io::stdout().write_all(told.as_bytes())?;
    Ok(code)
}

fn plan(question: &Question, seed: u64, trace: &Path) -> Result<Plan, Refusal> {
    Plan::new(cli::Test {
        choice: cli::Choice { patterns: vec![question.test.to_owned()], extra: true },
        runs: NonZeroU64::MIN,
        seed: Some(seed),
        jobs: Some(NonZeroUsize::MIN),
        clock: Clock::Virtual,
        timeout: None,
        check_determinism: false,
        trace: Some(trace.to_owned()),
        format: cli::Format::Text,
    })
}

/// A run that is over.
struct Played {
    outcome: Outcome,
    /// Its report, if it failed.
    story: String,
    seed: u64,
}

/// Does the only run of `plan`. A signal ends it, and gives the exit code.
async fn run(plan: Plan) -> io::Result<Result<Played, u8>> {
    let mut signals = Signals::new()?;
    let bench = Bench::new(plan)?;
    let Some(job) = bench.plan.job(0) else { return Err(io::Error::other("a plan without a run")) };
    tokio::select! {
        outcome = attempt(&bench, &job, None) => {
            let story = story::story(&job, &outcome);
            Ok(Ok(Played { outcome, story, seed: job.seed }))
        }
        code = signals.next() => Ok(Err(code)),
    }
}

/// The whole text, and how to end.
fn tell(question: &Question, played: &Played, files: &Files) -> (String, u8) {
    let trace = match Trace::read(&files.trace) {
        Ok(trace) => trace,
        Err(refusal) => {
            let lost = format!("{}error: {}: {refusal}\n", played.story, files.trace.display());
            return (lost, HARNESS_FAULT);
        }
    };
    let mut text =
        format!("{}\n(seed {}, virtual clock)\n\n{}\n", question.question, played.seed, scenes(&trace));
    let code = match &played.outcome.record.failure {
        None => PASSED,
        Some(failure) if failure.kind == FailureKind::Harness => HARNESS_FAULT,
        Some(_) => FAILED,
    };
    text += &if code == PASSED {
        format!("Answer: {}\n\n", question.answer)
    } else {
        format!("{}\n", played.story)
    };
    match view::draw(&trace, &files.page) {
        Ok(()) => (text + &where_to_look(question, files), code),
        Err(complaint) => (format!("{text}error: {complaint}\n"), code.max(USAGE)),
    }
}

/// What the run has said of itself, with the second of its own clock.
fn scenes(trace: &Trace) -> String {
    let told = trace.events.iter().filter(|event| (event.topic(), event.name()) == ("TEST", "scene"));
    let line = |event: &protocol::trace::read::Event| {
        let seconds = event.micros() as f64 / 1e6;
        format!("{seconds:8.3} s  {}\n", event.text("text").unwrap_or(""))
    };
    told.map(line).collect()
}

fn where_to_look(question: &Question, files: &Files) -> String {
    let (trace, page) = (files.trace.display(), files.page.display());
    format!("page:   {page}\nevents: lab logs {trace} --topic {}\n", question.topics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let all = || QUESTIONS.iter();
        assert!(unknown("two-leader", all()).contains("did you mean: two-leaders?"));
        assert!(!unknown("qqq", all()).contains("did you mean"));
    }

    #[test]
    fn topics_are_those_of_a_trace() {
        for topic in QUESTIONS.iter().flat_map(|question| question.topics.split(',')) {
            assert!(protocol::trace::TOPICS.contains(&topic), "{topic}");
        }
    }
}
