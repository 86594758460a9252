//! Strict siblings: partitions, and crashes of the controller and in the middle of hand-overs. Ours, not the course's.

use std::time::Duration;

use linearizability::AnnotationKind;
use shardctrler::N_SHARDS;
use shardkv::key2shard;
use simulator::{Case, Sim, case};
use tokio::time::{Instant, sleep};

use super::{
    appenders::Appending,
    client::Values,
    config::{CONTROLLER, Config},
    group::SERVERS,
    ms,
    random_ops::RandomOps,
};

pub(super) const CASES: &[Case] = &[
    case!(
        "4B",
        Extra,
        "TestPartitionsStrict4B",
        partitions,
        "Test: partitions inside groups, and from the controller"
    ),
    case!(
        "4B",
        Extra,
        "TestControllerCrashesStrict4B",
        controller_crashes,
        "Test: the controller's leader crashes"
    ),
    case!(
        "4B",
        Extra,
        "TestDeadTakerStrict4B",
        dead_taker,
        "Test: a dead group holds up its own shards only"
    ),
    case!(
        "4B",
        Extra,
        "TestCrashedHandOverStrict4B",
        crashed_hand_over,
        "Test: groups crash at any step of a hand-over"
    ),
    case!(
        "4B",
        Extra,
        "TestIdleRestartStrict4B",
        idle_restart,
        "Test: restarted groups finish without clients"
    ),
    case!(
        "4B",
        Extra,
        "TestEverythingStrict4B",
        everything,
        "Test: crashes, partitions and changes, linearizable"
    ),
];

/// How long hand-overs may take when everybody is alive again: some elections, and a poll for each configuration on either side.
const SETTLED_WITHIN: Duration = Duration::from_secs(4);

const EVERY: Appending = Appending { length: 5, pause: Some(ms(5)), made_by_main: true };

/// Goal: nothing is lost or doubled, and nothing stops, while in every group one server is cut off from the others and from the
/// controller. Method: it is often the leader, which goes on answering clients as far as it can.
async fn partitions(sim: Sim) {
    let cfg = Config::make(&sim, true, Some(500));
    cfg.begin("Test: partitions inside groups, and from the controller");
    let mut ck = cfg.make_client();
    cfg.join(&[0, 1]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 5).await;
    let appenders = EVERY.start(&cfg, values);
    for round in 0..8 {
        let cut: Vec<usize> = (0..3).map(|group| victim(&cfg, group)).collect();
        cut.iter().enumerate().for_each(|(group, &i)| cfg.isolate(group, i, true));
        cfg.leave(&[round % 3]).await;
        cfg.join(&[round % 3]).await;
        cfg.join_if_absent((round + 2) % 3).await;
        sleep(cfg.random_pause()).await;
        cut.iter().enumerate().for_each(|(group, &i)| cfg.isolate(group, i, false));
        sleep(cfg.random_pause() / 2).await;
    }
    appenders.values().await.verify(&mut ck).await;
    cfg.net().reliable(true);
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.end();
}

/// The leader of a group, two times out of three.
fn victim(cfg: &Config, group: usize) -> usize {
    let any = cfg.random_fault(SERVERS as u64 - 1) as usize;
    if cfg.random_fault(2) == 0 { any } else { cfg.leader(group).unwrap_or(any) }
}

/// Goal: changes are made once, and groups learn of all, although the controller's leader crashes during each. Method: twelve changes, each
/// with a crash at a random moment; each must have made exactly one configuration.
async fn controller_crashes(sim: Sim) {
    let cfg = Config::make(&sim, true, Some(500));
    cfg.begin("Test: the controller's leader crashes");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 5).await;
    let appenders = EVERY.start(&cfg, values);
    let mut num = 1;
    for group in [1, 2].into_iter().cycle().take(6) {
        for leaves in [false, true] {
            let change = {
                let cfg = cfg.clone();
                tokio::spawn(async move {
                    if leaves { cfg.leave(&[group]).await } else { cfg.join(&[group]).await }
                })
            };
            sleep(ms(cfg.random_fault(30))).await;
            let leader = cfg.controller_leader().unwrap_or(0);
            cfg.shutdown_controller(leader);
            let config = change.await.expect("the change ends well");
            num += 1;
            sim.check(config.num == num, format!("change {num} has made configuration {}", config.num));
            cfg.start_controller(leader);
        }
    }
    appenders.values().await.verify(&mut ck).await;
    cfg.net().reliable(true);
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.end();
}

/// Goal: a group that is to get shards and is dead keeps nobody but those shards' clients waiting: its givers go on to later
/// configurations, give and take. Method: group 1 joins dead; then group 2 joins and leaves, twice, and what 0 and 2 have between them must
/// move each time.
async fn dead_taker(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: a dead group holds up its own shards only");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    cfg.shutdown_group(1);
    let with_dead = cfg.join(&[1]).await;
    let dead = cfg.group(1).gid;
    for change in 0..4 {
        let newest = if change % 2 == 0 { cfg.join(&[2]).await } else { cfg.leave(&[2]).await };
        // Neither is it at the dead group, nor has it ever gone there.
        let lives = |&shard: &usize| newest.shards[shard] != dead && with_dead.shards[shard] != dead;
        let alive: Vec<usize> = (0..N_SHARDS).filter(lives).collect();
        sim.check(!alive.is_empty(), "no shard is left alive: the test tests nothing");
        // A client alone would not notice: its old group goes on serving as long as it does not know of the change.
        cfg.must_serve(&newest, &alive, SETTLED_WITHIN).await;
        for key in (0..10).filter(|key| alive.contains(&key2shard(&key.to_string()))) {
            values.verify_one(&mut ck, key).await;
            values.append(&cfg, &mut ck, key, 5).await;
        }
    }
    cfg.start_group(1);
    values.verify(&mut ck).await;
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.end();
}

/// Goal: each step of a hand-over stands in a log before the next begins. Method: a change, and some milliseconds later the group that
/// gives or the one that takes crashes as a whole and comes back; every moment of the hand-over is hit by some round of some seed.
async fn crashed_hand_over(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(100));
    cfg.begin("Test: groups crash at any step of a hand-over");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    for round in 0..12 {
        let (to, from) = if round % 2 == 0 { (1, 0) } else { (0, 1) };
        cfg.join(&[to]).await;
        cfg.leave(&[from]).await;
        sleep(ms(cfg.random_fault(250))).await;
        let crashed = if cfg.random_fault(1) == 0 { to } else { from };
        cfg.shutdown_group(crashed);
        cfg.start_group(crashed);
        values.verify_and_append(&cfg, &mut ck, 5).await;
    }
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.end();
}

/// Goal: groups that restart in the middle of hand-overs finish them although no client says anything: a new leader must commit what older
/// ones have left. Method: all groups crash some milliseconds after a change, come back, and are left alone.
async fn idle_restart(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(100));
    cfg.begin("Test: restarted groups finish without clients");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 5).await;
    for round in 0..12 {
        let (to, from) = if round % 2 == 0 { (1, 0) } else { (0, 1) };
        cfg.join(&[to]).await;
        cfg.leave(&[from]).await;
        sleep(ms(cfg.random_fault(250))).await;
        (0..3).for_each(|group| cfg.shutdown_group(group));
        (0..3).for_each(|group| cfg.start_group(group));
        cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    }
    values.verify(&mut ck).await;
    cfg.end();
}

/// Goal: all at once. Method: for fifteen seconds, ten clients use ten keys while groups join and leave, servers and groups crash, servers are
/// cut off, and the controller's leader crashes; then everything is mended. The history must be linearizable, and the shards come to rest.
async fn everything(sim: Sim) {
    let title = "Test: crashes, partitions and changes, linearizable";
    let cfg = Config::make(&sim, true, Some(500));
    cfg.begin(title);
    let mut ck = cfg.make_client();
    cfg.join(&[0, 1]).await;
    ck.put("0", "").await;
    let clients = RandomOps::start(&cfg);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(15) {
        trouble(&cfg).await;
    }
    cfg.net().reliable(true);
    sleep(Duration::from_secs(1)).await;
    clients.join().await;
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.log().must_be_linearizable(&sim, title);
    cfg.end();
}

/// One change and one misfortune, mended after a while.
async fn trouble(cfg: &Config) {
    let group = cfg.random_fault(2) as usize;
    match cfg.random_fault(4) {
        0 => {
            let i = victim(cfg, group);
            cfg.log().note(AnnotationKind::Partition, format!("server {i} of group {group} is cut off"));
            cfg.isolate(group, i, true);
            cfg.change_at_random().await;
            sleep(cfg.random_pause()).await;
            cfg.isolate(group, i, false);
            cfg.log().end_partition();
        }
        1 => {
            let i = victim(cfg, group);
            cfg.log().note(AnnotationKind::Crash, format!("server {i} of group {group} crashes"));
            cfg.shutdown_server(group, i);
            cfg.change_at_random().await;
            sleep(cfg.random_pause()).await;
            cfg.start_server(group, i);
        }
        2 => {
            cfg.change_at_random().await;
            sleep(ms(cfg.random_fault(200))).await;
            cfg.log().note(AnnotationKind::Crash, format!("group {group} crashes"));
            cfg.shutdown_group(group);
            sleep(ms(cfg.random_fault(200))).await;
            cfg.start_group(group);
        }
        3 => {
            let leader = cfg.controller_leader().unwrap_or(0);
            cfg.log().note(AnnotationKind::Crash, "the controller's leader crashes".into());
            cfg.shutdown_controller(leader);
            cfg.change_at_random().await;
            cfg.start_controller(leader);
        }
        _ => {
            cfg.change_at_random().await;
            sleep(cfg.random_pause()).await;
        }
    }
}

impl Config {
    async fn join_if_absent(&self, group: usize) {
        if !self.newest().await.groups.contains_key(&self.group(group).gid) {
            self.join(&[group]).await;
        }
    }

    /// A Join of an absent group, a Leave of a present one (unless it is the last), or a Move.
    async fn change_at_random(&self) {
        let group = self.random_fault(2) as usize;
        let newest = self.controller_clerk(CONTROLLER).newest().await;
        let present = newest.groups.contains_key(&self.group(group).gid);
        let shard = self.random_fault(N_SHARDS as u64 - 1) as usize;
        let change = match (present, self.random_fault(2)) {
            (false, _) => self.join(&[group]).await,
            (true, 0) => self.move_shard(shard, group).await,
            (true, _) if newest.groups.len() > 1 => self.leave(&[group]).await,
            (true, _) => newest,
        };
        self.log().note(AnnotationKind::Note, format!("configuration {}: {:?}", change.num, change.shards));
    }
}
