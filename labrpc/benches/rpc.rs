//! What one RPC through the fake network costs on the virtual clock: 100 bytes there, 100 bytes back.
//!
//! `sequential` is one client that waits for each reply, so it pays for every jump of the clock alone. In
//! `64 concurrent` as many clients share one end, as servers do that keep many commands in flight.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use labrpc::{ClientEnd, Latency, Network, Server, Service};
use tarpc::{context, server::Serve};
use tokio::runtime::{Builder, Runtime};

const PAYLOAD: [u8; 100] = [7; 100];

#[tarpc::service]
trait Echo {
    async fn echo(payload: Bytes) -> Bytes;
}

type Client = EchoClient<ClientEnd<EchoRequest, EchoResponse>>;

#[derive(Clone)]
struct Mirror;

impl Echo for Mirror {
    async fn echo(self, _: context::Context, payload: Bytes) -> Bytes {
        payload
    }
}

fn virtual_clock() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime can be built")
}

/// A reliable network with one server and one end.
fn client() -> Client {
    let net = Network::new(1, Latency::Jitter);
    let service = Service::new("Echo", |ctx, request| Mirror.serve().serve(ctx, request));
    net.add_server("server", Server::new().with(service));
    let end = net.make_end("end");
    net.connect("end", "server");
    net.enable("end", true);
    end.client().into()
}

async fn calls(client: Client, count: u64) {
    let payload = Bytes::from_static(&PAYLOAD);
    for _ in 0..count {
        let reply = client.echo(context::current(), payload.clone()).await;
        assert_eq!(black_box(reply).expect("a reliable network").len(), PAYLOAD.len());
    }
}

/// Wall time of `count` calls, shared out among so many clients.
async fn time(count: u64, clients: u64) -> Duration {
    let client = client();
    let start = Instant::now();
    let share = |i| count / clients + u64::from(i < count % clients);
    let tasks: Vec<_> = (0..clients).map(|i| tokio::spawn(calls(client.clone(), share(i)))).collect();
    for task in tasks {
        task.await.expect("no client panics");
    }
    start.elapsed()
}

fn rpc(c: &mut Criterion) {
    let runtime = virtual_clock();
    let mut group = c.benchmark_group("one RPC, 100 bytes");
    for (name, clients) in [("sequential", 1), ("64 concurrent", 64)] {
        group.bench_function(name, |b| b.iter_custom(|count| runtime.block_on(time(count, clients))));
    }
    group.finish();
}

criterion_group!(benches, rpc);
criterion_main!(benches);
