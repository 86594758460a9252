//! What the official tests ask of configurations, in the course's words.

use shardctrler::{Config, Gid, N_SHARDS};
use simulator::Sim;

/// These groups are there, every shard belongs to one of them, and none has two shards more than another. Without groups only
/// their absence is checked, as in the original.
#[track_caller]
pub fn check(sim: &Sim, groups: &[Gid], config: &Config) {
    let (wanted, got) = (groups.len(), config.groups.len());
    sim.check(got == wanted, format!("wanted {wanted} groups, got {got}"));
    for gid in groups {
        sim.check(config.groups.contains_key(gid), format!("missing group {gid}"));
    }
    if groups.is_empty() {
        return;
    }
    for (shard, gid) in config.shards.iter().enumerate() {
        let valid = config.groups.contains_key(gid);
        sim.check(valid, format!("shard {shard} -> invalid group {gid}"));
    }
    let counts = || config.groups.keys().map(|gid| count(config, *gid));
    let (max, min) = (counts().max().unwrap_or(0), counts().min().unwrap_or(257));
    sim.check(max <= min + 1, format!("max {max} too much larger than min {min}"));
}

/// How many shards a group has.
fn count(config: &Config, gid: Gid) -> usize {
    config.shards.iter().filter(|&&owner| owner == gid).count()
}

/// Two configurations are the same one.
#[track_caller]
pub fn check_same_config(sim: &Sim, one: &Config, other: &Config) {
    let seen = || format!("\n  {one:?}\n  {other:?}");
    sim.check(one.num == other.num, format!("Num wrong{}", seen()));
    sim.check(one.shards == other.shards, format!("Shards wrong{}", seen()));
    sim.check(one.groups.len() == other.groups.len(), format!("number of Groups is wrong{}", seen()));
    for (gid, servers) in &one.groups {
        let others = other.groups.get(gid).map(Vec::as_slice).unwrap_or_default();
        sim.check(servers.len() == others.len(), format!("len(Groups) wrong{}", seen()));
        sim.check(servers == others, format!("Groups wrong{}", seen()));
    }
}

/// A group's servers are these, in this order.
#[track_caller]
pub fn check_servers(sim: &Sim, config: &Config, gid: Gid, wanted: &[&str]) {
    let servers = config.groups.get(&gid).map(Vec::as_slice).unwrap_or_default();
    sim.check(servers == wanted, format!("wrong servers for gid {gid}: {servers:?}"));
}

/// What the groups 1 to 10 have in `two` they have had in `one`.
///
/// **It cannot fail:** none of those groups is there where the official tests ask. Their groups are 100 to 190, or 1000 to 1009, and
/// 11 to 15, so the course's own check looks at nobody's shards. It stays as it is; `TestMinimalTransfersStrict4A` asks about
/// the groups that are there.
#[track_caller]
pub(super) fn check_minimal_as_in_the_course(sim: &Sim, one: &Config, two: &Config, message: &str) {
    for gid in 1..=10 {
        for shard in 0..N_SHARDS {
            sim.check(two.shards[shard] != gid || one.shards[shard] == gid, message);
        }
    }
}
