//! Clients that append until they are told to stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;

use super::{
    client::{Client, Values},
    config::Config,
};

/// One client per key, each appending to its own.
pub struct Appenders {
    done: Arc<AtomicBool>,
    clients: Vec<JoinHandle<String>>,
}

/// What the clients of one test do.
#[derive(Clone, Copy)]
pub struct Appending {
    /// Length of what is appended.
    pub length: usize,
    /// How long a client sleeps after each append.
    pub pause: Option<Duration>,
    /// Whether the main task makes the clerks, or each client its own.
    pub made_by_main: bool,
}

impl Appending {
    /// Starts a client per value.
    pub fn start(self, cfg: &Config, values: Values) -> Appenders {
        let done = Arc::new(AtomicBool::new(false));
        let clients = values.0.into_iter().enumerate().map(|(key, value)| {
            let client = self.made_by_main.then(|| cfg.make_client());
            tokio::spawn(self.append(cfg.clone(), client, key, value, done.clone()))
        });
        Appenders { clients: clients.collect(), done }
    }

    async fn append(
        self,
        cfg: Config,
        client: Option<Client>,
        key: usize,
        mut value: String,
        done: Arc<AtomicBool>,
    ) -> String {
        cfg.sim().scatter().await;
        let mut client = client.unwrap_or_else(|| cfg.make_client());
        while !done.load(Ordering::Acquire) {
            let text = cfg.random_string(self.length);
            client.append(&key.to_string(), &text).await;
            value += &text;
            if let Some(pause) = self.pause {
                tokio::time::sleep(pause).await;
            }
        }
        value
    }
}

impl Appenders {
    /// Tells the clients to finish the append in hand.
    pub fn stop(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Waits for all, and says what the values should be now.
    pub async fn values(self) -> Values {
        self.stop();
        let mut values = Vec::new();
        for client in self.clients {
            values.push(client.await.expect("the client ends well"));
        }
        Values(values)
    }
}
