//! A clerk as the tests use it: a refusal is a failure, and a call that hangs has a name.

use std::{collections::BTreeMap, fmt::Debug, panic::Location};

use labrpc::End;
use protocol::FailureKind;
use shardctrler::{Clerk, Config as ShardConfig, ConfigNum, Gid, NEWEST, Refusal};
use simulator::Step;

use super::config::Config;

/// A clerk and its harness.
pub struct Client {
    config: Config,
    clerk: Clerk,
    number: u64,
}

/// Groups and their servers, as Join wants them.
pub type Groups = BTreeMap<Gid, Vec<String>>;

impl Config {
    /// A new clerk, which reaches the servers in `to` only. It has all of them in an order of its own.
    pub fn make_client(&self, to: &[usize]) -> Client {
        let (number, ends) = self.next_clerk();
        self.connect_client(number, to);
        Client::new(self.clone(), number, &ends)
    }
}

impl Client {
    pub(super) fn new(config: Config, number: u64, ends: &[End]) -> Self {
        Client { config, clerk: Clerk::new(ends), number }
    }

    /// Names its ends in the network: what [`Config::connect_client`] and [`Config::disconnect_client`] want to know.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The newest configuration: the course's `Query(-1)`.
    #[track_caller]
    pub fn newest(&mut self) -> impl Future<Output = ShardConfig> + Send {
        self.query(NEWEST)
    }

    /// The configuration of this number, or the newest.
    #[track_caller]
    pub fn query(&mut self, num: ConfigNum) -> impl Future<Output = ShardConfig> + Send {
        let at = Location::caller();
        let step = self.begin(format!("Query({num})"), at);
        async move {
            let config = self.clerk.query(num).await;
            drop(step);
            config
        }
    }

    /// Adds groups. Returns the configuration this has made, which the course's Join does not.
    #[track_caller]
    pub fn join(&mut self, groups: Groups) -> impl Future<Output = ShardConfig> + Send {
        let at = Location::caller();
        let step = self.begin(format!("Join({:?})", groups.keys()), at);
        async move {
            let answer = self.clerk.join(groups).await;
            drop(step);
            self.accepted("Join", answer, at)
        }
    }

    /// Takes groups away. Returns the configuration this has made.
    #[track_caller]
    pub fn leave(&mut self, gids: &[Gid]) -> impl Future<Output = ShardConfig> + Send {
        let (at, gids) = (Location::caller(), gids.to_vec());
        let step = self.begin(format!("Leave({gids:?})"), at);
        async move {
            let answer = self.clerk.leave(&gids).await;
            drop(step);
            self.accepted("Leave", answer, at)
        }
    }

    /// Gives one shard to one group. Returns the configuration this has made.
    #[track_caller]
    pub fn move_shard(&mut self, shard: usize, gid: Gid) -> impl Future<Output = ShardConfig> + Send {
        let at = Location::caller();
        let step = self.begin(format!("Move({shard}, {gid})"), at);
        async move {
            let answer = self.clerk.move_shard(shard, gid).await;
            drop(step);
            self.accepted("Move", answer, at)
        }
    }

    /// The clerk itself, for calls that are to be refused.
    pub fn bare(&mut self) -> &mut Clerk {
        &mut self.clerk
    }

    fn begin(&self, what: String, at: &Location<'_>) -> Step {
        self.config.called();
        self.config.sim().step_at(what, at)
    }

    /// What the tests ask for is in order: whoever refuses it has lost count of the groups.
    fn accepted<T: Debug>(&self, what: &str, answer: Result<T, Refusal>, at: &Location<'_>) -> T {
        let refused = |refusal| {
            self.config.sim().fail_at(FailureKind::Check, format!("{what} was refused: {refusal}"), at)
        };
        answer.unwrap_or_else(refused)
    }
}

/// One group, with servers of these names.
pub fn group(gid: Gid, servers: &[&str]) -> Groups {
    Groups::from([(gid, servers.iter().map(|&server| server.to_owned()).collect())])
}

/// One group whose servers are called after it: its gid and one of these endings.
pub fn numbered(gid: Gid, endings: &[&str]) -> Groups {
    Groups::from([(gid, endings.iter().map(|ending| format!("{gid}{ending}")).collect())])
}
