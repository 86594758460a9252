//! Where two traces part.

use std::io::{self, Write};

use protocol::trace::read::{Event, Trace};
use runner::exit::PASSED;

use super::{AFTER, BEFORE, FOUND, cell};
use crate::cli;

/// Shows the first event that differs, and what stands around it in both.
pub(super) fn show(one: &Trace, other: &Trace, question: &cli::Logs) -> io::Result<u8> {
    let mut out = io::stdout().lock();
    if one.header != other.header {
        let name =
            |trace: &Trace| format!("{}/{} seed {}", trace.header.part, trace.header.test, trace.header.seed);
        writeln!(out, "different runs: {} and {}", name(one), name(other))?;
    }
    let length = one.events.len().max(other.events.len());
    let fields = |trace: &Trace, index: usize| trace.events.get(index).map(|event| event.fields.clone());
    let Some(first) = (0..length).find(|&index| fields(one, index) != fields(other, index)) else {
        writeln!(out, "all {length} events are the same")?;
        return Ok(PASSED);
    };
    writeln!(out, "the first {first} events are the same, the last of them:")?;
    for event in &one.events[first.saturating_sub(BEFORE / 2)..first] {
        writeln!(out, "  {}", line(event))?;
    }
    let other_name = question.diff.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    for (name, trace, sign) in [(question.file.display().to_string(), one, '<'), (other_name, other, '>')] {
        writeln!(out, "{sign} {name} goes on with:")?;
        let next: Vec<&Event> = trace.events.iter().skip(first).take(1 + AFTER).collect();
        if next.is_empty() {
            writeln!(out, "{sign} (it ends here)")?;
        }
        for event in next {
            writeln!(out, "{sign} {}", line(event))?;
        }
    }
    Ok(FOUND)
}

fn line(event: &Event) -> String {
    let server = event.text("server").map(|name| format!("{name}: ")).unwrap_or_default();
    let text = format!("{:>10.6}  {server}{}", event.micros() as f64 / 1e6, cell::text(event));
    cell::style(event.topic()).apply_to(text).to_string()
}
