//! Tests 11 to 13: the challenges. Delete what has been handed over; serve what can be served during a change.

use std::time::Duration;

use shardctrler::{Config as Configuration, Gid, N_SHARDS};
use shardkv::key2shard;
use simulator::{Case, Sim, case};
use tokio::time::sleep;

use super::{
    client::{Client, Values},
    config::Config,
};

pub(super) const CASES: &[Case] = &[
    case!("4B", Official, "TestChallenge1Delete", challenge_1_delete, "Test: shard deletion (challenge 1)"),
    case!(
        "4B",
        Official,
        "TestChallenge2Unaffected",
        challenge_2_unaffected,
        "Test: unaffected shard access (challenge 2)"
    ),
    case!(
        "4B",
        Official,
        "TestChallenge2Partial",
        challenge_2_partial,
        "Test: partial migration shard access (challenge 2)"
    ),
];

const SECOND: Duration = Duration::from_secs(1);

/// Goal: contents are deleted where they are no longer needed. Method: shards move to and fro; in the end, all storage together holds
/// each of them once per server, and a little more.
async fn challenge_1_delete(sim: Sim) {
    const KEYS: usize = 30;
    const LENGTH: usize = 1000;
    // "1" snapshots after every entry.
    let cfg = Config::make_fast(&sim, false, Some(1));
    cfg.begin("Test: shard deletion (challenge 1)");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let values = Values::fill(&cfg, &mut ck, KEYS, LENGTH).await;
    verify_three(&values, &mut ck).await;
    for _ in 0..2 {
        cfg.join(&[1]).await;
        cfg.leave(&[0]).await;
        cfg.join(&[2]).await;
        sleep(3 * SECOND).await;
        verify_three(&values, &mut ck).await;
        cfg.leave(&[1]).await;
        cfg.join(&[0]).await;
        cfg.leave(&[2]).await;
        sleep(3 * SECOND).await;
        verify_three(&values, &mut ck).await;
    }
    cfg.join(&[1]).await;
    cfg.join(&[2]).await;
    for _ in 0..3 {
        sleep(SECOND).await;
        verify_three(&values, &mut ck).await;
    }
    // Each key once per server; three of them twice more, as answers remembered for retries; and slop.
    let expected = 3 * ((KEYS - 3) * LENGTH + 2 * 3 * LENGTH + 6000);
    let total = cfg.storage_size();
    sim.check(
        total <= expected,
        format!("snapshot + persisted Raft state are too big: {total} > {expected}"),
    );
    values.verify(&mut ck).await;
    cfg.end();
}

async fn verify_three(values: &Values, ck: &mut Client) {
    for key in 0..3 {
        values.verify_one(ck, key).await;
    }
}

/// Which shards a group has.
fn owned(config: &Configuration, gid: Gid) -> [bool; N_SHARDS] {
    config.shards.map(|owner| owner == gid)
}

async fn put_all(ck: &mut Client, value: &str) {
    for key in 0..10 {
        ck.put(&key.to_string(), value).await;
    }
}

/// Every key of these shards has the value, and can be written.
async fn use_owned(ck: &mut Client, owned: [bool; N_SHARDS], values: &[String], suffix: &str) {
    for (key, value) in values.iter().enumerate() {
        let key = key.to_string();
        if owned[key2shard(&key)] {
            ck.check(&key, value).await;
            ck.put(&key, &format!("{value}{suffix}")).await;
            ck.check(&key, &format!("{value}{suffix}")).await;
        }
    }
}

/// Goal: shards that a change does not concern can be used during it. Method: a change that can never end, because the group that is
/// to hand over is dead. A group that stops serving shows as a hang.
async fn challenge_2_unaffected(sim: Sim) {
    let cfg = Config::make_fast(&sim, true, Some(100));
    cfg.begin("Test: unaffected shard access (challenge 2)");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    put_all(&mut ck, "100").await;
    cfg.join(&[1]).await;
    let owned = owned(&cfg.newest().await, 101);
    // Wait for migration to the new configuration to complete.
    sleep(SECOND).await;
    let mut values = vec!["100".to_owned(); 10];
    for key in 0..10 {
        // The original takes the key's number for its shard's. The key's owner is alive whoever it is, so that is harmless;
        // it is kept, and so is the value the key has afterwards.
        if owned[key] {
            ck.put(&key.to_string(), "101").await;
            values[key] = "101".into();
        }
    }
    cfg.shutdown_group(0);
    // It can never hand over.
    cfg.leave(&[0]).await;
    sleep(SECOND).await;
    use_owned(&mut ck, owned, &values, "-1").await;
    cfg.end();
}

/// Goal: a shard can be used as soon as its own contents have arrived. Method: of two groups that leave, one is dead.
async fn challenge_2_partial(sim: Sim) {
    let cfg = Config::make_fast(&sim, true, Some(100));
    cfg.begin("Test: partial migration shard access (challenge 2)");
    let mut ck = cfg.make_client();
    cfg.join(&[0, 1, 2]).await;
    // Give the implementation time to reconfigure.
    sleep(SECOND).await;
    put_all(&mut ck, "100").await;
    let owned = owned(&cfg.newest().await, 102);
    cfg.shutdown_group(0);
    // 101 can get the shards of 102, but not those of 100.
    cfg.leave(&[0, 2]).await;
    sleep(SECOND).await;
    use_owned(&mut ck, owned, &vec!["100".to_owned(); 10], "-2").await;
    cfg.end();
}
