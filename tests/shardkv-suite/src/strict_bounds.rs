//! Strict siblings: how long a client may have to wait, and how much may be stored. Ours, not the course's.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use protocol::Clock;
use shardkv::key2shard;
use simulator::{Case, Sim, case};
use tokio::time::{Instant, sleep};

use super::{client::Values, config::Config};

pub(super) const CASES: &[Case] = &[
    case!(
        "4B",
        Extra,
        "TestLatencyStrict4B",
        latency,
        "Test: operations on unaffected shards during a change"
    ),
    case!(
        "4B",
        Extra,
        "TestIdleStorageStrict4B",
        idle_storage,
        "Test: storage after shards have moved to and fro"
    ),
];

/// A round trip to a group, at the worst: request, entry, acknowledgement and answer take up to 6 ms each.
const ROUND_TRIP_MAX: Duration = Duration::from_millis(4 * 6);

/// Goal: who uses a shard that a change does not concern does not notice it. Method: a client per key reads and writes without
/// pause while half of the shards, with a hundred thousand bytes, move away and back; no operation on the others may take longer than
/// two round trips.
async fn latency(sim: Sim) {
    let cfg = Config::make(&sim, false, None);
    cfg.begin("Test: operations on unaffected shards during a change");
    let mut ck = cfg.make_client();
    let before = cfg.join(&[0]).await;
    Values::fill(&cfg, &mut ck, 100, 1000).await;
    let after = cfg.join(&[1]).await;
    cfg.settle(&[0, 1, 2], Duration::from_secs(2)).await;
    cfg.leave(&[1]).await;
    cfg.settle(&[0, 1, 2], Duration::from_secs(2)).await;

    let stays = |key: &usize| {
        let shard = key2shard(&key.to_string());
        before.shards[shard] == after.shards[shard]
    };
    let stop = Arc::new(AtomicBool::new(false));
    let longest = Arc::new(Mutex::new(Duration::ZERO));
    let clients: Vec<_> = (0..10)
        .filter(stays)
        .map(|key| tokio::spawn(time_operations(cfg.clone(), key, longest.clone(), stop.clone())))
        .collect();
    sim.check(clients.len() == 5, format!("{} of ten keys stay", clients.len()));
    for _ in 0..3 {
        cfg.join(&[1]).await;
        sleep(Duration::from_secs(1)).await;
        cfg.leave(&[1]).await;
        sleep(Duration::from_secs(1)).await;
    }
    stop.store(true, Ordering::Release);
    for client in clients {
        client.await.expect("the client ends well");
    }
    let longest = *longest.lock().unwrap_or_else(PoisonError::into_inner);
    let most = 2 * ROUND_TRIP_MAX;
    // In real time this would measure how busy the machine is.
    sim.check(
        longest <= most || sim.clock() == Clock::Real,
        format!("an operation on an unaffected shard took {longest:?}; allowed are {most:?}"),
    );
    cfg.end();
}

/// Reads and writes one key, and keeps the longest time that took.
async fn time_operations(cfg: Config, key: usize, longest: Arc<Mutex<Duration>>, stop: Arc<AtomicBool>) {
    let mut client = cfg.make_client();
    let key = key.to_string();
    // The first call of a client has to find the group.
    client.get(&key).await;
    while !stop.load(Ordering::Acquire) {
        let start = Instant::now();
        client.put(&key, "x").await;
        let put = Instant::now();
        client.get(&key).await;
        let slower = (put - start).max(put.elapsed());
        let mut longest = longest.lock().unwrap_or_else(PoisonError::into_inner);
        *longest = slower.max(*longest);
    }
}

/// Goal: when everything is quiet, every shard is stored once per server, and little else. Method: as the official test of challenge 1,
/// but no client reads anything before the bytes are counted: nothing but the hand-overs themselves may clean up. Its bound is the
/// official one; that of the issue of deletion, ten per cent more, is not needed.
async fn idle_storage(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(1));
    cfg.begin("Test: storage after shards have moved to and fro");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let values = Values::fill(&cfg, &mut ck, 30, 1000).await;
    for _ in 0..3 {
        cfg.join(&[1]).await;
        cfg.leave(&[0]).await;
        cfg.join(&[2]).await;
        cfg.leave(&[1]).await;
        cfg.join(&[0]).await;
        cfg.leave(&[2]).await;
    }
    cfg.join(&[1, 2]).await;
    sleep(Duration::from_secs(5)).await;
    let (total, most) = (cfg.storage_size(), 117_000);
    sim.check(total <= most, format!("{total} bytes are stored; {most} are allowed"));
    values.verify(&mut ck).await;
    cfg.end();
}
