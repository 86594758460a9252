//! `TestBasic`: one group at a time, one cluster for six sections.

use shardctrler::{Config as ShardConfig, Gid, N_SHARDS};
use simulator::{Case, Sim, case};

use super::{
    checks::{check, check_minimal_as_in_the_course, check_same_config, check_servers},
    client::{Client, group, numbered},
    config::Config,
};

pub(super) const CASES: &[Case] = &[case!("4A", Official, "TestBasic", basic, "Test: Basic leave/join")];

/// How many clerks work at once, and how many groups they leave behind.
const CLERKS: u64 = 10;

/// Goal: configurations come and go as they should, one group at a time. Method: six sections, each with its own.
async fn basic(sim: Sim) {
    let cfg = Config::make(&sim, 3, false);
    let mut ck = cfg.make_client(&cfg.all());
    let seen = leave_join(&cfg, &mut ck).await;
    historical_queries(&cfg, &mut ck, &seen).await;
    moves(&cfg, &mut ck).await;
    let groups = concurrent_leave_join(&cfg).await;
    check(&sim, &groups, &ck.newest().await);
    cfg.end();
    let joined = minimal_after_joins(&cfg, &mut ck).await;
    minimal_after_leaves(&cfg, &mut ck, &joined).await;
    cfg.cleanup();
}

/// Goal: shards go to the groups there are, and a Query sees every finished change. Method: two groups come, two go. Returns the
/// configurations seen.
async fn leave_join(cfg: &Config, ck: &mut Client) -> [ShardConfig; 6] {
    cfg.begin("Test: Basic leave/join");
    // Number 3 is never set, as in the original: comparing it later with Query(0) verifies configuration 0.
    let mut seen: [ShardConfig; 6] = Default::default();
    seen[0] = ck.newest().await;
    check(cfg.sim(), &[], &ck.newest().await);
    ck.join(group(1, &["x", "y", "z"])).await;
    check(cfg.sim(), &[1], &ck.newest().await);
    seen[1] = ck.newest().await;
    ck.join(group(2, &["a", "b", "c"])).await;
    check(cfg.sim(), &[1, 2], &ck.newest().await);
    seen[2] = ck.newest().await;
    let config = ck.newest().await;
    check_servers(cfg.sim(), &config, 1, &["x", "y", "z"]);
    check_servers(cfg.sim(), &config, 2, &["a", "b", "c"]);
    ck.leave(&[1]).await;
    check(cfg.sim(), &[2], &ck.newest().await);
    seen[4] = ck.newest().await;
    ck.leave(&[2]).await;
    seen[5] = ck.newest().await;
    cfg.end();
    seen
}

/// Goal: old configurations are kept, unchanged, by every server and over its crash. Method: one server after the other is away
/// while they are asked for.
async fn historical_queries(cfg: &Config, ck: &mut Client, seen: &[ShardConfig]) {
    cfg.begin("Test: Historical queries");
    for s in cfg.all() {
        cfg.shutdown_server(s);
        for config in seen {
            check_same_config(cfg.sim(), &ck.query(config.num).await, config);
        }
        cfg.start_server(s);
        cfg.connect_all();
    }
    cfg.end();
}

/// Goal: Move gives a shard to a group and makes a configuration; nothing undoes it before the next Join or Leave. Method: five
/// shards to each of two groups.
async fn moves(cfg: &Config, ck: &mut Client) {
    const GROUPS: [Gid; 2] = [503, 504];
    cfg.begin("Test: Move");
    ck.join(group(GROUPS[0], &["3a", "3b", "3c"])).await;
    ck.join(group(GROUPS[1], &["4a", "4b", "4c"])).await;
    let target = |shard| GROUPS[usize::from(shard >= N_SHARDS / 2)];
    for shard in 0..N_SHARDS {
        let before = ck.newest().await;
        ck.move_shard(shard, target(shard)).await;
        if before.shards[shard] != target(shard) {
            let num = ck.newest().await.num;
            cfg.sim().check(num > before.num, "Move should increase Config.Num");
        }
    }
    let config = ck.newest().await;
    for (shard, &gid) in config.shards.iter().enumerate() {
        let wanted = target(shard);
        cfg.sim().check(gid == wanted, format!("expected shard {shard} on gid {wanted} actually {gid}"));
    }
    ck.leave(&[GROUPS[0]]).await;
    ck.leave(&[GROUPS[1]]).await;
    cfg.end();
}

/// Goal: concurrent changes are neither lost nor made twice. Method: ten clerks, each of which joins two groups and takes one
/// away. Returns the groups that are left.
async fn concurrent_leave_join(cfg: &Config) -> Vec<Gid> {
    cfg.begin("Test: Concurrent leave/join");
    let groups: Vec<Gid> = (0..CLERKS).map(|i| 100 + 10 * i).collect();
    let clerks = groups.iter().map(|&gid| {
        let cfg = cfg.clone();
        tokio::spawn(async move {
            cfg.sim().scatter().await;
            let mut ck = cfg.make_client(&cfg.all());
            ck.join(group(gid + 1000, &[&format!("s{gid}a")])).await;
            ck.join(group(gid, &[&format!("s{gid}b")])).await;
            ck.leave(&[gid + 1000]).await;
        })
    });
    for clerk in futures::future::join_all(clerks).await {
        clerk.expect("the clerk ends well");
    }
    groups
}

/// Goal: no shard moves between groups that stay. Method: see `check_minimal_as_in_the_course`.
async fn minimal_after_joins(cfg: &Config, ck: &mut Client) -> ShardConfig {
    cfg.begin("Test: Minimal transfers after joins");
    let before = ck.newest().await;
    for gid in 11..=15 {
        // The third name repeats the second: so it does in the course's test.
        ck.join(numbered(gid, &["a", "b", "b"])).await;
    }
    let after = ck.newest().await;
    check_minimal_as_in_the_course(cfg.sim(), &before, &after, "non-minimal transfer after Join()s");
    cfg.end();
    after
}

/// The same for groups that go.
async fn minimal_after_leaves(cfg: &Config, ck: &mut Client, before: &ShardConfig) {
    cfg.begin("Test: Minimal transfers after leaves");
    for gid in 11..=15 {
        ck.leave(&[gid]).await;
    }
    let after = ck.newest().await;
    // The original looks at the groups of the earlier configuration here: who had a shard still has it.
    check_minimal_as_in_the_course(cfg.sim(), &after, before, "non-minimal transfer after Leave()s");
    cfg.end();
}
