//! The network as its testers hold it: the operations on ends, servers, modes and counters.

use std::{
    fmt::Display,
    sync::{Arc, atomic::Ordering},
};

use crate::{end::End, fate::Latency, server::Server, state::Shared};

/// One network: ends, servers, modes, counters. Cheap to clone; all clones are the same network.
///
/// It begins reliable, without long delays and without long reordering. A network lives in one tokio runtime.
#[derive(Clone, Debug)]
pub struct Network {
    pub(crate) shared: Arc<Shared>,
}

impl Network {
    /// Makes a reliable, empty network. All its decisions are drawn from `seed`.
    pub fn new(seed: u64, latency: Latency) -> Self {
        Network { shared: Arc::new(Shared::new(seed, latency)) }
    }

    /// Makes an end: disabled, and bound to no server.
    ///
    /// # Panics
    /// If the name is taken.
    pub fn make_end(&self, name: impl Display) -> End {
        let id = self.shared.state().add_end(name.to_string());
        End::new(self.shared.clone(), id)
    }

    /// Binds an end to a server name. The server need not exist yet.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn connect(&self, end: impl Display, server: impl Display) {
        self.shared.state().bind(&end.to_string(), server.to_string());
    }

    /// Says who speaks through an end. Means nothing to the network; its events name the speaker.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn set_owner(&self, end: impl Display, owner: impl Display) {
        self.shared.state().port(&end.to_string()).owner = owner.to_string();
    }

    /// Enables or disables an end: for requests sent later, and for replies of requests in flight (which notice
    /// at their next liveness check).
    ///
    /// # Panics
    /// If there is no such end.
    pub fn enable(&self, end: impl Display, enabled: bool) {
        self.shared.state().port(&end.to_string()).enabled = enabled;
    }

    /// Puts a server under a name, in place of the one that was there.
    pub fn add_server(&self, name: impl Display, server: Server) {
        *self.shared.state().server(name.to_string()) = Some(Arc::new(server));
    }

    /// Takes the server away from a name. Calls inside it fail at their next liveness check.
    pub fn delete_server(&self, name: impl Display) {
        *self.shared.state().server(name.to_string()) = None;
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
        let server = state.server(name.clone());
        server.as_ref().unwrap_or_else(|| panic!("labrpc: no server is called {name}")).count()
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
