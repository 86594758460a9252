//! Which events are shown.

use std::ops::RangeInclusive;

use protocol::trace::read::{Event, Trace};

use crate::cli;

/// What was asked for. Everything asked for must hold.
pub(super) struct Filter {
    topics: Vec<String>,
    servers: Vec<String>,
    index: Option<u64>,
    term: Option<u64>,
    micros: Option<RangeInclusive<u64>>,
    messages: bool,
}

impl Filter {
    /// # Errors
    /// If a server is asked for that the trace does not know.
    pub(super) fn new(question: &cli::Logs, trace: &Trace) -> Result<Filter, String> {
        let known = trace.servers();
        if let Some(unknown) = question.server.iter().find(|name| !known.contains(name)) {
            return Err(format!("no server is called {unknown}; this trace has {}", known.join(", ")));
        }
        let micros = |seconds: f64| (seconds.max(0.0) * 1e6) as u64;
        let around = |t: f64| micros(t - question.window)..=micros(t + question.window);
        Ok(Filter {
            topics: question.topic.clone(),
            servers: question.server.clone(),
            index: question.index,
            term: question.term,
            micros: question.around.map(around),
            messages: question.messages,
        })
    }

    /// The servers that get a column.
    pub(super) fn servers(&self, trace: &Trace) -> Vec<String> {
        if self.servers.is_empty() { trace.servers() } else { self.servers.clone() }
    }

    pub(super) fn shows(&self, event: &Event) -> bool {
        self.topic(event) && self.server(event) && self.index(event) && self.term(event) && self.time(event)
    }

    /// Messages are nine lines in ten: they are shown when asked for.
    fn topic(&self, event: &Event) -> bool {
        let is_message = event.fields.contains_key("call");
        if self.topics.is_empty() {
            self.messages || !is_message
        } else {
            self.topics.iter().any(|topic| topic.eq_ignore_ascii_case(event.topic()))
        }
    }

    fn server(&self, event: &Event) -> bool {
        let concerns =
            |name: &String| ["server", "from", "to"].iter().any(|field| event.text(field) == Some(name));
        // What concerns no server in particular, such as a partition or the failure, concerns all.
        let general = !event.fields.contains_key("server") && !event.fields.contains_key("call");
        self.servers.is_empty() || general || self.servers.iter().any(concerns)
    }

    fn index(&self, event: &Event) -> bool {
        let Some(wanted) = self.index else { return true };
        let last = event.number("to").or_else(|| event.number("last_log_index"));
        let in_range =
            event.number("from").is_some_and(|from| from <= wanted && last.is_some_and(|to| wanted <= to));
        in_range || event.number("index") == Some(wanted)
    }

    fn term(&self, event: &Event) -> bool {
        self.term.is_none_or(|wanted| {
            ["term", "candidate_term", "entry_term"].iter().any(|field| event.number(field) == Some(wanted))
        })
    }

    fn time(&self, event: &Event) -> bool {
        self.micros.as_ref().is_none_or(|range| range.contains(&event.micros()))
    }
}
