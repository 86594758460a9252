//! A group as a state machine: what it has, what is on its way to it, and what is on its way from it.

use std::collections::BTreeMap;

use bytes::Bytes;
use kvraft::{StateMachine, kv, session::Request};
use labgob::{DecodeError, Decoder};
use serde::{Deserialize, Serialize};
use shardctrler::{Config, ConfigNum, Gid, N_SHARDS, NO_GROUP};

use crate::{
    handover::{Arrival, Departure, HandOver, Shard},
    key::key2shard,
};

/// What a group may do with a shard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Nothing: it is another group's, or nobody's and never was ours.
    #[default]
    Absent,
    /// Ours, and here: clients are served.
    Serving(Shard),
    /// Ours, but not here yet: clients must wait.
    Arriving,
    /// Nobody's (gid 0), and we had it last: kept until some group gets it, and served to nobody.
    Parked(Shard),
}

/// The group that has had a shard last, as the configurations tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Holder {
    gid: Gid,
    servers: Vec<String>,
}

/// The state of one group.
///
/// Invariants:
/// * A shard's contents are in exactly one of: [`Status::Serving`], [`Status::Parked`], one [`Departure::Ready`], or nowhere here.
/// * A shard is [`Status::Serving`] or [`Status::Arriving`] only if the newest configuration says that it is ours.
/// * Arrivals and departures of one shard take turns, in the order of their configurations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardKv {
    gid: Gid,
    /// The newest configuration this group has taken. All before it have been taken too.
    config: Config,
    holders: [Option<Holder>; N_SHARDS],
    shards: [Status; N_SHARDS],
    arrivals: BTreeMap<HandOver, Arrival>,
    departures: BTreeMap<HandOver, Departure>,
}

/// What stands in a group's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Command {
    /// A client's request.
    Client(Request<kv::Command>),
    /// The next configuration. Any other number than the next changes nothing.
    Reconfigure(Config),
    /// The contents of an arriving shard, encoded. Changes nothing if they are here already.
    Install {
        /// Which hand-over this is.
        id: HandOver,
        /// An encoded [`Shard`].
        contents: Bytes,
    },
    /// The taker of a departing shard has it for good: the contents can go.
    Delete(HandOver),
    /// The giver of an arrived shard has deleted it: the hand-over is over.
    Settle(HandOver),
}

/// What has come of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// The client's answer. `None`: its request is outdated, and nobody waits for an answer.
    Answer(Option<String>),
    /// The client's key is not served here, at this point of the log. **Nothing is remembered of the request**, or its retry at
    /// the right group would count as a repetition.
    WrongGroup,
    /// Done, now or before. All other commands.
    Done,
}

impl ShardKv {
    /// A group that has taken no configuration yet.
    pub fn new(gid: Gid) -> Self {
        ShardKv {
            gid,
            config: Config::default(),
            holders: Default::default(),
            shards: Default::default(),
            arrivals: BTreeMap::new(),
            departures: BTreeMap::new(),
        }
    }

    /// The newest configuration this group has taken.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What this group may do with each shard.
    pub fn shards(&self) -> &[Status; N_SHARDS] {
        &self.shards
    }

    /// Shards that are to come here, or have come and the giver does not know.
    pub fn arrivals(&self) -> &BTreeMap<HandOver, Arrival> {
        &self.arrivals
    }

    /// Shards that are to go from here.
    pub fn departures(&self) -> &BTreeMap<HandOver, Departure> {
        &self.departures
    }

    /// **Lab 4B.** Carries out a client's request if the shard of its key is served here, at this point of the log.
    fn serve(&mut self, request: Request<kv::Command>) -> Output {
        let shard = key2shard(request.command.key());
        match &mut self.shards[shard] {
            Status::Serving(contents) => {
                let (num, owner) = (self.config.num, self.config.shards[shard]);
                tracing::trace!(target: "shardkv", topic = "SHARD", gid = self.gid, num, shard, owner, "served");
                Output::Answer(contents.apply(request))
            }
            Status::Absent | Status::Arriving | Status::Parked(_) => Output::WrongGroup,
        }
    }

    /// **Lab 4B.** Takes the next configuration. It takes effect here and now: what is lost is not served from this point of the log on.
    /// Nothing is waited for. A shard may have to wait for its contents; a group never waits.
    fn reconfigure(&mut self, next: Config) {
        if next.num != self.config.num + 1 {
            return;
        }
        for shard in 0..N_SHARDS {
            if next.shards[shard] == NO_GROUP {
                self.park(shard);
            } else {
                self.assign(shard, next.num, next.shards[shard], next.servers_of(shard).unwrap_or_default());
            }
        }
        self.config = next;
    }

    /// **Lab 4B, helper.** Nobody has the shard from now on. Whoever had it last stays its holder.
    fn park(&mut self, shard: usize) {
        let status = &mut self.shards[shard];
        *status = match std::mem::take(status) {
            Status::Serving(contents) => Status::Parked(contents),
            other => other,
        };
    }

    /// **Lab 4B, helper.** A group has the shard from configuration `num` on.
    fn assign(&mut self, shard: usize, num: ConfigNum, gid: Gid, servers: &[String]) {
        let next = Holder { gid, servers: servers.to_vec() };
        let last = self.holders[shard].replace(next);
        match last {
            Some(last) if last.gid == gid => self.unpark(shard),
            Some(last) if last.gid == self.gid => self.give(HandOver { shard, num }),
            Some(last) if gid == self.gid => self.take(HandOver { shard, num }, last.servers),
            // It has never been anybody's: there is nothing to wait for.
            None if gid == self.gid => self.shards[shard] = Status::Serving(Shard::default()),
            _ => {}
        }
    }

    /// **Lab 4B, helper.** The shard's holder keeps it, or gets it back from nobody.
    fn unpark(&mut self, shard: usize) {
        let status = &mut self.shards[shard];
        *status = match std::mem::take(status) {
            Status::Parked(contents) => Status::Serving(contents),
            other => other,
        };
    }

    /// **Lab 4B, helper.** The shard is to go from here. If it has not arrived yet, it will pass through.
    fn give(&mut self, id: HandOver) {
        let departure = match std::mem::take(&mut self.shards[id.shard]) {
            Status::Serving(contents) | Status::Parked(contents) => Departure::Ready(contents.into()),
            Status::Arriving => Departure::Expected,
            Status::Absent => unreachable!("shard {} was ours", id.shard),
        };
        self.departures.insert(id, departure);
    }

    /// **Lab 4B, helper.** The shard is to come here.
    fn take(&mut self, id: HandOver, from: Vec<String>) {
        self.arrivals.insert(id, Arrival { from, installed: false });
        self.shards[id.shard] = Status::Arriving;
    }

    /// **Lab 4B.** The contents have come. By now, a newer configuration may have given the shard away again.
    fn install(&mut self, id: HandOver, contents: &[u8]) {
        match self.arrivals.get_mut(&id) {
            Some(arrival) if !arrival.installed => arrival.installed = true,
            _ => return,
        }
        let contents: Shard = labgob::decode(contents).expect("only shards are sent as shards");
        let later = HandOver { num: id.num + 1, ..id }..=HandOver { num: ConfigNum::MAX, ..id };
        if let Some((_, onward)) = self.departures.range_mut(later).next() {
            *onward = Departure::Ready(contents.into());
        } else if self.config.shards[id.shard] == self.gid {
            self.shards[id.shard] = Status::Serving(contents);
        } else {
            self.shards[id.shard] = Status::Parked(contents);
        }
    }
}

impl StateMachine for ShardKv {
    type Command = Command;
    type Output = Output;

    fn apply(&mut self, command: Command) -> Output {
        match command {
            Command::Client(request) => return self.serve(request),
            Command::Reconfigure(config) => self.reconfigure(config),
            Command::Install { id, contents } => self.install(id, &contents),
            Command::Delete(id) => drop(self.departures.remove(&id)),
            Command::Settle(id) => drop(self.arrivals.remove(&id)),
        }
        Output::Done
    }

    /// **Lab 4B.** The whole state of the group, shards under way included.
    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(self, out).expect("a group's state can be encoded");
    }

    /// **Lab 4B.** Reads what `snapshot` has written.
    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        *self = from.get()?;
        Ok(())
    }
}
