//! A server of any service: Raft, replicated state machine, sessions, and what it offers on the network.

use raft::{Persister, Raft, RaftEnd, ServerId};

use crate::{machine::StateMachine, rsm::Rsm, service::service, session::ExactlyOnce};

/// A server. Clones are handles to the same server.
pub struct Server<S: StateMachine> {
    rsm: Rsm<ExactlyOnce<S>>,
}

impl<S: StateMachine> Clone for Server<S> {
    fn clone(&self) -> Self {
        Server { rsm: self.rsm.clone() }
    }
}

impl<S: StateMachine> Server<S> {
    /// Starts a server of a machine that is empty, or as `persister` has it. Returns at once. `raft_state_bytes_max` is the labs'
    /// `maxraftstate`; `None` stands for its -1, "never snapshot".
    pub fn start(
        peers: Vec<RaftEnd>,
        me: ServerId,
        persister: Persister,
        raft_state_bytes_max: Option<usize>,
        machine: S,
    ) -> Server<S> {
        let rsm = Rsm::make(peers, me, persister, raft_state_bytes_max, ExactlyOnce::new(machine));
        Server { rsm }
    }

    /// The replicated state machine.
    pub fn rsm(&self) -> &Rsm<ExactlyOnce<S>> {
        &self.rsm
    }

    /// The Raft server below.
    pub fn raft(&self) -> &Raft {
        self.rsm.raft()
    }

    /// What it offers on the network: itself to clerks, and its Raft server to the others.
    pub fn services(&self) -> labrpc::Server {
        labrpc::Server::new().with(service(&self.rsm)).with(self.raft().service())
    }

    /// The server has been given up.
    pub fn kill(&self) {
        self.rsm.kill();
    }
}
