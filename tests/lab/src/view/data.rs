//! What the page knows: columns of numbers, and every text once. 200,000 objects with names in them would be ten times as long.

use std::collections::HashMap;

use protocol::trace::{
    TOPICS,
    read::{Event, Trace},
};
use serde::Serialize;

use super::{
    label,
    lanes::{Lane, Lanes},
    messages::Messages,
    spans::{self, Operation, Span},
    strings::Strings,
};

/// Everything in the page.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) part: String,
    pub(super) test: String,
    /// As text: JavaScript cannot count that far.
    pub(super) seed: String,
    pub(super) clock: protocol::Clock,
    /// Lines that are not in the picture.
    pub(super) broken: Vec<usize>,
    pub(super) lanes: Vec<Lane>,
    pub(super) topics: Vec<String>,
    pub(super) strings: Vec<String>,
    pub(super) events: Events,
    pub(super) states: Vec<State>,
    pub(super) messages: Messages,
    pub(super) spans: Vec<Span>,
    pub(super) operations: Vec<Operation>,
    /// The event with which the test failed.
    pub(super) failure: Option<usize>,
}

/// One entry per event in every column.
#[derive(Default, Serialize)]
pub(super) struct Events {
    /// Microseconds since the event before.
    pub(super) t: Vec<u64>,
    /// Line in the trace, less that of the event before.
    pub(super) line: Vec<i64>,
    pub(super) topic: Vec<usize>,
    /// -1: none.
    pub(super) lane: Vec<i64>,
    /// -1: the event does not say. Else a place in [`Page::states`].
    pub(super) state: Vec<i64>,
    /// What happened, in the trace's words, in ours, and all the rest.
    pub(super) name: Vec<usize>,
    pub(super) label: Vec<usize>,
    pub(super) detail: Vec<usize>,
}

/// Raft's state: term, role, vote (-1: none), commit index, last entries.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub(super) struct State(u64, usize, i64, u64, usize);

impl Page {
    pub(super) fn new(trace: &Trace) -> Page {
        let lanes = Lanes::new(trace);
        let mut strings = Strings::default();
        // Threads of a run on the real clock may have written out of order.
        let mut order: Vec<&Event> = trace.events.iter().collect();
        order.sort_by_key(|event| event.micros());
        let topics = topics(&order);
        let (events, states) = columns(&order, &topics, &lanes, &mut strings);
        let failure = |event: &&Event| event.topic() == "TEST" && event.name() == "failure";
        Page {
            part: trace.header.part.clone(),
            test: trace.header.test.clone(),
            seed: trace.header.seed.to_string(),
            clock: trace.header.clock,
            broken: trace.broken.iter().map(|(line, _)| *line).collect(),
            messages: Messages::new(order.iter().copied(), &lanes, &mut strings),
            spans: spans::spans(order.iter().copied(), &lanes),
            operations: spans::operations(order.iter().copied(), &mut strings),
            failure: order.iter().position(failure),
            lanes: lanes.list,
            topics,
            strings: strings.list,
            events,
            states,
        }
    }
}

/// The known ones first; a student's own ones are shown too.
fn topics(events: &[&Event]) -> Vec<String> {
    let mut topics: Vec<String> = TOPICS.map(str::to_owned).to_vec();
    for event in events {
        if !topics.iter().any(|topic| topic == event.topic()) {
            topics.push(event.topic().to_owned());
        }
    }
    topics
}

fn columns(
    events: &[&Event],
    topics: &[String],
    lanes: &Lanes,
    strings: &mut Strings,
) -> (Events, Vec<State>) {
    let (mut columns, mut states, mut known) = (Events::default(), Vec::new(), HashMap::new());
    let (mut t, mut line) = (0, 0);
    for event in events {
        columns.t.push(event.micros() - t);
        columns.line.push(signed(event.line) - line);
        (t, line) = (event.micros(), signed(event.line));
        let topic = topics.iter().position(|topic| topic == event.topic());
        columns.topic.push(topic.expect("all topics have been collected"));
        columns.lane.push(lanes.of(event).map_or(-1, signed));
        columns.name.push(strings.of(event.name()));
        columns.label.push(strings.of(&label::short(event)));
        // What is known of a message stands with the message.
        let is_message = event.fields.contains_key("call") && event.topic() == "NET";
        let detail = if is_message { String::new() } else { label::detail(event) };
        columns.detail.push(strings.of(&detail));
        let state = state(event, strings).map(|state| {
            *known.entry(state.clone()).or_insert_with(|| {
                states.push(state);
                states.len() - 1
            })
        });
        columns.state.push(state.map_or(-1, signed));
    }
    (columns, states)
}

fn state(event: &Event, strings: &mut Strings) -> Option<State> {
    let (term, role) = (event.number("term")?, event.text("role")?);
    let vote = event.number("voted_for").and_then(|vote| i64::try_from(vote).ok()).unwrap_or(-1);
    let (commit, log) = (event.number("commit").unwrap_or(0), event.text("log").unwrap_or(""));
    Some(State(term, strings.of(role), vote, commit, strings.of(log)))
}

fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("fewer than that")
}
