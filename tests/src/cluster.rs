//! One group of servers on one network, for Labs 2 to 4: ends, persisters, and the order in which a crash happens.

#[cfg(feature = "lab3")]
mod service;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use labrpc::{End, Network, Server};
use raft::{Persister, Term};
use rand::{RngExt, distr::Alphanumeric, rngs::SmallRng};
use tokio::sync::watch;

use crate::{invariants::Checks, sim::Sim};

/// A server as the cluster knows it.
pub trait Replica: Clone + Send + Sync + 'static {
    /// Tells the server that it has been given up.
    fn kill(&self);
    /// What it offers on the network.
    fn server(&self) -> Server;
    /// What it is doing, in one line. Must not block: `None` if it is busy.
    fn status(&self) -> Option<String>;
    /// Its term, and whether it believes that it leads, with every change.
    fn watch(&self) -> watch::Receiver<(Term, bool)>;
}

/// A group of servers numbered from 0.
pub struct Cluster<R> {
    /// The network between them.
    pub net: Network,
    /// What the servers' names begin with: several groups can share a network.
    prefix: String,
    places: Arc<Mutex<Places<R>>>,
    checks: Checks,
}

struct Places<R> {
    list: Vec<Place<R>>,
    rng: SmallRng,
}

struct Place<R> {
    replica: Option<R>,
    persister: Option<Persister>,
    /// Names of the ends to every server. Those of earlier lives are abandoned.
    ends: Vec<String>,
    connected: bool,
    /// How many servers have lived here.
    lives: u64,
}

impl<R: Replica> Cluster<R> {
    /// `servers` empty places on a network of their own.
    pub fn new(sim: &Sim, servers: usize) -> Self {
        Self::on(sim, sim.network(), servers)
    }

    /// `servers` empty places on this network.
    pub fn on(sim: &Sim, net: Network, servers: usize) -> Self {
        Self::named(sim, net, "", servers)
    }

    /// `servers` empty places on a network with other groups. Their names are `prefix` and a number.
    pub fn named(sim: &Sim, net: Network, prefix: &str, servers: usize) -> Self {
        let place = || Place { replica: None, persister: None, ends: Vec::new(), connected: false, lives: 0 };
        let list = (0..servers).map(|_| place()).collect();
        let rng = sim.rng(&format!("ends{prefix}"));
        let places = Arc::new(Mutex::new(Places { list, rng }));
        Cluster { net, prefix: prefix.into(), places, checks: sim.checks().clone() }
    }

    /// The name of the server at place `i` in the network.
    pub fn name(&self, i: usize) -> String {
        format!("{}{i}", self.prefix)
    }

    /// Number of servers.
    pub fn len(&self) -> usize {
        self.places().list.len()
    }

    /// Whether there is no place at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The server at place `i`, if it is alive.
    pub fn replica(&self, i: usize) -> Option<R> {
        self.places().list[i].replica.clone()
    }

    /// Whether the harness has connected place `i`.
    pub fn is_connected(&self, i: usize) -> bool {
        self.places().list[i].connected
    }

    /// The servers that are alive, in the order of their places.
    pub fn replicas(&self) -> Vec<R> {
        self.places().list.iter().filter_map(|place| place.replica.clone()).collect()
    }

    /// The persisters that exist now, of dead servers too.
    pub fn persisters(&self) -> Vec<Persister> {
        self.places().list.iter().filter_map(|place| place.persister.clone()).collect()
    }

    /// Crashes the server at place `i`, dead or alive. The order matters: first the network, so that no reply of the
    /// old instance can get out any more; then the storage, so that what it saves from now on is lost; only then is it
    /// told. Its tasks may go on running.
    pub fn crash(&self, i: usize) {
        let has_lived = {
            let place = &mut self.places().list[i];
            place.lives += 1;
            place.replica.is_some()
        };
        // The harness also clears places where nobody lives.
        if has_lived {
            tracing::trace!(target: "tests", topic = "CRASH", server = self.name(i), "crash");
        }
        self.disconnect(i);
        self.net.delete_server(self.name(i));
        self.renew_persister(i);
        let replica = self.places().list[i].replica.take();
        if let Some(replica) = replica {
            replica.kill();
        }
        self.renew_persister(i);
    }

    /// Replaces the persister of place `i` by a copy, if there is one, and cuts its old user off from it.
    fn renew_persister(&self, i: usize) {
        let place = &mut self.places().list[i];
        place.persister = place.persister.as_ref().map(Persister::copy);
        if let Some(persister) = place.persister.clone() {
            self.checks.storage(&self.name(i), move || persister.saves());
        }
    }

    /// The persister for the next life of place `i`: a copy of the last one's, or an empty one.
    pub fn next_persister(&self, i: usize) -> Persister {
        self.places().list[i].persister.get_or_insert_with(Persister::new);
        self.renew_persister(i);
        self.places().list[i].persister.clone().expect("it was put there")
    }

    /// Fresh ends from place `i` to every place, disabled, in server order. An old instance keeps the old ones, which
    /// nobody enables any more.
    pub fn fresh_ends(&self, i: usize) -> Vec<End> {
        let mut places = self.places();
        let count = places.list.len();
        let names: Vec<String> = (0..count).map(|_| random_name(&mut places.rng)).collect();
        let ends = names.iter().map(|name| self.net.make_end(name)).collect();
        for (j, name) in names.iter().enumerate() {
            self.net.connect(name, self.name(j));
            self.net.set_owner(name, self.name(i));
        }
        places.list[i].ends = names;
        ends
    }

    /// Puts a new instance into place `i` and on the network. It is not connected by this.
    pub fn install(&self, i: usize, replica: R) {
        tracing::trace!(target: "tests", topic = "CRASH", server = self.name(i), "start");
        let server = replica.server();
        self.watch(i, replica.watch());
        self.places().list[i].replica = Some(replica);
        self.net.add_server(self.name(i), server);
    }

    /// Tells the checks what the server at place `i` says about itself, as long as it lives there.
    fn watch(&self, i: usize, mut state: watch::Receiver<(Term, bool)>) {
        let (places, checks, name) = (Arc::downgrade(&self.places), self.checks.clone(), self.name(i));
        let life = self.places().list[i].lives;
        tokio::spawn(async move {
            while let Some(places) = places.upgrade() {
                let (term, is_leader) = *state.borrow_and_update();
                {
                    // Under this lock it cannot crash in between.
                    let places = places.lock().unwrap_or_else(PoisonError::into_inner);
                    if places.list[i].lives != life {
                        return;
                    }
                    checks.state(&name, term, is_leader);
                }
                drop(places);
                if state.changed().await.is_err() {
                    return;
                }
            }
        });
    }

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

    /// Kills every live server and ends the network.
    pub fn cleanup(&self) {
        for i in 0..self.len() {
            if let Some(replica) = self.replica(i) {
                replica.kill();
            }
        }
        self.net.cleanup();
    }

    /// One line per server for the report of a failure. Does not block.
    pub fn status(&self) -> Vec<String> {
        let Ok(places) = self.places.try_lock() else {
            return vec!["the harness is busy: no server can be asked".into()];
        };
        let line = |(i, place): (usize, &Place<R>)| {
            let net = if place.connected { "" } else { " [disconnected]" };
            match &place.replica {
                Some(replica) => match replica.status() {
                    Some(status) => format!("{status}{net}"),
                    None => {
                        format!("server {}: busy, or it has panicked: its lock is held{net}", self.name(i))
                    }
                },
                None => format!("server {}: dead", self.name(i)),
            }
        };
        places.list.iter().enumerate().map(line).collect()
    }

    fn places(&self) -> MutexGuard<'_, Places<R>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name that nobody else has.
fn random_name(rng: &mut SmallRng) -> String {
    (0..20).map(|_| char::from(rng.sample(Alphanumeric))).collect::<String>()
}
