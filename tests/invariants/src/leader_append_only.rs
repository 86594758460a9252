//! Leader Append-Only: a leader never overwrites or deletes entries in its log; it only appends new ones.
//!
//! From events: the end of a leader's log, from one event of its term to the next.

use std::collections::BTreeMap;

use super::{
    Violation,
    event::{State, Who},
    violation,
};

const RULE: &str = "Leader Append-Only (Figure 3, §5.3)";

/// A leader's log as it was last seen.
struct Seen {
    term: u64,
    last_index: u64,
    tail: Vec<(u64, u64)>,
}

#[derive(Default)]
pub(super) struct LeaderAppendOnly {
    logs: BTreeMap<usize, Seen>,
}

impl LeaderAppendOnly {
    pub(super) fn observe(&mut self, state: &State<'_>) -> Option<Violation> {
        if !state.is_leader {
            self.logs.remove(&state.who.server);
            return None;
        }
        // Nothing else changes a log, or begins a leadership.
        if !matches!(state.topic, "LOG" | "LEADER") {
            return None;
        }
        let (server, term, last_index) = (state.server, state.term, state.last_index());
        let now = Seen { term, last_index, tail: state.tail().collect() };
        let before = self.logs.insert(state.who.server, now).filter(|before| before.term == term)?;
        if last_index < before.last_index {
            let was = before.last_index;
            return violation!(
                "server {server} leads term {term}, and its log shrinks from index {was} to {last_index}"
            );
        }
        let changed = |(index, term): &(u64, u64)| before.tail.iter().any(|(i, t)| i == index && t != term);
        let (index, _) = state.tail().find(changed)?;
        violation!("server {server} leads term {term}, and overwrites entry {index} of its own log")
    }

    pub(super) fn crashed(&mut self, who: &Who) {
        self.logs.remove(&who.server);
    }
}
