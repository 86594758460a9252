//! How a group learns of configurations: its leader asks the controller, and puts the next one into the group's log.

use std::{sync::Arc, time::Duration};

use crate::{machine::Command, shared::Shared};

/// How often the controller is asked: the handout's number.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl Shared {
    /// **Lab 4B.** Takes one configuration after the other, in order. None may be skipped: each says between whom shards are handed over.
    pub(crate) async fn follow_configurations(self: Arc<Self>, mut controller: shardctrler::Clerk) {
        loop {
            if self.leads() && self.take_next(&mut controller).await {
                // There may be more: do not wait.
                continue;
            }
            tokio::select! {
                biased;
                () = self.behind.notified() => {}
                () = tokio::time::sleep(POLL_INTERVAL) => {}
            }
        }
    }

    /// **Lab 4B, helper.** Puts the next configuration into the log, if there is one already.
    async fn take_next(&self, controller: &mut shardctrler::Clerk) -> bool {
        let next = self.rsm.inspect(|group| group.config().num) + 1;
        let config = controller.query(next).await;
        if config.num != next {
            return false;
        }
        tracing::trace!(target: "shardkv", topic = "SHARD", server = &*self.name, gid = self.gid, num = next, shards = ?config.shards, "configuration");
        let taken = self.rsm.submit(Command::Reconfigure(config)).await.is_ok();
        self.reconfigured.notify_one();
        taken
    }
}
