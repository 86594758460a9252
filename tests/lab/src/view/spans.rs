//! What lasts: leading, asking for votes, being down, being cut off, and the operations of clients.

use std::collections::HashMap;

use protocol::trace::read::Event;
use serde::Serialize;

use super::{label, lanes::Lanes, strings::Strings};

/// From an event to another one. `to` is missing for what lasts until the end of the trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Span {
    /// `leader`, `candidate`, `down` or `cut`.
    pub(super) kind: &'static str,
    pub(super) lane: usize,
    pub(super) from: usize,
    pub(super) to: Option<usize>,
    /// Of a leader or candidate.
    pub(super) term: u64,
}

/// What somebody asked for, and when it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Operation {
    pub(super) client: usize,
    pub(super) text: usize,
    pub(super) from: usize,
    pub(super) to: Option<usize>,
}

/// The spans that have not ended yet, by lane.
#[derive(Default)]
struct Open {
    role: HashMap<usize, usize>,
    down: HashMap<usize, usize>,
    cut: HashMap<usize, usize>,
}

/// All spans, in the order of their beginnings.
pub(super) fn spans<'a>(events: impl Iterator<Item = &'a Event>, lanes: &Lanes) -> Vec<Span> {
    let (mut spans, mut open) = (Vec::new(), Open::default());
    for (at, event) in events.enumerate() {
        if event.topic() == "NET" && event.name() == "partition" {
            // It says anew who can talk to whom.
            open.cut.drain().for_each(|(_, span): (usize, usize)| close(&mut spans, span, at));
        } else if let Some(lane) = event.text("server").and_then(|_| lanes.of(event)) {
            follow(&mut spans, &mut open, (at, lane), event);
        }
    }
    spans
}

fn follow(spans: &mut Vec<Span>, open: &mut Open, (at, lane): (usize, usize), event: &Event) {
    let plain = |kind| Span { kind, lane, from: at, to: None, term: 0 };
    match event.name() {
        "crash" => {
            // What crashes leads nobody, whatever it said last.
            end(spans, &mut open.role, lane, at);
            begin(spans, &mut open.down, plain("down"));
        }
        "start" => end(spans, &mut open.down, lane, at),
        "disconnect" => begin(spans, &mut open.cut, plain("cut")),
        "connect" => end(spans, &mut open.cut, lane, at),
        _ => follow_role(spans, &mut open.role, (at, lane), event),
    }
}

fn follow_role(
    spans: &mut Vec<Span>,
    open: &mut HashMap<usize, usize>,
    (at, lane): (usize, usize),
    event: &Event,
) {
    let (Some(role), Some(term)) = (event.text("role"), event.number("term")) else { return };
    let kind = ["leader", "candidate"].into_iter().find(|kind| *kind == role);
    let now = open.get(&lane).map(|&span| (spans[span].kind, spans[span].term));
    if now != kind.map(|kind| (kind, term)) {
        end(spans, open, lane, at);
        if let Some(kind) = kind {
            begin(spans, open, Span { kind, lane, from: at, to: None, term });
        }
    }
}

/// Beginning twice is beginning once: a server that is down cannot crash any deeper.
fn begin(spans: &mut Vec<Span>, open: &mut HashMap<usize, usize>, span: Span) {
    open.entry(span.lane).or_insert_with(|| {
        spans.push(span);
        spans.len() - 1
    });
}

fn end(spans: &mut [Span], open: &mut HashMap<usize, usize>, lane: usize, at: usize) {
    if let Some(span) = open.remove(&lane) {
        close(spans, span, at);
    }
}

fn close(spans: &mut [Span], span: usize, at: usize) {
    spans[span].to = Some(at);
}

/// The calls of clients. A client has one at a time.
pub(super) fn operations<'a>(
    events: impl Iterator<Item = &'a Event>,
    strings: &mut Strings,
) -> Vec<Operation> {
    let (mut operations, mut open): (Vec<Operation>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    for (at, event) in events.enumerate().filter(|(_, event)| event.topic() == "CLIENT") {
        let client = event.text("client").unwrap_or("?");
        if event.name() == "call" {
            open.insert(client.to_owned(), operations.len());
            let (client, text) = (strings.of(client), strings.of(&label::short(event)));
            operations.push(Operation { client, text, from: at, to: None });
        } else if let Some(operation) = open.remove(client) {
            operations[operation].to = Some(at);
        }
    }
    operations
}
