//! One owner: in each configuration, a shard is served by one group, the one that the configuration names.
//!
//! From events of `shardkv`: each request that is carried out, with the configuration its group had taken by then.

use std::collections::BTreeMap;

use super::{Event, Violation, violation};

const RULE: &str = "One owner per shard and configuration (Lab 4B)";

#[derive(Default)]
pub(super) struct OneOwner {
    /// By configuration and shard: the group that has served it.
    owners: BTreeMap<(u64, u64), u64>,
}

impl OneOwner {
    pub(super) fn observe(&mut self, event: &impl Event) -> Option<Violation> {
        if event.text("event") != Some("served") {
            return None;
        }
        let (gid, num, shard) = (event.number("gid")?, event.number("num")?, event.number("shard")?);
        let owner = event.number("owner")?;
        if gid != owner {
            return violation!(
                "group {gid} serves shard {shard}, which configuration {num} gives to {owner}"
            );
        }
        let first = *self.owners.entry((num, shard)).or_insert(gid);
        if first == gid {
            return None;
        }
        violation!("groups {first} and {gid} have both served shard {shard} in configuration {num}")
    }
}
