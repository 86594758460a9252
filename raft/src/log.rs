//! The replicated log, or what a snapshot has left of it.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{Index, Term};

/// One log entry: a command for the state machine, and the term in which the leader received it (Figure 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Term in which a leader appended the entry.
    pub term: Term,
    /// The command, opaque to Raft.
    pub command: Bytes,
}

/// The entries after `last_included_index`; the ones up to it live in the snapshot only (§7).
///
/// Invariants, asserted after every change:
/// 1. The entry at position `k` of `entries` has index `last_included_index + 1 + k`.
/// 2. Terms never decrease from one entry to the next, and none is below `last_included_term`.
/// 3. The log begins with index 1 as long as there is no snapshot: index 0, term 0 stands for "nothing".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    last_included_index: Index,
    last_included_term: Term,
    entries: VecDeque<Entry>,
}

impl Log {
    /// A log as it was saved: what the snapshot covers, and the entries after it.
    pub fn restore(last_included_index: Index, last_included_term: Term, entries: Vec<Entry>) -> Self {
        let log = Log { last_included_index, last_included_term, entries: entries.into() };
        let terms = log.entries.iter().map(|entry| entry.term);
        debug_assert!(
            std::iter::once(last_included_term).chain(terms).is_sorted(),
            "terms decrease in the saved log"
        );
        log
    }

    /// Index of the last entry that only the snapshot holds; 0 without a snapshot.
    pub fn last_included_index(&self) -> Index {
        self.last_included_index
    }

    /// Term of that entry; 0 without a snapshot.
    pub fn last_included_term(&self) -> Term {
        self.last_included_term
    }

    /// Index of the last entry; equal to `last_included_index` if there is none after the snapshot.
    pub fn last_index(&self) -> Index {
        self.last_included_index + self.entries.len() as Index
    }

    /// Term of the last entry.
    pub fn last_term(&self) -> Term {
        self.entries.back().map_or(self.last_included_term, |e| e.term)
    }

    /// The entry at `index`, unless it lies in the snapshot or beyond the end.
    pub fn entry(&self, index: Index) -> Option<&Entry> {
        self.entries.get(self.position(index)?)
    }

    /// Term of the entry at `index`: known for every entry here and for the last one in the snapshot.
    pub fn term(&self, index: Index) -> Option<Term> {
        if index == self.last_included_index {
            return Some(self.last_included_term);
        }
        self.entry(index).map(|e| e.term)
    }

    /// The last few entries as `index:term`, for events.
    pub(crate) fn tail(&self) -> impl std::fmt::Display {
        const COUNT: Index = 6;
        let first = (self.last_included_index() + 1).max((self.last_index() + 1).saturating_sub(COUNT));
        std::fmt::from_fn(move |f| {
            (first..=self.last_index()).filter_map(|index| Some((index, self.term(index)?))).try_for_each(
                |(index, term)| {
                    let space = if index == first { "" } else { " " };
                    write!(f, "{space}{index}:{term}")
                },
            )
        })
    }

    /// At most `count_max` entries from `from` on, and no more than `bytes_max` of commands (but always one).
    pub fn slice(&self, from: Index, count_max: usize, bytes_max: usize) -> Vec<Entry> {
        let Some(start) = self.position(from) else { return Vec::new() };
        let mut bytes = 0;
        self.entries
            .range(start.min(self.entries.len())..)
            .take(count_max)
            .take_while(|entry| {
                let is_first = bytes == 0;
                bytes += entry.command.len() + 1;
                is_first || bytes <= bytes_max
            })
            .cloned()
            .collect()
    }

    /// **Lab 2B.** For the faster back-up (end of §5.3): the greatest index, not above `index`, whose term is not above `term`. Terms never decrease, so this is the
    /// last place at which a log that has `term` at `index` can still agree with this one. It may lie just
    /// below `last_included_index`, where no terms are known any more.
    pub fn last_index_of_term_at_most(&self, index: Index, term: Term) -> Index {
        if index < self.last_included_index {
            return index;
        }
        let not_above = self.entries.partition_point(|e| e.term <= term) as Index;
        if not_above == 0 && self.last_included_term > term {
            return self.last_included_index.saturating_sub(1);
        }
        index.min(self.last_included_index + not_above)
    }

    /// Appends one entry, and returns its index.
    pub fn append(&mut self, entry: Entry) -> Index {
        debug_assert!(entry.term >= self.last_term(), "an entry of an older term cannot follow a newer one");
        self.entries.push_back(entry);
        self.last_index()
    }

    /// Deletes the entry at `index` and all that follow it.
    pub fn truncate_from(&mut self, index: Index) {
        let position = self.position(index).expect("an entry inside a snapshot is never deleted");
        self.entries.truncate(position);
    }

    /// **Lab 2D.** Drops the entries up to and including `index`, which a snapshot now covers. If the log holds no such entry
    /// with that term, its whole content is obsolete and goes (Figure 13, steps 6 and 7).
    pub fn compact(&mut self, index: Index, term: Term) {
        debug_assert!(index > self.last_included_index, "a snapshot never goes back");
        if self.term(index) == Some(term) {
            self.entries.drain(..(index - self.last_included_index) as usize);
        } else {
            self.entries.clear();
        }
        // Memory follows the length down again, or a burst would be paid for for ever.
        if self.entries.capacity() > 4 * self.entries.len().max(64) {
            self.entries.shrink_to_fit();
        }
        self.last_included_index = index;
        self.last_included_term = term;
    }

    fn position(&self, index: Index) -> Option<usize> {
        index.checked_sub(self.last_included_index + 1).map(|p| p as usize)
    }
}
