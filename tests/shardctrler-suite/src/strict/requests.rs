//! What each request does, and what a bad one does not.

use shardctrler::{Command, Config as ShardConfig, Gid, NEWEST, Refusal};
use simulator::{Case, Sim, case};

use super::check_division;
use crate::{
    checks::{check_same_config, check_servers},
    client::{Client, Groups, group},
    config::Config,
};

pub(super) const CASES: &[Case] = &[
    case!(
        "4A",
        Extra,
        "TestNumbersStrict4A",
        numbers_4a,
        "Test: each change makes one configuration, and all can be asked for (4A)"
    ),
    case!("4A", Extra, "TestReusedGidStrict4A", reused_gid_4a, "Test: a gid is used again (4A)"),
    case!("4A", Extra, "TestRefusalsStrict4A", refusals_4a, "Test: bad arguments change nothing (4A)"),
];

/// Goal: Join, Leave and Move make exactly one configuration each; a Move to the present owner too. Old numbers give what there was,
/// and numbers too large give the newest. A Move changes one shard, and the next Join divides all of them anew. Method: one of each,
/// and a look at all numbers after it.
async fn numbers_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: each change makes one configuration, and all can be asked for (4A)");
    let mut all = vec![ShardConfig::default()];
    all.push(ck.join(group(1, &["x"])).await);
    all.push(ck.join(group(2, &["a"])).await);
    for shard in 0..4 {
        all.push(ck.move_shard(shard, 1).await);
    }
    all.push(ck.move_shard(0, 1).await);
    let before = ck.newest().await;
    sim.check(before.shards[..4] == [1; 4], format!("four Moves to group 1 made {before:?}"));
    all.push(ck.join(group(3, &["d"])).await);
    check_division(&sim, &before, &ck.newest().await);
    all.push(ck.leave(&[1]).await);
    for (num, wanted) in (0..).zip(&all) {
        sim.check(wanted.num == num, format!("change {num} made configuration {}", wanted.num));
        check_same_config(&sim, wanted, &ck.query(num).await);
    }
    let newest = &all[all.len() - 1];
    for too_large in [newest.num + 1, newest.num + 1000, NEWEST - 1, NEWEST] {
        check_same_config(&sim, newest, &ck.query(too_large).await);
    }
    cfg.same_history(newest.num).await;
    cfg.end();
    cfg.cleanup();
}

/// Goal: a group that has left may come again, on other servers; the old configurations still name the old ones. Method: just that,
/// three times.
async fn reused_gid_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: a gid is used again (4A)");
    let lives = [["a", "b"], ["c", "d"], ["b", "a"]];
    let mut joined = Vec::new();
    for servers in &lives {
        joined.push(ck.join(group(7, servers)).await.num);
        ck.leave(&[7]).await;
    }
    for (num, servers) in joined.iter().zip(&lives) {
        let config = ck.query(*num).await;
        check_servers(&sim, &config, 7, servers);
        sim.check(config.shards == [7; shardctrler::N_SHARDS], format!("not all of group 7: {config:?}"));
    }
    cfg.same_history(ck.newest().await.num).await;
    cfg.end();
    cfg.cleanup();
}

/// Goal: a bad argument is refused with the right word, and changes nothing, not even the part of it that is good. Method: every kind
/// of it, each followed by a look.
async fn refusals_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: bad arguments change nothing (4A)");
    let both: Groups = [group(1, &["x"]), group(2, &["a"])].into_iter().flatten().collect();
    ck.join(both).await;
    let before = ck.newest().await;
    for (command, wanted) in bad_arguments() {
        let refusal = send(&mut ck, command.clone()).await.err();
        sim.check(refusal.as_ref() == Some(&wanted), format!("{command:?}: {refusal:?} and not {wanted:?}"));
        check_same_config(&sim, &before, &ck.newest().await);
    }
    // The next good one gets the next number.
    let after = ck.join(group(3, &["d"])).await;
    sim.check(after.num == before.num + 1, format!("configuration {} after {}", after.num, before.num));
    check_division(&sim, &before, &after);
    cfg.same_history(after.num).await;
    cfg.end();
    cfg.cleanup();
}

/// To groups 1 and 2.
fn bad_arguments() -> Vec<(Command, Refusal)> {
    let join = |gids: &[(Gid, &[&str])]| Command::Join {
        servers: gids.iter().flat_map(|(gid, servers)| group(*gid, servers)).collect(),
    };
    let leave = |gids: &[Gid]| Command::Leave { gids: gids.to_vec() };
    vec![
        (join(&[(2, &["b"])]), Refusal::Present(2)),
        (join(&[(1, &["b"]), (3, &["d"])]), Refusal::Present(1)),
        (join(&[(0, &["b"])]), Refusal::NoGroup),
        (join(&[(0, &["b"]), (3, &["d"])]), Refusal::NoGroup),
        (join(&[(3, &["d"]), (4, &[])]), Refusal::NoServers(4)),
        (join(&[]), Refusal::Nothing),
        (leave(&[3]), Refusal::Absent(3)),
        (leave(&[1, 3]), Refusal::Absent(3)),
        (leave(&[1, 1]), Refusal::Absent(1)),
        (leave(&[1, 0]), Refusal::NoGroup),
        (leave(&[]), Refusal::Nothing),
        (Command::Move { shard: 0, gid: 3 }, Refusal::Absent(3)),
        (Command::Move { shard: 0, gid: 0 }, Refusal::NoGroup),
        (Command::Move { shard: 10, gid: 1 }, Refusal::NoSuchShard(10)),
    ]
}

async fn send(ck: &mut Client, command: Command) -> Result<ShardConfig, Refusal> {
    match command {
        Command::Join { servers } => ck.bare().join(servers).await,
        Command::Leave { gids } => ck.bare().leave(&gids).await,
        Command::Move { shard, gid } => ck.bare().move_shard(shard, gid).await,
        Command::Query { num } => Ok(ck.bare().query(num).await),
    }
}
