//! The client's side: the four calls.

use std::collections::BTreeMap;

use labrpc::End;

use crate::{
    config::{Config, ConfigNum, Gid},
    controller::{Command, NEWEST, Refusal, ShardCtrler},
};

/// A client of the controller. It makes one call at a time, and retries for ever.
pub struct Clerk {
    clerk: kvraft::Clerk<ShardCtrler>,
}

impl Clerk {
    /// A new client. `servers` holds one end per server of the controller, in any order.
    pub fn new(servers: &[End]) -> Self {
        Clerk { clerk: kvraft::Clerk::new(servers) }
    }

    /// Configuration `num`, or the newest if there is none of that number. Reflects every change answered before.
    pub async fn query(&mut self, num: ConfigNum) -> Config {
        self.clerk.submit(Command::Query { num }).await.expect("no query is refused")
    }

    /// The newest configuration: the labs' `Query(-1)`.
    pub async fn newest(&mut self) -> Config {
        self.query(NEWEST).await
    }

    /// Adds groups, given with the names of their servers, and divides the shards anew. Returns the new configuration.
    ///
    /// # Errors
    /// If a gid is 0 or present, or has no servers, or none is given; nothing has changed then.
    pub async fn join(&mut self, servers: BTreeMap<Gid, Vec<String>>) -> Result<Config, Refusal> {
        self.clerk.submit(Command::Join { servers }).await
    }

    /// Removes groups, and divides their shards among the others. Returns the new configuration.
    ///
    /// # Errors
    /// If a gid is 0, absent or named twice, or none is given; nothing has changed then.
    pub async fn leave(&mut self, gids: &[Gid]) -> Result<Config, Refusal> {
        self.clerk.submit(Command::Leave { gids: gids.to_vec() }).await
    }

    /// Gives one shard to one group, and leaves the others where they are. Returns the new configuration. The labs' `Move`.
    ///
    /// # Errors
    /// If there is no such shard or group; nothing has changed then.
    pub async fn move_shard(&mut self, shard: usize, gid: Gid) -> Result<Config, Refusal> {
        self.clerk.submit(Command::Move { shard, gid }).await
    }
}
