//! The life of one call, step by step as in the original.

use std::{
    future::poll_fn,
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::{sync::oneshot, time::sleep};

use crate::{
    call::{Call, Route},
    constants::LIVENESS_INTERVAL,
    fate::{Hop, Latency},
    shelf::Kept,
    state::{Shared, State},
};

/// What the network read, once, when it took the request. The modes are not read again for this call.
struct Taken {
    long_delays: bool,
    route: Option<Route>,
}

/// Takes a request: counts it, and starts an independent task for it. From here calls are concurrent and
/// unordered, also two calls of the same end.
pub(crate) fn send(shared: &Arc<Shared>, mut call: Call, method: &str) {
    let hop = {
        let mut state = shared.state();
        if state.closed {
            return;
        }
        call.id = state.next_call;
        state.next_call += 1;
        trace_send(&state, &call, method);
        draw_hop(shared, &mut state)
    };
    shared.total_count.fetch_add(1, Ordering::Relaxed);
    shared.total_bytes.fetch_add(call.bytes.len() as u64, Ordering::Relaxed);
    tokio::spawn(deliver(shared.clone(), call, hop));
}

/// One call from the network's queue to its reply.
async fn deliver(shared: Arc<Shared>, call: Call, hop: Hop) {
    travel(hop).await;
    let taken = take(&shared, &call);
    let Some(route) = taken.route else {
        return fail_undeliverable(&shared, call.id, taken.long_delays).await;
    };
    if route.is_kept {
        return keep(&shared, call, route).await;
    }
    if !route.reliable && !arrives(&shared, call.id).await {
        if route.late_requests {
            deliver_late(&shared, call, route).await;
        }
        return;
    }
    event(call.id, "deliver");
    let handler = route.server.dispatch(&call.service, call.context, call.bytes);
    let is_dead = || shared.state().is_dead(call.end, route.slot, &route.server);
    if let Some((reply, reply_to)) = run_while_alive(call.id, handler, is_dead, call.reply_to).await {
        deliver_reply(&shared, &route, call.id, reply, reply_to).await;
    }
}

/// Reads, at once and once only, all that decides over this call.
fn take(shared: &Shared, call: &Call) -> Taken {
    let mut state = shared.state();
    let route = state.route(call.end).map(|(slot, server)| Route {
        slot,
        server,
        reliable: state.reliable,
        long_reordering: state.long_reordering,
        late_requests: state.late_requests,
        is_kept: state.shelf(call.end).wants(),
    });
    Taken { long_delays: state.long_delays, route }
}

/// The way there through an unreliable network: a short wait, after which the request may turn out to be lost.
async fn arrives(shared: &Shared, call: u64) -> bool {
    let (delay, lost) = {
        let mut state = shared.state();
        (state.fate.unreliable_delay(), state.fate.is_lost())
    };
    pause(delay).await;
    if lost {
        dropped(call, "request lost");
    }
    !lost
}

/// Tells the caller that there is no answer, and delivers its request all the same, later.
async fn deliver_late(shared: &Shared, mut call: Call, route: Route) {
    drop(call.hang_up());
    let delay = shared.state().fate.late_request_delay();
    pause(delay).await;
    deliver_for_nobody(shared, call, route).await;
}

/// Puts a request aside at once. Its caller is told later that there is no answer, or one that repeats its request would do so without end
/// in no time.
async fn keep(shared: &Shared, mut call: Call, route: Route) {
    let (id, end, reply_to) = (call.id, call.end, call.hang_up());
    let delay = {
        let mut state = shared.state();
        state.shelf(end).put(Kept { call, route });
        state.fate.dead_delay(false)
    };
    pause(delay).await;
    dropped(id, "kept back");
    drop(reply_to);
}

/// The end of keeping.
pub(crate) async fn deliver_kept(shared: Arc<Shared>, Kept { call, route }: Kept) {
    deliver_for_nobody(&shared, call, route).await;
}

/// Delivers a request whose caller has been told that there is no answer.
async fn deliver_for_nobody(shared: &Shared, call: Call, route: Route) {
    if !shared.state().is_dead(call.end, route.slot, &route.server) {
        event(call.id, "deliver late");
        route.server.dispatch(&call.service, call.context, call.bytes).await;
    }
}

async fn fail_undeliverable(shared: &Shared, call: u64, long_delays: bool) {
    let delay = shared.state().fate.dead_delay(long_delays);
    pause(delay).await;
    dropped(call, "undeliverable");
}

/// Runs the handler, looking every 100 ms whether the call is still alive, and once more when it has returned.
///
/// `None`: the call has died. Its caller was told at that moment; the handler ran on to its end all the same,
/// and its result is thrown away. The last look is what guarantees that a server being crashed cannot acknowledge
/// what it saved into storage that had already been superseded.
async fn run_while_alive(
    call: u64,
    mut handler: BoxFuture<'static, Vec<u8>>,
    is_dead: impl Fn() -> bool,
    reply_to: oneshot::Sender<Vec<u8>>,
) -> Option<(Vec<u8>, oneshot::Sender<Vec<u8>>)> {
    let reply = loop {
        tokio::select! {
            biased;
            reply = &mut handler => break reply,
            () = next_look() => if is_dead() {
                dropped(call, "died in its handler");
                drop(reply_to);
                handler.await;
                return None;
            }
        }
    };
    if is_dead() {
        dropped(call, "died before its reply");
        return None;
    }
    Some((reply, reply_to))
}

/// A function, so that the timer is made only if the handler makes us wait: most do not.
async fn next_look() {
    sleep(LIVENESS_INTERVAL).await;
}

/// The way back. There is no liveness check after the long delay: a reply held back is delivered even if its end
/// has been disabled or its server deleted meanwhile.
async fn deliver_reply(
    shared: &Shared,
    route: &Route,
    call: u64,
    reply: Vec<u8>,
    reply_to: oneshot::Sender<Vec<u8>>,
) {
    event(call, "reply");
    let (lost, held, hop) = {
        let mut state = shared.state();
        let lost = !route.reliable && state.fate.is_lost();
        let held = if route.long_reordering { state.fate.reorder_delay() } else { None };
        (lost, held, draw_hop(shared, &mut state))
    };
    if lost {
        return dropped(call, "reply lost");
    }
    if let Some(delay) = held {
        pause(delay).await;
    }
    travel(hop).await;
    shared.total_bytes.fetch_add(reply.len() as u64, Ordering::Relaxed);
    tracing::trace!(target: "labrpc", topic = "NET", call, bytes = reply.len(), "return");
    // The caller may have gone away: then nobody misses the reply.
    drop(reply_to.send(reply));
}

/// The first event of a call says all that is known of it; the later ones, its number.
fn trace_send(state: &State, call: &Call, method: &str) {
    if tracing::event_enabled!(target: "labrpc", tracing::Level::TRACE) {
        let (from, to) = state.both_sides(call.end);
        let bytes = call.bytes.len();
        tracing::trace!(target: "labrpc", topic = "NET", call = call.id, from, to, method, bytes, "send");
    }
}

fn event(call: u64, what: &str) {
    tracing::trace!(target: "labrpc", topic = "NET", call, "{what}");
}

fn dropped(call: u64, why: &str) {
    tracing::trace!(target: "labrpc", topic = "NET", call, why, "drop");
}

fn draw_hop(shared: &Shared, state: &mut State) -> Hop {
    match shared.latency {
        Latency::None => Hop::Yields(0),
        Latency::Jitter => state.fate.hop(),
        Latency::Slow => state.fate.slow_hop(),
    }
}

async fn travel(hop: Hop) {
    match hop {
        Hop::Yields(rounds) => step_back(rounds).await,
        Hop::Milliseconds(ms) => sleep(Duration::from_millis(ms.into())).await,
    }
}

/// Waits; also a wait of nothing lets the others go first.
async fn pause(delay: Duration) {
    if delay.is_zero() { step_back(1).await } else { sleep(delay).await }
}

/// Goes to the back of the queue of ready tasks, `rounds` times over.
async fn step_back(mut rounds: u8) {
    poll_fn(|cx| {
        if rounds == 0 {
            return Poll::Ready(());
        }
        rounds -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
