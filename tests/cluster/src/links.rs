//! Who reaches whom: links between servers, partitions, and the ends of clerks.

use labrpc::End;
use rand::{rngs::SmallRng, seq::SliceRandom};

use super::Cluster;

impl<R: Clone + Send + 'static> Cluster<R> {
    /// Connects place `i` with every connected place.
    pub fn connect(&self, i: usize) {
        tracing::trace!(target: "tests", topic = "NET", server = self.name(i), "connect");
        self.places().list[i].connected = true;
        for j in (0..self.len()).filter(|&j| self.is_connected(j)) {
            self.link(i, j, true);
            self.link(j, i, true);
        }
    }

    /// Cuts place `i` off from every place.
    pub fn disconnect(&self, i: usize) {
        tracing::trace!(target: "tests", topic = "NET", server = self.name(i), "disconnect");
        self.places().list[i].connected = false;
        for j in 0..self.len() {
            self.link(i, j, false);
            self.link(j, i, false);
        }
    }

    /// Enables or disables the end from `i` to `j`, if `i` has ever lived.
    pub fn link(&self, i: usize, j: usize, enabled: bool) {
        if let Some(name) = self.end(i, j) {
            self.net.enable(name, enabled);
        }
    }

    /// The name of the end from `i` to `j`, if `i` has ever lived.
    pub fn end(&self, i: usize, j: usize) -> Option<String> {
        self.places().list[i].ends.get(j).cloned()
    }

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

    /// Cuts a clerk off from these servers. Calls that are under way fail.
    pub fn disconnect_clerk(&self, clerk: u64, from: &[usize]) {
        from.iter().for_each(|&i| self.net.enable(self.clerk_end(clerk, i), false));
    }

    fn clerk_end(&self, clerk: u64, i: usize) -> String {
        format!("{}clerk-{clerk}-{i}", self.prefix)
    }
}
