//! TestFlagsReadOnce: what the network looks at when, and what it does not look at again.

use std::time::Duration;

use protocol::Clock;
use simulator::{Case, Sim, case};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, sleep_until},
};

use super::probe::{Bench, Ended, ProbeServer, ends};

pub(super) const CASES: &[Case] = &[case!("labrpc", Extra, "TestFlagsReadOnce", flags_read_once, "")];

/// The least time a reply is held back.
const HELD: Duration = Duration::from_millis(200);

/// Goal: end, server and modes are looked at when a request is taken and not again; while the handler runs, end and server
/// are looked at every 100 ms, and once more at its end; after that they are not. Method: change them in between.
async fn flags_read_once(sim: Sim) {
    a_request_into_nothing_stays_lost(&sim).await;
    a_request_on_its_way_is_not_recalled(&sim).await;
    losses_follow_the_mode_at_the_start(&sim).await;
    reordering_follows_the_mode_at_the_start(&sim).await;
    a_held_back_reply_needs_neither_end_nor_server(&sim).await;
    a_blink_goes_unnoticed(&sim).await;
    a_cut_is_noticed_at_the_next_look(&sim).await;
    a_server_put_in_its_place_is_another(&sim).await;
    a_handler_outlives_its_server(&sim).await;
    a_crashed_server_cannot_acknowledge(&sim).await;
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Specification, section 3, step 4. A request that led nowhere when it was taken is not delivered when, before its caller is
/// told, it would lead somewhere. (With the usual delays, TestRegression1 switches on only after all have been told.)
async fn a_request_into_nothing_stays_lost(sim: &Sim) {
    let _step = sim.step("a request into nothing stays lost");
    let bench = Bench::make(sim.network(), 200);
    bench.net.long_delays(true);
    bench.net.enable("end", false);
    let calls: Vec<_> = (0..200).map(|id| bench.mark(id)).collect();
    sleep(ms(50)).await;
    bench.net.enable("end", true);
    let answered = ends(calls).await.iter().filter(|end| end.answered).count();
    let delivered = bench.probe.started_len();
    sim.check(
        answered == 0 && delivered == 0,
        format!("of 200 requests into nothing, {delivered} were delivered and {answered} answered"),
    );
}

/// Step 5.3. Requests in their short wait reach their handlers although the end is switched off.
async fn a_request_on_its_way_is_not_recalled(sim: &Sim) {
    let _step = sim.step("a request on its way is not recalled");
    // On the virtual clock, the first round finds a hundred. On the real one, the sleep may miss them all.
    for _ in 0..50 {
        let bench = Bench::make(sim.network(), 200);
        bench.net.reliable(false);
        let calls: Vec<_> = (0..200).map(|id| bench.mark(id)).collect();
        sleep(ms(10)).await;
        bench.net.enable("end", false);
        let cut = Instant::now();
        let ended = ends(calls).await;
        let is_late = |id: usize| bench.probe.started(id).is_some_and(|at| at > cut);
        let late: Vec<usize> = (0..200).filter(|&id| is_late(id)).collect();
        let answered = late.iter().any(|&id| ended[id].answered);
        sim.check(!answered, "a handler that started after the cut was answered for");
        if !late.is_empty() {
            return;
        }
    }
    sim.fail("requests that had been taken were not delivered, because their end was disabled later");
}

/// Starts calls and waits until each is in its handler, or lost.
async fn in_their_handlers(bench: &Bench) -> Vec<JoinHandle<Ended>> {
    let calls: Vec<_> = (0..300).map(|id| bench.wait(id)).collect();
    bench.all_taken(&calls).await;
    calls
}

/// Step 3. Replies are lost, or not, by the mode in which the request was taken. (All 270 replies would survive once in
/// 10^12 runs.)
async fn losses_follow_the_mode_at_the_start(sim: &Sim) {
    let _step = sim.step("losses follow the mode at the start");
    for reliable in [false, true] {
        let bench = Bench::make(sim.network(), 300);
        bench.net.reliable(reliable);
        let calls = in_their_handlers(&bench).await;
        bench.net.reliable(!reliable);
        bench.probe.open_gate();
        let answered = ends(calls).await.iter().filter(|end| end.answered).count();
        let lost = bench.probe.started_len() - answered;
        sim.check(
            (lost == 0) == reliable,
            format!("{lost} replies lost to requests that were taken when reliable was {reliable}"),
        );
    }
}

/// Step 3. Replies are held back, or not, by the mode in which the request was taken.
async fn reordering_follows_the_mode_at_the_start(sim: &Sim) {
    let _step = sim.step("reordering follows the mode at the start");
    for reordering in [false, true] {
        let bench = Bench::make(sim.network(), 300);
        bench.net.long_reordering(reordering);
        let calls = in_their_handlers(&bench).await;
        bench.net.long_reordering(!reordering);
        let opened = Instant::now();
        bench.probe.open_gate();
        let held = ends(calls).await.iter().filter(|end| end.at - opened >= HELD).count();
        sim.check(
            (held > 0) == reordering,
            format!("{held} replies held back to requests that were taken when reordering was {reordering}"),
        );
    }
}

/// Step 5.7. A reply that is held back comes although the end is switched off and the server deleted.
async fn a_held_back_reply_needs_neither_end_nor_server(sim: &Sim) {
    let _step = sim.step("a held-back reply needs neither end nor server");
    let bench = Bench::make(sim.network(), 200);
    bench.net.long_reordering(true);
    let calls: Vec<_> = (0..200).map(|id| bench.mark(id)).collect();
    // Half the least time held back: by now all handlers have run, and the prompt replies have come.
    sleep(HELD / 2).await;
    bench.net.enable("end", false);
    bench.net.delete_server("server");
    let cut = Instant::now();
    let ended = ends(calls).await;
    sim.check(ended.iter().all(|end| end.answered), "a reply that was held back was lost");
    sim.check(ended.iter().any(|end| end.at > cut), "no reply was held back");
}

/// Starts a handler of so many milliseconds, and runs on until 140 ms into it: between two looks.
async fn into_the_handler(sim: &Sim, millis: u64) -> (Bench, JoinHandle<Ended>, Instant) {
    let bench = Bench::make(sim.network(), 1);
    let call = bench.work(0, millis);
    let start = bench.start_of(0).await;
    sleep_until(start + ms(140)).await;
    (bench, call, start)
}

/// How the one call ended, and how long after the start of its handler.
async fn outcome(call: JoinHandle<Ended>, start: Instant) -> (bool, Duration) {
    let end = ends([call]).await.remove(0);
    (end.answered, end.at - start)
}

/// The call must have failed at this moment after the start of its handler: exactly, where the clock is exact, and before
/// the look after that, where it is not.
#[track_caller]
fn check_failed_at(sim: &Sim, outcome: (bool, Duration), wanted: Duration) {
    let (answered, at) = outcome;
    sim.check(!answered, "a call survived its end, or its server");
    let in_time = match sim.clock() {
        Clock::Virtual => at == wanted,
        Clock::Real => (wanted..wanted + ms(100)).contains(&at),
    };
    sim.check(in_time, format!("a dead call failed after {at:?}, expected {wanted:?}"));
}

/// Step 5.4. Off and on again between two looks: nobody has seen it.
async fn a_blink_goes_unnoticed(sim: &Sim) {
    let _step = sim.step("a blink goes unnoticed");
    let (bench, call, start) = into_the_handler(sim, 250).await;
    bench.net.enable("end", false);
    sleep_until(start + ms(160)).await;
    bench.net.enable("end", true);
    let (answered, _) = outcome(call, start).await;
    sim.check(answered, "a blink between two looks has cost a call");
}

/// Step 5.4. Off over a look, and on again before the handler ends: the look has seen it.
async fn a_cut_is_noticed_at_the_next_look(sim: &Sim) {
    let _step = sim.step("a cut is noticed at the next look");
    let (bench, call, start) = into_the_handler(sim, 350).await;
    bench.net.enable("end", false);
    sleep_until(start + ms(260)).await;
    bench.net.enable("end", true);
    check_failed_at(sim, outcome(call, start).await, ms(200));
}

/// Step 5.4. A new server under the old name is not the server that took the request.
async fn a_server_put_in_its_place_is_another(sim: &Sim) {
    let _step = sim.step("a server put in its place is another");
    let (bench, call, start) = into_the_handler(sim, 350).await;
    bench.net.add_server("server", ProbeServer::new(1).server());
    check_failed_at(sim, outcome(call, start).await, ms(200));
    let count = bench.net.count("server");
    sim.check(count == 0, format!("a new server has handled {count} requests"));
}

/// Step 5.4. The call of a deleted server fails, its handler goes on to its end.
async fn a_handler_outlives_its_server(sim: &Sim) {
    let _step = sim.step("a handler outlives its server");
    let (bench, call, start) = into_the_handler(sim, 350).await;
    bench.net.delete_server("server");
    check_failed_at(sim, outcome(call, start).await, ms(200));
    sim.check(bench.probe.ended(0).is_none(), "a handler of 350 ms has ended within 300");
    sleep_until(start + ms(450)).await;
    let ended = bench.probe.ended(0).map(|at| at - start);
    sim.check(ended.is_some_and(|at| at >= ms(350)), "the handler of a deleted server was broken off");
}

/// Step 5.5. A handler that ends between two looks, after its server was deleted, is not answered for. It fails when the
/// handler ends, not later.
async fn a_crashed_server_cannot_acknowledge(sim: &Sim) {
    let _step = sim.step("a crashed server cannot acknowledge");
    for cut in ["the end", "the server"] {
        let (bench, call, start) = into_the_handler(sim, 170).await;
        if cut == "the end" {
            bench.net.enable("end", false);
        } else {
            bench.net.delete_server("server");
        }
        check_failed_at(sim, outcome(call, start).await, ms(170));
    }
}
