//! Who has a line of its own: the clients together, every server, and in Lab 4 the shards of every group.

use std::collections::HashMap;

use protocol::trace::read::{Event, Trace};
use serde::Serialize;

/// One line of the diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Lane {
    /// What stands in front of it.
    pub(super) name: String,
    /// Lanes of the same group stand together; empty where there is one group only.
    pub(super) group: String,
    /// `clients`, `server` or `shards`.
    pub(super) kind: &'static str,
}

/// All lanes from top to bottom, and where everybody is found.
pub(super) struct Lanes {
    pub(super) list: Vec<Lane>,
    servers: HashMap<String, usize>,
    shards: HashMap<u64, usize>,
    clients: Option<usize>,
}

impl Lanes {
    pub(super) fn new(trace: &Trace) -> Lanes {
        let servers = servers(trace);
        let mut lanes =
            Lanes { list: Vec::new(), servers: HashMap::new(), shards: HashMap::new(), clients: None };
        if trace.events.iter().any(|event| is_of_clients(event, &servers)) {
            lanes.clients = Some(lanes.push("clients", "", "clients"));
        }
        let gids = gids(trace);
        for server in servers {
            let group = group(&server);
            if let Some(gid) = gid(&group).filter(|gid| gids.contains(gid) && !lanes.shards.contains_key(gid))
            {
                let lane = lanes.push("shards", &group, "shards");
                lanes.shards.insert(gid, lane);
            }
            let lane = lanes.push(&server, &group, "server");
            lanes.servers.insert(server, lane);
        }
        lanes
    }

    fn push(&mut self, name: &str, group: &str, kind: &'static str) -> usize {
        self.list.push(Lane { name: name.to_owned(), group: group.to_owned(), kind });
        self.list.len() - 1
    }

    /// Where an event stands; `None`: it concerns everybody, or a message, which has two places.
    pub(super) fn of(&self, event: &Event) -> Option<usize> {
        if let Some(server) = event.text("server") {
            return self.servers.get(server).copied();
        }
        match event.topic() {
            "CLIENT" => self.clients,
            "SHARD" => self.shards.get(&event.number("gid")?).copied(),
            _ => None,
        }
    }

    /// The end of a message. Who is no server is a client; nobody is nobody.
    pub(super) fn end(&self, name: Option<&str>) -> Option<usize> {
        let name = name?;
        self.servers.get(name).copied().or(self.clients)
    }
}

/// Those events name, then those who only ever got messages.
fn servers(trace: &Trace) -> Vec<String> {
    let mut servers = trace.servers();
    for name in trace.events.iter().filter_map(|event| event.text("to")) {
        if !servers.iter().any(|known| known == name) {
            servers.push(name.to_owned());
        }
    }
    servers
}

fn is_of_clients(event: &Event, servers: &[String]) -> bool {
    let sent_by_client = || {
        event.name() == "send"
            && event.text("from").is_some_and(|from| !servers.iter().any(|server| server == from))
    };
    event.topic() == "CLIENT" || sent_by_client()
}

fn gids(trace: &Trace) -> Vec<u64> {
    let mut gids: Vec<u64> = trace
        .events
        .iter()
        .filter(|event| event.topic() == "SHARD")
        .filter_map(|event| event.number("gid"))
        .collect();
    gids.sort_unstable();
    gids.dedup();
    gids
}

/// `server-100-1` belongs to `group 100`, `ctrler0` to the `controller`, `0` to no group worth a name.
fn group(server: &str) -> String {
    match server.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "" => String::new(),
        "ctrler" => "controller".to_owned(),
        other => match other.strip_prefix("server-") {
            Some(gid) => format!("group {}", gid.trim_end_matches('-')),
            None => other.to_owned(),
        },
    }
}

fn gid(group: &str) -> Option<u64> {
    group.strip_prefix("group ")?.parse().ok()
}
