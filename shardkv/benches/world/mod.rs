//! A controller, some groups and some clerks in one process, in real time.
//!
//! Each benchmark uses a part of it.

#![allow(dead_code)]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use labrpc::{End, Latency, Network};
use raft::Persister;
use shardctrler::{Config, Gid, ShardCtrlerServer};
use shardkv::{Clerk, MakeEnd, Place, ShardKvServer, Status};

const SERVERS: usize = 3;

pub(crate) struct World {
    ends: Arc<Ends>,
    groups: Vec<Vec<ShardKvServer>>,
    controller: Vec<ShardCtrlerServer>,
}

/// Makes enabled ends under names that nobody else has.
struct Ends {
    net: Network,
    count: AtomicU64,
}

impl Ends {
    fn to(&self, server: &str) -> End {
        let name = self.count.fetch_add(1, Ordering::Relaxed);
        let end = self.net.make_end(name);
        self.net.connect(name, server);
        self.net.enable(name, true);
        end
    }

    fn to_all(&self, prefix: &str) -> Vec<End> {
        (0..SERVERS).map(|i| self.to(&format!("{prefix}{i}"))).collect()
    }

    fn make_end(self: &Arc<Self>) -> MakeEnd {
        let ends = self.clone();
        Arc::new(move |server| ends.to(server))
    }

    fn start_controller(&self, me: usize) -> ShardCtrlerServer {
        let peers = self.to_all("controller").iter().map(End::client).collect();
        let server = shardctrler::start_server(peers, me, Persister::new());
        self.net.add_server(format!("controller{me}"), server.services());
        server
    }

    fn start_server(self: &Arc<Self>, gid: Gid, me: usize) -> ShardKvServer {
        let server = ShardKvServer::start(Place {
            peers: self.to_all(&format!("{gid}-")).iter().map(End::client).collect(),
            me,
            persister: Persister::new(),
            raft_state_bytes_max: None,
            gid,
            controller: self.to_all("controller"),
            make_end: self.make_end(),
        });
        self.net.add_server(format!("{gid}-{me}"), server.services());
        server
    }
}

impl World {
    /// Starts everything. No group has joined yet; they have the gids 1, 2, …
    pub(crate) fn start(groups: usize, latency: Latency) -> World {
        let ends = Arc::new(Ends { net: Network::new(1, latency), count: AtomicU64::new(0) });
        let controller = (0..SERVERS).map(|me| ends.start_controller(me)).collect();
        let group = |gid: usize| (0..SERVERS).map(|me| ends.start_server(gid as Gid, me)).collect();
        World { groups: (1..=groups).map(group).collect(), ends: ends.clone(), controller }
    }

    /// A clerk of the controller.
    pub(crate) fn controller(&self) -> shardctrler::Clerk {
        shardctrler::Clerk::new(&self.ends.to_all("controller"))
    }

    /// A client.
    pub(crate) fn clerk(&self) -> Clerk {
        Clerk::new(&self.ends.to_all("controller"), self.ends.make_end())
    }

    /// Lets a group join.
    pub(crate) async fn join(&self, gid: Gid) -> Config {
        let servers = (0..SERVERS).map(|i| format!("{gid}-{i}")).collect();
        self.controller().join([(gid, servers)].into()).await.expect("the group is not there yet")
    }

    /// Lets a group leave.
    pub(crate) async fn leave(&self, gid: Gid) -> Config {
        self.controller().leave(&[gid]).await.expect("the group is there")
    }

    /// Waits until every shard is served by its group of this configuration, as the group's leader has it.
    pub(crate) async fn served(&self, config: &Config) {
        while !self.is_served(config) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    fn is_served(&self, config: &Config) -> bool {
        config.shards.iter().enumerate().all(|(shard, &gid)| {
            let servers = &self.groups[gid as usize - 1];
            let leader = servers.iter().find(|server| server.raft().get_state().1);
            leader.is_some_and(|leader| {
                leader.rsm().inspect(|group| matches!(group.shards()[shard], Status::Serving(_)))
            })
        })
    }

    /// Ends everything.
    pub(crate) fn stop(&self) {
        self.groups.iter().flatten().for_each(ShardKvServer::kill);
        self.controller.iter().for_each(ShardCtrlerServer::kill);
        self.ends.net.cleanup();
    }
}
