//! The two bodies that most tests of Lab 3 share.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kvraft::StateMachine;
use service::Log;
use simulator::Sim;
use tokio::{task::JoinHandle, time::Instant};

use super::{
    client::{check_appends, element},
    config::{Config, Harness},
};

/// A server is expected to finish an election within about this time.
pub const ELECTION_TIMEOUT: Duration = Duration::from_secs(1);

/// At least three operations per heartbeat interval of 100 ms, a thousand of them.
const SPEED_LIMIT: Duration = Duration::from_nanos(33_333_333 * 1000);

/// What happens in a generic test.
#[derive(Clone, Copy)]
pub struct Generic {
    /// What the title ends with: 3A or 3B.
    pub part: &'static str,
    /// Clients at work.
    pub clients: usize,
    /// Servers.
    pub servers: usize,
    /// The network loses and delays messages.
    pub unreliable: bool,
    /// All servers crash, and return, in every iteration.
    pub crash: bool,
    /// The servers are split at random, again and again.
    pub partitions: bool,
    /// The labs' `maxraftstate`; `None` stands for its -1: no snapshots.
    pub raft_state_bytes_max: Option<usize>,
    /// Every client works on all keys, not on its own alone.
    pub random_keys: bool,
}

impl Generic {
    /// One reliable server group and nothing special.
    pub const fn new(part: &'static str, clients: usize, servers: usize) -> Self {
        Generic {
            part,
            clients,
            servers,
            unreliable: false,
            crash: false,
            partitions: false,
            raft_state_bytes_max: None,
            random_keys: false,
        }
    }

    /// The title, put together as the original does.
    pub fn title(&self) -> String {
        let flags = [
            (self.unreliable, "unreliable net, "),
            (self.crash, "restarts, "),
            (self.partitions, "partitions, "),
            (self.raft_state_bytes_max.is_some(), "snapshots, "),
            (self.random_keys, "random keys, "),
        ];
        let flags: String = flags.into_iter().filter_map(|(on, text)| on.then_some(text)).collect();
        let clients = if self.clients > 1 { "many clients" } else { "one client" };
        format!("Test: {flags}{clients} ({})", self.part)
    }

    /// Three iterations of clients at work, with what the flags say happening meanwhile; then the whole history is checked.
    pub async fn run(self, sim: Sim) {
        let cfg = Config::make(&sim, self.servers, self.unreliable, self.raft_state_bytes_max);
        cfg.begin(&self.title());
        let log = cfg.log().clone();
        let mut checker = cfg.make_client(&cfg.all()).logged(&log, 0);
        for iteration in 0..3 {
            let _step = sim.step(format!("iteration {iteration} of 3"));
            let clients = self.iteration(&cfg, &log).await;
            for (client, task) in clients.into_iter().enumerate() {
                let count = task.await.expect("the client ends well");
                let value = checker.get(&client.to_string()).await;
                if !self.random_keys {
                    check_appends(client, &value, count).unwrap_or_else(|error| sim.fail(error));
                }
            }
            cfg.check_sizes();
        }
        log.must_be_linearizable(&sim, &self.title());
        cfg.end();
        cfg.cleanup();
    }

    /// Lets clients work for five seconds, with partitions or a restart of all servers. The clients have been told to stop, and
    /// may still be in their last call.
    async fn iteration(self, cfg: &Config, log: &Log) -> Vec<JoinHandle<usize>> {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = (0..self.clients)
            .map(|client| tokio::spawn(self.client(cfg.clone(), log.clone(), client, stop.clone())))
            .collect();
        let stop_partitions = Arc::new(AtomicBool::new(false));
        let mut partitioner = None;
        if self.partitions {
            // Allow the clients to perform some operations without interruption.
            tokio::time::sleep(Duration::from_secs(1)).await;
            partitioner = Some(tokio::spawn(cfg.clone().partition_at_random(stop_partitions.clone())));
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
        stop.store(true, Ordering::Release);
        stop_partitions.store(true, Ordering::Release);
        if let Some(partitioner) = partitioner {
            partitioner.await.expect("the partitioner ends well");
            // Reconnect, and let the new configuration settle: clients may be waiting in a minority.
            cfg.connect_all();
            tokio::time::sleep(ELECTION_TIMEOUT).await;
        }
        if self.crash {
            cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
            // Crash the system for longer than an election.
            tokio::time::sleep(ELECTION_TIMEOUT).await;
            cfg.all().into_iter().for_each(|i| cfg.start_server(i));
            cfg.connect_all();
        }
        clients
    }

    /// One client: operations without a pause until told to stop. Returns how many elements it has made.
    async fn client(self, cfg: Config, log: Log, me: usize, stop: Arc<AtomicBool>) -> usize {
        cfg.sim().scatter().await;
        let mut clerk = cfg.make_client(&cfg.all()).logged(&log, me);
        let mut made = 0;
        let mut last = String::new();
        if !self.random_keys {
            clerk.put(&me.to_string(), "").await;
        }
        while !stop.load(Ordering::Acquire) {
            let key =
                if self.random_keys { cfg.random(self.clients as u64 - 1) } else { me as u64 }.to_string();
            let value = element(me, made);
            if cfg.chance(50) {
                clerk.append(&key, &value).await;
                last.push_str(&value);
                made += 1;
            } else if self.random_keys && cfg.chance(10) {
                clerk.put(&key, &value).await;
                made += 1;
            } else {
                let got = clerk.get(&key).await;
                if !self.random_keys && got != last {
                    cfg.sim().fail(format!("get wrong value, key {key}, wanted:\n{last}\n, got\n{got}"));
                }
            }
        }
        made
    }
}

impl<S: StateMachine + Default> Harness<S> {
    /// Puts every server on a random side, again and again. The last partition stays in force.
    pub async fn partition_at_random(self, stop: Arc<AtomicBool>) {
        while !stop.load(Ordering::Acquire) {
            let (one, other): (Vec<usize>, Vec<usize>) =
                self.all().into_iter().partition(|_| self.random_fault(1) == 0);
            self.partition(&one, &other);
            tokio::time::sleep(ELECTION_TIMEOUT + Duration::from_millis(self.random_fault(199))).await;
        }
    }

    /// Logs are trimmed if there are snapshots, and there are none if they are not wanted.
    #[track_caller]
    pub fn check_sizes(&self) {
        if let Some(max) = self.raft_state_bytes_max() {
            let size = self.log_size();
            self.sim().check(size <= 8 * max, format!("logs were not trimmed ({size} > 8*{max})"));
        } else {
            let size = self.snapshot_size();
            let message = format!("snapshot too large ({size}), should not be used when maxraftstate = -1");
            self.sim().check(size == 0, message);
        }
    }
}

/// Goal: operations do not wait for heartbeats. Method: a thousand appends, one after the other.
pub(super) async fn speed(sim: Sim, part: &str, raft_state_bytes_max: Option<usize>) {
    let cfg = Config::make_fast(&sim, 3, false, raft_state_bytes_max);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin(&format!("Test: ops complete fast enough ({part})"));
    // Waits for a leader.
    clerk.bare().get("x").await;
    let start = Instant::now();
    for j in 0..1000 {
        clerk.bare().append("x", &element(0, j)).await;
    }
    let took = start.elapsed();
    let value = clerk.bare().get("x").await;
    check_appends(0, &value, 1000).unwrap_or_else(|error| sim.fail(error));
    let message = format!("Operations completed too slowly {:?}/op > 33.333333ms/op", took / 1000);
    sim.check(took <= SPEED_LIMIT, message);
    cfg.end();
    cfg.cleanup();
}
