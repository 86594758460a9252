//! A list of configurations in the place of a controller: Lab 4B without Lab 4A.
//!
//! Servers and clerks cannot tell the difference. They ask as they always do, and are answered from the list; there is no Raft, no log and
//! no rebalancing behind it. A configuration is written as one character per shard: the group's index in the harness (`0`, `1`,
//! `2`), or `.` for nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kvraft::{service::Reply, session::Request};
use labrpc::{Server, Service};
use shardctrler::{Command, Config as Configuration, N_SHARDS, NO_GROUP};
use simulator::Sim;

use super::{
    config::{Config, GROUPS},
    group::{Group, SERVERS},
};

/// The servers that answer from the list are called so, with a number.
const SCRIPT: &str = "script";
/// What a clerk of the controller calls.
const SERVICE: &str = "Rsm";

/// The list. It can be continued, never changed.
#[derive(Clone)]
pub struct Script {
    list: Arc<Mutex<Vec<Configuration>>>,
}

impl Script {
    /// Starts all groups, which follow a list that holds configuration 0 alone: nobody has anything.
    pub fn start(sim: &Sim, unreliable: bool, raft_state_bytes_max: Option<usize>) -> (Config, Script) {
        Self::with_groups(sim, GROUPS, unreliable, raft_state_bytes_max)
    }

    /// The same with so many groups, up to ten.
    pub fn with_groups(
        sim: &Sim,
        groups: usize,
        unreliable: bool,
        raft_state_bytes_max: Option<usize>,
    ) -> (Config, Script) {
        let cfg = Config::without_controller(sim, SCRIPT, groups, unreliable, raft_state_bytes_max);
        let script = Script { list: Arc::new(Mutex::new(vec![Configuration::default()])) };
        for i in 0..SERVERS {
            cfg.net().add_server(format!("{SCRIPT}{i}"), Server::new().with(script.service()));
        }
        (cfg, script)
    }

    fn service(&self) -> Service {
        let script = self.clone();
        Service::new(SERVICE, move |_context, request: Request<Command>| {
            let config = script.answer(&request.command);
            async move { Ok(Reply::Done(Ok::<_, shardctrler::Refusal>(config))) }
        })
    }

    /// The configuration of this number, or the newest.
    fn answer(&self, command: &Command) -> Configuration {
        let Command::Query { num } = command else {
            panic!("a list of configurations takes no {command:?}: write it into the script");
        };
        let list = self.list();
        let newest = list.last().expect("configuration 0 is always there");
        usize::try_from(*num).ok().and_then(|num| list.get(num)).unwrap_or(newest).clone()
    }

    /// Continues the list by one configuration, and returns it.
    pub fn next(&self, cfg: &Config, shards: &str) -> Configuration {
        let mut list = self.list();
        let next = parse(cfg, list.len(), shards).unwrap_or_else(|reason| cfg.sim().fail(reason));
        list.push(next.clone());
        next
    }

    fn list(&self) -> MutexGuard<'_, Vec<Configuration>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads one configuration.
fn parse(cfg: &Config, num: usize, text: &str) -> Result<Configuration, String> {
    let all = cfg.all();
    let names: Vec<String> = all.iter().map(usize::to_string).collect();
    let names = names.join(", ");
    let wrong =
        || format!("`{text}` is no configuration: {N_SHARDS} characters, each {names} or . for nobody");
    let groups: Vec<&Group> = all.iter().map(|&group| cfg.group(group)).collect();
    let gid = |character: char| match character {
        '.' => Ok(NO_GROUP),
        _ => {
            let group = character.to_digit(10).and_then(|digit| groups.get(digit as usize));
            group.map(|group| group.gid).ok_or_else(wrong)
        }
    };
    let shards: Vec<_> = text.chars().map(gid).collect::<Result<_, _>>()?;
    let shards = shards.try_into().map_err(|_| wrong())?;
    let has_any = |group: &&Group| -> bool {
        let shards: &[shardctrler::Gid; N_SHARDS] = &shards;
        shards.contains(&group.gid)
    };
    let named = groups.iter().copied().filter(has_any).map(|group| (group.gid, group.names())).collect();
    Ok(Configuration { num: num as u64, shards, groups: named })
}
