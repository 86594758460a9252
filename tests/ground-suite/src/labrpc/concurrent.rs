//! The other six official tests: many clients, lost messages, servers that die.

use std::{future::Future, time::Duration};

use futures::future::join_all;
use simulator::{Case, Sim, case};
use tarpc::context;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use super::junk::{Bench, Client, check_reply2, handler2};

pub(super) const CASES: &[Case] = &[
    case!("labrpc", Official, "TestConcurrentMany", concurrent_many, ""),
    case!("labrpc", Official, "TestUnreliable", unreliable, ""),
    case!("labrpc", Official, "TestConcurrentOne", concurrent_one, ""),
    case!("labrpc", Official, "TestRegression1", regression1, ""),
    case!("labrpc", Official, "TestKilled", killed, ""),
    case!("labrpc", Official, "TestBenchmark", benchmark, ""),
];

/// Starts a task that races with its siblings.
fn race<T: Send + 'static>(sim: &Sim, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let sim = sim.clone();
    tokio::spawn(async move {
        sim.scatter().await;
        work.await
    })
}

/// Adds up what the tasks return. A task that failed has failed the run already, and counts as nothing.
async fn sum(tasks: Vec<JoinHandle<u64>>) -> u64 {
    join_all(tasks).await.into_iter().map(Result::unwrap_or_default).sum()
}

/// Goal: clients do not get into each other's way. Method: 20 of them, each with its own end, make 10 calls each.
async fn concurrent_many(sim: Sim) {
    let bench = Bench::make(&sim, 1000);
    let tasks = (0..20).map(|i| {
        let (sim_i, client) = (sim.clone(), bench.client(i));
        race(&sim, async move {
            for j in 0..10 {
                handler2(&sim_i, &client, i * 100 + j).await;
            }
            10
        })
    });
    let total = sum(tasks.collect()).await;
    sim.check(total == 200, format!("wrong number of RPCs completed, got {total}, expected 200"));
    let count = bench.count();
    sim.check(count == 200, format!("wrong count {count}, expected 200"));
    bench.net.cleanup();
}

/// Goal: an unreliable network loses some calls, not all, and spoils none. Method: 300 clients with one call each.
async fn unreliable(sim: Sim) {
    let bench = Bench::make(&sim, 1000);
    bench.net.reliable(false);
    let tasks = (0..300).map(|i| {
        let (sim_i, client) = (sim.clone(), bench.client(i));
        race(&sim, async move {
            let reply = client.handler2(context::current(), i * 100).await.ok();
            if reply.is_some() {
                check_reply2(&sim_i, i * 100, reply.as_deref());
            }
            u64::from(reply.is_some())
        })
    });
    let total = sum(tasks.collect()).await;
    sim.check(total != 300, "all RPCs succeeded despite unreliability");
    sim.check(total != 0, "no RPC succeeded");
    bench.net.cleanup();
}

/// Starts 20 calls of handler 2 at once on the same end.
fn twenty(sim: &Sim, client: &Client) -> Vec<JoinHandle<Option<String>>> {
    let call = |i: i64| {
        let client = client.clone();
        race(sim, async move { client.handler2(context::current(), 100 + i).await.ok() })
    };
    (0..20).map(call).collect()
}

/// Goal: calls on one end do not wait for each other, nor mix up their replies. Method: 20 at once.
async fn concurrent_one(sim: Sim) {
    let bench = Bench::make(&sim, 1000);
    let client = bench.client("c");
    let replies = join_all(twenty(&sim, &client)).await;
    for (number, reply) in (100..).zip(&replies) {
        check_reply2(&sim, number, reply.as_ref().ok().and_then(Option::as_deref));
    }
    let total = replies.len();
    sim.check(total == 20, format!("wrong number of RPCs completed, got {total}, expected 20"));
    let numbers = bench.junk.numbers_len().await;
    sim.check(numbers == 20, format!("wrong number of RPCs delivered, got {numbers}, expected 20"));
    let count = bench.count();
    sim.check(count == 20, format!("wrong count {count}, expected 20"));
    bench.net.cleanup();
}

/// Goal: calls made while the end was off hold up none made later, and are never delivered themselves. Method: 20 into
/// the void, switch on, and time one more.
async fn regression1(sim: Sim) {
    let bench = Bench::make(&sim, 1000);
    let client = bench.unplugged("c");
    bench.net.enable("c", false);
    let early = twenty(&sim, &client);
    sleep(Duration::from_millis(100)).await;
    // "within 30 ms of the enabling": so the clock starts before it.
    let start = Instant::now();
    bench.net.enable("c", true);
    handler2(&sim, &client, 99).await;
    let took = start.elapsed();
    sim.check(took <= Duration::from_millis(30), format!("RPC took too long ({took:?}) after enable"));
    for reply in join_all(early).await {
        let reply = reply.ok().flatten();
        sim.check(reply.is_none(), format!("reply {reply:?} to a call made while the end was off"));
    }
    let numbers = bench.junk.numbers_len().await;
    sim.check(numbers == 1, format!("wrong number of RPCs delivered, got {numbers}, expected 1"));
    let count = bench.count();
    sim.check(count == 1, format!("wrong count {count}, expected 1"));
    bench.net.cleanup();
}

/// Goal: a caller learns that the server has died under its call, however long the handler takes. Method: delete the
/// server in the middle of a handler of 20 seconds.
async fn killed(sim: Sim) {
    let bench = Bench::make(&sim, "server99");
    let client = bench.client("end1-99");
    let mut call = tokio::spawn(async move {
        // The network looks every 100 ms after the call. The test's own deadlines are multiples of 100 ms too: in exact
        // time, the look that must notice the death falls on the very moment of the death, or on that of giving up. In
        // the original, drift keeps them apart; here the call begins a few ms later than the test's clock.
        sleep(Duration::from_millis(5)).await;
        client.handler3(context::current(), 99).await
    });
    sleep(Duration::from_millis(1000)).await;
    let patience = Duration::from_millis(100);
    let early = timeout(patience, &mut call).await.is_ok();
    sim.check(!early, "the call ended before its server was deleted");
    bench.net.delete_server("server99");
    match timeout(patience, call).await {
        Ok(Ok(reply)) => sim.check(reply.is_err(), "the call succeeded although its server was deleted"),
        Ok(Err(_)) => sim.fail("the call panicked"),
        Err(_) => sim.fail("the call did not end within 100 ms of its server's deletion"),
    }
    bench.net.cleanup();
}

/// Goal: know what a call costs. Method: 100,000 calls, one after the other, timed by the clock on the wall whatever the
/// run's own clock. (On the virtual clock, 100 seconds go by: each way takes half a millisecond on average.)
async fn benchmark(sim: Sim) {
    let bench = Bench::make(&sim, "server99");
    let client = bench.client("end1-99");
    let calls = 100_000;
    let start = std::time::Instant::now();
    for _ in 0..calls {
        let reply = client.handler2(context::current(), 111).await.ok();
        sim.check(
            reply.as_deref() == Some("handler2-111"),
            format_args!("wrong reply {reply:?} from handler2"),
        );
    }
    println!("{:?} for {calls}", start.elapsed());
    bench.net.cleanup();
}
