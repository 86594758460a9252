//! Churn: clients that submit to whoever accepts, while servers are disconnected, crashed and restarted at random.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use raft::Index;
use tokio::task::JoinHandle;

use super::{checks::Waited, config::Config, logs::Value};

/// Clients that submit commands until they are told to stop, and remember which they saw committed.
pub struct Submitters {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Vec<Value>>>,
}

impl Submitters {
    /// Starts so many clients.
    pub fn start(cfg: &Config, clients: u64) -> Submitters {
        let stop = Arc::new(AtomicBool::new(false));
        let clients = (0..clients).map(|client| tokio::spawn(submit(cfg.clone(), client, stop.clone())));
        Submitters { clients: clients.collect(), stop }
    }

    /// Tells the clients to finish what they are at, and returns every value that one of them saw committed.
    pub async fn seen(self) -> Vec<Value> {
        self.stop.store(true, Ordering::Release);
        let mut seen = Vec::new();
        for client in self.clients {
            seen.extend(client.await.expect("the client ends well"));
        }
        seen
    }
}

/// Submits and watches until told to stop; returns the values it saw committed.
async fn submit(cfg: Config, client: u64, stop: Arc<AtomicBool>) -> Vec<Value> {
    cfg.sim().scatter().await;
    let mut seen = Vec::new();
    while !stop.load(Ordering::Acquire) {
        let value = cfg.big();
        let mut index = None;
        for i in 0..cfg.servers() {
            if let Some((at, _, true)) = cfg.start_on(i, value.clone()) {
                index = Some(at);
            }
        }
        match index {
            Some(index) => seen.extend(watch(&cfg, index, &value).await),
            None => cfg.sleep_ms(79 + client * 17).await,
        }
    }
    seen
}

/// Waits a little for `index` to be committed; returns the value if it is ours.
async fn watch(cfg: &Config, index: Index, value: &Value) -> Option<Value> {
    for pause in [10, 20, 50, 100, 200] {
        let (count, committed) = cfg.n_committed(index);
        if count > 0 {
            let Some(Value::Int(_)) = committed else { cfg.sim().fail("wrong command type") };
            return committed.filter(|committed| committed == value);
        }
        cfg.sleep_ms(pause).await;
    }
    None
}

impl Config {
    /// Independent accidents, round by round: servers are disconnected, crashed, and brought back at random. A round takes 0.7 s.
    pub async fn accidents(&self, rounds: usize) {
        let any = || self.random(self.servers() as u64 - 1) as usize;
        for _ in 0..rounds {
            if self.chance(200) {
                self.disconnect(any());
            }
            if self.chance(500) {
                let i = any();
                if self.raft(i).is_none() {
                    self.start_server(i);
                }
                self.connect(i);
            }
            if self.chance(200) {
                let i = any();
                if self.raft(i).is_some() {
                    self.crash(i);
                }
            }
            // Short enough for some changes between elections, long enough for some elections between changes.
            self.sleep_ms(700).await;
        }
    }

    /// Ends all trouble: the network becomes reliable, dead servers start again, and all are connected. It takes an election until the
    /// group works again.
    pub fn heal(&self) {
        self.net().reliable(true);
        for i in 0..self.servers() {
            if self.raft(i).is_none() {
                self.start_server(i);
            }
            self.connect(i);
        }
    }

    /// What has been committed at 1..=`last`, which so many servers must deliver. All must be numbers.
    pub async fn committed_up_to(&self, last: Index, servers: usize) -> HashSet<Value> {
        let mut values = HashSet::new();
        for index in 1..=last {
            match self.wait(index, servers, None).await {
                Waited::Committed(value @ Value::Int(_)) => values.insert(value),
                other => self.sim().fail(format!("unexpected value {other:?} at index {index}")),
            };
        }
        values
    }
}
