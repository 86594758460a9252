//! Lab 4A: leaders that crash.

use shardctrler_suite::{Config, check, numbered};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] =
    &[case!("4A", Extra, "TestMine4A", mine_4a, "Test: every change outlives the leader that made it")];

/// Goal: a change that has been answered outlives the leader that made it, and shards are divided evenly then too. Method: the leader
/// crashes after every Join; the others are asked, and in the end the servers are compared.
async fn mine_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: every change outlives the leader that made it");
    let mut groups = Vec::new();
    for gid in 1..=6 {
        let made = clerk.join(numbered(gid, &["a", "b", "c"])).await;
        groups.push(gid);
        let leader = cfg.leader();
        leader.into_iter().for_each(|i| cfg.shutdown_server(i));
        let newest = clerk.newest().await;
        check(&sim, &groups, &newest);
        sim.check(newest == made, format!("Join has made {made:?}, and now there is {newest:?}"));
        leader.into_iter().for_each(|i| cfg.start_server(i));
        cfg.connect_all();
    }
    cfg.same_history(6).await;
    cfg.end();
    cfg.cleanup();
}
