//! Groups as plain values, and configurations to feed them: no network, no log, no time.

use std::collections::BTreeMap;

use bytes::Bytes;
use kvraft::{StateMachine, kv, session::Request};
use shardctrler::{Config, Gid, N_SHARDS};
use shardkv::{Command, Departure, HandOver, Output, ShardKv, Status};

/// A configuration in which the shards belong to these.
pub(crate) fn config(num: u64, shards: [Gid; N_SHARDS]) -> Config {
    let servers = |gid: Gid| vec![format!("server of {gid}")];
    let groups = shards.into_iter().filter(|&gid| gid != 0).map(|gid| (gid, servers(gid)));
    Config { num, shards, groups: groups.collect::<BTreeMap<_, _>>() }
}

/// A key of shard 0, and one of shard 1.
pub(crate) const KEYS: [&str; 2] = ["2", "3"];

pub(crate) fn append(client: u64, serial: u64, key: &str, value: &str) -> Command {
    let command = kv::Command::Append { key: key.into(), value: value.into() };
    Command::Client(Request { client, serial, command })
}

/// The value of a key, if the group serves it.
pub(crate) fn get(group: &mut ShardKv, key: &str) -> Option<String> {
    let command = kv::Command::Get { key: key.into() };
    match group.apply(Command::Client(Request { client: 0, serial: u64::MAX, command })) {
        Output::Answer(value) => value,
        Output::WrongGroup => None,
        Output::Done => panic!("a Get is answered"),
    }
}

/// What a server of the group would answer to a pull.
pub(crate) fn pull(group: &ShardKv, id: HandOver) -> Option<Bytes> {
    match group.departures().get(&id)? {
        Departure::Ready(contents) => {
            Some(labgob::encode(&**contents).expect("a shard can be encoded").into())
        }
        Departure::Expected => None,
    }
}

/// Whether the group serves a shard.
pub(crate) fn serves(group: &ShardKv, shard: usize) -> bool {
    matches!(group.shards()[shard], Status::Serving(_))
}
