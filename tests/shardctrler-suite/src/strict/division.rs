//! Who gets which shard: even, and with as few moves as possible.

use rand::{RngExt, rngs::SmallRng, seq::IteratorRandom};
use shardctrler::{Config as ShardConfig, Gid, N_SHARDS, NO_GROUP};
use simulator::{Case, Sim, case};

use super::{check_division, moved};
use crate::{
    checks::check,
    client::{Client, Groups, group, numbered},
    config::Config,
};

pub(super) const CASES: &[Case] = &[
    case!(
        "4A",
        Extra,
        "TestMinimalTransfersStrict4A",
        minimal_transfers_4a,
        "Test: minimal transfers, of the groups that have shards (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestMinimalMovementStrict4A",
        minimal_movement_4a,
        "Test: minimal movement as groups come and go (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestFewestMovesStrict4A",
        fewest_moves_4a,
        "Test: random changes move as few shards as possible (4A)"
    ),
    case!(
        "4A",
        Extra,
        "TestLastGroupLeavesStrict4A",
        last_group_leaves_4a,
        "Test: no shard stays with a group that is gone (4A)"
    ),
];

/// Goal: what the official checks of minimal transfers are meant to show. Method: the same steps; but asked are the ten groups that
/// have the shards. There are as many of them as shards, so nothing needs to move at all.
async fn minimal_transfers_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: minimal transfers, of the groups that have shards (4A)");
    let before = ck.join((0..10).flat_map(|i| numbered(100 + 10 * i, &["a"])).collect()).await;
    check_division(&sim, &ShardConfig::default(), &before);
    for gid in 11..=15 {
        ck.join(numbered(gid, &["a", "b"])).await;
    }
    check_nothing_moved(&sim, &before, &ck.newest().await, "Join()s");
    for gid in 11..=15 {
        ck.leave(&[gid]).await;
    }
    check_nothing_moved(&sim, &before, &ck.newest().await, "Leave()s");
    ck.join((11..=15).flat_map(|gid| numbered(gid, &["a", "b"])).collect()).await;
    check_nothing_moved(&sim, &before, &ck.newest().await, "Join() of five");
    ck.leave(&[11, 12, 13, 14, 15]).await;
    check_nothing_moved(&sim, &before, &ck.newest().await, "Leave() of five");
    cfg.end();
    cfg.cleanup();
}

#[track_caller]
fn check_nothing_moved(sim: &Sim, before: &ShardConfig, after: &ShardConfig, what: &str) {
    let moved = moved(before, after);
    sim.check(moved.is_empty(), format!("non-minimal transfer after {what}: shards {moved:?} moved"));
}

/// Goal: a group that comes takes only what it gets, and one that goes gives away only what it had. Method: that of a test the
/// course has added in 2024.
async fn minimal_movement_4a(sim: Sim) {
    const MOVED_MAX: usize = N_SHARDS / 3 + 1;
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: minimal movement as groups come and go (4A)");
    ck.join(group(1, &["x", "y", "z"])).await;
    ck.join(group(2, &["a", "b", "c"])).await;
    let two = ck.newest().await;
    ck.join(group(3, &["d", "e", "f"])).await;
    let three = ck.newest().await;
    let of_others: Vec<_> = moved(&two, &three).into_iter().filter(|&s| three.shards[s] != 3).collect();
    sim.check(of_others.is_empty(), format!("shards {of_others:?} moved between groups that stay"));
    check_at_most(&sim, &two, &three, MOVED_MAX);
    ck.leave(&[1]).await;
    let left = ck.newest().await;
    let of_others: Vec<_> = moved(&three, &left).into_iter().filter(|&s| three.shards[s] != 1).collect();
    sim.check(of_others.is_empty(), format!("shards {of_others:?} moved between groups that stay"));
    check_at_most(&sim, &three, &left, MOVED_MAX);
    cfg.end();
    cfg.cleanup();
}

#[track_caller]
fn check_at_most(sim: &Sim, before: &ShardConfig, after: &ShardConfig, most: usize) {
    let moved = moved(before, after);
    sim.check(
        moved.len() <= most,
        format!("{} shards moved: {moved:?}; at most {most} need to", moved.len()),
    );
}

/// Goal: every Join and Leave, whatever Moves came before it, ends even and moves exactly as many shards as it must. Method: a
/// hundred random changes among twenty groups, compared with an oracle.
async fn fewest_moves_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    let mut rng = sim.rng("changes");
    cfg.begin("Test: random changes move as few shards as possible (4A)");
    let mut before = ck.newest().await;
    for _ in 0..100 {
        let after = random_change(&mut ck, &mut rng, &before).await;
        if after.groups == before.groups {
            let moved = moved(&before, &after);
            sim.check(moved.len() <= 1, format!("one Move moved shards {moved:?}"));
        } else {
            check_division(&sim, &before, &after);
        }
        before = after;
    }
    cfg.same_history(before.num).await;
    cfg.end();
    cfg.cleanup();
}

/// Joins or takes away one to three groups, or moves a shard.
pub(super) async fn random_change(ck: &mut Client, rng: &mut SmallRng, before: &ShardConfig) -> ShardConfig {
    let absent = (1..=20).filter(|gid| !before.groups.contains_key(gid));
    let present = before.groups.keys().copied();
    match rng.random_range(0..6) {
        0 | 1 if !before.groups.is_empty() => {
            let count = rng.random_range(1..=3);
            ck.leave(&present.sample(rng, count)).await
        }
        2 if !before.groups.is_empty() => {
            let gid = present.choose(rng).expect("there are groups");
            ck.move_shard(rng.random_range(0..N_SHARDS), gid).await
        }
        _ if before.groups.len() < 20 => {
            let count = rng.random_range(1..=3);
            let joining = absent.sample(rng, count).into_iter();
            ck.join(joining.flat_map(|gid| numbered(gid, &["a", "b", "c"])).collect()).await
        }
        _ => ck.leave(&present.collect::<Vec<_>>()).await,
    }
}

/// Goal: when no group is left, all shards are nobody's, and the next group gets them all. Method: the last two groups go, first one
/// by one, then at once.
async fn last_group_leaves_4a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    cfg.begin("Test: no shard stays with a group that is gone (4A)");
    for steps in [&[&[1][..], &[2]][..], &[&[1, 2]]] {
        let both: Groups = (1..=2).flat_map(|gid| numbered(gid, &["a"])).collect();
        ck.join(both).await;
        for &gids in steps {
            let gids: &[Gid] = gids;
            ck.leave(gids).await;
        }
        let empty = ck.newest().await;
        check(&sim, &[], &empty);
        sim.check(empty.shards == [NO_GROUP; N_SHARDS], format!("shards of no group: {:?}", empty.shards));
        let alone = ck.join(numbered(3, &["a"])).await;
        check(&sim, &[3], &alone);
        ck.leave(&[3]).await;
    }
    cfg.same_history(ck.newest().await.num).await;
    cfg.end();
    cfg.cleanup();
}
