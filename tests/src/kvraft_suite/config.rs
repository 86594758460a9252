//! The Lab 3 harness: what the course calls the config.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kvraft::{KvServer, StateMachine, kv::Kv};
use labrpc::Latency;
use raft::Persister;
use rand::{RngExt, rngs::SmallRng, seq::SliceRandom};

use super::{client::Client, history::Log};
use crate::{
    cluster::{Cluster, Replica},
    linearizability::AnnotationKind,
    protocol::Section,
    sim::Sim,
};

impl<S: StateMachine> Replica for kvraft::Server<S> {
    fn kill(&self) {
        kvraft::Server::kill(self);
    }

    fn server(&self) -> labrpc::Server {
        self.services()
    }

    fn status(&self) -> String {
        let busy = || "a server is busy: its lock is held".into();
        self.raft().status().map_or_else(busy, |status| status.to_string())
    }
}

/// The harness of one test. Clones are the same harness.
#[derive(Clone)]
pub(super) struct Config {
    shared: Arc<Shared>,
}

struct Shared {
    sim: Sim,
    cluster: Cluster<KvServer>,
    raft_state_bytes_max: Option<usize>,
    /// What the clients do, how the servers are split, and in which order a clerk knows them: a stream each, or a change in
    /// one would reshuffle the others.
    workload: Mutex<SmallRng>,
    faults: Mutex<SmallRng>,
    clerks: Mutex<SmallRng>,
    log: Log,
    next_clerk: AtomicU64,
    operations: AtomicU64,
    baseline: Mutex<Baseline>,
}

/// The counters at `begin`.
#[derive(Default)]
struct Baseline {
    title: String,
    at: Duration,
    rpcs: u64,
}

impl Config {
    /// Starts and connects all servers on a reliable network, which then becomes what it should be.
    ///
    /// Clients of Lab 3 never pause. With hops of 0 to 6 ms one makes some 400 operations in the five seconds of an iteration,
    /// as the course's do; see [`Latency::Slow`]. That holds on both clocks: without it, a client in real time makes fifty
    /// thousand, every Get returns a megabyte, and the history fills the memory.
    pub(super) fn make(
        sim: &Sim,
        servers: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let net = labrpc::Network::new(sim.seed("network"), Latency::Slow);
        Self::on(sim, net, servers, unreliable, raft_state_bytes_max)
    }

    /// The same on a network that adds nothing in real time: for tests with a fixed number of operations.
    pub(super) fn make_fast(
        sim: &Sim,
        servers: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let net = sim.network_with(Latency::Slow);
        Self::on(sim, net, servers, unreliable, raft_state_bytes_max)
    }

    fn on(
        sim: &Sim,
        net: labrpc::Network,
        servers: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let cluster = Cluster::on(sim, net, servers);
        let shared = Arc::new(Shared {
            sim: sim.clone(),
            cluster,
            raft_state_bytes_max,
            workload: Mutex::new(sim.rng("workload")),
            faults: Mutex::new(sim.rng("faults")),
            clerks: Mutex::new(sim.rng("clerks")),
            log: Log::default(),
            next_clerk: AtomicU64::new(0),
            operations: AtomicU64::new(0),
            baseline: Mutex::default(),
        });
        let config = Config { shared };
        let weak = Arc::downgrade(&config.shared);
        sim.report_servers_by(move || weak.upgrade().map_or_else(Vec::new, |s| s.cluster.status()));
        (0..servers).for_each(|i| config.start_server(i));
        config.connect_all();
        config.shared.cluster.net.reliable(!unreliable);
        config
    }

    pub(super) fn sim(&self) -> &Sim {
        &self.shared.sim
    }

    pub(super) fn servers(&self) -> usize {
        self.shared.cluster.len()
    }

    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.servers()).collect()
    }

    pub(super) fn raft_state_bytes_max(&self) -> Option<usize> {
        self.shared.raft_state_bytes_max
    }

    /// Starts server `i` from its storage. It is not connected by this.
    pub(super) fn start_server(&self, i: usize) {
        let cluster = &self.shared.cluster;
        let ends = cluster.fresh_ends(i).iter().map(labrpc::End::client).collect();
        let persister = cluster.next_persister(i);
        let server = KvServer::start(ends, i, persister, self.shared.raft_state_bytes_max, Kv::default());
        self.log().note(AnnotationKind::Restart, format!("server {i} starts"));
        tokio::spawn(note_leadership(self.log().clone(), i, server.raft().watch_state()));
        cluster.install(i, server);
    }

    /// What the clients do, and what happens to the servers meanwhile.
    pub(super) fn log(&self) -> &Log {
        &self.shared.log
    }

    /// Crashes server `i`: network first, then its storage is cut off, then it is told.
    pub(super) fn shutdown_server(&self, i: usize) {
        self.log().note(AnnotationKind::Crash, format!("server {i} crashes"));
        self.shared.cluster.crash(i);
    }

    fn link(&self, i: usize, j: usize, enabled: bool) {
        self.shared.cluster.link(i, j, enabled);
        self.shared.cluster.link(j, i, enabled);
    }

    pub(super) fn connect_all(&self) {
        self.log().end_partition();
        for i in self.all() {
            self.all().into_iter().for_each(|j| self.link(i, j, true));
        }
    }

    /// Splits the servers; takes effect link by link. Clerks are not concerned.
    pub(super) fn partition(&self, one: &[usize], other: &[usize]) {
        tracing::trace!(target: "tests", topic = "NET", ?one, ?other, "partition");
        self.log().end_partition();
        self.log().note(AnnotationKind::Partition, format!("{one:?} | {other:?}"));
        for (side, opposite) in [(one, other), (other, one)] {
            for &i in side {
                opposite.iter().for_each(|&j| self.link(i, j, false));
                side.iter().for_each(|&j| self.link(i, j, true));
            }
        }
    }

    /// A majority without the leader, and a minority with it.
    pub(super) fn make_partition(&self) -> (Vec<usize>, Vec<usize>) {
        let leads =
            |&i: &usize| self.shared.cluster.replica(i).is_some_and(|server| server.raft().get_state().1);
        let leader = self.all().into_iter().find(leads).unwrap_or(0);
        let others: Vec<usize> = self.all().into_iter().filter(|&i| i != leader).collect();
        let (majority, rest) = others.split_at(self.servers() / 2 + 1);
        (majority.to_vec(), [rest, &[leader]].concat())
    }

    /// A new clerk, which reaches the servers in `to` only. It has all of them in an order of its own.
    pub(super) fn make_client(&self, to: &[usize]) -> Client {
        let number = self.shared.next_clerk.fetch_add(1, Ordering::Relaxed);
        let net = &self.shared.cluster.net;
        let name = |server: usize| format!("clerk-{number}-{server}");
        let mut order = self.all();
        order.shuffle(&mut *lock(&self.shared.clerks));
        let ends: Vec<_> = order.iter().map(|&server| net.make_end(name(server))).collect();
        self.all().into_iter().for_each(|server| net.connect(name(server), server));
        let client = Client::new(self.clone(), number, &ends);
        self.connect_client(number, to);
        client
    }

    /// Lets a clerk reach more servers.
    pub(super) fn connect_client(&self, number: u64, to: &[usize]) {
        to.iter().for_each(|server| self.shared.cluster.net.enable(format!("clerk-{number}-{server}"), true));
    }

    /// The living server `i`: for what no clerk can see or do.
    pub(super) fn server(&self, i: usize) -> KvServer {
        let server = self.shared.cluster.replica(i);
        server.unwrap_or_else(|| self.sim().fail(format!("server {i} is dead")))
    }

    /// What the Raft server of an idle server `i` is doing.
    pub(super) fn raft_status(&self, i: usize) -> raft::Status {
        let status = self.server(i).raft().status();
        status.unwrap_or_else(|| self.sim().fail(format!("server {i} is busy")))
    }

    /// How many clients each living server remembers.
    pub(super) fn sessions(&self) -> Vec<usize> {
        let servers = self.all().into_iter().filter_map(|i| self.shared.cluster.replica(i));
        servers.map(|server| server.rsm().inspect(|machine| machine.sessions().len())).collect()
    }

    fn largest(&self, size: impl Fn(&Persister) -> usize) -> usize {
        self.shared.cluster.persisters().iter().map(size).max().unwrap_or(0)
    }

    /// Size of the largest Raft state in storage, lagging servers included, in bytes.
    pub(super) fn log_size(&self) -> usize {
        self.largest(Persister::raft_state_size)
    }

    /// Size of the largest snapshot in storage, in bytes.
    pub(super) fn snapshot_size(&self) -> usize {
        self.largest(Persister::snapshot_size)
    }

    /// A client's choice: a uniformly distributed number from `0..=most`.
    pub(super) fn random(&self, most: u64) -> u64 {
        lock(&self.shared.workload).random_range(0..=most)
    }

    /// A client's choice: true with probability `percent` in 100.
    pub(super) fn chance(&self, percent: u64) -> bool {
        self.random(99) < percent
    }

    /// Fate's choice, of partitions and crashes: a uniformly distributed number from `0..=most`.
    pub(super) fn random_fault(&self, most: u64) -> u64 {
        lock(&self.shared.faults).random_range(0..=most)
    }

    /// Counts one operation for the statistics line.
    pub(super) fn op(&self) {
        self.shared.operations.fetch_add(1, Ordering::Relaxed);
    }

    /// Announces a section and notes the counters.
    pub(super) fn begin(&self, title: &str) {
        self.shared.operations.store(0, Ordering::Relaxed);
        *self.baseline() = Baseline {
            title: title.into(),
            at: self.sim().now(),
            rpcs: self.shared.cluster.net.total_count(),
        };
        self.sim().begin(title);
    }

    /// Ends a section well.
    pub(super) fn end(&self) {
        let base = self.baseline();
        let seconds = (self.sim().now() - base.at).as_secs_f64();
        let servers = self.servers();
        let rpcs = self.shared.cluster.net.total_count() - base.rpcs;
        let operations = self.shared.operations.load(Ordering::Relaxed);
        let section = Section {
            title: base.title.clone(),
            warning: String::new(),
            line: format!("  ... Passed --  {seconds:4.1}  {servers} {rpcs:5} {operations:4}"),
            seconds,
            servers,
            rpcs,
            // Not printed in this lab.
            bytes: 0,
            operations,
        };
        drop(base);
        self.sim().passed(section);
    }

    /// Ends the test: kills the servers and ends the network.
    pub(super) fn cleanup(&self) {
        self.shared.cluster.cleanup();
    }

    fn baseline(&self) -> MutexGuard<'_, Baseline> {
        lock(&self.shared.baseline)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes down whenever server `i` becomes a leader, until it is gone.
async fn note_leadership(log: Log, i: usize, mut state: tokio::sync::watch::Receiver<(raft::Term, bool)>) {
    while state.changed().await.is_ok() {
        let (term, is_leader) = *state.borrow_and_update();
        if is_leader {
            log.note(AnnotationKind::Leader, format!("server {i} leads term {term}"));
        }
    }
}
