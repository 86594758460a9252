//! What a server's parts have in common: its name, its machine, and how they wake each other.

use kvraft::Rsm;
use shardctrler::Gid;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{directory::Directory, machine::ShardKv};

/// What the handlers and the loops of one server share.
pub(crate) struct Shared {
    pub(crate) gid: Gid,
    /// What events call this server.
    pub(crate) name: String,
    pub(crate) rsm: Rsm<ShardKv>,
    pub(crate) directory: Directory,
    /// Somebody knows a configuration that we do not.
    pub(crate) behind: Notify,
    /// A configuration has been taken: there may be shards to move.
    pub(crate) reconfigured: Notify,
    pub(crate) killed: CancellationToken,
}

impl Shared {
    /// Whether this server leads its group, as far as it knows. What others do on the word of one that no longer does is harmless:
    /// nothing counts before it is in the log.
    pub(crate) fn leads(&self) -> bool {
        self.rsm.raft().get_state().1
    }
}
