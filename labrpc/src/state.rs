//! What a network knows: ends, servers, modes and counters, and the dice it throws.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use crate::{
    fate::{Fate, Latency},
    server::Server,
    shelf::Shelf,
};

/// What all clones of a network, its ends and its calls have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) latency: Latency,
    pub(crate) total_count: AtomicU64,
    pub(crate) total_bytes: AtomicU64,
    state: Mutex<State>,
}

/// Everything behind the one lock. Never held over an await.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) fate: Fate,
    pub(crate) reliable: bool,
    pub(crate) long_delays: bool,
    pub(crate) long_reordering: bool,
    pub(crate) late_requests: bool,
    pub(crate) closed: bool,
    pub(crate) next_call: u64,
    ends: Vec<Port>,
    end_ids: HashMap<String, usize>,
    slots: Vec<Slot>,
    slot_ids: HashMap<String, usize>,
}

/// The network's side of a client end: one directed port.
#[derive(Debug, Default)]
pub(crate) struct Port {
    pub(crate) enabled: bool,
    slot: Option<usize>,
    /// Who speaks through it, for the events. Empty if nobody has said.
    pub(crate) owner: String,
    /// Which of its requests are kept back.
    pub(crate) shelf: Shelf,
}

/// A server name, and the server that has it now. Slots are made for names that are merely connected to as well.
#[derive(Debug)]
struct Slot {
    name: Arc<str>,
    server: Option<Arc<Server>>,
}

impl Shared {
    /// What is known in the beginning: nothing but the seed of all decisions.
    pub(crate) fn new(seed: u64, latency: Latency) -> Self {
        let state = State {
            fate: Fate::new(seed),
            reliable: true,
            long_delays: false,
            long_reordering: false,
            late_requests: false,
            closed: false,
            next_call: 0,
            ends: Vec::new(),
            end_ids: HashMap::new(),
            slots: Vec::new(),
            slot_ids: HashMap::new(),
        };
        Shared {
            latency,
            total_count: AtomicU64::new(0),
            total_bytes: AtomicU64::new(0),
            state: Mutex::new(state),
        }
    }

    /// The state; a poisoned lock is taken over, because a panic elsewhere is already the run's failure and
    /// must not be hidden behind a second one here.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Makes an end, disabled and bound to no server, and returns its number.
    ///
    /// # Panics
    /// If the name is taken.
    pub(crate) fn add_end(&mut self, name: String) -> usize {
        let id = self.ends.len();
        assert!(!self.end_ids.contains_key(&name), "labrpc: an end called {name} exists already");
        self.end_ids.insert(name, id);
        self.ends.push(Port::default());
        id
    }

    fn end_id(&self, name: &str) -> usize {
        *self.end_ids.get(name).unwrap_or_else(|| panic!("labrpc: no end is called {name}"))
    }

    fn slot_id(&mut self, name: String) -> usize {
        *self.slot_ids.entry(name).or_insert_with_key(|name| {
            self.slots.push(Slot { name: name.as_str().into(), server: None });
            self.slots.len() - 1
        })
    }

    /// The end of this name.
    ///
    /// # Panics
    /// If there is none.
    pub(crate) fn port(&mut self, end: &str) -> &mut Port {
        let id = self.end_id(end);
        &mut self.ends[id]
    }

    /// Binds an end to a server name.
    ///
    /// # Panics
    /// If there is no such end.
    pub(crate) fn bind(&mut self, end: &str, server: String) {
        let id = self.end_id(end);
        let slot = self.slot_id(server);
        self.ends[id].slot = Some(slot);
    }

    /// The place of the server of this name.
    pub(crate) fn server(&mut self, name: String) -> &mut Option<Arc<Server>> {
        let slot = self.slot_id(name);
        &mut self.slots[slot].server
    }

    /// The requests of this end that are kept back.
    pub(crate) fn shelf(&mut self, end: usize) -> &mut Shelf {
        &mut self.ends[end].shelf
    }

    /// Where a request of this end would go now: `None` if the end is disabled or unbound or the server is gone.
    pub(crate) fn route(&self, end: usize) -> Option<(usize, Arc<Server>)> {
        let port = &self.ends[end];
        let slot = port.slot.filter(|_| port.enabled)?;
        Some((slot, self.slots[slot].server.clone()?))
    }

    /// Who speaks through an end and who is spoken to, for the events.
    pub(crate) fn both_sides(&self, end: usize) -> (&str, &str) {
        (&self.ends[end].owner, self.server_name(end).unwrap_or("nobody"))
    }

    /// The name of the server that an end is bound to.
    pub(crate) fn server_name(&self, end: usize) -> Option<&str> {
        Some(&self.slots[self.ends[end].slot?].name)
    }

    /// Whether a call in flight has lost its end, or the very server object it was delivered to.
    pub(crate) fn is_dead(&self, end: usize, slot: usize, server: &Arc<Server>) -> bool {
        let same = self.slots[slot].server.as_ref().is_some_and(|now| Arc::ptr_eq(now, server));
        !(self.ends[end].enabled && same)
    }
}
