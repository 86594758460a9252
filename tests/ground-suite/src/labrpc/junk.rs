//! The service of the official tests, and a network around it.

use std::{fmt::Display, sync::Arc, time::Duration};

use labrpc::{ClientEnd, Network, Server, Service};
use serde::{Deserialize, Serialize};
use simulator::Sim;
use tarpc::{context, server::Serve};
use tokio::sync::Mutex;

use super::plug;

/// What the course's `JunkServer` can do, one handler each.
#[tarpc::service]
pub(super) trait Junk {
    async fn handler1(text: String) -> i64;
    async fn handler2(number: i64) -> String;
    async fn handler3(number: i64) -> i64;
    async fn handler4(args: Box<JunkArgs>) -> JunkReply;
    async fn handler5(args: JunkArgs) -> JunkReply;
    async fn handler6(text: String) -> usize;
    async fn handler7(length: usize) -> String;
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JunkArgs {
    pub(super) number: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JunkReply {
    pub(super) text: String,
}

pub(super) type Client = JunkClient<ClientEnd<JunkRequest, JunkResponse>>;

/// The server object; clones are the same server.
#[derive(Clone, Default)]
pub(super) struct JunkServer {
    records: Arc<Mutex<Records>>,
}

/// What has been asked of the server. One lock guards both lists; handler 3 sleeps on it.
#[derive(Default)]
struct Records {
    texts: Vec<String>,
    numbers: Vec<i64>,
}

impl JunkServer {
    /// How often handler 2 has run.
    pub(super) async fn numbers_len(&self) -> usize {
        self.records.lock().await.numbers.len()
    }
}

impl Junk for JunkServer {
    async fn handler1(self, _: context::Context, text: String) -> i64 {
        let mut records = self.records.lock().await;
        let number = text.parse().unwrap_or_default();
        records.texts.push(text);
        number
    }

    async fn handler2(self, _: context::Context, number: i64) -> String {
        self.records.lock().await.numbers.push(number);
        format!("handler2-{number}")
    }

    async fn handler3(self, _: context::Context, number: i64) -> i64 {
        let _records = self.records.lock().await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        -number
    }

    async fn handler4(self, _: context::Context, _args: Box<JunkArgs>) -> JunkReply {
        JunkReply { text: "pointer".into() }
    }

    async fn handler5(self, _: context::Context, _args: JunkArgs) -> JunkReply {
        JunkReply { text: "no pointer".into() }
    }

    async fn handler6(self, _: context::Context, text: String) -> usize {
        text.len()
    }

    async fn handler7(self, _: context::Context, length: usize) -> String {
        "y".repeat(length)
    }
}

/// A network with one junk server.
pub(super) struct Bench {
    pub(super) net: Network,
    pub(super) junk: JunkServer,
    server: String,
}

impl Bench {
    pub(super) fn make(sim: &Sim, server: impl Display) -> Self {
        let (net, junk, server) = (sim.network(), JunkServer::default(), server.to_string());
        let served = junk.clone();
        let service = Service::new("Junk", move |ctx, request| served.clone().serve().serve(ctx, request));
        net.add_server(&server, Server::new().with(service));
        Bench { net, junk, server }
    }

    /// A client whose end is bound and switched on.
    pub(super) fn client(&self, end: impl Display) -> Client {
        plug::<JunkRequest, JunkResponse>(&self.net, end, &self.server).into()
    }

    /// A client whose end is bound, but never was switched on.
    pub(super) fn unplugged(&self, end: impl Display) -> Client {
        let port = self.net.make_end(&end);
        self.net.connect(&end, &self.server);
        port.client::<JunkRequest, JunkResponse>().into()
    }

    /// Requests the server has handled.
    pub(super) fn count(&self) -> u64 {
        self.net.count(&self.server)
    }
}

/// Calls handler 2, which must answer, and rightly.
pub(super) async fn handler2(sim: &Sim, client: &Client, number: i64) {
    let _step = sim.step(format!("handler2({number})"));
    let reply = client.handler2(context::current(), number).await.ok();
    check_reply2(sim, number, reply.as_deref());
}

/// Whether this is what handler 2 answers. As in the original, no reply is a wrong one: it has no text.
pub(super) fn check_reply2(sim: &Sim, number: i64, reply: Option<&str>) {
    let wanted = format!("handler2-{number}");
    sim.check(
        reply == Some(wanted.as_str()),
        format!("wrong reply {reply:?} from handler2, expected {wanted}"),
    );
}
