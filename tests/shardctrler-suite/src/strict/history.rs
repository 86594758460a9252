//! The same configurations on every server, looked at directly: the official tests compare what two leaders say of the newest.

use rand::RngExt;
use shardctrler::N_SHARDS;
use simulator::{Case, Sim, case};

use super::division::random_change;
use crate::{client::numbered, config::Config};

pub(super) const CASES: &[Case] = &[
    case!(
        "4A",
        Extra,
        "TestSameConfigsStrict4A",
        same_configs_4a,
        "Test: all configurations are the same on every server (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestLaggingServerStrict4A",
        lagging_server_4a,
        "Test: a lagging server gets all configurations in a snapshot (4A)"
    ),
];

/// After so many changes, the log must have been cut: about twice as many as the reference needs.
const MOVES_MAX: usize = 3000;

/// Goal: every server has come to the same configurations, all of them, and comes to them again after a crash. Method: random
/// changes, some while a server is away; in the end a look at each server. Every hash map has a seed of its own, so a division that
/// depends on the order of one is different on every server, and after every restart.
async fn same_configs_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    let mut rng = sim.rng("changes");
    cfg.begin("Test: all configurations are the same on every server (4A)");
    let mut newest = ck.newest().await;
    for round in 0..6 {
        let away = (round % 2 == 1).then(|| rng.random_range(0..3));
        away.into_iter().for_each(|i| cfg.shutdown_server(i));
        for _ in 0..10 {
            newest = random_change(&mut ck, &mut rng, &newest).await;
        }
        away.into_iter().for_each(|i| cfg.start_server(i));
        cfg.connect_all();
        cfg.same_history(newest.num).await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: a snapshot holds all configurations, and a server that has missed entries which are no longer in the log gets it. Method:
/// one server is cut off while the others change configurations until the log has been cut. Changes and not queries, which need not
/// stand in the log.
async fn lagging_server_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    let mut rng = sim.rng("changes");
    cfg.begin("Test: a lagging server gets all configurations in a snapshot (4A)");
    let mut newest = random_change(&mut ck, &mut rng, &Default::default()).await;
    cfg.same_history(newest.num).await;
    cfg.cluster().partition(&[0, 1], &[2]);
    let behind = cfg.raft_status(2).last_index;
    let mut majority = cfg.make_client(&[0, 1]);
    for _ in 0..20 {
        newest = random_change(&mut majority, &mut rng, &newest).await;
    }
    let gid = 21;
    newest = majority.join(numbered(gid, &["a"])).await;
    // From here on configurations are small, or a thousand of them would take their time.
    let others: Vec<_> = newest.groups.into_keys().filter(|&other| other != gid).collect();
    if !others.is_empty() {
        majority.leave(&others).await;
    }
    newest = majority.newest().await;
    let is_cut = || (0..2).all(|i| cfg.raft_status(i).first_index > behind + 1);
    for i in 0..MOVES_MAX {
        if is_cut() {
            break;
        }
        newest = majority.move_shard(i % N_SHARDS, gid).await;
    }
    sim.check(is_cut(), format!("{MOVES_MAX} Moves, and the log is as long as ever"));
    cfg.connect_all();
    cfg.same_history(newest.num).await;
    let first = cfg.raft_status(2).first_index;
    sim.check(
        first > behind + 1,
        format!("server 2 has come from {behind} without a snapshot: log from {first}"),
    );
    // All at once, so that each has only what it has saved.
    cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
    cfg.all().into_iter().for_each(|i| cfg.start_server(i));
    cfg.connect_all();
    cfg.same_history(newest.num).await;
    cfg.end();
    cfg.cleanup();
}
