//! Log Matching: if two logs contain an entry with the same index and term, they are identical up to it.
//!
//! From events: the end of each log whenever it changes. Every entry is compared with all entries of its index and term by the term of
//! the one before it; by induction, that is the whole log.

use std::collections::BTreeMap;

use super::{
    Event, Violation,
    event::{State, Who},
    violation,
};

const RULE: &str = "Log Matching (Figure 3, §5.3)";

#[derive(Default)]
pub(super) struct LogMatching {
    /// By group, index and term of an entry: the term of the entry before it, and who has shown it first.
    before: BTreeMap<(usize, u64, u64), (u64, Who)>,
}

impl LogMatching {
    pub(super) fn observe(&mut self, state: &State<'_>, event: &impl Event) -> Option<Violation> {
        if state.topic != "LOG" {
            return None;
        }
        // What has not changed has been compared.
        let changed_from = event.number("from").or(event.number("index")).unwrap_or(0);
        let mut previous = None;
        for (index, term) in state.tail() {
            let term_before = previous.replace(term).filter(|_| index >= changed_from);
            if let Some(violation) = term_before.and_then(|before| self.compare(state, index, term, before)) {
                return Some(violation);
            }
        }
        None
    }

    fn compare(&mut self, state: &State<'_>, index: u64, term: u64, before: u64) -> Option<Violation> {
        let key = (state.who.group, index, term);
        let (known, first) = *self.before.entry(key).or_insert((before, state.who));
        if known == before {
            return None;
        }
        let (server, first, previous) = (state.server, first.place, index - 1);
        violation!(
            "server {server} and number {first} of its group both have entry {index} of term {term}, but entry {previous} is of \
             term {before} on the one, and of term {known} on the other"
        )
    }
}
