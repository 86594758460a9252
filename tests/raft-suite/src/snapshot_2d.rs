//! Part 2D: log compaction.

use simulator::{Case, Sim, case};

use super::{config::Config, logs::Value};

/// With snapshots every ten entries, the Raft state must stay below this many bytes. Legitimate states hold about a
/// dozen entries of some twenty bytes; a log that is never trimmed reaches several thousand.
const MAX_LOG_SIZE: usize = 2000;

pub(super) const CASES: &[Case] = &[
    case!("2D", Official, "TestSnapshotBasic2D", snapshot_basic_2d, "Test (2D): snapshots basic"),
    case!(
        "2D",
        Official,
        "TestSnapshotInstall2D",
        snapshot_install_2d,
        "Test (2D): install snapshots (disconnect)"
    ),
    case!(
        "2D",
        Official,
        "TestSnapshotInstallUnreliable2D",
        snapshot_install_unreliable_2d,
        "Test (2D): install snapshots (disconnect+unreliable)"
    ),
    case!(
        "2D",
        Official,
        "TestSnapshotInstallCrash2D",
        snapshot_install_crash_2d,
        "Test (2D): install snapshots (crash)"
    ),
    case!(
        "2D",
        Official,
        "TestSnapshotInstallUnCrash2D",
        snapshot_install_un_crash_2d,
        "Test (2D): install snapshots (unreliable+crash)"
    ),
    case!(
        "2D",
        Official,
        "TestSnapshotAllCrash2D",
        snapshot_all_crash_2d,
        "Test (2D): crash and restart all servers"
    ),
];

/// How a server is taken away while the others go on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Away {
    Never,
    Disconnected,
    Crashed,
}

async fn snapshot_basic_2d(sim: Sim) {
    snapshots(sim, "Test (2D): snapshots basic", Away::Never, true).await;
}

async fn snapshot_install_2d(sim: Sim) {
    snapshots(sim, "Test (2D): install snapshots (disconnect)", Away::Disconnected, true).await;
}

async fn snapshot_install_unreliable_2d(sim: Sim) {
    snapshots(sim, "Test (2D): install snapshots (disconnect+unreliable)", Away::Disconnected, false).await;
}

async fn snapshot_install_crash_2d(sim: Sim) {
    snapshots(sim, "Test (2D): install snapshots (crash)", Away::Crashed, true).await;
}

async fn snapshot_install_un_crash_2d(sim: Sim) {
    snapshots(sim, "Test (2D): install snapshots (unreliable+crash)", Away::Crashed, false).await;
}

/// Goal: logs are trimmed, lagging servers get snapshots, nothing is lost or repeated. Method: thirty rounds of entries
/// while one server, in every third round the leader, is away.
async fn snapshots(sim: Sim, title: &str, away: Away, reliable: bool) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, reliable, true);
    cfg.begin(title);
    cfg.one(cfg.big(), servers, true).await;
    let mut leader1 = cfg.check_one_leader().await;
    for i in 0..30 {
        let (mut victim, mut sender) = ((leader1 + 1) % servers, leader1);
        if i % 3 == 1 {
            std::mem::swap(&mut victim, &mut sender);
        }
        take_away(&cfg, victim, away).await;
        // Perhaps enough to make a snapshot. The sender is perhaps not the leader: then nothing happens.
        for _ in 0..5 + cfg.random(9) {
            cfg.start_on(sender, cfg.big());
        }
        // Let the appliers catch up: all of them in the basic test, so that no follower needs a snapshot.
        let expected = if away == Away::Never { servers } else { servers - 1 };
        cfg.one(cfg.big(), expected, true).await;
        let size = cfg.log_size();
        sim.check(size < MAX_LOG_SIZE, format!("log size too large: {size} bytes"));
        if bring_back(&cfg, victim, away).await {
            leader1 = cfg.check_one_leader().await;
        }
    }
    cfg.end("");
}

async fn take_away(cfg: &Config, victim: usize, away: Away) {
    match away {
        Away::Never => return,
        Away::Disconnected => cfg.disconnect(victim),
        Away::Crashed => cfg.crash(victim),
    }
    cfg.one(cfg.big(), cfg.servers() - 1, true).await;
}

/// Whether there was anybody to bring back.
async fn bring_back(cfg: &Config, victim: usize, away: Away) -> bool {
    match away {
        Away::Never => return false,
        Away::Disconnected => {}
        Away::Crashed => cfg.start_server(victim),
    }
    // The returned server may need a snapshot.
    cfg.connect(victim);
    cfg.one(cfg.big(), cfg.servers(), true).await;
    true
}

/// Goal: all servers restart from snapshot plus log tail. Method: crash all three, five times; indices must go on.
async fn snapshot_all_crash_2d(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, true);
    cfg.begin("Test (2D): crash and restart all servers");
    let command = || -> Value { cfg.big() };
    cfg.one(command(), servers, true).await;
    for _ in 0..5 {
        for _ in 0..5 + cfg.random(9) {
            cfg.one(command(), servers, true).await;
        }
        let index1 = cfg.one(command(), servers, true).await;
        (0..servers).for_each(|i| cfg.crash(i));
        for i in 0..servers {
            cfg.start_server(i);
            cfg.connect(i);
        }
        let index2 = cfg.one(command(), servers, true).await;
        sim.check(index2 > index1, format!("index decreased from {index1} to {index2}"));
    }
    cfg.end("");
}
