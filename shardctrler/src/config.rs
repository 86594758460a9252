//! What the controller hands out: which group has which shard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many shards there are, for ever. Shards are numbered from 0.
pub const N_SHARDS: usize = 10;

/// Names a group of servers. 0 is no group.
pub type Gid = u64;

/// The gid of no group: shards nobody has.
pub const NO_GROUP: Gid = 0;

/// Numbers configurations, from 0 upwards without gaps.
pub type ConfigNum = u64;

/// One configuration. It never changes; the next one has the next number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// Its number. Configuration 0 has no groups, and all its shards are nobody's.
    pub num: ConfigNum,
    /// Whose each shard is; [`NO_GROUP`] if nobody's.
    pub shards: [Gid; N_SHARDS],
    /// The groups and the names of their servers. Ordered: whoever iterates over it goes the same way on every server.
    pub groups: BTreeMap<Gid, Vec<String>>,
}

impl Config {
    /// The servers of a shard's group, if it has one.
    pub fn servers_of(&self, shard: usize) -> Option<&[String]> {
        self.groups.get(&self.shards[shard]).map(Vec::as_slice)
    }
}
