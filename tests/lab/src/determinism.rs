//! Same seed twice: every event must be the same.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use protocol::{Failure, FailureKind, RunRecord, TraceMode};
use runner::child::Live;

use super::{bench::Bench, plan::Job, replay::is_hang, report::Outcome};

/// Longer events are cut off in messages.
const EVENT_CHARS_MAX: usize = 400;

/// Does `job` twice and compares.
pub(super) async fn twice(bench: &Bench, job: &Job, scratch: &Path, live: Option<&Live>) -> Outcome {
    let files = ["-1st", "-2nd"].map(|which| scratch.join(format!("{}{which}.jsonl", job.index)));
    let first = bench.run(job, TraceMode::File(files[0].clone()), live).await;
    let second = bench.run(job, TraceMode::File(files[1].clone()), None).await.record;
    let mut outcome = Outcome::from(first);
    let difference = difference(&outcome.record, &second);
    if difference.is_some() || !outcome.passed() {
        outcome.trace = keep(bench, job, &files[0], "", &mut outcome.notes);
    }
    if let Some(difference) = difference {
        let kept = keep(bench, job, &files[1], "-2nd", &mut outcome.notes);
        outcome.notes.extend(kept.map(|file| format!("events of the second run: {}", file.display())));
        let place = first_difference(&files[0], &files[1]);
        outcome.record.failure = Some(fault(&difference, &place, &outcome.record));
    }
    for file in &files {
        // It may never have been written; and all go with the folder in the end.
        fs::remove_file(file).ok();
    }
    outcome
}

/// Keeps the events of a run, or says why that was not possible.
fn keep(bench: &Bench, job: &Job, file: &Path, suffix: &str, notes: &mut Vec<String>) -> Option<PathBuf> {
    let kept = bench.traces.reserve(job, suffix).unwrap_or_else(|lost| {
        notes.push(lost);
        None
    })?;
    let copied = fs::copy(file, &kept);
    copied.map_err(|error| notes.push(format!("its events could not be kept: {error}"))).ok().map(|_| kept)
}

/// How two runs of one seed differ, if they do.
fn difference(first: &RunRecord, second: &RunRecord) -> Option<String> {
    let hung = |record: &RunRecord| record.failure.as_ref().is_some_and(is_hang);
    if hung(first) || hung(second) {
        // How far a run came before the wall guard ended it is a matter of the machine.
        return (hung(first) != hung(second)).then(|| "one of them hung, the other did not".to_owned());
    }
    if first.failure != second.failure {
        return Some(format!("one {}, the other {}", fate(first), fate(second)));
    }
    if first.failure.is_none() && first.trace_hash.is_none() {
        return Some("the run did not record its events, so nothing can be compared".to_owned());
    }
    let events = |record: &RunRecord| (record.trace_hash.clone(), record.trace_events);
    if events(first) != events(second) {
        return Some(format!("different events ({} and {})", first.trace_events, second.trace_events));
    }
    let results = |record: &RunRecord| (record.sections.clone(), record.seconds.to_bits());
    (results(first) != results(second)).then(|| "the same events but different statistics".to_owned())
}

fn fate(record: &RunRecord) -> String {
    record.failure.as_ref().map_or_else(
        || "passed".to_owned(),
        |failure| format!("failed ({:?} after {:.3} s: {})", failure.kind, failure.seconds, failure.message),
    )
}

fn fault(difference: &str, place: &str, record: &RunRecord) -> Failure {
    Failure {
        kind: FailureKind::Harness,
        message: format!("not deterministic: same seed, two different runs: {difference}\n{place}"),
        file: String::new(),
        line: 0,
        step: String::new(),
        seconds: record.seconds,
        servers: Vec::new(),
    }
}

fn first_difference(first: &Path, second: &Path) -> String {
    let open = |file: &Path| File::open(file).map(BufReader::new);
    let found = open(first).and_then(|first| differing_line(first, open(second)?));
    match found {
        Err(error) => format!("the events cannot be compared: {error}"),
        Ok(None) => "the recorded events are the same".to_owned(),
        Ok(Some((number, first, second))) => {
            format!("first event that differs: line {number}\n  1st run: {first}\n  2nd run: {second}")
        }
    }
}

/// The number (from 1) and the text of the first line in which two streams differ.
fn differing_line(first: impl BufRead, second: impl BufRead) -> io::Result<Option<(u64, String, String)>> {
    let (mut first, mut second) = (first.split(b'\n'), second.split(b'\n'));
    for number in 1.. {
        let pair = (first.next().transpose()?, second.next().transpose()?);
        match pair {
            (None, None) => break,
            (first, second) if first == second => {}
            (first, second) => return Ok(Some((number, shown(first), shown(second)))),
        }
    }
    Ok(None)
}

fn shown(line: Option<Vec<u8>>) -> String {
    let Some(line) = line else { return "(no more events)".to_owned() };
    let text = String::from_utf8_lossy(&line);
    match text.char_indices().nth(EVENT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(first: &str, second: &str) -> Option<(u64, String, String)> {
        differing_line(first.as_bytes(), second.as_bytes()).expect("memory can be read")
    }

    #[test]
    fn the_first_differing_line_is_named() {
        assert_eq!(differ("a\nb\n", "a\nb\n"), None);
        assert_eq!(differ("a\nb\nc\n", "a\nx\ny\n"), Some((2, "b".into(), "x".into())));
        assert_eq!(differ("a\n", "a\nb\n"), Some((2, "(no more events)".into(), "b".into())));
    }

    #[test]
    fn long_events_are_cut_off_between_characters() {
        let line = "é".repeat(EVENT_CHARS_MAX + 1);
        assert_eq!(shown(Some(line.into_bytes())).chars().count(), EVENT_CHARS_MAX + 1);
    }
}
