//! Code as a student writes it: it draws on every source of randomness that Rust offers.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use rand::RngExt;

use crate::{Case, Sim, case};

/// In every suite: so a machine can be tried with whichever is there.
pub(crate) const CASE: Case = case!("sim", Extra, "TestCarelessCode", careless_code, "");

/// Goal: the run is a function of its seed even if the code under test is not careful. Method: iterate hash maps, let an
/// unbiased `select!` choose, call `rand::rng()`, and put every outcome into the trace; the determinism check
/// compares two traces of the same seed.
async fn careless_code(sim: Sim) {
    for round in 0..50 {
        let order = hash_order();
        let winner = select_winner().await;
        let drawn: u64 = rand::rng().random();
        let finished = finishing_order().await;
        tracing::trace!(target: "tests", topic = "TEST", round, order, winner, drawn, finished, "careless");
    }
    // Within one run, the sources must still vary: a constant would be no randomness at all.
    let varied: HashSet<String> = (0..20).map(|_| hash_order()).collect();
    sim.check(varied.len() > 10, format!("only {} different hash orders in 20 maps", varied.len()));
    let drawn: HashSet<u64> = (0..20).map(|_| rand::random()).collect();
    sim.check(drawn.len() == 20, "the system's randomness repeats itself");
}

/// The order in which a fresh map happens to iterate.
fn hash_order() -> String {
    let map: HashMap<u32, u32> = (0..20).map(|n| (n, n)).collect();
    map.keys().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

/// Which of several ready branches tokio picks.
async fn select_winner() -> u32 {
    tokio::select! {
        () = std::future::ready(()) => 0,
        () = std::future::ready(()) => 1,
        () = std::future::ready(()) => 2,
        () = std::future::ready(()) => 3,
    }
}

/// The order in which tasks with random sleeps end.
async fn finishing_order() -> String {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    for task in 0..10 {
        let sender = sender.clone();
        tokio::spawn(async move {
            let pause = rand::rng().random_range(0..5);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            sender.send(task).expect("the receiver waits for all");
        });
    }
    drop(sender);
    let mut order = Vec::new();
    while let Some(task) = receiver.recv().await {
        order.push(task.to_string());
    }
    order.join(" ")
}
