//! How shards move: the taker's leader carries each hand-over through, from the first question to the last answer.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bytes::Bytes;
use kvraft::{
    NotLeader,
    clerk::{Group, ROUND_PAUSE},
};
use tarpc::{client::RpcError, context};
use tokio::task::JoinSet;

use crate::{
    directory::Server,
    handover::{Arrival, HandOver},
    machine::Command,
    server::Shared,
};

/// How soon a new leader finds what its predecessor has left undone. A group that has not changed leaders needs no look: it
/// is told.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

impl Shared {
    /// Carries out every hand-over to this group while this server leads it. Each has a task of its own, so that a dead
    /// group holds up its own shards only.
    pub(crate) async fn move_shards(self: Arc<Self>) {
        let mut under_way = BTreeSet::new();
        let mut tasks = JoinSet::new();
        loop {
            if self.leads() {
                for (id, arrival) in self.rsm.inspect(|group| group.arrivals().clone()) {
                    if under_way.insert(id) {
                        tasks.spawn(self.clone().carry_through(id, arrival));
                    }
                }
            }
            tokio::select! {
                biased;
                Some(ended) = tasks.join_next() => drop(under_way.remove(&ended.expect("a hand-over ends well"))),
                () = self.reconfigured.notified() => {}
                () = tokio::time::sleep(LOOK_INTERVAL) => {}
            }
        }
    }

    async fn carry_through(self: Arc<Self>, id: HandOver, arrival: Arrival) -> HandOver {
        // If this server has ceased to lead, the next leader takes it from where it is in the log.
        self.hand_over(id, arrival).await.unwrap_or(());
        id
    }

    /// One shard from one group to this one. Each step is in a log before the next begins, so a crash between two of them loses
    /// and repeats nothing.
    async fn hand_over(&self, id: HandOver, arrival: Arrival) -> Result<(), NotLeader> {
        let giver = self.directory.group(&arrival.from);
        if !arrival.installed {
            self.trace(id, "pull");
            let contents: Bytes = self.insist(giver.clone(), |server| pull(server, id)).await?;
            self.trace(id, "install");
            self.rsm.submit(Command::Install { id, contents }).await?;
        }
        self.trace(id, "delete");
        self.insist(giver, |server| delete(server, id)).await?;
        self.rsm.submit(Command::Settle(id)).await?;
        self.trace(id, "settled");
        Ok(())
    }

    /// Asks a group until it answers, or this server no longer leads its own.
    async fn insist<T, F>(&self, mut group: Group<Server>, ask: impl Fn(Server) -> F) -> Result<T, NotLeader>
    where
        F: Future<Output = Result<Option<T>, RpcError>>,
    {
        while self.leads() {
            if let Some(answer) = group.ask_all(&ask).await {
                return Ok(answer);
            }
            tokio::time::sleep(ROUND_PAUSE).await;
        }
        Err(NotLeader)
    }

    fn trace(&self, id: HandOver, step: &str) {
        tracing::trace!(target: "shardkv", topic = "SHARD", gid = self.gid, num = id.num, shard = id.shard, "{step}");
    }
}

async fn pull(server: Server, id: HandOver) -> Result<Option<Bytes>, RpcError> {
    Ok(server.pull(context::current(), id).await?.ok())
}

async fn delete(server: Server, id: HandOver) -> Result<Option<()>, RpcError> {
    Ok(server.delete(context::current(), id).await?.ok())
}
