//! The Lab 3 harness: what the course calls the config.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use cluster::Cluster;
use kvraft::{KvServer, kv::Kv};
use labrpc::Latency;
use linearizability::AnnotationKind;
use protocol::Section;
use raft::Persister;
use rand::{RngExt, rngs::SmallRng};
use service::{Baseline, Log};
use simulator::Sim;

use super::client::Client;

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
        let controls = service::controls(&server);
        cluster.install(i, server, controls);
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

    pub(super) fn connect_all(&self) {
        self.log().end_partition();
        self.shared.cluster.connect_all();
    }

    /// Splits the servers; takes effect link by link. Clerks are not concerned.
    pub(super) fn partition(&self, one: &[usize], other: &[usize]) {
        self.log().end_partition();
        self.log().note(AnnotationKind::Partition, format!("{one:?} | {other:?}"));
        self.shared.cluster.partition(one, other);
    }

    /// A majority without the leader, and a minority with it.
    pub(super) fn make_partition(&self) -> (Vec<usize>, Vec<usize>) {
        let leader = self.shared.cluster.leader().unwrap_or(0);
        let others: Vec<usize> = self.all().into_iter().filter(|&i| i != leader).collect();
        let (majority, rest) = others.split_at(self.servers() / 2 + 1);
        (majority.to_vec(), [rest, &[leader]].concat())
    }

    /// A new clerk, which reaches the servers in `to` only. It has all of them in an order of its own.
    pub(super) fn make_client(&self, to: &[usize]) -> Client {
        let number = self.shared.next_clerk.fetch_add(1, Ordering::Relaxed);
        let ends = self.shared.cluster.clerk_ends(number, &mut lock(&self.shared.clerks));
        let client = Client::new(self.clone(), number, &ends);
        self.connect_client(number, to);
        client
    }

    /// Lets a clerk reach more servers.
    pub(super) fn connect_client(&self, number: u64, to: &[usize]) {
        self.shared.cluster.connect_clerk(number, to);
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
        *lock(&self.shared.baseline) = Baseline::begin(self.sim(), &self.shared.cluster.net, title);
    }

    /// Ends a section well.
    pub(super) fn end(&self) {
        let operations = self.shared.operations.load(Ordering::Relaxed);
        let net = &self.shared.cluster.net;
        let section = lock(&self.shared.baseline).section(self.sim(), net, self.servers(), operations);
        let Section { seconds, servers, rpcs, .. } = section;
        let line = format!("  ... Passed --  {seconds:4.1}  {servers} {rpcs:5} {operations:4}");
        self.sim().passed(Section { line, ..section });
    }

    /// Ends the test: kills the servers and ends the network.
    pub(super) fn cleanup(&self) {
        self.shared.cluster.cleanup();
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
