//! Clients that read and write random keys, and write down what they see.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::task::JoinHandle;

use super::config::Config;

/// Ten clients on ten keys.
pub struct RandomOps {
    done: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl RandomOps {
    /// Starts them. Their operations stand in the harness's log.
    pub fn start(cfg: &Config) -> RandomOps {
        let done = Arc::new(AtomicBool::new(false));
        let clients = (0..10).map(|client| tokio::spawn(work(cfg.clone(), client, done.clone()))).collect();
        RandomOps { done, clients }
    }

    /// Tells the clients to finish the operation in hand.
    pub fn stop(&self) {
        self.done.store(true, Ordering::Release);
    }

    /// Waits for all.
    pub async fn join(self) {
        self.stop();
        for client in self.clients {
            client.await.expect("the client ends well");
        }
    }
}

/// Half of the operations append, one in twenty puts, the others get.
async fn work(cfg: Config, me: usize, done: Arc<AtomicBool>) {
    cfg.sim().scatter().await;
    let mut client = cfg.make_client().logged(me);
    while !done.load(Ordering::Acquire) {
        let key = cfg.random(9).to_string();
        let value = cfg.random_string(5);
        if cfg.random(999) < 500 {
            client.append(&key, &value).await;
        } else if cfg.random(999) < 100 {
            client.put(&key, &value).await;
        } else {
            client.get(&key).await;
        }
    }
}
