//! One group of servers on one network, for Labs 2 to 4: ends, persisters, and the order in which a crash happens.
//!
//! A [`Cluster`] knows of its servers only what [`Controls`] offers: how one is killed, what it says of itself. Whatever a lab's server
//! is, its suite makes the controls for it, and installs both.
//!
//! This crate must not know any service on Raft, nor what a test checks; of the crate `raft` it takes the storage ([`Persister`]) and the type
//! of a term. Start reading at [`Cluster::crash`]; the links between servers are in `links`.

mod controls;
mod links;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use labrpc::{End, Network};
use raft::{Persister, Term};
use rand::{RngExt, distr::Alphanumeric, rngs::SmallRng};
use simulator::{Checks, Sim};
use tokio::sync::watch;

pub use controls::Controls;

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
    living: Option<Living<R>>,
    persister: Option<Persister>,
    /// Names of the ends to every server. Those of earlier lives are abandoned.
    ends: Vec<String>,
    connected: bool,
    /// How many servers have lived here.
    lives: u64,
}

/// A server that is alive.
struct Living<R> {
    replica: R,
    controls: Arc<Controls>,
}

impl<R: Clone + Send + 'static> Cluster<R> {
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
        let place = || Place { living: None, persister: None, ends: Vec::new(), connected: false, lives: 0 };
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
        self.places().list[i].living.as_ref().map(|living| living.replica.clone())
    }

    /// Whether the harness has connected place `i`.
    pub fn is_connected(&self, i: usize) -> bool {
        self.places().list[i].connected
    }

    /// The servers that are alive, in the order of their places.
    pub fn replicas(&self) -> Vec<R> {
        let places = self.places();
        places
            .list
            .iter()
            .filter_map(|place| place.living.as_ref())
            .map(|living| living.replica.clone())
            .collect()
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
            place.living.is_some()
        };
        // The harness also clears places where nobody lives.
        if has_lived {
            tracing::trace!(target: "tests", topic = "CRASH", server = self.name(i), "crash");
        }
        self.disconnect(i);
        self.net.delete_server(self.name(i));
        self.renew_persister(i);
        let living = self.places().list[i].living.take();
        if let Some(living) = living {
            (living.controls.kill)();
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
    pub fn install(&self, i: usize, replica: R, mut controls: Controls) {
        tracing::trace!(target: "tests", topic = "CRASH", server = self.name(i), "start");
        let services = std::mem::take(&mut controls.services);
        self.watch(i, controls.state.clone());
        self.places().list[i].living = Some(Living { replica, controls: Arc::new(controls) });
        self.net.add_server(self.name(i), services);
    }

    fn controls(&self, i: usize) -> Option<Arc<Controls>> {
        self.places().list[i].living.as_ref().map(|living| living.controls.clone())
    }

    /// The first living server, by number, that believes it leads.
    pub fn leader(&self) -> Option<usize> {
        (0..self.len()).find(|&i| self.controls(i).is_some_and(|controls| (controls.leads)()))
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

    /// Kills every live server and ends the network.
    pub fn cleanup(&self) {
        for i in 0..self.len() {
            if let Some(controls) = self.controls(i) {
                (controls.kill)();
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
            match &place.living {
                Some(living) => match (living.controls.status)() {
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
