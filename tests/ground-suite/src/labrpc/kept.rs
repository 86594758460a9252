//! TestKeptRequests: what a test keeps back, and what becomes of it.

use std::time::Duration;

use simulator::{Case, Sim, case};
use tokio::time::{Instant, sleep};

use super::probe::{Bench, ProbeServer, ends};

pub(super) const CASES: &[Case] = &[case!("labrpc", Extra, "TestKeptRequests", kept_requests, "")];

/// Longer than any request takes that is not kept, and than any caller of one that is waits.
const SOON: Duration = Duration::from_millis(200);

/// Goal: requests of an end can be kept back and delivered when a test likes, oldest first, and no others are concerned. Method: mark
/// those that have been delivered.
async fn kept_requests(sim: Sim) {
    some_pass_and_the_others_wait(&sim).await;
    nothing_is_kept_without_a_way(&sim).await;
    what_is_kept_needs_its_end_and_its_server(&sim).await;
}

/// Waits until so many requests are kept.
async fn all_kept(sim: &Sim, bench: &Bench, count: usize) {
    let start = Instant::now();
    while bench.net.kept("end") < count {
        let kept = bench.net.kept("end");
        sim.check(start.elapsed() < SOON, format!("{kept} requests are kept, expected {count}"));
        sleep(Duration::from_millis(1)).await;
    }
}

/// The numbers of the requests that have been delivered, up to `calls`.
fn delivered(bench: &Bench, calls: usize) -> Vec<usize> {
    (0..calls).filter(|&id| bench.probe.started(id).is_some()).collect()
}

async fn some_pass_and_the_others_wait(sim: &Sim) {
    let _step = sim.step("some requests pass and the others wait");
    let bench = Bench::make(sim.network(), 8);
    bench.net.keep_requests("end", 2);
    let mut answered = Vec::new();
    for id in 0..6 {
        let call = bench.mark(id);
        answered.extend(ends([call]).await.iter().map(|end| end.answered));
    }
    sim.check(answered == [true, true, false, false, false, false], format!("answered: {answered:?}"));
    sim.check(delivered(&bench, 6) == [0, 1], format!("delivered: {:?}", delivered(&bench, 6)));
    // The oldest three of four; the fourth stays when nothing new is kept any more.
    bench.net.deliver_kept("end", 3);
    sleep(SOON).await;
    sim.check(delivered(&bench, 6) == [0, 1, 2, 3, 4], format!("delivered: {:?}", delivered(&bench, 6)));
    bench.net.keep_no_requests("end");
    let passed = ends([bench.mark(6)]).await[0].answered;
    sim.check(passed, "a request was not answered after the last one had been kept");
    let kept = bench.net.kept("end");
    sim.check(kept == 1, format!("{kept} requests are kept, expected 1"));
    bench.net.deliver_kept("end", usize::MAX);
    sleep(SOON).await;
    sim.check(delivered(&bench, 7).len() == 7, format!("delivered: {:?}", delivered(&bench, 7)));
}

async fn nothing_is_kept_without_a_way(sim: &Sim) {
    let _step = sim.step("nothing is kept without a way");
    let bench = Bench::make(sim.network(), 1);
    bench.net.keep_requests("end", 0);
    bench.net.enable("end", false);
    let answered = ends([bench.mark(0)]).await[0].answered;
    let kept = bench.net.kept("end");
    sim.check(!answered && kept == 0, format!("a request into nothing was answered or kept ({kept})"));
}

/// What is kept for a server that has gone is not its successor's, and a cut end delivers nothing.
async fn what_is_kept_needs_its_end_and_its_server(sim: &Sim) {
    let _step = sim.step("what is kept needs its end and its server");
    for cut in ["the end", "the server"] {
        let bench = Bench::make(sim.network(), 1);
        bench.net.keep_requests("end", 0);
        let call = bench.mark(0);
        all_kept(sim, &bench, 1).await;
        let next = ProbeServer::new(1);
        if cut == "the end" {
            bench.net.enable("end", false);
        } else {
            bench.net.add_server("server", next.server());
        }
        bench.net.deliver_kept("end", 1);
        sleep(SOON).await;
        let late = bench.probe.started(0).or(next.started(0));
        sim.check(late.is_none(), format!("a kept request was delivered although {cut} has gone"));
        sim.check(!ends([call]).await[0].answered, "a kept request was answered");
    }
}
