//! State Machine Safety: if a server has applied an entry at an index, no other server will ever apply another one there.
//!
//! From events: what each server counts as committed, which is what it will apply. The appliers of Lab 2 compare the commands themselves,
//! for any solution, and report under the same name.

use std::collections::BTreeMap;

use super::{
    Violation,
    event::{State, Who},
    violation,
};

/// The promise, for those who find it broken elsewhere.
pub const RULE: &str = "State Machine Safety (Figure 3, §5.4.3)";

/// A committed entry.
struct Committed {
    term: u64,
    /// In which term somebody first counted it as committed.
    in_term: u64,
    by: Who,
}

#[derive(Default)]
pub(super) struct StateMachineSafety {
    entries: BTreeMap<(usize, u64), Committed>,
    /// By server: up to where it has been compared.
    compared: BTreeMap<usize, u64>,
}

impl StateMachineSafety {
    pub(super) fn observe(&mut self, state: &State<'_>) -> Option<Violation> {
        if state.topic != "COMMIT" {
            return None;
        }
        let before = self.compared.insert(state.who.server, state.commit).unwrap_or(0);
        let committed = state.tail().filter(|(index, _)| (before + 1..=state.commit).contains(index));
        let mut committed = committed;
        committed.find_map(|(index, term)| self.commit(state, index, term))
    }

    /// In its next life, a server counts from its snapshot again.
    pub(super) fn crashed(&mut self, who: &Who) {
        self.compared.remove(&who.server);
    }

    fn commit(&mut self, state: &State<'_>, index: u64, term: u64) -> Option<Violation> {
        let new = || Committed { term, in_term: state.term, by: state.who };
        let first = self.entries.entry((state.who.group, index)).or_insert_with(new);
        first.in_term = first.in_term.min(state.term);
        if first.term == term {
            return None;
        }
        let (server, other, by) = (state.server, first.term, first.by.place);
        violation!(
            "server {server} has committed entry {index} of term {term}, and number {by} of its group one of term {other}"
        )
    }

    /// The first entry after `last_index` that was committed before `term`.
    pub(super) fn after(&self, who: &Who, last_index: u64, term: u64) -> Option<u64> {
        let range = (who.group, last_index + 1)..=(who.group, u64::MAX);
        let found = self.entries.range(range).find(|(_, entry)| entry.in_term < term);
        found.map(|((_, index), _)| *index)
    }

    /// The term of an entry that was committed before `term`.
    pub(super) fn term_of(&self, who: &Who, index: u64, term: u64) -> Option<u64> {
        let entry = self.entries.get(&(who.group, index)).filter(|entry| entry.in_term < term)?;
        Some(entry.term)
    }
}
