//! Groups of servers of a service on Raft, for Labs 3 and 4: clerks, leaders, partitions.

use kvraft::StateMachine;
use labrpc::End;
use rand::{rngs::SmallRng, seq::SliceRandom};

use super::{Cluster, Replica};

impl<S: StateMachine> Replica for kvraft::Server<S> {
    fn kill(&self) {
        kvraft::Server::kill(self);
    }

    fn server(&self) -> labrpc::Server {
        self.services()
    }

    fn status(&self) -> Option<String> {
        self.raft().status().map(|status| status.to_string())
    }

    fn watch(&self) -> tokio::sync::watch::Receiver<(raft::Term, bool)> {
        self.raft().watch_state()
    }
}

impl<S: StateMachine> Cluster<kvraft::Server<S>> {
    /// The first living server, by number, that believes it leads.
    pub fn leader(&self) -> Option<usize> {
        let leads = |&i: &usize| self.replica(i).is_some_and(|server| server.raft().get_state().1);
        (0..self.len()).find(leads)
    }
}

impl<R: Replica> Cluster<R> {
    /// Connects all places with each other.
    pub fn connect_all(&self) {
        for i in 0..self.len() {
            tracing::trace!(target: "tests", topic = "NET", server = self.name(i), "connect");
            self.places().list[i].connected = true;
            (0..self.len()).for_each(|j| self.link_both(i, j, true));
        }
    }

    /// Splits the servers; takes effect link by link. Clerks are not concerned.
    pub fn partition(&self, one: &[usize], other: &[usize]) {
        tracing::trace!(target: "tests", topic = "NET", ?one, ?other, "partition");
        for (side, opposite) in [(one, other), (other, one)] {
            for &i in side {
                opposite.iter().for_each(|&j| self.link_both(i, j, false));
                side.iter().for_each(|&j| self.link_both(i, j, true));
            }
        }
    }

    fn link_both(&self, i: usize, j: usize, enabled: bool) {
        self.link(i, j, enabled);
        self.link(j, i, enabled);
    }

    /// The ends of a new clerk, one to every server, in random order; disabled. They lead to the name of a server, so they outlive
    /// its crashes.
    pub fn clerk_ends(&self, clerk: u64, rng: &mut SmallRng) -> Vec<End> {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        let ends = order.iter().map(|&i| self.net.make_end(self.clerk_end(clerk, i))).collect();
        for i in 0..self.len() {
            self.net.connect(self.clerk_end(clerk, i), self.name(i));
            self.net.set_owner(self.clerk_end(clerk, i), format!("client {clerk}"));
        }
        ends
    }

    /// Lets a clerk reach these servers.
    pub fn connect_clerk(&self, clerk: u64, to: &[usize]) {
        to.iter().for_each(|&i| self.net.enable(self.clerk_end(clerk, i), true));
    }

    fn clerk_end(&self, clerk: u64, i: usize) -> String {
        format!("{}clerk-{clerk}-{i}", self.prefix)
    }
}
