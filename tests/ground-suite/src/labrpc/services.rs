//! TestSeveralServices, TestCountsOfLostCalls and TestCleanup.

use std::{iter::repeat_n, ops::Range, sync::Arc, time::Duration};

use futures::future::join_all;
use labrpc::{ClientEnd, End, Network, Server, Service};
use protocol::Clock;
use serde::Serialize;
use simulator::{Case, Sim, case};
use tarpc::{context, server::Serve};
use tokio::time::{Instant, sleep};

use super::{
    plug,
    probe::{Bench, Client, ProbeRequest, ProbeResponse, ends},
};

pub(super) const CASES: &[Case] = &[
    case!("labrpc", Extra, "TestSeveralServices", several_services, ""),
    case!("labrpc", Extra, "TestCountsOfLostCalls", counts_of_lost_calls, ""),
    case!("labrpc", Extra, "TestCleanup", cleanup, ""),
];

/// Two services whose methods and arguments are called the same, so that only the type tells them apart.
#[tarpc::service]
trait Adder {
    async fn apply(a: u64, b: u64) -> u64;
}

#[tarpc::service]
trait Multiplier {
    async fn apply(a: u64, b: u64) -> u64;
}

/// One object that is both.
#[derive(Clone)]
struct Calculator;

impl Adder for Calculator {
    async fn apply(self, _: context::Context, a: u64, b: u64) -> u64 {
        a + b
    }
}

impl Multiplier for Calculator {
    async fn apply(self, _: context::Context, a: u64, b: u64) -> u64 {
        a * b
    }
}

fn calculator() -> Server {
    let add = |ctx, request| Adder::serve(Calculator).serve(ctx, request);
    let multiply = |ctx, request| Multiplier::serve(Calculator).serve(ctx, request);
    Server::new().with(Service::new("Adder", add)).with(Service::new("Multiplier", multiply))
}

/// Calls both services at once, through the same end.
async fn sum_and_product(sim: Sim, end: Arc<End>, a: u64) {
    sim.scatter().await;
    let adder = AdderClient::from(end.client::<AdderRequest, AdderResponse>());
    let multiplier = MultiplierClient::from(end.client::<MultiplierRequest, MultiplierResponse>());
    let (sum, product) =
        tokio::join!(adder.apply(context::current(), a, 3), multiplier.apply(context::current(), a, 3));
    sim.check(sum.as_ref().ok() == Some(&(a + 3)), format!("{a} + 3 is said to be {sum:?}"));
    sim.check(product.as_ref().ok() == Some(&(a * 3)), format!("{a} * 3 is said to be {product:?}"));
}

/// Goal: a server may hold several services, as a key/value server holds a Raft server. Method: two of them, called
/// through one end, 50 times each at once; the count is the server's.
async fn several_services(sim: Sim) {
    let net = sim.network();
    net.add_server("server", calculator());
    let end = Arc::new(net.make_end("end"));
    net.connect("end", "server");
    net.enable("end", true);
    let tasks = (0..50).map(|a| tokio::spawn(sum_and_product(sim.clone(), end.clone(), a)));
    let done = join_all(tasks).await.iter().filter(|task| task.is_ok()).count();
    sim.check(done == 50, format!("{done} clients have finished, expected 50"));
    let count = net.count("server");
    sim.check(count == 100, format!("wrong count {count}, expected 100"));
    net.cleanup();
}

/// Goal: the counters are right whatever becomes of a call. All requests count as taken, with their bytes; those whose
/// handler was started count for the server, answered or not; replies count if they were delivered. Method: lose calls in
/// every way there is, and work out the counters from the calls themselves.
async fn counts_of_lost_calls(sim: Sim) {
    let bench = Bench::make(sim.network(), 301);
    bench.net.reliable(false);
    let calls: Vec<_> = (0..300).map(|id| bench.mark(id)).collect();
    let answered = ends(calls).await.iter().filter(|end| end.answered).count();
    bench.net.reliable(true);
    for i in 0..20 {
        sim.check(!into_nothing(bench.net.clone(), i).await, "a dead end leads somewhere");
    }
    let dying = bench.wait(300);
    bench.start_of(300).await;
    bench.net.enable("end", false);
    sim.check(!ends([dying]).await[0].answered, "a call survived its end");

    let (count, taken) = (bench.net.count("server"), bench.net.total_count());
    let started = bench.probe.started_len();
    sim.check(count == started as u64, format!("wrong count {count}, expected {started}"));
    sim.check(taken == 321, format!("wrong total count {taken}, expected 321"));
    let marks = (0..300).chain(repeat_n(0, 20)).map(|id| ProbeRequest::Mark { id });
    let requests: u64 = marks.chain([ProbeRequest::Wait { id: 300 }]).map(|request| bytes_of(&request)).sum();
    let wanted = requests + answered as u64 * bytes_of(&ProbeResponse::Mark(()));
    let bytes = bench.net.total_bytes();
    sim.check(bytes == wanted, format!("wrong byte count {bytes}, expected {wanted}"));
    bench.net.cleanup();
}

fn bytes_of<T: Serialize>(message: &T) -> u64 {
    labgob::encoded_len(message).expect("a message can be encoded") as u64
}

/// Goal: after the clean-up, no call begins any more, and those under way end as they would have. Method: clean up with
/// calls in a handler, replies held back, and requests on dead ends.
async fn cleanup(sim: Sim) {
    let (held_ids, late_ids) = (1..101, 101..121);
    let bench = Bench::make(sim.network(), late_ids.end);
    bench.net.long_delays(true);
    let waiting = bench.wait(0);
    bench.start_of(0).await;
    bench.net.long_reordering(true);
    let held: Vec<_> = held_ids.map(|id| bench.mark(id)).collect();
    let dead: Vec<_> = (0..20).map(|i| tokio::spawn(into_nothing(bench.net.clone(), i))).collect();
    // All are taken, and no reply that is held back has come.
    sleep(Duration::from_millis(100)).await;
    let cleaned = Instant::now();
    bench.net.cleanup();
    calls_fail_at_once(&sim, &bench, late_ids).await;
    bench.probe.open_gate();
    sim.check(ends([waiting]).await[0].answered, "the clean-up broke off a handler");
    let held = ends(held).await;
    sim.check(held.iter().all(|end| end.answered), "the clean-up lost a reply that was held back");
    sim.check(held.iter().any(|end| end.at > cleaned), "no reply was held back");
    let dead: Vec<bool> = join_all(dead).await.into_iter().map(|end| end.expect("no panic")).collect();
    sim.check(!dead.contains(&true), "a dead end leads somewhere");
}

/// A call on an end of its own, which is bound to nobody.
async fn into_nothing(net: Network, i: usize) -> bool {
    let end: ClientEnd<ProbeRequest, ProbeResponse> = plug(&net, format!("dead {i}"), "nobody");
    Client::from(end).mark(context::current(), 0).await.is_ok()
}

/// Neither a good end nor a dead one makes a caller wait for the failure, and nothing of it is counted.
async fn calls_fail_at_once(sim: &Sim, bench: &Bench, ids: Range<usize>) {
    let net = &bench.net;
    let counted = (net.total_count(), net.count("server"));
    let start = Instant::now();
    for id in ids {
        let answered = bench.client.mark(context::current(), id).await.is_ok();
        sim.check(!answered, "a call was answered after the clean-up");
        let led = into_nothing(net.clone(), id).await;
        sim.check(!led, "a dead end leads somewhere");
    }
    let took = start.elapsed();
    // On the real clock, "at once" is whatever 40 calls that do nothing may take on a busy machine.
    let at_once = took.is_zero() || (sim.clock() == Clock::Real && took < Duration::from_millis(100));
    sim.check(at_once, format!("calls after the clean-up failed only after {took:?}"));
    let now = (net.total_count(), net.count("server"));
    sim.check(now == counted, format!("calls after the clean-up were counted: {counted:?} became {now:?}"));
}
