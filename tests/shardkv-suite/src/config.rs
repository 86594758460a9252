//! The Lab 4B harness: what the course calls the config.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cluster::Cluster;
use labrpc::{End, Latency, Network};
use protocol::Section;
use rand::{RngExt, rngs::SmallRng};
use service::{Baseline, Log};
use shardctrler::{Config as Configuration, Gid, ShardCtrlerServer};
use simulator::Sim;

use super::group::{Ends, Group, SERVERS};

/// Groups of the course's tests, with the gids 100, 101 and 102.
pub(super) const GROUPS: usize = 3;
const FIRST_GID: Gid = 100;

/// Servers of the controller are called so, with a number.
pub(super) const CONTROLLER: &str = "ctrler";

/// The harness of one test. Clones are the same harness.
#[derive(Clone)]
pub struct Config {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    sim: Sim,
    net: Network,
    pub(super) ends: Arc<Ends>,
    pub(super) controller: Cluster<ShardCtrlerServer>,
    /// The servers of the controller that everybody asks are called so, with a number.
    asked: &'static str,
    pub(super) groups: Vec<Group>,
    raft_state_bytes_max: Option<usize>,
    /// The tester's own clerk of the controller: it makes one change at a time.
    pub(super) changes: tokio::sync::Mutex<shardctrler::Clerk>,
    /// What the clients do, and what happens to the servers: a stream each, or a change in one would reshuffle the other.
    workload: Mutex<SmallRng>,
    faults: Mutex<SmallRng>,
    log: Log,
    clients: AtomicU64,
    baseline: Mutex<Baseline>,
}

impl Config {
    /// Starts everything on a network where every hop takes 0 to 6 ms, on both clocks: for tests whose clients never pause. What slows
    /// clients down in the original is the work of a lab solution; ours would make ten times as many calls.
    pub fn make(sim: &Sim, unreliable: bool, raft_state_bytes_max: Option<usize>) -> Config {
        let net = Network::new(sim.seed("network"), Latency::Slow);
        Self::on(sim, net, CONTROLLER, GROUPS, unreliable, raft_state_bytes_max)
    }

    /// The same on a network that adds nothing in real time: for tests that do a fixed amount of work, or pause.
    pub fn make_fast(sim: &Sim, unreliable: bool, raft_state_bytes_max: Option<usize>) -> Config {
        let net = sim.network_with(Latency::Slow);
        Self::on(sim, net, CONTROLLER, GROUPS, unreliable, raft_state_bytes_max)
    }

    /// Like [`Config::make_fast`] with so many groups, which the course's tests have three of.
    pub fn with_groups(
        sim: &Sim,
        groups: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let net = sim.network_with(Latency::Slow);
        Self::on(sim, net, CONTROLLER, groups, unreliable, raft_state_bytes_max)
    }

    /// The same without a controller: whoever has a question asks the servers whose names begin with `asked`.
    pub(super) fn without_controller(
        sim: &Sim,
        asked: &'static str,
        groups: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let net = sim.network_with(Latency::Slow);
        Self::on(sim, net, asked, groups, unreliable, raft_state_bytes_max)
    }

    /// The network is reliable while the servers are started, and then becomes what it should be.
    fn on(
        sim: &Sim,
        net: Network,
        asked: &'static str,
        groups: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> Config {
        let ends = Ends::new(net.clone());
        let controller = match asked {
            CONTROLLER => start_controller(sim, &net, CONTROLLER),
            _ => Cluster::named(sim, net.clone(), CONTROLLER, 0),
        };
        let clerk = shardctrler::Clerk::new(&ends.to_controller("tester", asked).1);
        let gids = FIRST_GID..FIRST_GID + groups as Gid;
        let groups = gids.map(|gid| Group::new(sim, &ends, gid, raft_state_bytes_max)).collect();
        let shared = Arc::new(Shared {
            sim: sim.clone(),
            net,
            ends,
            controller,
            asked,
            groups,
            raft_state_bytes_max,
            changes: tokio::sync::Mutex::new(clerk),
            workload: Mutex::new(sim.rng("workload")),
            faults: Mutex::new(sim.rng("faults")),
            log: Log::default(),
            clients: AtomicU64::new(0),
            baseline: Mutex::default(),
        });
        let weak = Arc::downgrade(&shared);
        sim.report_servers_by(move || weak.upgrade().map_or_else(Vec::new, |shared| shared.status()));
        let config = Config { shared };
        config.all().into_iter().for_each(|group| config.start_group(group));
        config.shared.net.reliable(!unreliable);
        config
    }

    /// The run.
    pub fn sim(&self) -> &Sim {
        &self.shared.sim
    }

    /// The network.
    pub fn net(&self) -> &Network {
        &self.shared.net
    }

    /// What the clients of a linearizability test did.
    pub fn log(&self) -> &Log {
        &self.shared.log
    }

    /// The group of this index, from 0; its gid is 100 more.
    pub fn group(&self, group: usize) -> &Group {
        &self.shared.groups[group]
    }

    /// The indices of all groups.
    pub fn all(&self) -> Vec<usize> {
        (0..self.shared.groups.len()).collect()
    }

    /// Starts server `i` of a group from its storage, and connects it.
    pub fn start_server(&self, group: usize, i: usize) {
        self.group(group).start_server(i, self.shared.asked);
    }

    /// Crashes server `i` of a group, dead or alive.
    pub fn shutdown_server(&self, group: usize, i: usize) {
        self.group(group).shutdown_server(i);
    }

    /// Starts all servers of a group.
    pub fn start_group(&self, group: usize) {
        (0..SERVERS).for_each(|i| self.start_server(group, i));
    }

    /// Crashes all servers of a group.
    pub fn shutdown_group(&self, group: usize) {
        (0..SERVERS).for_each(|i| self.shutdown_server(group, i));
    }

    /// Lets groups join, in one change. Returns when the controller has accepted, not when shards have moved.
    #[track_caller]
    pub fn join(&self, groups: &[usize]) -> impl Future<Output = Configuration> + Send {
        let step = self.sim().step(format!("Join({groups:?})"));
        let servers =
            groups.iter().map(|&group| (self.group(group).gid, self.group(group).names())).collect();
        let config = self.clone();
        async move {
            let _step = step;
            let joined = config.shared.changes.lock().await.join(servers).await;
            joined.unwrap_or_else(|refusal| config.sim().fail(format!("Join refused: {refusal}")))
        }
    }

    /// Lets groups leave, in one change. Returns when the controller has accepted.
    #[track_caller]
    pub fn leave(&self, groups: &[usize]) -> impl Future<Output = Configuration> + Send {
        let step = self.sim().step(format!("Leave({groups:?})"));
        let gids: Vec<Gid> = groups.iter().map(|&group| self.group(group).gid).collect();
        let config = self.clone();
        async move {
            let _step = step;
            let left = config.shared.changes.lock().await.leave(&gids).await;
            left.unwrap_or_else(|refusal| config.sim().fail(format!("Leave refused: {refusal}")))
        }
    }

    /// The newest configuration.
    pub async fn newest(&self) -> Configuration {
        self.shared.changes.lock().await.newest().await
    }

    /// Cuts a client, known by its name, off from everybody, whatever it may want to reach later.
    pub fn disconnect_client(&self, name: &str) {
        self.shared.ends.reach(name, false);
    }

    /// Lets a client reach everybody again.
    pub fn connect_client(&self, name: &str) {
        self.shared.ends.reach(name, true);
    }

    /// The servers of the controller that everybody asks are called so, with a number.
    pub(super) fn asked(&self) -> &'static str {
        self.shared.asked
    }

    /// The name of the next client, and a clerk for it that asks the controller whose servers' names begin so.
    pub(super) fn next_clerk(&self, controller: &str) -> (String, shardkv::Clerk) {
        let name = format!("client {}", self.shared.clients.fetch_add(1, Ordering::Relaxed));
        let ends = &self.shared.ends;
        let clerk = shardkv::Clerk::new(&ends.to_controller(&name, controller).1, ends.make_end(&name));
        (name, clerk)
    }

    /// Fails if a Raft state in storage has outgrown its limit, or there is a snapshot where there must be none.
    #[track_caller]
    pub fn check_logs(&self) {
        for persister in self.persisters() {
            if let Some(max) = self.shared.raft_state_bytes_max {
                let size = persister.raft_state_size();
                let message = format!("persister.RaftStateSize() {size}, but maxraftstate {max}");
                self.sim().check(size <= 8 * max, message);
            } else {
                let message = "maxraftstate is -1, but snapshot is non-empty!";
                self.sim().check(persister.snapshot_size() == 0, message);
            }
        }
    }

    /// Bytes in storage, of all groups: Raft states and snapshots.
    pub fn storage_size(&self) -> usize {
        self.persisters()
            .iter()
            .map(|persister| persister.raft_state_size() + persister.snapshot_size())
            .sum()
    }

    fn persisters(&self) -> Vec<raft::Persister> {
        self.shared.groups.iter().flat_map(|group| group.cluster.persisters()).collect()
    }

    /// A client's choice: a uniformly distributed number from `0..=most`.
    pub fn random(&self, most: u64) -> u64 {
        lock(&self.shared.workload).random_range(0..=most)
    }

    /// A client's text of this length.
    pub fn random_string(&self, length: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut rng = lock(&self.shared.workload);
        (0..length).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
    }

    /// Fate's choice: a uniformly distributed number from `0..=most`.
    pub fn random_fault(&self, most: u64) -> u64 {
        lock(&self.shared.faults).random_range(0..=most)
    }

    /// Fate's choice: a pause of 0 to 899 ms.
    pub fn random_pause(&self) -> Duration {
        Duration::from_millis(self.random_fault(899))
    }

    /// Announces the test.
    pub fn begin(&self, title: &str) {
        *lock(&self.shared.baseline) = Baseline::begin(self.sim(), self.net(), title);
    }

    /// The test has ended well: everything is killed.
    pub fn end(&self) {
        let servers = (self.all().len() + 1) * SERVERS;
        let section = lock(&self.shared.baseline).section(self.sim(), self.net(), servers, 0);
        self.all().into_iter().for_each(|group| self.shutdown_group(group));
        self.shared.controller.cleanup();
        self.sim().passed(Section { line: "  ... Passed".into(), ..section });
    }
}

impl Shared {
    /// One line per server for the report of a failure. Does not block.
    fn status(&self) -> Vec<String> {
        let of =
            |name: String, lines: Vec<String>| lines.into_iter().map(move |line| format!("{name}: {line}"));
        let groups =
            self.groups.iter().flat_map(|group| of(format!("group {}", group.gid), group.cluster.status()));
        of("controller".into(), self.controller.status()).chain(groups).collect()
    }
}

/// A controller, whose servers' names begin with `prefix`.
pub(super) fn start_controller(sim: &Sim, net: &Network, prefix: &str) -> Cluster<ShardCtrlerServer> {
    let controller = Cluster::named(sim, net.clone(), prefix, SERVERS);
    (0..SERVERS).for_each(|i| start_controller_server(&controller, i));
    controller
}

/// Starts server `i` of a controller from its storage, and connects it.
pub(super) fn start_controller_server(controller: &Cluster<ShardCtrlerServer>, i: usize) {
    let ends = controller.fresh_ends(i).iter().map(End::client).collect();
    let server = shardctrler::start_server(ends, i, controller.next_persister(i));
    let controls = service::controls(&server);
    controller.install(i, server, controls);
    controller.connect(i);
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
