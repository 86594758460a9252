//! Tests 1 to 4: shards that stand still, and shards that move between tests' steps.

use std::time::Duration;

use simulator::{Case, Sim, case};
use tokio::sync::mpsc;

use super::{
    client::Values,
    config::{CONTROLLER, Config},
};

pub(super) const CASES: &[Case] = &[
    case!("4B", Official, "TestStaticShards", static_shards, "Test: static shards"),
    case!("4B", Official, "TestJoinLeave", join_leave, "Test: join then leave"),
    case!("4B", Official, "TestSnapshot", snapshot, "Test: snapshots, join, and leave"),
    case!("4B", Official, "TestMissChange", miss_change, "Test: servers miss configuration changes..."),
];

/// Goal: a group serves its own shards, and no others. Method: with one of two groups dead, half of the keys can be read.
async fn static_shards(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, None);
    cfg.begin("Test: static shards");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    cfg.join(&[1]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 20).await;
    values.verify(&mut ck).await;

    cfg.shutdown_group(1);
    // Forbids snapshots.
    cfg.check_logs();
    let completed = gets_until_quiet(&cfg, &values, CONTROLLER).await;
    sim.check(completed == 5, format!("expected 5 completions with one shard dead; got {completed}"));

    cfg.start_group(1);
    values.verify(&mut ck).await;
    cfg.end();
}

/// Reads every key at the same time, by a client each that asks this controller, and says how many come back until two seconds pass
/// without one.
pub(super) async fn gets_until_quiet(cfg: &Config, values: &Values, controller: &str) -> usize {
    let (sender, mut reports) = mpsc::unbounded_channel();
    for (key, wanted) in values.0.clone().into_iter().enumerate() {
        let (mut client, sender, sim) = (cfg.make_client_of(controller), sender.clone(), cfg.sim().clone());
        tokio::spawn(async move {
            sim.scatter().await;
            let got = client.get(&key.to_string()).await;
            // Those that return after the test has stopped listening are of no interest.
            sender.send((key, got == wanted, got)).unwrap_or(());
        });
    }
    let mut completed = 0;
    while let Ok(Some((key, right, got))) = tokio::time::timeout(Duration::from_secs(2), reports.recv()).await
    {
        cfg.sim().check(right, format!("Get({key}): expected:\n{}\nreceived:\n{got}", values.0[key]));
        completed += 1;
    }
    completed
}

/// Goal: shards move to a group that joins and from a group that leaves, which may then die.
async fn join_leave(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, None);
    cfg.begin("Test: join then leave");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    values.verify(&mut ck).await;
    cfg.join(&[1]).await;
    values.verify_and_append(&cfg, &mut ck, 5).await;
    cfg.leave(&[0]).await;
    values.verify_and_append(&cfg, &mut ck, 5).await;

    // Allow time for shards to transfer.
    tokio::time::sleep(Duration::from_secs(1)).await;
    cfg.check_logs();
    cfg.shutdown_group(0);
    values.verify(&mut ck).await;
    cfg.end();
}

/// Goal: snapshots contain all that matters, and logs stay short, also of groups where nothing happens.
async fn snapshot(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(1000));
    cfg.begin("Test: snapshots, join, and leave");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 30, 20).await;
    values.verify(&mut ck).await;
    cfg.join(&[1]).await;
    cfg.join(&[2]).await;
    cfg.leave(&[0]).await;
    values.verify_and_append(&cfg, &mut ck, 20).await;
    cfg.leave(&[1]).await;
    cfg.join(&[0]).await;
    values.verify_and_append(&cfg, &mut ck, 20).await;

    tokio::time::sleep(Duration::from_secs(1)).await;
    values.verify(&mut ck).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    cfg.check_logs();
    (0..3).for_each(|group| cfg.shutdown_group(group));
    (0..3).for_each(|group| cfg.start_group(group));
    values.verify(&mut ck).await;
    cfg.end();
}

/// Goal: servers that have missed configurations catch up before they are needed. Method: server 0 of every group is away during some
/// changes, and server 1 during the next, so that the ones that were away are then part of every majority.
async fn miss_change(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(1000));
    cfg.begin("Test: servers miss configuration changes...");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 20).await;
    values.verify(&mut ck).await;
    cfg.join(&[1]).await;
    (0..3).for_each(|group| cfg.shutdown_server(group, 0));
    cfg.join(&[2]).await;
    cfg.leave(&[1]).await;
    cfg.leave(&[0]).await;
    values.verify_and_append(&cfg, &mut ck, 20).await;
    cfg.join(&[1]).await;
    values.verify_and_append(&cfg, &mut ck, 20).await;

    (0..3).for_each(|group| cfg.start_server(group, 0));
    values.verify_and_append(&cfg, &mut ck, 20).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    (0..3).for_each(|group| cfg.shutdown_server(group, 1));
    cfg.join(&[0]).await;
    cfg.leave(&[2]).await;
    values.verify_and_append(&cfg, &mut ck, 20).await;
    (0..3).for_each(|group| cfg.start_server(group, 1));
    values.verify(&mut ck).await;
    cfg.end();
}
