//! Lab 2: a deposed leader, and churn.

use raft_suite::{Config, ELECTION_TIMEOUT, Submitters, Value};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] = &[
    case!("2B", Extra, "TestMine2B", mine_2b, "Test (2B): nothing of a deposed leader is delivered"),
    case!("2D", Extra, "TestMine2D", mine_2d, "Test (2D): churn with snapshots"),
];

/// Goal: what a leader was given while it was cut off is delivered by nobody. Method: ten commands go to a leader that is cut off; the
/// others go on; when it is back, every index on every server is looked at.
async fn mine_2b(sim: Sim) {
    let servers = 5;
    // Five servers, a reliable network, no snapshots.
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): nothing of a deposed leader is delivered");
    // One command, delivered by all five; submitted again if it does not get through.
    cfg.one(1, servers, true).await;
    let old = cfg.check_one_leader().await;
    cfg.disconnect(old);
    for command in 100..110 {
        // Accepted by a leader that nobody hears. Whether it accepts does not matter here.
        cfg.start_on(old, command);
    }
    cfg.one(2, servers - 1, true).await;
    cfg.connect(old);
    let last = cfg.one(3, servers, true).await;
    for index in 1..=last {
        let (count, value) = cfg.n_committed(index);
        sim.check(count == servers, format!("index {index} was delivered by {count} of {servers} servers"));
        let is_lost = matches!(value, Some(Value::Int(100..110)));
        sim.check(!is_lost, format!("index {index} holds {value:?}, which was never committed"));
    }
    // Reports the statistics, kills the servers, ends the network.
    cfg.end("");
}

/// Goal: what a client saw committed stays, though servers forget their logs behind snapshots. Method: three clients submit while
/// servers crash and links break; then all is mended, and every value they saw must be in what all servers have.
async fn mine_2d(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, true);
    cfg.begin("Test (2D): churn with snapshots");
    let submitters = Submitters::start(&cfg, 3);
    cfg.accidents(15).await;
    cfg.heal();
    let seen = submitters.seen().await;
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    let last = cfg.one(cfg.big(), servers, true).await;
    let committed = cfg.committed_up_to(last, servers).await;
    for value in seen {
        sim.check(committed.contains(&value), format!("{value} was committed, and is lost"));
    }
    cfg.end("");
}
