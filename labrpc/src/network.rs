//! The network: ends, servers, modes and counters, and the operations the testers use on them.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    end::End,
    fate::{Fate, Latency},
    kept::Shelf,
    server::Server,
};

/// One network: ends, servers, modes, counters. Cheap to clone; all clones are the same network.
///
/// It begins reliable, without long delays and without long reordering. A network lives in one tokio runtime.
#[derive(Clone, Debug)]
pub struct Network {
    pub(crate) shared: Arc<Shared>,
}

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
struct Port {
    enabled: bool,
    slot: Option<usize>,
    /// Who speaks through it, for the events. Empty if nobody has said.
    owner: String,
    /// Which of its requests are kept back.
    shelf: Shelf,
}

/// A server name, and the server that has it now. Slots are made for names that are merely connected to as well.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) name: Arc<str>,
    server: Option<Arc<Server>>,
}

impl State {
    fn slot_id(&mut self, name: String) -> usize {
        *self.slot_ids.entry(name).or_insert_with_key(|name| {
            self.slots.push(Slot { name: name.as_str().into(), server: None });
            self.slots.len() - 1
        })
    }

    pub(crate) fn end_id(&self, name: &str) -> usize {
        *self.end_ids.get(name).unwrap_or_else(|| panic!("labrpc: no end is called {name}"))
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

impl Shared {
    /// The state; a poisoned lock is taken over, because a panic elsewhere is already the run's failure and
    /// must not be hidden behind a second one here.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network {
    /// Makes a reliable, empty network. All its decisions are drawn from `seed`.
    pub fn new(seed: u64, latency: Latency) -> Self {
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
        let shared = Shared {
            latency,
            total_count: AtomicU64::new(0),
            total_bytes: AtomicU64::new(0),
            state: Mutex::new(state),
        };
        Network { shared: Arc::new(shared) }
    }

    /// Makes an end: disabled, and bound to no server.
    ///
    /// # Panics
    /// If the name is taken.
    pub fn make_end(&self, name: impl Display) -> End {
        let mut state = self.shared.state();
        let id = state.ends.len();
        let name = name.to_string();
        assert!(!state.end_ids.contains_key(&name), "labrpc: an end called {name} exists already");
        state.end_ids.insert(name, id);
        state.ends.push(Port::default());
        End::new(self.shared.clone(), id)
    }

    /// Binds an end to a server name. The server need not exist yet.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn connect(&self, end: impl Display, server: impl Display) {
        let mut state = self.shared.state();
        let id = state.end_id(&end.to_string());
        let slot = state.slot_id(server.to_string());
        state.ends[id].slot = Some(slot);
    }

    /// Says who speaks through an end. Means nothing to the network; its events name the speaker.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn set_owner(&self, end: impl Display, owner: impl Display) {
        let mut state = self.shared.state();
        let id = state.end_id(&end.to_string());
        state.ends[id].owner = owner.to_string();
    }

    /// Enables or disables an end: for requests sent later, and for replies of requests in flight (which notice
    /// at their next liveness check).
    ///
    /// # Panics
    /// If there is no such end.
    pub fn enable(&self, end: impl Display, enabled: bool) {
        let mut state = self.shared.state();
        let id = state.end_id(&end.to_string());
        state.ends[id].enabled = enabled;
    }

    /// Puts a server under a name, in place of the one that was there.
    pub fn add_server(&self, name: impl Display, server: Server) {
        let mut state = self.shared.state();
        let slot = state.slot_id(name.to_string());
        state.slots[slot].server = Some(Arc::new(server));
    }

    /// Takes the server away from a name. Calls inside it fail at their next liveness check.
    pub fn delete_server(&self, name: impl Display) {
        let mut state = self.shared.state();
        let slot = state.slot_id(name.to_string());
        state.slots[slot].server = None;
    }

    /// Reliable (`true`), or with short delays and losses (`false`).
    pub fn reliable(&self, yes: bool) {
        self.shared.state().reliable = yes;
    }

    /// Whether undeliverable requests take up to seven seconds to fail instead of 0.1.
    pub fn long_delays(&self, yes: bool) {
        self.shared.state().long_delays = yes;
    }

    /// Whether two thirds of the replies are held back for 0.2 to 2.2 seconds.
    pub fn long_reordering(&self, yes: bool) {
        self.shared.state().long_reordering = yes;
    }

    /// Whether a request that an unreliable network loses arrives all the same, up to a second after its caller was told
    /// that there is no answer. Not part of the official model: real networks do it, and strict tests want it.
    pub fn late_requests(&self, yes: bool) {
        self.shared.state().late_requests = yes;
    }

    /// Requests handled by the server now under this name.
    ///
    /// # Panics
    /// If there is none.
    pub fn count(&self, server: impl Display) -> u64 {
        let mut state = self.shared.state();
        let name = server.to_string();
        let slot = state.slot_id(name.clone());
        state.slots[slot]
            .server
            .as_ref()
            .unwrap_or_else(|| panic!("labrpc: no server is called {name}"))
            .count()
    }

    /// Requests taken by the network so far, whatever became of them.
    pub fn total_count(&self) -> u64 {
        self.shared.total_count.load(Ordering::Relaxed)
    }

    /// Payload bytes so far: those of every request, and those of every reply that was delivered.
    pub fn total_bytes(&self) -> u64 {
        self.shared.total_bytes.load(Ordering::Relaxed)
    }

    /// Ends the network: every later call fails at once; calls already taken run to their end.
    pub fn cleanup(&self) {
        self.shared.state().closed = true;
    }
}
