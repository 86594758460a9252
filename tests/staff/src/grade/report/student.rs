//! What students may see of a grade: no hidden seed, and no text by which one could be found.

use std::collections::HashSet;

use protocol::Failure;

use super::{
    super::result::{Build, Grade, RunGrade, TestGrade, Visibility},
    clean,
};

/// Stands wherever a seed must not.
pub(super) const HIDDEN_SEED: &str = "hidden seed";
/// So much of what the compiler says is shown.
const COMPILER_LINES_MAX: usize = 200;
/// A number below this stands in texts for many things; it is taken for a seed only where the text calls it one.
const TELLING_SEED: u64 = 1000;

/// A copy without hidden seeds, escape sequences and control characters. Whoever writes from it need not think of them.
pub(super) fn copy(grade: &Grade) -> Grade {
    let hidden = hidden_seeds(grade);
    let clean = |text: &str| without(&clean::text(text), &hidden);
    let mut shown = grade.clone();
    shown.submission = clean(&grade.submission);
    shown.notes = grade.notes.iter().map(|note| clean(note)).collect();
    shown.build = match &grade.build {
        Build::Refused(reason) => Build::Refused(clean(reason)),
        Build::Failed(said) => Build::Failed(clean::first_lines(&clean(said), COMPILER_LINES_MAX)),
        other => other.clone(),
    };
    for run in shown.tests.iter_mut().flat_map(|test| &mut test.runs) {
        clean_run(run, &clean);
    }
    shown
}

fn hidden_seeds(grade: &Grade) -> HashSet<u64> {
    let runs = grade.tests.iter().flat_map(|test| &test.runs);
    runs.filter(|run| run.hidden).map(|run| run.seed).collect()
}

fn clean_run(run: &mut RunGrade, clean: &impl Fn(&str) -> String) {
    if run.hidden {
        run.seed = 0;
        // The code under test chooses these words. It could spell the seed in them.
        run.output.clear();
    }
    run.output = clean(&run.output);
    if let Some(failure) = &mut run.failure {
        let Failure { message, file, step, servers, .. } = failure;
        for text in [message, file, step].into_iter().chain(servers) {
            *text = clean(text);
        }
    }
    for section in &mut run.sections {
        for text in [&mut section.title, &mut section.warning, &mut section.line] {
            *text = clean(text);
        }
    }
}

/// `text` with every hidden seed in it replaced.
fn without(text: &str, hidden: &HashSet<u64>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        kept.push_str(before);
        let seed = digits.parse().ok().filter(|number| hidden.contains(number));
        let is_seed = seed.is_some_and(|seed| seed >= TELLING_SEED || calls_it_seed(&kept));
        kept.push_str(if is_seed { HIDDEN_SEED } else { digits });
        rest = after;
    }
    kept + rest
}

/// Whether the next number is said to be a seed.
fn calls_it_seed(before: &str) -> bool {
    let word = before.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    word.get(word.len().saturating_sub(4)..).is_some_and(|end| end.eq_ignore_ascii_case("seed"))
}

/// A copy for readers that do not know who may see what. The points of what is not for everybody stay, so that all reports
/// agree; its words go.
pub(super) fn public(shown: &Grade) -> Grade {
    let mut public = shown.clone();
    if public.visibility != Visibility::Visible {
        public.notes.clear();
        match &mut public.build {
            Build::Refused(text) | Build::Failed(text) => *text = "not shown\n".to_owned(),
            Build::Unfinished | Build::Done => {}
        }
    }
    public.tests.iter_mut().filter(|test| test.visibility != Visibility::Visible).for_each(silence);
    public
}

fn silence(test: &mut TestGrade) {
    for run in &mut test.runs {
        run.hidden = true;
        run.seed = 0;
        run.output.clear();
        run.sections.clear();
        if let Some(failure) = &mut run.failure {
            failure.message = "not shown".to_owned();
            failure.file.clear();
            failure.step.clear();
            failure.servers.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_found_where_it_stands_alone() {
        let hidden = HashSet::from([4711, 7]);
        let told = without("SEED=4711, 2A-TestX-4711.jsonl, 14711, 47110, seed 7, index 7", &hidden);
        let expected =
            "SEED=hidden seed, 2A-TestX-hidden seed.jsonl, 14711, 47110, seed hidden seed, index 7";
        assert_eq!(told, expected);
        assert_eq!(without("é7 and 99999999999999999999", &hidden), "é7 and 99999999999999999999");
    }
}
