//! The Lab 3 harness: what the course calls the config, for any state machine.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use cluster::Cluster;
use kvraft::{Kv, Server, StateMachine};
use labrpc::Latency;
use linearizability::AnnotationKind;
use protocol::Section;
use raft::Persister;
use rand::{RngExt, rngs::SmallRng};
use service::{Baseline, Log};
use simulator::Sim;

/// The harness of the key/value service.
pub type Config = Harness<Kv>;

/// The harness of one test: a group of servers of this state machine, and clerks. Every server begins with the default machine. Clones
/// are the same harness.
pub struct Harness<S: StateMachine> {
    shared: Arc<Shared<S>>,
}

impl<S: StateMachine> Clone for Harness<S> {
    fn clone(&self) -> Self {
        Harness { shared: self.shared.clone() }
    }
}

struct Shared<S: StateMachine> {
    sim: Sim,
    cluster: Cluster<Server<S>>,
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

impl<S: StateMachine + Default> Harness<S> {
    /// Starts and connects all servers on a reliable network, which then becomes what it should be. Without a limit of the Raft state there
    /// are no snapshots.
    ///
    /// Clients of Lab 3 never pause. With hops of 0 to 6 ms one makes some 400 operations in the five seconds of an iteration,
    /// as the course's do; see [`Latency::Slow`]. That holds on both clocks: without it, a client in real time makes fifty
    /// thousand, every Get returns a megabyte, and the history fills the memory.
    pub fn make(sim: &Sim, servers: usize, unreliable: bool, raft_state_bytes_max: Option<usize>) -> Self {
        let net = labrpc::Network::new(sim.seed("network"), Latency::Slow);
        Self::on(sim, net, servers, unreliable, raft_state_bytes_max)
    }

    /// The same on a network that adds nothing in real time: for tests with a fixed number of operations.
    pub fn make_fast(
        sim: &Sim,
        servers: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Self {
        let net = sim.network_with(Latency::Slow);
        Self::on(sim, net, servers, unreliable, raft_state_bytes_max)
    }

    fn on(
        sim: &Sim,
        net: labrpc::Network,
        servers: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Self {
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
        let config = Harness { shared };
        let weak = Arc::downgrade(&config.shared);
        sim.report_servers_by(move || weak.upgrade().map_or_else(Vec::new, |s| s.cluster.status()));
        (0..servers).for_each(|i| config.start_server(i));
        config.connect_all();
        config.shared.cluster.net.reliable(!unreliable);
        config
    }

    /// The run.
    pub fn sim(&self) -> &Sim {
        &self.shared.sim
    }

    /// Number of servers.
    pub fn servers(&self) -> usize {
        self.shared.cluster.len()
    }

    /// The numbers of all servers.
    pub fn all(&self) -> Vec<usize> {
        (0..self.servers()).collect()
    }

    /// The labs' `maxraftstate`; `None` stands for its -1.
    pub fn raft_state_bytes_max(&self) -> Option<usize> {
        self.shared.raft_state_bytes_max
    }

    /// Starts server `i` from its storage. It is not connected by this.
    pub fn start_server(&self, i: usize) {
        let cluster = &self.shared.cluster;
        let ends = cluster.fresh_ends(i).iter().map(labrpc::End::client).collect();
        let persister = cluster.next_persister(i);
        let server = Server::start(ends, i, persister, self.shared.raft_state_bytes_max, S::default());
        self.log().note(AnnotationKind::Restart, format!("server {i} starts"));
        tokio::spawn(note_leadership(self.log().clone(), i, server.raft().watch_state()));
        let controls = service::controls(&server);
        cluster.install(i, server, controls);
    }

    /// What the clients do, and what happens to the servers meanwhile.
    pub fn log(&self) -> &Log {
        &self.shared.log
    }

    /// Crashes server `i`: network first, then its storage is cut off, then it is told.
    pub fn shutdown_server(&self, i: usize) {
        self.log().note(AnnotationKind::Crash, format!("server {i} crashes"));
        self.shared.cluster.crash(i);
    }

    /// Connects all servers with each other. Clerks are not concerned.
    pub fn connect_all(&self) {
        self.log().end_partition();
        self.shared.cluster.connect_all();
    }

    /// Splits the servers; those of neither side stay as they are. Takes effect link by link. Clerks are not concerned.
    pub fn partition(&self, one: &[usize], other: &[usize]) {
        self.log().end_partition();
        self.log().note(AnnotationKind::Partition, format!("{one:?} | {other:?}"));
        self.shared.cluster.partition(one, other);
    }

    /// A majority without the leader, and a minority with it.
    pub fn make_partition(&self) -> (Vec<usize>, Vec<usize>) {
        let leader = self.shared.cluster.leader().unwrap_or(0);
        let others: Vec<usize> = self.all().into_iter().filter(|&i| i != leader).collect();
        let (majority, rest) = others.split_at(self.servers() / 2 + 1);
        (majority.to_vec(), [rest, &[leader]].concat())
    }

    /// The number of the next clerk, and its ends to all servers in an order of its own.
    pub(super) fn next_clerk(&self) -> (u64, Vec<labrpc::End>) {
        let number = self.shared.next_clerk.fetch_add(1, Ordering::Relaxed);
        (number, self.shared.cluster.clerk_ends(number, &mut lock(&self.shared.clerks)))
    }

    /// Lets a clerk, known by its number, reach more servers.
    pub fn connect_client(&self, number: u64, to: &[usize]) {
        self.shared.cluster.connect_clerk(number, to);
    }

    /// Cuts a clerk, known by its number, off from these servers.
    pub fn disconnect_client(&self, number: u64, from: &[usize]) {
        self.shared.cluster.disconnect_clerk(number, from);
    }

    /// The network.
    pub fn net(&self) -> &labrpc::Network {
        &self.shared.cluster.net
    }

    /// The first living server, by number, that believes it leads.
    pub fn leader(&self) -> Option<usize> {
        self.shared.cluster.leader()
    }

    /// The living server `i`: for what no clerk can see or do.
    #[track_caller]
    pub fn server(&self, i: usize) -> Server<S> {
        let server = self.shared.cluster.replica(i);
        server.unwrap_or_else(|| self.sim().fail(format!("server {i} is dead")))
    }

    /// What the Raft server of an idle server `i` is doing.
    #[track_caller]
    pub fn raft_status(&self, i: usize) -> raft::Status {
        let status = self.server(i).raft().status();
        status.unwrap_or_else(|| self.sim().fail(format!("server {i} is busy")))
    }

    /// How many clients each living server remembers.
    pub fn sessions(&self) -> Vec<usize> {
        let servers = self.all().into_iter().filter_map(|i| self.shared.cluster.replica(i));
        servers.map(|server| server.rsm().inspect(|machine| machine.sessions().len())).collect()
    }

    fn largest(&self, size: impl Fn(&Persister) -> usize) -> usize {
        self.shared.cluster.persisters().iter().map(size).max().unwrap_or(0)
    }

    /// Size of the largest Raft state in storage, lagging servers included, in bytes.
    pub fn log_size(&self) -> usize {
        self.largest(Persister::raft_state_size)
    }

    /// Size of the largest snapshot in storage, in bytes.
    pub fn snapshot_size(&self) -> usize {
        self.largest(Persister::snapshot_size)
    }

    /// A client's choice: a uniformly distributed number from `0..=most`.
    pub fn random(&self, most: u64) -> u64 {
        lock(&self.shared.workload).random_range(0..=most)
    }

    /// A client's choice: true with probability `percent` in 100.
    pub fn chance(&self, percent: u64) -> bool {
        self.random(99) < percent
    }

    /// Fate's choice, of partitions and crashes: a uniformly distributed number from `0..=most`.
    pub fn random_fault(&self, most: u64) -> u64 {
        lock(&self.shared.faults).random_range(0..=most)
    }

    /// Counts one operation for the statistics line.
    pub fn op(&self) {
        self.shared.operations.fetch_add(1, Ordering::Relaxed);
    }

    /// Announces a section and notes the counters.
    pub fn begin(&self, title: &str) {
        self.shared.operations.store(0, Ordering::Relaxed);
        *lock(&self.shared.baseline) = Baseline::begin(self.sim(), &self.shared.cluster.net, title);
    }

    /// Ends a section well, with its figures.
    pub fn end(&self) {
        let operations = self.shared.operations.load(Ordering::Relaxed);
        let net = &self.shared.cluster.net;
        let section = lock(&self.shared.baseline).section(self.sim(), net, self.servers(), operations);
        let Section { seconds, servers, rpcs, .. } = section;
        let line = format!("  ... Passed --  {seconds:4.1}  {servers} {rpcs:5} {operations:4}");
        self.sim().passed(Section { line, ..section });
    }

    /// Ends the test: kills the servers and ends the network.
    pub fn cleanup(&self) {
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
