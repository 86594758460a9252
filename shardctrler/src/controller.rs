//! The controller as a state machine: the list of all configurations, and what makes a new one.

use std::collections::BTreeMap;

use kvraft::StateMachine;
use labgob::{DecodeError, Decoder};
use serde::{Deserialize, Serialize};

use crate::{
    config::{Config, ConfigNum, Gid, N_SHARDS, NO_GROUP},
    rebalance::rebalance,
};

/// All configurations there have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardCtrler {
    /// Configuration *n* stands at index *n*. Never empty: number 0 always exists.
    configs: Vec<Config>,
}

impl Default for ShardCtrler {
    fn default() -> Self {
        ShardCtrler { configs: vec![Config::default()] }
    }
}

/// What can be asked of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// New groups.
    Join {
        /// Their servers, by gid.
        servers: BTreeMap<Gid, Vec<String>>,
    },
    /// Groups go.
    Leave {
        /// Which.
        gids: Vec<Gid>,
    },
    /// One shard goes to one group; nothing else changes, until the next Join or Leave divides all of them anew.
    Move {
        /// Which shard.
        shard: usize,
        /// To whom.
        gid: Gid,
    },
    /// One configuration.
    Query {
        /// Its number. [`NEWEST`] or any number that is too large: the newest.
        num: ConfigNum,
    },
}

/// In [`Command::Query`]: the newest configuration. The labs' -1.
pub const NEWEST: ConfigNum = ConfigNum::MAX;

/// Why a command was refused. A refused command makes no new configuration and changes nothing, not even in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// Join of a group that is in the newest configuration.
    Present(Gid),
    /// Leave of, or Move to, a group that is not in the newest configuration.
    Absent(Gid),
    /// Gid 0 names no group: it cannot join, leave, or be given a shard.
    NoGroup,
    /// Move of a shard that does not exist.
    NoSuchShard(usize),
    /// Join of a group without servers, which could never serve anything.
    NoServers(Gid),
    /// Join or Leave of no group at all, which would make a new configuration like the old one.
    Nothing,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Present(gid) => write!(f, "group {gid} is there already"),
            Refusal::Absent(gid) => write!(f, "there is no group {gid}"),
            Refusal::NoGroup => f.write_str("gid 0 names no group"),
            Refusal::NoSuchShard(shard) => {
                write!(f, "there is no shard {shard}: they are 0 to {}", N_SHARDS - 1)
            }
            Refusal::NoServers(gid) => write!(f, "group {gid} has no servers"),
            Refusal::Nothing => f.write_str("no group is named"),
        }
    }
}

impl std::error::Error for Refusal {}

impl StateMachine for ShardCtrler {
    type Command = Command;
    /// The configuration asked for; for the other commands the one they have made.
    type Output = Result<Config, Refusal>;

    /// **Lab 4A.** A Query gives back a configuration; the other commands make the next one, or are refused and change nothing.
    fn apply(&mut self, command: Command) -> Self::Output {
        let next = match command {
            Command::Query { num } => return Ok(self.config(num).clone()),
            Command::Join { servers } => self.joined(servers)?,
            Command::Leave { gids } => self.left(&gids)?,
            Command::Move { shard, gid } => self.moved(shard, gid)?,
        };
        self.configs.push(next.clone());
        Ok(next)
    }

    /// **Lab 4A.** All configurations.
    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(&self.configs, out).expect("configurations can be encoded");
    }

    /// **Lab 4A.** All configurations, as `snapshot` has written them.
    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.configs = from.get()?;
        Ok(())
    }

    /// A Query goes through the log like the others: it must see every change that was answered before it was asked.
    fn is_read(command: &Command) -> bool {
        matches!(command, Command::Query { .. })
    }
}

impl ShardCtrler {
    /// Configuration `num`; the newest if there is none of that number.
    pub fn config(&self, num: ConfigNum) -> &Config {
        usize::try_from(num).ok().and_then(|num| self.configs.get(num)).unwrap_or_else(|| self.newest())
    }

    /// All configurations, in the order of their numbers.
    pub fn configs(&self) -> &[Config] {
        &self.configs
    }

    fn newest(&self) -> &Config {
        self.configs.last().expect("configuration 0 always exists")
    }

    /// The newest configuration under the next number.
    fn next(&self) -> Config {
        let newest = self.newest();
        Config { num: newest.num + 1, ..newest.clone() }
    }

    /// **Lab 4A.** The configuration after a Join: the new groups are there, and the shards divided anew.
    fn joined(&self, servers: BTreeMap<Gid, Vec<String>>) -> Result<Config, Refusal> {
        let mut next = self.next();
        if servers.is_empty() {
            return Err(Refusal::Nothing);
        }
        for (gid, servers) in servers {
            if gid == NO_GROUP {
                return Err(Refusal::NoGroup);
            }
            if servers.is_empty() {
                return Err(Refusal::NoServers(gid));
            }
            if next.groups.insert(gid, servers).is_some() {
                return Err(Refusal::Present(gid));
            }
        }
        Ok(rebalanced(next))
    }

    /// **Lab 4A.** The configuration after a Leave: the groups are gone, and the shards divided anew.
    fn left(&self, gids: &[Gid]) -> Result<Config, Refusal> {
        let mut next = self.next();
        if gids.is_empty() {
            return Err(Refusal::Nothing);
        }
        for &gid in gids {
            if gid == NO_GROUP {
                return Err(Refusal::NoGroup);
            }
            if next.groups.remove(&gid).is_none() {
                return Err(Refusal::Absent(gid));
            }
        }
        Ok(rebalanced(next))
    }

    /// **Lab 4A.** The configuration after a Move: one shard is another group's, and nothing else changes.
    fn moved(&self, shard: usize, gid: Gid) -> Result<Config, Refusal> {
        let mut next = self.next();
        if gid == NO_GROUP {
            return Err(Refusal::NoGroup);
        }
        if !next.groups.contains_key(&gid) {
            return Err(Refusal::Absent(gid));
        }
        *next.shards.get_mut(shard).ok_or(Refusal::NoSuchShard(shard))? = gid;
        Ok(next)
    }
}

/// **Lab 4A, helper.** The same configuration with its shards divided anew.
fn rebalanced(mut config: Config) -> Config {
    let groups: Vec<Gid> = config.groups.keys().copied().collect();
    rebalance(&mut config.shards, &groups);
    config
}
