//! `lab logs`: a trace as columns, one per server.

pub(super) mod cell;
mod columns;
mod diff;
mod filter;

use std::{
    io::{self, Write},
    path::Path,
};

use columns::Sheet;
use filter::Filter;
use invariants::suspect::{self, Finding};
use protocol::trace::read::Trace;
use runner::{exit, output};

use super::cli;

/// Events shown before and after the one in question.
const BEFORE: usize = 20;
const AFTER: usize = 5;

/// There is something to find: a difference, or an event that is wrong.
const FOUND: u8 = 1;

/// Shows a trace, or says why it cannot.
pub(super) fn show(question: &cli::Logs) -> io::Result<u8> {
    let Some(trace) = read(&question.file) else { return Ok(exit::USAGE) };
    if let Some(other) = &question.diff {
        let Some(other) = read(other) else { return Ok(exit::USAGE) };
        return diff::show(&trace, &other, question);
    }
    let filter = match Filter::new(question, &trace) {
        Ok(filter) => filter,
        Err(message) => return Ok(usage(&message)),
    };
    let sheet = match Sheet::new(&filter.servers(&trace), question) {
        Ok(sheet) => sheet,
        Err(message) => return Ok(usage(&message)),
    };
    let mut out = io::stdout().lock();
    if question.first_bad {
        return first_bad(&trace, &filter, &sheet, &mut out);
    }
    write!(out, "{}", sheet.heading())?;
    for event in trace.events.iter().filter(|event| filter.shows(event)) {
        write!(out, "{}", sheet.row(event))?;
    }
    Ok(exit::PASSED)
}

fn usage(message: &str) -> u8 {
    output::note(&format!("error: {message}"));
    exit::USAGE
}

/// Reads a file, and says on standard error what cannot be read.
fn read(path: &Path) -> Option<Trace> {
    match Trace::read(path) {
        Ok(trace) => {
            for (line, why) in &trace.broken {
                output::note(&format!("warning: {}:{line}: not an event, left out: {why}", path.display()));
            }
            Some(trace)
        }
        Err(refusal) => {
            output::note(&format!("error: {}: {refusal}", path.display()));
            None
        }
    }
}

/// The first wrong event with what led to it.
fn first_bad(trace: &Trace, filter: &Filter, sheet: &Sheet, out: &mut impl Write) -> io::Result<u8> {
    let Some(Finding { event: bad, why }) = suspect::first_bad(trace) else {
        writeln!(out, "No event of this trace is wrong by itself, and its test has not failed.")?;
        return Ok(exit::PASSED);
    };
    let shown = |range: std::ops::Range<usize>| range.filter(|&index| filter.shows(&trace.events[index]));
    let mut before: Vec<usize> = shown(0..bad).collect();
    before.drain(..before.len().saturating_sub(BEFORE));
    write!(out, "{}", sheet.heading())?;
    for index in before {
        write!(out, "{}", sheet.row(&trace.events[index]))?;
    }
    writeln!(out, "{}", sheet.marked(&format!(">>> {why} (line {})", trace.events[bad].line)))?;
    write!(out, "{}", sheet.row(&trace.events[bad]))?;
    for index in shown(bad + 1..trace.events.len()).take(AFTER) {
        write!(out, "{}", sheet.row(&trace.events[index]))?;
    }
    Ok(FOUND)
}
