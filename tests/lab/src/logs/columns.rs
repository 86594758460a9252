//! The sheet: a column for the time, and one per server.

use std::{cell::RefCell, collections::HashMap};

use console::{Style, Term};
use protocol::trace::read::Event;

use super::cell;
use crate::cli;

/// Seconds and microseconds of two minutes.
const TIME_WIDTH: usize = 11;

/// Narrower columns cannot be read.
const COLUMN_MIN: usize = 20;

/// Where nobody looks at a terminal.
const WIDTH_PIPED: usize = 160;

/// How events are laid out.
pub(super) struct Sheet {
    servers: Vec<String>,
    column: usize,
    list: bool,
    /// Who has called whom, by the number of the call: only its first event says so.
    calls: RefCell<HashMap<u64, [String; 2]>>,
}

impl Sheet {
    /// # Errors
    /// If the columns do not fit.
    pub(super) fn new(servers: &[String], question: &cli::Logs) -> Result<Sheet, String> {
        let piped = !Term::stdout().features().is_attended();
        let terminal = if piped { WIDTH_PIPED } else { Term::stdout().size().1.into() };
        let width = question.width.unwrap_or(terminal);
        let column = width.saturating_sub(TIME_WIDTH) / servers.len().max(1);
        let fits = column >= COLUMN_MIN;
        // A finding needs no columns; who wants some of a width of their own is told that it is too narrow.
        let list = question.list || (question.first_bad && question.width.is_none() && !fits);
        if !fits && !list {
            let needed = TIME_WIDTH + servers.len() * COLUMN_MIN;
            return Err(format!(
                "{width} characters are too few for {} servers: {needed} are needed. Choose servers by --server, say --width \
                 {needed} and let the pager scroll (`less -S`), or say --list",
                servers.len()
            ));
        }
        Ok(Sheet { servers: servers.to_vec(), column, list, calls: RefCell::default() })
    }

    /// The names of the servers.
    pub(super) fn heading(&self) -> String {
        if self.list {
            return String::new();
        }
        let names = self
            .servers
            .iter()
            .map(|name| format!("{name:<width$}", width = self.column))
            .collect::<String>();
        format!(
            "{:>width$}  {}\n",
            "seconds",
            Style::new().bold().apply_to(names.trim_end()),
            width = TIME_WIDTH - 2
        )
    }

    /// A line that stands out.
    pub(super) fn marked(&self, text: &str) -> String {
        Style::new().red().bold().apply_to(text).to_string()
    }

    /// One event, in the column of its server, in as many lines as it takes.
    pub(super) fn row(&self, event: &Event) -> String {
        let time = format!("{:>width$.6}", event.micros() as f64 / 1e6, width = TIME_WIDTH - 2);
        let (server, text) = self.placed(event);
        let style = cell::style(event.topic());
        if self.list {
            let server = server.map(|name| format!("{name}: ")).unwrap_or_default();
            return format!("{time}  {server}{}\n", style.apply_to(text));
        }
        let Some(place) = server.and_then(|name| self.servers.iter().position(|server| *server == name))
        else {
            return format!("{time}  {}\n", style.apply_to(format!("── {text}")));
        };
        let indent = " ".repeat(place * self.column);
        let lines = wrapped(&text, self.column - 1);
        let mut row = String::new();
        for (number, line) in lines.iter().enumerate() {
            let time = if number == 0 { time.as_str() } else { "" };
            row += &format!("{time:>width$}  {indent}{}\n", style.apply_to(line), width = TIME_WIDTH - 2);
        }
        row
    }

    /// Whose column an event belongs into, and its text. A message belongs to whoever sends or gets it at that moment.
    fn placed(&self, event: &Event) -> (Option<String>, String) {
        let Some(call) = event.number("call") else {
            return (event.text("server").map(str::to_owned), cell::text(event));
        };
        let mut calls = self.calls.borrow_mut();
        if let (Some(from), Some(to)) = (event.text("from"), event.text("to")) {
            calls.insert(call, [from.to_owned(), to.to_owned()]);
        }
        let Some([from, to]) = calls.get(&call).cloned() else { return (None, cell::text(event)) };
        let method = event.text("method").unwrap_or_default();
        match event.name() {
            "send" => (Some(from), format!("#{call} → {to} {method}")),
            "reply" => (Some(to), format!("#{call} reply → {from}")),
            "return" => (Some(from), format!("#{call} ← {to}")),
            "drop" => (Some(from), format!("#{call} ✗ {}", event.text("why").unwrap_or_default())),
            name => (Some(to), format!("#{call} {name} ← {from}")),
        }
    }
}

/// The text in lines no wider than `width`, broken at spaces where that is possible.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a first line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            let gap = if last.is_empty() { "" } else { " " };
            *last += &format!("{gap}{word}");
        }
    }
    lines.into_iter().flat_map(|line| chopped(&line, width)).collect()
}

/// A word that is too long is cut wherever it must.
fn chopped(line: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    characters.chunks(width).map(|chunk| chunk.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij", 4), ["abcd", "efgh", "ij"]);
    }
}
