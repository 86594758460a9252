//! What the official tests never do: to the controller, to the links, and to find out what groups have.

use std::{panic::Location, time::Duration};

use protocol::FailureKind;
use shardctrler::{Config as Configuration, Gid};
use shardkv::{ShardKv, ShardKvServer, Status};
use tokio::time::Instant;

use super::{
    config::{Config, start_controller_server},
    group::SERVERS,
};

/// How often a test looks whether something has come about.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

impl Config {
    /// Moves one shard to one group, by its index.
    #[track_caller]
    pub fn move_shard(&self, shard: usize, group: usize) -> impl Future<Output = Configuration> + Send {
        let step = self.sim().step(format!("Move({shard}, {group})"));
        let (config, gid) = (self.clone(), self.group(group).gid);
        async move {
            let _step = step;
            let moved = config.shared.changes.lock().await.move_shard(shard, gid).await;
            moved.unwrap_or_else(|refusal| config.sim().fail(format!("Move refused: {refusal}")))
        }
    }

    /// The leader of the controller, if one of its servers thinks it is.
    pub fn controller_leader(&self) -> Option<usize> {
        self.shared.controller.leader()
    }

    /// Crashes server `i` of the controller.
    pub fn shutdown_controller(&self, i: usize) {
        self.shared.controller.crash(i);
    }

    /// Starts server `i` of the controller from its storage, and connects it.
    pub fn start_controller(&self, i: usize) {
        start_controller_server(&self.shared.controller, i);
    }

    /// The living servers of a group.
    pub fn replicas(&self, group: usize) -> Vec<ShardKvServer> {
        (0..SERVERS).filter_map(|i| self.group(group).cluster.replica(i)).collect()
    }

    /// Cuts every link of server `i` of a group, or mends them: to its group and to the controller. Clients and other groups still
    /// reach it.
    pub fn isolate(&self, group: usize, i: usize, cut: bool) {
        let group = self.group(group);
        if cut {
            group.cluster.disconnect(i);
        } else {
            group.cluster.connect(i);
        }
        group.reach_controller(i, !cut);
    }

    /// The leader of a group, if one of its servers thinks it is.
    pub fn leader(&self, group: usize) -> Option<usize> {
        let leads = |&i: &usize| {
            let server = self.group(group).cluster.replica(i);
            server.is_some_and(|server| server.raft().get_state().1)
        };
        (0..SERVERS).find(leads)
    }

    /// Which groups serve each shard, as their most advanced servers have it.
    pub fn serving(&self, shard: usize) -> Vec<Gid> {
        let serves = |group: &ShardKv| matches!(group.shards()[shard], Status::Serving(_));
        let groups = self.shared.groups.iter().enumerate();
        let serving = groups.filter(|(index, _)| self.foremost(*index, serves) == Some(true));
        serving.map(|(_, group)| group.gid).collect()
    }

    /// Asks the server of a group that has got farthest.
    pub(super) fn foremost<T>(&self, group: usize, look: impl FnOnce(&ShardKv) -> T) -> Option<T> {
        let applied = |server: &ShardKvServer| server.raft().status().map_or(0, |status| status.last_applied);
        let server = self.replicas(group).into_iter().max_by_key(applied)?;
        Some(server.rsm().inspect(look))
    }

    /// Waits until every living server of these groups has taken the newest configuration and no shard is on its way, and fails if that
    /// takes longer than `limit`. Nobody need use the service meanwhile.
    #[track_caller]
    pub fn settle(&self, groups: &[usize], limit: Duration) -> impl Future<Output = ()> + Send {
        let (config, groups) = (self.clone(), groups.to_vec());
        let at = Location::caller();
        async move {
            let newest = config.newest().await;
            let settled = || groups.iter().all(|&group| config.is_settled(group, &newest));
            config.within(limit, "all shards have arrived", at, settled).await;
        }
    }

    /// Waits until these shards are served by the groups that this configuration says, and fails if that takes longer than `limit`.
    #[track_caller]
    pub fn must_serve(
        &self,
        newest: &Configuration,
        shards: &[usize],
        limit: Duration,
    ) -> impl Future<Output = ()> + Send {
        let (config, newest, shards) = (self.clone(), newest.clone(), shards.to_vec());
        let at = Location::caller();
        async move {
            let served = || shards.iter().all(|&shard| config.serving(shard) == [newest.shards[shard]]);
            config.within(limit, "all shards are served by their groups", at, served).await;
        }
    }

    /// Looks again and again, and fails if it has not come about within `limit`.
    async fn within(
        &self,
        limit: Duration,
        what: &str,
        at: &'static Location<'static>,
        holds: impl Fn() -> bool + Send,
    ) {
        let _step = self.sim().step_at(format!("waiting until {what}"), at);
        let deadline = Instant::now() + limit;
        while !holds() {
            if Instant::now() > deadline {
                self.sim().fail_at(FailureKind::Check, format!("not after {limit:?}: {what}"), at);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    fn is_settled(&self, group: usize, newest: &Configuration) -> bool {
        let settled = |group: &ShardKv| {
            group.config().num == newest.num && group.arrivals().is_empty() && group.departures().is_empty()
        };
        self.replicas(group).iter().all(|server| server.rsm().inspect(settled))
    }

    /// Starts all groups anew, from storage, so that they ask the controller whose servers' names begin so.
    pub(super) fn start_groups_under(&self, controller: &str) {
        for (index, group) in self.shared.groups.iter().enumerate() {
            self.shutdown_group(index);
            (0..SERVERS).for_each(|i| group.start_server(i, controller));
        }
    }

    /// A clerk of the controller whose servers' names begin so.
    pub(super) fn controller_clerk(&self, prefix: &str) -> shardctrler::Clerk {
        shardctrler::Clerk::new(&self.shared.ends.to_controller("tester", prefix).1)
    }
}
