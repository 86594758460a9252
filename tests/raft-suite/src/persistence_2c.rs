//! Part 2C: persistence, and the hard tests of Lab 2.

use simulator::{Case, Sim, case};

use super::{
    churn::Submitters,
    config::{Config, ELECTION_TIMEOUT},
};

pub(super) const CASES: &[Case] = &[
    case!("2C", Official, "TestPersist12C", persist1_2c, "Test (2C): basic persistence"),
    case!("2C", Official, "TestPersist22C", persist2_2c, "Test (2C): more persistence"),
    case!(
        "2C",
        Official,
        "TestPersist32C",
        persist3_2c,
        "Test (2C): partitioned leader and one follower crash, leader restarts"
    ),
    case!("2C", Official, "TestFigure82C", figure8_2c, "Test (2C): Figure 8"),
    case!("2C", Official, "TestUnreliableAgree2C", unreliable_agree_2c, "Test (2C): unreliable agreement"),
    case!(
        "2C",
        Official,
        "TestFigure8Unreliable2C",
        figure8_unreliable_2c,
        "Test (2C): Figure 8 (unreliable)"
    ),
    case!("2C", Official, "TestReliableChurn2C", reliable_churn_2c, "Test (2C): churn"),
    case!("2C", Official, "TestUnreliableChurn2C", unreliable_churn_2c, "Test (2C): unreliable churn"),
];

/// Goal: log, term and vote survive crashes: of all servers, of a leader, of a leader that lags, of a follower.
async fn persist1_2c(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): basic persistence");
    cfg.one(11, servers, true).await;
    // Crash and restart all.
    (0..servers).for_each(|i| cfg.start_server(i));
    for i in 0..servers {
        cfg.disconnect(i);
        cfg.connect(i);
    }
    cfg.one(12, servers, true).await;
    let leader1 = cfg.check_one_leader().await;
    cfg.disconnect(leader1);
    cfg.restart(leader1);
    cfg.one(13, servers, true).await;
    let leader2 = cfg.check_one_leader().await;
    cfg.disconnect(leader2);
    cfg.one(14, servers - 1, true).await;
    cfg.restart(leader2);
    // Wait for the returned one to catch up before killing the next.
    cfg.wait(4, servers, None).await;
    let i3 = (cfg.check_one_leader().await + 1) % servers;
    cfg.disconnect(i3);
    cfg.one(15, servers - 1, true).await;
    cfg.restart(i3);
    cfg.one(16, servers, true).await;
    cfg.end("");
}

/// Goal: followers persist what they append, and nobody without it is elected. Method: five rounds in which majorities
/// overlap in one restarted server only.
async fn persist2_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): more persistence");
    let mut index = 1;
    for _ in 0..5 {
        cfg.one(10 + index, servers, true).await;
        index += 1;
        let leader1 = cfg.check_one_leader().await;
        cfg.disconnect(leader1 + 1);
        cfg.disconnect(leader1 + 2);
        cfg.one(10 + index, servers - 2, true).await;
        index += 1;
        [leader1, leader1 + 3, leader1 + 4].into_iter().for_each(|i| cfg.disconnect(i));
        cfg.start_server(leader1 + 1);
        cfg.start_server(leader1 + 2);
        cfg.connect(leader1 + 1);
        cfg.connect(leader1 + 2);
        // No majority yet.
        tokio::time::sleep(ELECTION_TIMEOUT).await;
        cfg.restart(leader1 + 3);
        cfg.one(10 + index, servers - 2, true).await;
        index += 1;
        // These two were never restarted.
        cfg.connect(leader1 + 4);
        cfg.connect(leader1);
    }
    cfg.one(1000, servers, true).await;
    cfg.end("");
}

/// Goal: a leader persists its own appends. Method: it crashes together with a follower, and returns with the server
/// that lacks an entry.
async fn persist3_2c(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2C): partitioned leader and one follower crash, leader restarts");
    cfg.one(101, 3, true).await;
    let leader = cfg.check_one_leader().await;
    cfg.disconnect(leader + 2);
    cfg.one(102, 2, true).await;
    cfg.crash(leader);
    cfg.crash(leader + 1);
    cfg.connect(leader + 2);
    cfg.restart(leader);
    cfg.one(103, 2, true).await;
    cfg.restart(leader + 1);
    cfg.one(104, 3, true).await;
    cfg.end("");
}

/// Sleeps as the Figure 8 tests do: mostly so shortly that the leader cannot commit, sometimes half a second.
async fn figure8_pause(cfg: &Config) {
    let most = if cfg.chance(100) { 499 } else { 12 };
    let ms = cfg.random(most);
    cfg.sleep_ms(ms).await;
}

/// Goal: the scenarios of the paper's Figure 8. Each iteration lets a leader, if there is one, append an entry, and
/// crashes it: mostly fast, so that it may not commit, sometimes after a while, so that it probably has.
async fn figure8_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): Figure 8");
    cfg.one(cfg.big(), 1, true).await;
    let mut up = servers;
    for _ in 0..1000 {
        let mut leader = None;
        for i in 0..servers {
            // Every server gets a command of its own, dead ones none.
            if cfg.raft(i).is_some() && matches!(cfg.start_on(i, cfg.big()), Some((_, _, true))) {
                leader = Some(i);
            }
        }
        figure8_pause(&cfg).await;
        if let Some(leader) = leader {
            cfg.crash(leader);
            up -= 1;
        }
        if up < 3 {
            let server = cfg.random(servers as u64 - 1) as usize;
            if cfg.raft(server).is_none() {
                cfg.restart(server);
                up += 1;
            }
        }
    }
    for i in (0..servers).filter(|&i| cfg.raft(i).is_none()) {
        cfg.restart(i);
    }
    cfg.one(cfg.big(), servers, true).await;
    cfg.end("");
}

/// Goal: agreement on a lossy network, with up to five commands at once.
async fn unreliable_agree_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, false);
    cfg.begin("Test (2C): unreliable agreement");
    let mut tasks = Vec::new();
    for i in 1..50 {
        for j in 0..4 {
            let cfg = cfg.clone();
            tasks.push(tokio::spawn(async move {
                cfg.sim().scatter().await;
                cfg.one(100 * i + j, 1, true).await
            }));
        }
        cfg.one(i, 1, true).await;
    }
    cfg.net().reliable(true);
    for task in tasks {
        task.await.expect("the task ends well");
    }
    cfg.one(100, servers, true).await;
    cfg.end("");
}

/// Goal: Figure 8 on a network that also loses, delays and reorders: agreement by all five within one `one`. Method:
/// leaders are disconnected, not crashed, so that logs diverge widely.
async fn figure8_unreliable_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, false);
    cfg.begin("Test (2C): Figure 8 (unreliable)");
    let small = || cfg.random(9999);
    cfg.one(small(), 1, true).await;
    let mut up = servers;
    for iteration in 0..1000 {
        if iteration == 200 {
            cfg.net().long_reordering(true);
        }
        let mut leader = None;
        for i in 0..servers {
            let accepted = matches!(cfg.start_on(i, small()), Some((_, _, true)));
            if accepted && cfg.is_connected(i) {
                leader = Some(i);
            }
        }
        figure8_pause(&cfg).await;
        if let Some(leader) = leader.filter(|_| cfg.chance(500)) {
            cfg.disconnect(leader);
            up -= 1;
        }
        if up < 3 {
            let server = cfg.random(servers as u64 - 1) as usize;
            if !cfg.is_connected(server) {
                cfg.connect(server);
                up += 1;
            }
        }
    }
    for i in (0..servers).filter(|&i| !cfg.is_connected(i)) {
        cfg.connect(i);
    }
    cfg.one(small(), servers, true).await;
    cfg.end("");
}

async fn reliable_churn_2c(sim: Sim) {
    churn(sim, true, "Test (2C): churn").await;
}

async fn unreliable_churn_2c(sim: Sim) {
    churn(sim, false, "Test (2C): unreliable churn").await;
}

/// Goal: what a client saw committed is never lost. Method: three clients submit to whoever accepts while servers are
/// disconnected, crashed and restarted at random; in the end every value they saw must be in the log.
async fn churn(sim: Sim, reliable: bool, title: &str) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, reliable, false);
    cfg.begin(title);
    let submitters = Submitters::start(&cfg, 3);
    cfg.accidents(20).await;
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    cfg.heal();
    let seen = submitters.seen().await;
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    let last = cfg.one(cfg.big(), servers, true).await;
    let really = cfg.committed_up_to(last, servers).await;
    for value in seen {
        sim.check(really.contains(&value), format!("didn't find a value: {value}"));
    }
    cfg.end("");
}
