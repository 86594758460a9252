//! What a recorded failure adds to its report: the first wrong event, and the last events of every server.

use std::path::Path;

use invariants::suspect;
use protocol::trace::read::{Event, Trace};

use super::logs::cell;

/// A report that does not fit on a screen is not read.
const REPORT_LINES_MAX: usize = 40;

/// The first wrong event and how to look at it, and the commands at the end.
const LINES_AFTER: usize = 5;

/// As many events as one remembers.
const PER_SERVER_MAX: usize = 10;

/// Characters of a line.
const WIDTH: usize = 120;

/// The text to add to a report. Empty if the trace cannot be read: then its own line is still true.
pub(super) fn of(file: &Path, report: &str) -> String {
    let Ok(trace) = Trace::read(file) else { return String::new() };
    let servers = trace.servers();
    let left = REPORT_LINES_MAX.saturating_sub(report.lines().count() + LINES_AFTER + servers.len());
    let each = (left / servers.len().max(1)).min(PER_SERVER_MAX);
    wrong(&trace, file, report) + &servers.iter().map(|server| last(&trace, server, each)).collect::<String>()
}

/// The first event that breaks a promise of Raft; the test may have noticed much later.
fn wrong(trace: &Trace, file: &Path, report: &str) -> String {
    let found = suspect::first_bad(trace).filter(|found| trace.events[found.event].topic() != "TEST");
    found.map_or_else(String::new, |found| {
        let look = format!("    look: make logs FILE={} ARGS=--first-bad\n", file.display());
        // A promise that was checked on the way is the headline already.
        if report.contains(&found.why) {
            return look;
        }
        let seconds = trace.events[found.event].micros() as f64 / 1e6;
        format!("    first wrong event, at {seconds:.3} s: {}\n{look}", found.why)
    })
}

fn last(trace: &Trace, server: &str, count: usize) -> String {
    let of_server =
        |event: &&Event| event.text("server") == Some(server) && !event.fields.contains_key("call");
    let mut events: Vec<&Event> = trace.events.iter().rev().filter(of_server).take(count).collect();
    if events.is_empty() {
        return String::new();
    }
    events.reverse();
    let lines = events.into_iter().map(line).collect::<String>();
    format!("    last events of {server}:\n{lines}")
}

fn line(event: &Event) -> String {
    let text = format!("      {:>10.6} {}", event.micros() as f64 / 1e6, cell::text(event));
    text.chars().take(WIDTH).chain(['\n']).collect()
}
