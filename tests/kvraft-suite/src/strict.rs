//! Strict siblings of the official tests: what those seem to check, but let through. They are ours, not the course's.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use service::Log;
use simulator::{Case, Sim, case};

use super::{
    client::element,
    config::Config,
    strict_waiting::{HEALED_WITHIN, cut_off_leader},
};

pub(super) const CASES: &[Case] = &[
    case!(
        "3A",
        Extra,
        "TestHealedGetStrict3A",
        healed_get_3a,
        "Test: a Get in a minority completes after heal (3A)"
    ),
    case!(
        "3A",
        Extra,
        "TestStaleLeaderStrict3A",
        stale_leader_3a,
        "Test: a leader cut off serves nothing stale (3A)"
    ),
    case!(
        "3A",
        Extra,
        "TestSilentLeaderStrict3A",
        silent_leader_3a,
        "Test: a clerk leaves a leader that cannot answer (3A)"
    ),
    case!(
        "3A",
        Extra,
        "TestSingleCrashesStrict3A",
        single_crashes_3a,
        "Test: one server crashes at a time (3A)"
    ),
    case!(
        "3B",
        Extra,
        "TestManySessionsStrict3B",
        many_sessions_3b,
        "Test: ten thousand clients come and go (3B)"
    ),
    case!(
        "3B",
        Extra,
        "TestLaggingServerStrict3B",
        lagging_server_3b,
        "Test: a lagging server gets a snapshot (3B)"
    ),
    case!(
        "3B",
        Extra,
        "TestCrashAfterSnapshotStrict3B",
        crash_after_snapshot_3b,
        "Test: all servers crash just after a snapshot (3B)"
    ),
];

/// Goal: an operation that was stuck in a minority completes when it is healed, a Get no less than a Put. Method: as the official
/// test, whose look at the Get comes too early to find anything.
async fn healed_get_3a(sim: Sim) {
    let cfg = Config::make(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    clerk.put("1", "13").await;
    cfg.begin("Test: a Get in a minority completes after heal (3A)");
    let (majority, minority) = cfg.make_partition();
    cfg.partition(&majority, &minority);
    let mut getter = cfg.make_client(&minority);
    let number = getter.number();
    let mut get = tokio::spawn(async move { getter.get("1").await });
    cfg.make_client(&majority).put("1", "14").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    sim.check(!get.is_finished(), "Get in minority completed");
    cfg.connect_all();
    cfg.connect_client(number, &cfg.all());
    let value = tokio::time::timeout(HEALED_WITHIN, &mut get).await;
    sim.check(value.is_ok(), "Get did not complete");
    let value = value.map(|value| value.expect("the clerk ends well"));
    sim.check(value.as_deref() == Ok("14"), format!("Get after heal: {value:?}"));
    cfg.end();
    cfg.cleanup();
}

/// How long the others may take to elect a leader, and a clerk to find it: five seconds each.
const LEFT_WITHIN: Duration = Duration::from_secs(10);

/// Goal: a clerk that reaches all servers does not wait for ever for a leader that is cut off from the others. The lab page allows that
/// only to a clerk which is cut off with it. Method: ten times, the leader it has just used is cut off, and the network is not
/// mended until the clerk has been served. The official tests mend it after a while, which helps a clerk that waits.
async fn silent_leader_3a(sim: Sim) {
    let cfg = Config::make_fast(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: a clerk leaves a leader that cannot answer (3A)");
    for round in 0..10 {
        cut_off_leader(&cfg, &mut clerk).await;
        let served = tokio::time::timeout(LEFT_WITHIN, clerk.put("k", &round.to_string())).await;
        let message = format!(
            "round {round}: a Put is not done within {LEFT_WITHIN:?}, although three servers of five can do it"
        );
        sim.check(served.is_ok(), message);
        cfg.connect_all();
        clerk.check("k", &round.to_string()).await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: a leader that is cut off from the others does not answer a Get from what it has. Method: twenty times, a Get is sent to the
/// old leader's side the moment it is cut off, while the other side writes.
async fn stale_leader_3a(sim: Sim) {
    let cfg = Config::make(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: a leader cut off serves nothing stale (3A)");
    for round in 0..20 {
        let (old, new) = (format!("old {round}"), format!("new {round}"));
        clerk.put("k", &old).await;
        let (majority, minority) = cfg.make_partition();
        cfg.partition(&majority, &minority);
        cfg.make_client(&majority).put("k", &new).await;
        let mut getter = cfg.make_client(&minority);
        let number = getter.number();
        let get = tokio::spawn(async move { getter.get("k").await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        cfg.connect_all();
        cfg.connect_client(number, &cfg.all());
        let value = get.await.expect("the clerk ends well");
        sim.check(value == new, format!("round {round}: Get returned {value:?} after {new:?} was written"));
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: crashes of single servers, and of leaders only, lose and repeat nothing; the official tests always crash all at once.
/// Method: clients on random keys while one server after the other crashes and returns, every second one the leader.
async fn single_crashes_3a(sim: Sim) {
    let cfg = Config::make(&sim, 5, true, None);
    cfg.begin("Test: one server crashes at a time (3A)");
    let (log, stop) = (cfg.log().clone(), Arc::new(AtomicBool::new(false)));
    let clients: Vec<_> =
        (0..5).map(|me| tokio::spawn(random_client(cfg.clone(), log.clone(), me, stop.clone()))).collect();
    for round in 0..20 {
        tokio::time::sleep(Duration::from_millis(300 + cfg.random_fault(400))).await;
        let leader = cfg.make_partition().1.last().copied().unwrap_or(0);
        let victim = if round % 2 == 0 { leader } else { cfg.random_fault(4) as usize };
        cfg.shutdown_server(victim);
        tokio::time::sleep(Duration::from_millis(cfg.random_fault(400))).await;
        cfg.start_server(victim);
        cfg.connect_all();
    }
    stop.store(true, Ordering::Release);
    for client in clients {
        client.await.expect("the client ends well");
    }
    log.must_be_linearizable(&sim, "Test: one server crashes at a time (3A)");
    cfg.end();
    cfg.cleanup();
}

async fn random_client(cfg: Config, log: Log, me: usize, stop: Arc<AtomicBool>) {
    cfg.sim().scatter().await;
    let mut clerk = cfg.make_client(&cfg.all()).logged(&log, me);
    let mut made = 0;
    while !stop.load(Ordering::Acquire) {
        let key = cfg.random(4).to_string();
        match cfg.random(9) {
            0 => clerk.put(&key, &element(me, made)).await,
            1..=5 => clerk.append(&key, &element(me, made)).await,
            _ => drop(clerk.get(&key).await),
        }
        made += 1;
    }
}

/// Goal: what `TestSnapshotRPC3B` is meant to show: the log is trimmed although a server lags, and that server is brought up by a
/// snapshot. Method: entries so large that an untrimmed log cannot pass, and a look at the lagging server itself.
async fn lagging_server_3b(sim: Sim) {
    let cfg = Config::make(&sim, 3, false, Some(1000));
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: a lagging server gets a snapshot (3B)");
    clerk.put("a", "A").await;
    cfg.partition(&[0, 1], &[2]);
    let mut majority = cfg.make_client(&[0, 1]);
    let large = "x".repeat(300);
    for i in 0..50 {
        majority.put(&(i % 5).to_string(), &large).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    cfg.check_sizes();
    let behind = cfg.raft_status(2).last_index;
    let trimmed = cfg.raft_status(0).first_index.min(cfg.raft_status(1).first_index);
    sim.check(trimmed > behind + 1, format!("logs begin at {trimmed}, and server 2 ends at {behind}"));
    cfg.partition(&[0, 2], &[1]);
    let mut lagging = cfg.make_client(&[0, 2]);
    lagging.put("c", "C").await;
    for (key, value) in [("a", "A"), ("c", "C"), ("4", large.as_str())] {
        lagging.check(key, value).await;
    }
    let first = cfg.raft_status(2).first_index;
    sim.check(
        first > behind + 1,
        format!("server 2 has come from {behind} without a snapshot: log from {first}"),
    );
    cfg.check_sizes();
    cfg.end();
    cfg.cleanup();
}

/// Goal: trimmed log and snapshot reach storage in one step. Saved one after the other, a crash in between leaves a server that
/// lacks what it has forgotten. Method: twenty times, all servers crash as soon as the leader is seen to have trimmed its log, a
/// few milliseconds later; what was written must be there.
async fn crash_after_snapshot_3b(sim: Sim) {
    const KEYS: usize = 5;
    let cfg = Config::make_fast(&sim, 3, false, Some(1000));
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: all servers crash just after a snapshot (3B)");
    for round in 0..20 {
        let mut written: [Option<String>; KEYS] = [const { None }; KEYS];
        clerk.put("round", &round.to_string()).await;
        let leader = cfg.server(cfg.make_partition().1.last().copied().unwrap_or(0));
        let first_index = || leader.raft().status().map(|status| status.first_index);
        let untrimmed = first_index();
        for i in 0.. {
            let value = format!("{round} {i} {}", "x".repeat(200));
            clerk.put(&(i % KEYS).to_string(), &value).await;
            written[i % KEYS] = Some(value);
            // A server that is busy cannot say: the next put asks again.
            if first_index() > untrimmed {
                break;
            }
        }
        cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
        cfg.all().into_iter().for_each(|i| cfg.start_server(i));
        cfg.connect_all();
        for (key, value) in written.iter().enumerate() {
            if let Some(value) = value {
                clerk.check(&key.to_string(), value).await;
            }
        }
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: the memory of requests is bounded by the number of clients, not of requests. Method: ten thousand clients make three calls
/// each; every server remembers each of them once, in few bytes.
async fn many_sessions_3b(sim: Sim) {
    const CLIENTS: usize = 10_000;
    const BATCH: usize = 500;
    /// Client id, serial number and an empty answer.
    const SESSION_BYTES_MAX: usize = 16;
    let cfg = Config::make(&sim, 3, false, Some(100_000));
    cfg.begin("Test: ten thousand clients come and go (3B)");
    for _ in 0..CLIENTS / BATCH {
        let clients = (0..BATCH).map(|me| {
            let cfg = cfg.clone();
            tokio::spawn(async move {
                let mut clerk = cfg.make_client(&cfg.all());
                for round in 0..3 {
                    clerk.put(&(me % 10).to_string(), &round.to_string()).await;
                }
            })
        });
        for client in futures::future::join_all(clients).await {
            client.expect("the client ends well");
        }
    }
    let sessions = cfg.sessions();
    sim.check(sessions.contains(&CLIENTS), format!("sessions remembered per server: {sessions:?}"));
    sim.check(
        sessions.iter().all(|&count| count <= CLIENTS),
        format!("more sessions than clients: {sessions:?}"),
    );
    let (size, most) = (cfg.snapshot_size(), CLIENTS * SESSION_BYTES_MAX);
    sim.check(size > 0 && size <= most, format!("a snapshot of {size} bytes; at most {most} are needed"));
    cfg.end();
    cfg.cleanup();
}
