//! What became of a test, in words for people.

use protocol::{Clock, TestCase};
use runner::{failure, output::indented, select, suites};

use super::{
    super::result::{RunGrade, Status, TestGrade},
    student::HIDDEN_SEED,
};

/// So many failed runs of a test are told in full. The rest are probably the same again.
const STORIES_MAX: usize = 3;

/// One line: how many runs failed, and what the rule asks for.
pub(super) fn summary(test: &TestGrade) -> String {
    let (failed, done) = (failures(test).count(), test.runs.len());
    // Where the verdict is certain, or the time is over, runs are left out.
    let planned =
        if (done as u64) < test.planned { format!(", {} were planned", test.planned) } else { String::new() };
    match test.status {
        Status::NotRun => "not run".to_owned(),
        Status::Passed => format!("passed: {failed} of {done} runs failed{planned} (rule: {})", test.rule),
        Status::Failed => format!("failed: {failed} of {done} runs failed{planned} (rule: {})", test.rule),
    }
}

/// All there is to say: the summary, and the first failures in full.
pub(super) fn text(test: &TestGrade) -> String {
    let mut text = summary(test) + "\n";
    for run in failures(test).take(STORIES_MAX) {
        text += &failure_of(test, run);
    }
    let more = failures(test).count().saturating_sub(STORIES_MAX);
    if more > 0 {
        text += &format!("and {more} further runs that failed\n");
    }
    text
}

/// The runs that failed, by seed.
pub(super) fn failures(test: &TestGrade) -> impl Iterator<Item = &RunGrade> {
    test.runs.iter().filter(|run| run.failure.is_some())
}

/// A run that failed. Empty for one that passed.
pub(super) fn failure_of(test: &TestGrade, run: &RunGrade) -> String {
    let Some(failure) = &run.failure else { return String::new() };
    let mut text = failure::told(&test.name, failure);
    if !run.output.is_empty() {
        text += &format!("    printed:\n{}", indented(&run.output, 8));
    }
    text + &format!("    replay: {}\n", replay_of(test, run))
}

/// How a student does the run again.
fn replay_of(test: &TestGrade, run: &RunGrade) -> String {
    if run.hidden {
        return HIDDEN_SEED.to_owned();
    }
    let case = case(test);
    let pattern =
        case.as_ref().map_or_else(|| test.name.clone(), |case| select::pattern(case, &suites::cases()));
    let always_real = case.is_some_and(|case| case.real_clock);
    let clock = if test.clock == Clock::Real && !always_real { " CLOCK=real" } else { "" };
    format!("make test-{} TEST={pattern} SEED={}{clock}", test.part, run.seed)
}

fn case(test: &TestGrade) -> Option<TestCase> {
    suites::cases().into_iter().find(|case| case.part == test.part && case.name == test.name)
}

/// A number of points as people write it: at most two decimals.
pub(super) fn points(points: f64) -> String {
    let text = format!("{points:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Name and title of a test, for a list.
pub(super) fn heading(test: &TestGrade) -> String {
    let title = test.title.as_str();
    if title.is_empty() { test.name.clone() } else { format!("{}: {title}", test.name) }
}
