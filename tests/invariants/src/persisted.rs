//! Persisted before answered: term, vote and log are on stable storage before a server answers an RPC.
//!
//! From events, with the storage itself as a witness: a save that is announced counts when the storage has seen it. When a majority is
//! said to have voted or to have stored an entry, it must be a majority by what is saved.

use std::collections::{BTreeMap, VecDeque};

use super::{
    Event, Saves, Violation,
    event::{State, Who},
    violation,
};

const RULE: &str = "Persisted before answered (Figure 2, §5.1)";

/// What a save holds.
#[derive(Clone, Copy, Default)]
struct Saved {
    term: u64,
    voted_for: Option<u64>,
    last_index: u64,
}

struct Storage {
    group: usize,
    saves: Saves,
    /// Announced, with the number of saves that the storage had seen by then.
    announced: VecDeque<(u64, Saved)>,
    durable: Saved,
}

impl Storage {
    /// What would survive a crash now.
    fn durable(&mut self) -> Saved {
        let saves = (self.saves)();
        while let Some((before, saved)) = self.announced.front().copied()
            && before < saves
        {
            self.durable = saved;
            self.announced.pop_front();
        }
        self.durable
    }
}

#[derive(Default)]
pub(super) struct Persisted {
    storages: BTreeMap<usize, Storage>,
}

impl Persisted {
    /// The storage of a server, or a copy of it that takes its place.
    pub(super) fn storage(&mut self, who: &Who, saves: Saves) {
        match self.storages.get_mut(&who.server) {
            Some(storage) => {
                // What the old one has not seen is lost.
                storage.durable();
                storage.announced.clear();
                storage.saves = saves;
            }
            None => {
                let (group, announced, durable) = (who.group, VecDeque::new(), Saved::default());
                self.storages.insert(who.server, Storage { group, saves, announced, durable });
            }
        }
    }

    pub(super) fn observe(&mut self, state: &State<'_>, event: &impl Event) -> Option<Violation> {
        match state.topic {
            "PERSIST" => {
                self.announce(state);
                None
            }
            "LEADER" => self.elected(state),
            "COMMIT" if state.name == "by majority" => self.committed(state, event.number("index")?),
            _ => None,
        }
    }

    fn announce(&mut self, state: &State<'_>) {
        if let Some(storage) = self.storages.get_mut(&state.who.server) {
            // Brings up to date what is durable, so that this list stays short.
            storage.durable();
            let State { term, voted_for, .. } = *state;
            let saved = Saved { term, voted_for, last_index: state.last_index() };
            storage.announced.push_back(((storage.saves)(), saved));
        }
    }

    fn elected(&mut self, state: &State<'_>) -> Option<Violation> {
        let (server, term) = (state.server, state.term);
        let voted = |saved: Saved| {
            saved.term > term || (saved.term == term && saved.voted_for == Some(state.who.place))
        };
        let (count, needed) = self.others(&state.who, voted)?;
        if count >= needed {
            return None;
        }
        violation!(
            "server {server} leads term {term}, but of the others only {count} have their vote for it in storage, and {needed} \
             must"
        )
    }

    fn committed(&mut self, state: &State<'_>, index: u64) -> Option<Violation> {
        let (count, needed) = self.others(&state.who, |saved| saved.last_index >= index)?;
        if count >= needed {
            return None;
        }
        let server = state.server;
        violation!(
            "server {server} commits entry {index}, but of the others only {count} have it in storage, and {needed} must"
        )
    }

    /// How many others of the group have saved what is asked for, and how many make a majority. `None` if nothing is known of storage.
    fn others(&mut self, who: &Who, holds: impl Fn(Saved) -> bool) -> Option<(usize, usize)> {
        let group = self.storages.iter_mut().filter(|(_, storage)| storage.group == who.group);
        let (mut servers, mut count, mut has_saved) = (0, 0, false);
        for (server, storage) in group {
            servers += 1;
            // Before Lab 2C nobody saves anything.
            has_saved |= (storage.saves)() > 0;
            count += usize::from(*server != who.server && holds(storage.durable()));
        }
        (has_saved && servers > 0).then_some((count, servers / 2))
    }
}
