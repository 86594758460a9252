//! One group of servers, and how one of them is started and crashed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use cluster::{Cluster, Controls};
use labrpc::{End, Network};
use shardctrler::Gid;
use shardkv::{Departure, MakeEnd, Place, ShardKv, ShardKvServer, Status};
use simulator::Sim;

/// Servers of a group, and of the controller.
pub const SERVERS: usize = 3;

/// One group.
pub struct Group {
    /// What the controller calls it.
    pub gid: Gid,
    /// Its servers, and the links between them.
    pub cluster: Cluster<ShardKvServer>,
    ends: Arc<Ends>,
    raft_state_bytes_max: Option<usize>,
    /// Names of each living server's ends to the controller.
    controller_ends: Mutex<Vec<Vec<String>>>,
}

/// Makes enabled ends under names that nobody else has.
pub(super) struct Ends {
    net: Network,
    count: AtomicU64,
    /// What each has. In order: a hash map more would give other seeds to those of the code under test.
    owners: Mutex<BTreeMap<String, Owner>>,
}

/// Somebody who has ends.
#[derive(Default)]
struct Owner {
    ends: Vec<String>,
    is_cut_off: bool,
}

impl Ends {
    pub(super) fn new(net: Network) -> Arc<Ends> {
        Arc::new(Ends { net, count: AtomicU64::new(0), owners: Mutex::default() })
    }

    /// An end of this owner to the server of this name, enabled unless the owner is cut off; and its own name.
    fn named(&self, owner: &str, server: &str) -> (String, End) {
        let name = format!("end {} to {server}", self.count.fetch_add(1, Ordering::Relaxed));
        let end = self.net.make_end(&name);
        self.net.connect(&name, server);
        self.net.set_owner(&name, owner);
        let mut owners = self.owners();
        let owner = owners.entry(owner.to_owned()).or_default();
        owner.ends.push(name.clone());
        self.net.enable(&name, !owner.is_cut_off);
        (name, end)
    }

    /// Joins an owner to everybody, or cuts it off: all ends it has, and all it will make.
    pub(super) fn reach(&self, owner: &str, enabled: bool) {
        let mut owners = self.owners();
        let owner = owners.entry(owner.to_owned()).or_default();
        owner.is_cut_off = !enabled;
        owner.ends.iter().for_each(|name| self.net.enable(name, enabled));
    }

    fn owners(&self) -> MutexGuard<'_, BTreeMap<String, Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The labs' `make_end`, for this owner.
    pub(super) fn make_end(self: &Arc<Self>, owner: &str) -> MakeEnd {
        let (ends, owner) = (self.clone(), owner.to_owned());
        Arc::new(move |server| ends.named(&owner, server).1)
    }

    /// Ends of this owner to the servers of a controller, in their order, and their names.
    pub(super) fn to_controller(&self, owner: &str, prefix: &str) -> (Vec<String>, Vec<End>) {
        (0..SERVERS).map(|j| self.named(owner, &format!("{prefix}{j}"))).unzip()
    }
}

impl Group {
    pub(super) fn new(sim: &Sim, ends: &Arc<Ends>, gid: Gid, raft_state_bytes_max: Option<usize>) -> Group {
        let cluster = Cluster::named(sim, ends.net.clone(), &format!("server-{gid}-"), SERVERS);
        let controller_ends = Mutex::new(vec![Vec::new(); SERVERS]);
        Group { gid, cluster, ends: ends.clone(), raft_state_bytes_max, controller_ends }
    }

    /// The names of its servers, as a Join gives them.
    pub fn names(&self) -> Vec<String> {
        (0..SERVERS).map(|i| self.cluster.name(i)).collect()
    }

    /// Starts server `i` from its storage, and connects it. It asks the controller whose servers' names begin with `controller`.
    pub(super) fn start_server(&self, i: usize, controller: &str) {
        let peers = self.cluster.fresh_ends(i).iter().map(End::client).collect();
        let me = self.cluster.name(i);
        let (names, controller) = self.ends.to_controller(&me, controller);
        self.controller_ends()[i] = names;
        let server = ShardKvServer::start(Place {
            peers,
            me: i,
            persister: self.cluster.next_persister(i),
            raft_state_bytes_max: self.raft_state_bytes_max,
            gid: self.gid,
            controller,
            make_end: self.ends.make_end(&me),
        });
        let controls = controls(&server);
        self.cluster.install(i, server, controls);
        self.cluster.connect(i);
    }

    /// Crashes server `i`, dead or alive. The ends it has made to other groups stay as they are.
    pub(super) fn shutdown_server(&self, i: usize) {
        self.reach_controller(i, false);
        self.cluster.crash(i);
    }

    /// Joins server `i` to the controller, or cuts it off.
    pub(super) fn reach_controller(&self, i: usize, enabled: bool) {
        self.controller_ends()[i].iter().for_each(|name| self.ends.net.enable(name, enabled));
    }

    fn controller_ends(&self) -> MutexGuard<'_, Vec<Vec<String>>> {
        self.controller_ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server of a group as a member of a cluster: of its shards it tells too.
fn controls(server: &ShardKvServer) -> Controls {
    let (killed, asked, elected) = (server.clone(), server.clone(), server.clone());
    Controls {
        kill: Box::new(move || killed.kill()),
        services: server.services(),
        status: Box::new(move || {
            let raft = asked.raft().status()?;
            Some(format!("{raft}, {}", asked.rsm().try_inspect(shards)?))
        }),
        leads: Box::new(move || elected.raft().get_state().1),
        state: server.raft().watch_state(),
    }
}

/// What a group has, in one line.
fn shards(group: &ShardKv) -> String {
    let with = |wanted: fn(&Status) -> bool| -> Vec<usize> {
        group
            .shards()
            .iter()
            .enumerate()
            .filter(|(_, status)| wanted(status))
            .map(|(shard, _)| shard)
            .collect()
    };
    let serving = with(|status| matches!(status, Status::Serving(_)));
    let arriving = with(|status| matches!(status, Status::Arriving));
    let parked = with(|status| matches!(status, Status::Parked(_)));
    let leaving: Vec<usize> = group
        .departures()
        .iter()
        .filter(|(_, departure)| matches!(departure, Departure::Ready(_)))
        .map(|(id, _)| id.shard)
        .collect();
    let settling: Vec<usize> =
        group.arrivals().iter().filter(|(_, arrival)| arrival.installed).map(|(id, _)| id.shard).collect();
    let num = group.config().num;
    format!(
        "configuration {num}, serving {serving:?}, arriving {arriving:?}, not settled {settling:?}, leaving {leaving:?}, parked {parked:?}"
    )
}
