//! How shards move: the taker's leader carries each hand-over through, from the first question to the last answer.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use bytes::Bytes;
use kvraft::clerk::{Group, ROUND_PAUSE};
use tarpc::{client::RpcError, context};
use tokio::task::JoinSet;

use crate::{directory::Server, handover::HandOver, machine::Command, shared::Shared};

/// How soon a new leader finds what its predecessor has left undone. A group that has not changed leaders needs no look: it
/// is told.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

impl Shared {
    /// **Lab 4B.** Carries out every hand-over to this group while this server leads it. Each has a task of its own, so that a dead
    /// group holds up its own shards only.
    pub(crate) async fn move_shards(self: Arc<Self>) {
        let mut under_way = BTreeSet::new();
        let mut tasks = JoinSet::new();
        loop {
            if self.leads() {
                for (id, arrival) in self.rsm.inspect(|group| group.arrivals().clone()) {
                    if under_way.insert(id) {
                        let giver = self.directory.group(&arrival.from);
                        tasks.spawn(self.clone().hand_over(id, giver));
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

    /// **Lab 4B, helper.** One shard from one group to this one. Each step is in a log before the next begins, so a crash between two of them loses and
    /// repeats nothing; and which step is next is asked of the log each time, because another leader may have taken the last.
    async fn hand_over(self: Arc<Self>, id: HandOver, mut giver: Group<Server>) -> HandOver {
        while self.leads()
            && let Some(installed) = self.rsm.inspect(|group| Some(group.arrivals().get(&id)?.installed))
        {
            let step =
                if installed { self.settle(id, &mut giver).await } else { self.fetch(id, &mut giver).await };
            if step.is_none() {
                tokio::time::sleep(ROUND_PAUSE).await;
            }
        }
        id
    }

    /// **Lab 4B, helper.** Takes the contents from the giver, and puts them into this group's log.
    async fn fetch(&self, id: HandOver, giver: &mut Group<Server>) -> Option<()> {
        let contents = giver.ask_all(|server| pull(server, id)).await?;
        self.trace(id, contents.len(), "pulled");
        self.rsm.submit(Command::Install { id, contents }).await.ok()?;
        self.trace(id, 0, "installed");
        Some(())
    }

    /// **Lab 4B, helper.** The contents are committed here: the giver can delete its own, and then both groups forget about it.
    async fn settle(&self, id: HandOver, giver: &mut Group<Server>) -> Option<()> {
        giver.ask_all(|server| delete(server, id)).await?;
        self.trace(id, 0, "deleted");
        self.rsm.submit(Command::Settle(id)).await.ok()?;
        self.trace(id, 0, "settled");
        Some(())
    }

    fn trace(&self, HandOver { num, shard }: HandOver, bytes: usize, step: &str) {
        tracing::trace!(target: "shardkv", topic = "SHARD", server = &*self.name, gid = self.gid, num, shard, bytes, "{step}");
    }
}

/// **Lab 4B, helper.** Asks one server for the contents.
async fn pull(server: Server, id: HandOver) -> Result<Option<Bytes>, RpcError> {
    Ok(server.pull(context::current(), id).await?.ok())
}

/// **Lab 4B, helper.** Tells one server that the contents can go.
async fn delete(server: Server, id: HandOver) -> Result<Option<()>, RpcError> {
    Ok(server.delete(context::current(), id).await?.ok())
}
