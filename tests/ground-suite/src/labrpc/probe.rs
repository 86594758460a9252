//! A service that notes when its handlers start and end, so that a test can see what the network did to each call.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use labrpc::{ClientEnd, Network, Server, Service};
use tarpc::{client::RpcError, context, server::Serve};
use tokio::{
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, sleep},
};

use super::plug;

/// Each call has a number of its own, by which it is found again in the notes.
#[tarpc::service]
pub trait Probe {
    /// Returns at once.
    async fn mark(id: usize);
    /// Returns after so many milliseconds.
    async fn work(id: usize, millis: u64);
    /// Returns when the gate is open.
    async fn wait(id: usize);
}

/// A client of a probe.
pub type Client = ProbeClient<ClientEnd<ProbeRequest, ProbeResponse>>;

/// The server object; clones are the same server.
#[derive(Clone)]
pub struct ProbeServer {
    started: Arc<[OnceLock<Instant>]>,
    ended: Arc<[OnceLock<Instant>]>,
    /// Closed until it has a permit.
    gate: Arc<Semaphore>,
}

fn blank(calls: usize) -> Arc<[OnceLock<Instant>]> {
    (0..calls).map(|_| OnceLock::new()).collect()
}

impl ProbeServer {
    /// Room for so many calls.
    pub fn new(calls: usize) -> Self {
        ProbeServer { started: blank(calls), ended: blank(calls), gate: Arc::new(Semaphore::new(0)) }
    }

    /// When the handler of this call started, if it did.
    pub fn started(&self, id: usize) -> Option<Instant> {
        self.started[id].get().copied()
    }

    /// When the handler of this call came to its end, if it did.
    pub fn ended(&self, id: usize) -> Option<Instant> {
        self.ended[id].get().copied()
    }

    /// How many handlers have started.
    pub fn started_len(&self) -> usize {
        self.started.iter().filter(|at| at.get().is_some()).count()
    }

    /// Lets all waiting handlers go, and those to come.
    pub fn open_gate(&self) {
        self.gate.add_permits(1);
    }

    fn note_start(&self, id: usize) {
        let first = self.started[id].set(Instant::now()).is_ok();
        assert!(first, "request {id} was delivered twice");
    }

    fn note_end(&self, id: usize) {
        let first = self.ended[id].set(Instant::now()).is_ok();
        assert!(first, "request {id} was handled twice");
    }

    /// This server object, to be put into a network.
    pub fn server(&self) -> Server {
        let served = self.clone();
        let serve = move |ctx, request| served.clone().serve().serve(ctx, request);
        Server::new().with(Service::new("Probe", serve))
    }
}

impl Probe for ProbeServer {
    async fn mark(self, _: context::Context, id: usize) {
        self.note_start(id);
        self.note_end(id);
    }

    async fn work(self, _: context::Context, id: usize, millis: u64) {
        self.note_start(id);
        sleep(Duration::from_millis(millis)).await;
        self.note_end(id);
    }

    async fn wait(self, _: context::Context, id: usize) {
        self.note_start(id);
        // The permit goes back when it is dropped, so one is enough for all.
        let _permit = self.gate.acquire().await;
        self.note_end(id);
    }
}

/// A network with one probe, `server`, and one end, `end`.
pub struct Bench {
    /// The network.
    pub net: Network,
    /// The server object.
    pub probe: ProbeServer,
    /// A client whose end is bound and switched on.
    pub client: Client,
}

/// How a call ended, and when.
pub struct Ended {
    /// Whether there was an answer.
    pub answered: bool,
    /// When the caller knew.
    pub at: Instant,
}

impl Bench {
    /// Room for so many calls.
    pub fn make(net: Network, calls: usize) -> Self {
        let probe = ProbeServer::new(calls);
        net.add_server("server", probe.server());
        let client = plug::<ProbeRequest, ProbeResponse>(&net, "end", "server").into();
        Bench { net, probe, client }
    }

    /// Starts a call whose handler returns at once.
    pub fn mark(&self, id: usize) -> JoinHandle<Ended> {
        let client = self.client.clone();
        start(async move { client.mark(context::current(), id).await })
    }

    /// Starts a call whose handler takes so many milliseconds.
    pub fn work(&self, id: usize, millis: u64) -> JoinHandle<Ended> {
        let client = self.client.clone();
        start(async move { client.work(context::current(), id, millis).await })
    }

    /// Starts a call whose handler waits for the gate.
    pub fn wait(&self, id: usize) -> JoinHandle<Ended> {
        let client = self.client.clone();
        start(async move { client.wait(context::current(), id).await })
    }

    /// Waits until the handler of this call has started.
    pub async fn start_of(&self, id: usize) -> Instant {
        loop {
            if let Some(at) = self.probe.started(id) {
                return at;
            }
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until every request of `calls` is in its handler or lost: none is on its way any more.
    pub async fn all_taken(&self, calls: &[JoinHandle<Ended>]) {
        while self.probe.started_len() + calls.iter().filter(|call| call.is_finished()).count() < calls.len()
        {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

fn start(call: impl Future<Output = Result<(), RpcError>> + Send + 'static) -> JoinHandle<Ended> {
    tokio::spawn(async move {
        let answered = call.await.is_ok();
        Ended { answered, at: Instant::now() }
    })
}

/// Waits for all calls.
pub async fn ends(calls: impl IntoIterator<Item = JoinHandle<Ended>>) -> Vec<Ended> {
    let ended = futures::future::join_all(calls).await;
    ended.into_iter().map(|end| end.expect("the network does not panic")).collect()
}
