//! Strict siblings: whose a shard is. Ours, not the course's.

use std::time::Duration;

use shardctrler::{N_SHARDS, NO_GROUP, Refusal};
use simulator::{Case, Sim, case};
use tokio::time::{sleep, timeout};

use super::{
    basic::gets_until_quiet,
    client::Values,
    config::{CONTROLLER, Config, start_controller},
    swapper,
};

pub(super) const CASES: &[Case] = &[
    case!("4B", Extra, "TestRejectionStrict4B", rejection, "Test: a group rejects keys that are not its own"),
    case!("4B", Extra, "TestMoveStrict4B", moves, "Test: single shards are moved"),
    case!("4B", Extra, "TestNobodyStrict4B", nobody, "Test: all groups leave, and the data stays"),
    case!("4B", Extra, "TestRejoinStrict4B", rejoin, "Test: groups join twice, and join again"),
    case!(
        "4B",
        Extra,
        "TestBothWaysStrict4B",
        both_ways,
        "Test: two groups hand over to each other, one of them behind"
    ),
    case!("4B", Extra, "TestSwapStrict4B", swap, "Test: two groups swap all shards in one configuration"),
    case!(
        "4B",
        Extra,
        "TestPassThroughStrict4B",
        pass_through,
        "Test: a shard is given away before it has arrived"
    ),
];

/// How long a few hand-overs may take when everybody is alive: a poll of the controller for each configuration on either side, and some.
const SETTLED_WITHIN: Duration = Duration::from_secs(2);

/// Goal: a group answers for its own shards only, even if a client insists. Method: the clients ask a controller that knows one group
/// of two; half of their Gets must never come back. (The official test's clients never ask the wrong group.)
async fn rejection(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, None);
    cfg.begin("Test: a group rejects keys that are not its own");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    cfg.join(&[1]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 20).await;
    values.verify(&mut ck).await;

    let misled = start_controller(&sim, cfg.net(), "misled");
    let only = [(cfg.group(0).gid, cfg.group(0).names())].into();
    let joined = cfg.controller_clerk("misled").join(only).await;
    sim.check(joined.is_ok(), format!("the second controller refused: {joined:?}"));
    let completed = gets_until_quiet(&cfg, &values, "misled").await;
    sim.check(completed == 5, format!("expected 5 completions with one group known; got {completed}"));
    values.verify(&mut ck).await;
    misled.cleanup();
    cfg.end();
}

/// Goal: Move takes one shard, with its contents, where it says. Method: every shard is moved to every group in turn, while it is
/// used; in the end each is served by the group that it was moved to, and by no other.
async fn moves(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: single shards are moved");
    let mut ck = cfg.make_client();
    cfg.join(&[0, 1, 2]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    for round in 0..3 {
        for shard in 0..N_SHARDS {
            cfg.move_shard(shard, (shard + round) % 3).await;
        }
        values.verify_and_append(&cfg, &mut ck, 5).await;
    }
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    for shard in 0..N_SHARDS {
        let wanted = cfg.group((shard + 2) % 3).gid;
        let serving = cfg.serving(shard);
        sim.check(
            serving == [wanted],
            format!("shard {shard} was moved to {wanted}, and is served by {serving:?}"),
        );
    }
    values.verify(&mut ck).await;
    cfg.end();
}

/// Goal: when the last group leaves, nobody serves, and nothing is lost. Method: it comes back and has its data; it leaves again, another
/// one comes, and gets the data from a group that is in no configuration. Then the first one has nothing left.
async fn nobody(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: all groups leave, and the data stays");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    let left = cfg.leave(&[0]).await;
    sim.check(left.shards == [NO_GROUP; N_SHARDS], format!("shards after the last Leave: {:?}", left.shards));
    // It learns of it within a poll, and must not serve then.
    cfg.settle(&[0], SETTLED_WITHIN).await;
    let served = timeout(Duration::from_secs(2), ck.get("0")).await;
    sim.check(served.is_err(), "a shard of no group is served");

    cfg.join(&[0]).await;
    // The client may have given up in the middle of a Get; it is a new one that comes back.
    let mut ck = cfg.make_client();
    values.verify_and_append(&cfg, &mut ck, 5).await;
    cfg.leave(&[0]).await;
    sleep(Duration::from_secs(1)).await;
    cfg.shutdown_group(0);
    cfg.start_group(0);
    cfg.join(&[1]).await;
    values.verify_and_append(&cfg, &mut ck, 5).await;
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.shutdown_group(0);
    values.verify(&mut ck).await;
    cfg.end();
}

/// Goal: a Join of a group that is there, and a Leave of one that is not, change nothing; a group that has left may come again.
async fn rejoin(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: groups join twice, and join again");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    let before = cfg.join(&[1]).await;
    let (gid, names) = (cfg.group(1).gid, cfg.group(1).names());
    let mut clerk = cfg.controller_clerk(CONTROLLER);
    let again = clerk.join([(gid, names)].into()).await;
    sim.check(again == Err(Refusal::Present(gid)), format!("a second Join: {again:?}"));
    let absent = cfg.group(2).gid;
    let gone = clerk.leave(&[absent]).await;
    sim.check(gone == Err(Refusal::Absent(absent)), format!("a Leave of an absent group: {gone:?}"));
    let after = cfg.newest().await;
    sim.check(before == after, format!("a refused change has changed {before:?} to {after:?}"));

    values.verify_and_append(&cfg, &mut ck, 5).await;
    for group in [1, 0, 1, 0] {
        cfg.leave(&[group]).await;
        values.verify_and_append(&cfg, &mut ck, 5).await;
        cfg.join(&[group]).await;
        values.verify_and_append(&cfg, &mut ck, 5).await;
    }
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.end();
}

/// Goal: two groups that wait for each other's shards do not wait for each other. Method: group 0 is cut off from the controller while
/// shards are moved both ways; group 1 is then some configurations ahead, waits for shards of group 0, and has some for it.
async fn both_ways(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: two groups hand over to each other, one of them behind");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let newest = cfg.join(&[1]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    for (behind, ahead) in [(0, 1), (1, 0)] {
        (0..3).for_each(|i| cfg.group(behind).reach_controller(i, false));
        for shard in 0..N_SHARDS {
            let owner = if newest.shards[shard] == cfg.group(0).gid { 0 } else { 1 };
            cfg.move_shard(shard, if behind == 0 { 1 - owner } else { owner }).await;
        }
        sleep(Duration::from_secs(2)).await;
        let waits = cfg.foremost(ahead, |group| !group.arrivals().is_empty());
        sim.check(waits == Some(true), "the group that is ahead waits for no shard: the test tests nothing");
        (0..3).for_each(|i| cfg.group(behind).reach_controller(i, true));
        cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
        values.verify_and_append(&cfg, &mut ck, 5).await;
    }
    cfg.end();
}

/// Goal: the same when a single configuration asks for both directions, which a controller that moves few shards never does. Method:
/// a controller of ours that does, ten times, while clients append.
async fn swap(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: two groups swap all shards in one configuration");
    let controller = swapper::start(&sim, cfg.net(), "swapper");
    cfg.start_groups_under("swapper");
    let mut clerk = cfg.controller_clerk("swapper");
    let both = [0, 1].map(|group| (cfg.group(group).gid, cfg.group(group).names()));
    clerk.join(both.into()).await.unwrap_or_else(|refusal| sim.fail(refusal));
    let mut ck = cfg.make_client_of("swapper");
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    for _ in 0..10 {
        clerk.move_shard(0, 1).await.unwrap_or_else(|refusal| sim.fail(refusal));
        values.verify_and_append(&cfg, &mut ck, 5).await;
    }
    controller.cleanup();
    cfg.end();
}

/// Goal: a shard may be given away again before it has arrived, and passes through. Method: its giver is dead while it is moved twice more;
/// then it comes back.
async fn pass_through(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(500));
    cfg.begin("Test: a shard is given away before it has arrived");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let mut values = Values::fill(&cfg, &mut ck, 10, 5).await;
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    cfg.shutdown_group(0);
    cfg.join(&[1, 2]).await;
    for shard in 0..N_SHARDS {
        for group in [1, 2, 1, 2] {
            cfg.move_shard(shard, group).await;
        }
    }
    sleep(Duration::from_secs(1)).await;
    cfg.start_group(0);
    values.verify_and_append(&cfg, &mut ck, 5).await;
    // Everything that was asked for has to happen in its order, although nobody waits for it any more.
    cfg.settle(&[0, 1, 2], 3 * SETTLED_WITHIN).await;
    for shard in 0..N_SHARDS {
        let serving = cfg.serving(shard);
        sim.check(serving == [cfg.group(2).gid], format!("shard {shard} is served by {serving:?}"));
    }
    values.verify(&mut ck).await;
    cfg.end();
}
