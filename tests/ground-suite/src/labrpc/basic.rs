//! The first five official tests: one client, one call after the other.

use std::time::Duration;

use protocol::Clock;
use simulator::{Case, Sim, case};
use tarpc::context;
use tokio::time::Instant;

use super::junk::{Bench, Client, JunkArgs, handler2};

pub(super) const CASES: &[Case] = &[
    case!("labrpc", Official, "TestBasic", basic, ""),
    case!("labrpc", Official, "TestTypes", types, ""),
    case!("labrpc", Official, "TestDisconnect", disconnect, ""),
    case!("labrpc", Official, "TestCounts", counts, ""),
    case!("labrpc", Official, "TestBytes", bytes, ""),
];

const ROUNDS: i64 = 17;

async fn handler1(sim: &Sim, client: &Client, text: &str, wanted: i64) {
    let _step = sim.step(format!("handler1({text})"));
    let reply = client.handler1(context::current(), text.into()).await.ok();
    sim.check(reply == Some(wanted), format!("wrong reply {reply:?} from handler1, expected {wanted}"));
}

/// Goal: a call reaches its handler, and the reply its caller. Method: two handlers that swap text and number.
async fn basic(sim: Sim) {
    let bench = Bench::make(&sim, "server99");
    let client = bench.client("end1-99");
    handler2(&sim, &client, 111).await;
    handler1(&sim, &client, "9099", 9099).await;
    bench.net.cleanup();
}

/// Goal: each handler gets arguments of its own type. Method: two handlers that differ in that only. A box is what Rust
/// has for Go's pointer; that arguments and handler match, the compiler has checked already.
async fn types(sim: Sim) {
    let bench = Bench::make(&sim, "server99");
    let client = bench.client("end1-99");
    let reply = client.handler4(context::current(), Box::new(JunkArgs { number: 0 })).await.ok();
    let text = reply.map(|reply| reply.text);
    sim.check(text.as_deref() == Some("pointer"), format!("wrong reply {text:?} from handler4"));
    let reply = client.handler5(context::current(), JunkArgs { number: 0 }).await.ok();
    let text = reply.map(|reply| reply.text);
    sim.check(text.as_deref() == Some("no pointer"), format!("wrong reply {text:?} from handler5"));
    bench.net.cleanup();
}

/// Goal: through an end that is switched off, nothing comes. Method: call before and after it is switched on.
async fn disconnect(sim: Sim) {
    let bench = Bench::make(&sim, "server99");
    let client = bench.unplugged("end1-99");
    let start = Instant::now();
    let reply = client.handler2(context::current(), 111).await.ok();
    let took = start.elapsed();
    sim.check(reply.is_none(), format!("unexpected reply {reply:?} from a disconnected server"));
    // The specification promises at most 99 ms and the original does not look. The stricter reading: hold the network to
    // it where a clock can (1 ms more for the way there).
    let in_time = took <= Duration::from_millis(99 + 1) || sim.clock() == Clock::Real;
    sim.check(in_time, format!("a call to a disconnected server failed only after {took:?}"));
    bench.net.enable("end1-99", true);
    handler1(&sim, &client, "9099", 9099).await;
    bench.net.cleanup();
}

/// Goal: the server's count is the number of requests it handled. Method: 17 calls.
async fn counts(sim: Sim) {
    let bench = Bench::make(&sim, 99);
    let client = bench.client("end1-99");
    for number in 0..ROUNDS {
        handler2(&sim, &client, number).await;
    }
    let count = bench.count();
    sim.check(count == 17, format!("wrong count {count}, expected 17"));
    bench.net.cleanup();
}

/// Goal: the network's byte count is that of the payload and little more, both ways. Method: 17 calls with a long argument,
/// then 17 with a long reply.
async fn bytes(sim: Sim) {
    let bench = Bench::make(&sim, 99);
    let client = bench.client("end1-99");
    let text = "1234".repeat(71);
    for _ in 0..ROUNDS {
        let reply = client.handler6(context::current(), text.clone()).await.ok();
        sim.check(reply == Some(284), format!("wrong reply {reply:?} from handler6, expected 284"));
    }
    let there = bench.net.total_bytes();
    sim.check((4828..=6000).contains(&there), format!("wrong byte count {there}, expected 4828 to 6000"));
    for _ in 0..ROUNDS {
        let reply = client.handler7(context::current(), 107).await.ok();
        let length = reply.as_ref().map(String::len);
        sim.check(length == Some(107), format!("wrong length {length:?} from handler7, expected 107"));
    }
    let back = bench.net.total_bytes() - there;
    sim.check((1800..=2500).contains(&back), format!("wrong byte count {back}, expected 1800 to 2500"));
    bench.net.cleanup();
}
