//! Lost messages, crashes and partitions, none of which the official tests of 4A have.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use rand::RngExt;
use shardctrler::Gid;
use simulator::{Case, Sim, case};

use crate::{checks::check, client::numbered, config::Config};

pub(super) const CASES: &[Case] = &[
    case!(
        "4A",
        Extra,
        "TestUnreliableStrict4A",
        unreliable_4a,
        "Test: unreliable net, every change is made once (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestStaleLeaderStrict4A",
        stale_leader_4a,
        "Test: a leader cut off tells of no old configuration (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestLeaderCrashStrict4A",
        leader_crash_4a,
        "Test: leaders crash during concurrent joins (4A)"
    ),
];

/// How many clerks work at once.
const CLERKS: Gid = 5;

/// Goal: requests that are lost, and answers that are lost, and requests that come late, add no change and drop none. Method: clerks
/// join, move and leave on a lossy network; in the end there are exactly as many configurations as changes.
async fn unreliable_4a(sim: Sim) {
    const ROUNDS: u64 = 5;
    let cfg = Config::make(&sim, 3, true);
    cfg.cluster().net.late_requests(true);
    cfg.begin("Test: unreliable net, every change is made once (4A)");
    let clerks = (1..=CLERKS).map(|gid| {
        let cfg = cfg.clone();
        tokio::spawn(async move {
            cfg.sim().scatter().await;
            let mut ck = cfg.make_client(&cfg.all());
            for _ in 0..ROUNDS {
                ck.join(numbered(gid, &["a"])).await;
                ck.join(numbered(gid + CLERKS, &["a"])).await;
                ck.move_shard(gid as usize, gid).await;
                ck.leave(&[gid, gid + CLERKS]).await;
            }
            ck.join(numbered(gid, &["a"])).await;
        })
    });
    for clerk in join_all(clerks).await {
        clerk.expect("the clerk ends well");
    }
    let mut ck = cfg.make_client(&cfg.all());
    check(&sim, &(1..=CLERKS).collect::<Vec<_>>(), &ck.newest().await);
    // A request that is still on its way may arrive within a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    cfg.same_history(CLERKS * (ROUNDS * 4 + 1)).await;
    cfg.end();
    cfg.cleanup();
}

/// Goal: a leader that is cut off from the others, and does not know it, answers no Query from what it has. Method: ten times, a clerk
/// that reaches only the old leader asks while the other side makes a change.
async fn stale_leader_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: a leader cut off tells of no old configuration (4A)");
    for round in 1..=10 {
        ck.newest().await;
        let leader = cfg.leader().unwrap_or_else(|| sim.fail("Leader not found"));
        let others: Vec<usize> = cfg.all().into_iter().filter(|&i| i != leader).collect();
        cfg.cluster().partition(&others, &[leader]);
        let changed = cfg.make_client(&others).join(numbered(round, &["a"])).await;
        let mut asking = cfg.make_client(&[leader]);
        let number = asking.number();
        let query = tokio::spawn(async move { asking.newest().await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        sim.check(!query.is_finished(), format!("round {round}: Query in minority completed"));
        cfg.connect_all();
        cfg.connect_client(number, &cfg.all());
        let config = query.await.expect("the clerk ends well");
        let wanted = changed.num;
        sim.check(config.num == wanted, format!("round {round}: Query gave {} after {wanted}", config.num));
    }
    cfg.same_history(10).await;
    cfg.end();
    cfg.cleanup();
}

/// Goal: changes survive the leader that was making them, and are made once. Method: clerks join and leave without end while one leader
/// after the other crashes and returns; in the end there are exactly as many configurations as changes.
async fn leader_crash_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    cfg.begin("Test: leaders crash during concurrent joins (4A)");
    let stop = Arc::new(AtomicBool::new(false));
    let clerks: Vec<_> =
        (1..=CLERKS).map(|gid| tokio::spawn(come_and_go(cfg.clone(), gid, stop.clone()))).collect();
    let (mut rng, mut ck) = (sim.rng("faults"), cfg.make_client(&cfg.all()));
    for _ in 0..8 {
        ck.newest().await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..100))).await;
        if let Some(leader) = cfg.leader() {
            cfg.shutdown_server(leader);
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..500))).await;
            cfg.start_server(leader);
            cfg.connect_all();
        }
    }
    stop.store(true, Ordering::Release);
    let mut changes = 0;
    for clerk in clerks {
        changes += clerk.await.expect("the clerk ends well");
    }
    check(&sim, &(1..=CLERKS).collect::<Vec<_>>(), &ck.newest().await);
    cfg.same_history(changes).await;
    cfg.end();
    cfg.cleanup();
}

/// Joins and leaves until told to stop. Returns how many changes it has made; its group is there in the end.
async fn come_and_go(cfg: Config, gid: Gid, stop: Arc<AtomicBool>) -> u64 {
    cfg.sim().scatter().await;
    let mut ck = cfg.make_client(&cfg.all());
    ck.join(numbered(gid, &["a"])).await;
    let mut changes = 1;
    while !stop.load(Ordering::Acquire) {
        ck.leave(&[gid]).await;
        ck.join(numbered(gid, &["a"])).await;
        changes += 2;
        // In real time a call takes no time, and ten thousand configurations show no more than a few hundred.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    changes
}
