//! The Lab 2 harness: what the course calls the config.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cluster::Cluster;
use labrpc::Network;
use protocol::Section;
use raft::Raft;
use rand::{RngExt, rngs::SmallRng};
use simulator::Sim;

use super::logs::{Logs, Value};

/// The tester's idea of an election timeout: a solution is expected to finish an election within about this time.
pub const ELECTION_TIMEOUT: Duration = Duration::from_secs(1);

/// The harness of one test. Clones are the same harness.
#[derive(Clone)]
pub struct Config {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    sim: Sim,
    pub(super) cluster: Cluster<Raft>,
    logs: Mutex<Logs>,
    rng: Mutex<SmallRng>,
    pub(super) snapshots: bool,
    finished: AtomicBool,
    baseline: Mutex<Baseline>,
}

/// The counters at `begin`.
#[derive(Default)]
struct Baseline {
    title: String,
    at: Duration,
    rpcs: u64,
    bytes: u64,
    max_index: u64,
}

impl Config {
    /// Makes the network and starts and connects all servers.
    pub fn make(sim: &Sim, servers: usize, reliable: bool, snapshots: bool) -> Config {
        Self::on(sim, sim.network(), servers, reliable, snapshots)
    }

    /// The same on this network.
    pub fn on(sim: &Sim, net: Network, servers: usize, reliable: bool, snapshots: bool) -> Config {
        let shared = Arc::new(Shared {
            sim: sim.clone(),
            cluster: Cluster::on(sim, net, servers),
            logs: Mutex::new(Logs::new(servers)),
            rng: Mutex::new(sim.rng("test")),
            snapshots,
            finished: AtomicBool::new(false),
            baseline: Mutex::default(),
        });
        let config = Config { shared };
        config.report_servers();
        config.net().reliable(reliable);
        config.net().long_delays(true);
        (0..servers).for_each(|i| config.start_server(i));
        (0..servers).for_each(|i| config.connect(i));
        config
    }

    fn report_servers(&self) {
        let shared = Arc::downgrade(&self.shared);
        self.sim().report_servers_by(move || shared.upgrade().map_or_else(Vec::new, |s| s.cluster.status()));
    }

    /// The run.
    pub fn sim(&self) -> &Sim {
        &self.shared.sim
    }

    /// The network.
    pub fn net(&self) -> &Network {
        &self.shared.cluster.net
    }

    /// Number of servers.
    pub fn servers(&self) -> usize {
        self.shared.cluster.len()
    }

    /// The server with this number (modulo their count), if it is alive.
    pub fn raft(&self, i: usize) -> Option<Raft> {
        self.shared.cluster.replica(i % self.servers())
    }

    /// The server with this number, which must be alive.
    #[track_caller]
    pub fn alive(&self, i: usize) -> Raft {
        let dead = || self.sim().fail(format!("the test expects server {i} to be alive"));
        self.raft(i).unwrap_or_else(dead)
    }

    /// Whether the harness has connected this server.
    pub fn is_connected(&self, i: usize) -> bool {
        self.shared.cluster.is_connected(i % self.servers())
    }

    /// Connects a server with all connected ones.
    pub fn connect(&self, i: usize) {
        self.shared.cluster.connect(i % self.servers());
    }

    /// Isolates a server.
    pub fn disconnect(&self, i: usize) {
        self.shared.cluster.disconnect(i % self.servers());
    }

    /// Enables or disables the requests of `i` to `j`, and with them the replies to them.
    pub fn link(&self, i: usize, j: usize, enabled: bool) {
        self.shared.cluster.link(i % self.servers(), j % self.servers(), enabled);
    }

    /// The name in the network of the end from `i`, which must have lived, to `j`.
    #[track_caller]
    pub fn end_of(&self, i: usize, j: usize) -> String {
        let never = || self.sim().fail(format!("server {i} has never lived"));
        self.shared.cluster.end(i % self.servers(), j % self.servers()).unwrap_or_else(never)
    }

    /// Crashes a server.
    pub fn crash(&self, i: usize) {
        self.shared.cluster.crash(i % self.servers());
    }

    /// Crashes a server, whatever its state, starts it again from its storage, and connects it.
    pub fn restart(&self, i: usize) {
        self.start_server(i);
        self.connect(i);
    }

    /// What every server has delivered.
    pub fn logs(&self) -> MutexGuard<'_, Logs> {
        self.shared.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Size of the largest Raft state in storage, in bytes.
    pub fn log_size(&self) -> usize {
        self.shared.cluster.persisters().iter().map(raft::Persister::raft_state_size).max().unwrap_or(0)
    }

    /// RPCs that reached the present life of a server.
    pub fn rpc_count(&self, i: usize) -> u64 {
        self.net().count(i)
    }

    /// A uniformly distributed number from `0..=most`.
    pub fn random(&self, most: u64) -> u64 {
        self.rng().random_range(0..=most)
    }

    /// True with probability `numerator` in 1000.
    pub fn chance(&self, numerator: u64) -> bool {
        self.random(999) < numerator
    }

    /// A random command, practically unique.
    pub fn big(&self) -> Value {
        Value::Int(self.random(i64::MAX as u64))
    }

    pub(super) fn rng(&self) -> MutexGuard<'_, SmallRng> {
        self.shared.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for some milliseconds.
    pub async fn sleep_ms(&self, ms: u64) {
        // A sleep of nothing must let the others go first.
        if ms == 0 {
            tokio::task::yield_now().await;
        } else {
            tokio::time::sleep(Duration::from_millis(ms)).await;
        }
    }

    /// Announces the test and notes the counters.
    pub fn begin(&self, title: &str) {
        *self.baseline() = Baseline {
            title: title.into(),
            at: self.sim().now(),
            rpcs: self.net().total_count(),
            bytes: self.net().total_bytes(),
            max_index: self.logs().max_index(),
        };
        self.sim().begin(title);
    }

    /// Ends the test well: reports the statistics and cleans up.
    pub fn end(&self, warning: &str) {
        let section = self.section(warning);
        self.sim().passed(section);
        self.shared.finished.store(true, Ordering::Release);
        self.shared.cluster.cleanup();
    }

    /// Whether the test has come to its end.
    pub fn is_finished(&self) -> bool {
        self.shared.finished.load(Ordering::Acquire)
    }

    fn section(&self, warning: &str) -> Section {
        let base = self.baseline();
        let seconds = (self.sim().now() - base.at).as_secs_f64();
        let servers = self.servers();
        let rpcs = self.net().total_count() - base.rpcs;
        let bytes = self.net().total_bytes() - base.bytes;
        let operations = self.logs().max_index() - base.max_index;
        Section {
            title: base.title.clone(),
            warning: warning.into(),
            line: format!("  ... Passed --  {seconds:4.1}  {servers} {rpcs:4} {bytes:7} {operations:4}"),
            seconds,
            servers,
            rpcs,
            bytes,
            operations,
        }
    }

    fn baseline(&self) -> MutexGuard<'_, Baseline> {
        self.shared.baseline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
