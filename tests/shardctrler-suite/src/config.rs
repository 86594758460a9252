//! The Lab 4A harness: what the course calls the config.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cluster::Cluster;
use protocol::Section;
use rand::rngs::SmallRng;
use service::Baseline;
use shardctrler::{Config as ShardConfig, ConfigNum, ShardCtrlerServer};
use simulator::Sim;

/// How long a server may take to learn what the others know: a few elections, and the heartbeat after them.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(5);

/// The harness of one test. Clones are the same harness.
#[derive(Clone)]
pub struct Config {
    shared: Arc<Shared>,
}

struct Shared {
    sim: Sim,
    cluster: Cluster<ShardCtrlerServer>,
    /// In which order each clerk knows the servers.
    clerks: Mutex<SmallRng>,
    next_clerk: AtomicU64,
    calls: AtomicU64,
    baseline: Mutex<Baseline>,
}

impl Config {
    /// Starts and connects all servers on a reliable network, which then becomes what it should be.
    pub fn make(sim: &Sim, servers: usize, unreliable: bool) -> Config {
        let shared = Arc::new(Shared {
            sim: sim.clone(),
            cluster: Cluster::new(sim, servers),
            clerks: Mutex::new(sim.rng("clerks")),
            next_clerk: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            baseline: Mutex::default(),
        });
        let config = Config { shared };
        let weak = Arc::downgrade(&config.shared);
        sim.report_servers_by(move || weak.upgrade().map_or_else(Vec::new, |s| s.cluster.status()));
        (0..servers).for_each(|i| config.start_server(i));
        config.connect_all();
        config.cluster().net.reliable(!unreliable);
        config
    }

    /// The run.
    pub fn sim(&self) -> &Sim {
        &self.shared.sim
    }

    /// The servers, and the network between them.
    pub fn cluster(&self) -> &Cluster<ShardCtrlerServer> {
        &self.shared.cluster
    }

    /// The numbers of all servers.
    pub fn all(&self) -> Vec<usize> {
        (0..self.cluster().len()).collect()
    }

    /// Starts server `i` from its storage. It is not connected by this.
    pub fn start_server(&self, i: usize) {
        let cluster = self.cluster();
        let ends = cluster.fresh_ends(i).iter().map(labrpc::End::client).collect();
        let server = shardctrler::start_server(ends, i, cluster.next_persister(i));
        let controls = service::controls(&server);
        cluster.install(i, server, controls);
    }

    /// Crashes server `i`: network first, then its storage is cut off, then it is told.
    pub fn shutdown_server(&self, i: usize) {
        self.cluster().crash(i);
    }

    /// Connects all servers with each other. Clerks are not concerned.
    pub fn connect_all(&self) {
        self.cluster().connect_all();
    }

    /// The first living server, by number, that believes it leads.
    pub fn leader(&self) -> Option<usize> {
        self.cluster().leader()
    }

    /// The number of the next clerk, and its ends to all servers in an order of its own.
    pub(super) fn next_clerk(&self) -> (u64, Vec<labrpc::End>) {
        let number = self.shared.next_clerk.fetch_add(1, Ordering::Relaxed);
        (number, self.cluster().clerk_ends(number, &mut lock(&self.shared.clerks)))
    }

    /// Lets a clerk, known by its number, reach more servers.
    pub fn connect_client(&self, number: u64, to: &[usize]) {
        self.cluster().connect_clerk(number, to);
    }

    /// Cuts a clerk, known by its number, off from these servers.
    pub fn disconnect_client(&self, number: u64, from: &[usize]) {
        self.cluster().disconnect_clerk(number, from);
    }

    /// Splits the servers; those of neither side stay as they are. Takes effect link by link. Clerks are not concerned.
    pub fn partition(&self, one: &[usize], other: &[usize]) {
        self.cluster().partition(one, other);
    }

    /// What the Raft server of an idle server `i` is doing.
    #[track_caller]
    pub fn raft_status(&self, i: usize) -> raft::Status {
        let status = self.cluster().replica(i).and_then(|server| server.raft().status());
        status.unwrap_or_else(|| self.sim().fail(format!("server {i} is dead or busy")))
    }

    /// Waits until every living server has configuration `newest`, and looks at each directly: they have the same configurations from 0
    /// to `newest`, and no other.
    pub async fn same_history(&self, newest: ConfigNum) {
        let histories = self.caught_up(newest).await;
        for history in &histories {
            let made = history.len() - 1;
            let seen = format!("{newest} changes were asked for, {made} made");
            self.sim().check(made as u64 == newest, seen);
            for (num, (one, other)) in (0..).zip(histories[0].iter().zip(history)) {
                self.sim().check(one.num == num, format!("configuration {num} says it is {}", one.num));
                if one != other {
                    self.sim().fail(format!("servers differ:\n  {one:?}\n  {other:?}"));
                }
            }
        }
    }

    /// All configurations of each living server, as soon as they are at `newest`: only the leader knows at once what is committed.
    async fn caught_up(&self, newest: ConfigNum) -> Vec<Vec<ShardConfig>> {
        let since = self.sim().now();
        loop {
            let newest_of: Vec<_> = self.histories(|all| all.len() - 1);
            if newest_of.iter().all(|&num| num as u64 >= newest) {
                return self.histories(<[_]>::to_vec);
            }
            let in_time = self.sim().now() - since < CAUGHT_UP_WITHIN;
            self.sim().check(in_time, format!("configuration {newest}: servers are at {newest_of:?}"));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Looks at all configurations of each living server.
    fn histories<T>(&self, look: impl Fn(&[ShardConfig]) -> T) -> Vec<T> {
        let look = |server: &ShardCtrlerServer| server.rsm().inspect(|it| look(it.machine().configs()));
        self.cluster().replicas().iter().map(look).collect()
    }

    /// Counts one call of a clerk.
    pub(super) fn called(&self) {
        self.shared.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Announces a section.
    pub fn begin(&self, title: &str) {
        self.shared.calls.store(0, Ordering::Relaxed);
        *lock(&self.shared.baseline) = Baseline::begin(self.sim(), &self.cluster().net, title);
    }

    /// Ends a section well. This lab prints no figures.
    pub fn end(&self) {
        let (net, calls) = (&self.cluster().net, self.shared.calls.load(Ordering::Relaxed));
        let section = lock(&self.shared.baseline).section(self.sim(), net, self.cluster().len(), calls);
        self.sim().passed(Section { line: "  ... Passed".into(), ..section });
    }

    /// Ends the test: kills the servers and ends the network.
    pub fn cleanup(&self) {
        self.cluster().cleanup();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
