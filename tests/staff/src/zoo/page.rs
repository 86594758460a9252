//! Telling what came of it: a line per bug as it goes, a summary, and the page of the book.

use std::fmt::Write;

use super::{
    patch::{Group, Patch},
    results::{Outcome, Verdict},
};

/// What stands above the tables.
const PREFACE: &str = include_str!("page.md");

type Row<'a> = (&'a Patch, Outcome);

/// One bug, as soon as it is known.
pub(super) fn line(outcome: &Outcome) -> String {
    let Outcome { bug, verdict, seconds, build_seconds, .. } = outcome;
    let what = match verdict {
        Verdict::Caught(catch) => {
            format!(
                "{} {} ({}), seed {}: {}",
                catch.part,
                catch.test,
                kind(catch.official),
                catch.seed,
                catch.headline
            )
        }
        Verdict::Survived { seeds } => format!("passed all tests with {seeds} seeds"),
    };
    format!("{bug}: {what} [built in {build_seconds:.0} s, {seconds:.0} s in all]")
}

fn kind(official: bool) -> &'static str {
    if official { "official" } else { "strict" }
}

/// The last words.
pub(super) fn summary(rows: &[Row<'_>]) -> String {
    let mut text = String::new();
    for (patch, outcome) in rows {
        match &outcome.verdict {
            Verdict::Caught(catch) if patch.group == Group::Harmless => {
                writeln!(text, "{} is harmless, but {} fails", patch.name, catch.test).expect(FITS);
            }
            Verdict::Survived { seeds } if patch.group != Group::Harmless => {
                writeln!(text, "{} has survived {seeds} seeds", patch.name).expect(FITS);
            }
            Verdict::Caught(catch) if !patch.expect.contains(&catch.test) => {
                writeln!(text, "{} was expected to be caught by other tests than {}", patch.name, catch.test)
                    .expect(FITS);
            }
            _ => {}
        }
    }
    text + &figures(rows)
}

const FITS: &str = "a String takes everything";

fn figures(rows: &[Row<'_>]) -> String {
    let (harmless, bugs): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
        rows.iter().partition(|(patch, _)| patch.group == Group::Harmless);
    let seeds: Vec<u64> = bugs.iter().filter_map(|(_, outcome)| seeds(outcome)).collect();
    let passed = harmless.iter().filter(|(_, outcome)| seeds_of_failure(outcome).is_none()).count();
    let mut text = format!("{} of {} bugs caught", seeds.len(), bugs.len());
    if let Some(median) = median(seeds) {
        write!(text, ", median {median} seeds to the first failure").expect(FITS);
    }
    write!(text, "; {passed} of {} harmless changes passed", harmless.len()).expect(FITS);
    text
}

fn seeds(outcome: &Outcome) -> Option<u64> {
    seeds_of_failure(outcome)
}

fn seeds_of_failure(outcome: &Outcome) -> Option<u64> {
    match &outcome.verdict {
        Verdict::Caught(catch) => Some(catch.seeds),
        Verdict::Survived { .. } => None,
    }
}

/// The lower one of the two in the middle, if there are two.
fn median(mut numbers: Vec<u64>) -> Option<u64> {
    numbers.sort_unstable();
    numbers.get(numbers.len().checked_sub(1)? / 2).copied()
}

/// The page of the book.
pub(super) fn markdown(rows: &[Row<'_>]) -> String {
    let mut text = PREFACE.to_owned();
    writeln!(text, "\n{}.", figures(rows)).expect(FITS);
    for group in Group::ALL {
        let rows: Vec<&Row<'_>> = rows.iter().filter(|(patch, _)| patch.group == group).collect();
        if !rows.is_empty() {
            text += &table(group, &rows);
        }
    }
    text
}

fn table(group: Group, rows: &[&Row<'_>]) -> String {
    let (title, head) = match group {
        Group::Raft => ("Raft", BUGS),
        Group::Labs1And3 => ("Labs 1 and 3", BUGS),
        Group::Lab4 => ("Lab 4", BUGS),
        Group::Harmless => ("What is harmless", HARMLESS),
    };
    let lines = rows.iter().map(|row| cells(row) + "\n").collect::<String>();
    format!("\n## {title}\n\n{head}\n{lines}")
}

const BUGS: &str = "| bug | breaks | first failing test | seed | seeds needed | test is | its headline |\n\
                    | --- | --- | --- | --- | --- | --- | --- |";
const HARMLESS: &str = "| change | why no test may notice | seeds passed |\n| --- | --- | --- |";

fn cells((patch, outcome): &Row<'_>) -> String {
    let (title, rule, section) = (&patch.title, &patch.rule, &patch.section);
    match (&outcome.verdict, patch.group) {
        (Verdict::Survived { seeds }, Group::Harmless) => format!("| {title} | {rule} | {seeds} |"),
        (Verdict::Survived { seeds }, _) => {
            format!("| {title} | {rule} ({section}) | none | | over {seeds} | | |")
        }
        (Verdict::Caught(catch), Group::Harmless) => format!("| {title} | {rule} | fails {} |", catch.test),
        (Verdict::Caught(catch), _) => format!(
            "| {title} | {rule} ({section}) | {} | {} | {} | {} | {} |",
            catch.test,
            catch.seed,
            catch.seeds,
            kind(catch.official),
            shortened(&catch.headline)
        ),
    }
}

/// Enough of a headline to know it by, and nothing that would end a cell.
fn shortened(headline: &str) -> String {
    const CHARACTERS: usize = 90;
    let clean: String = headline.replace('|', "/").chars().take(CHARACTERS).collect();
    let dots = if headline.chars().count() > CHARACTERS { "…" } else { "" };
    format!("{}{dots}", clean.replace('<', "&lt;").trim_end())
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_one_of_the_numbers() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![9]), Some(9));
        assert_eq!(median(vec![9, 1, 2, 3]), Some(2));
    }
}
