//! A server of the controller.

use raft::{Persister, RaftEnd, ServerId};

use crate::controller::ShardCtrler;

/// A server of the controller.
pub type ShardCtrlerServer = kvraft::Server<ShardCtrler>;

/// The log is cut when it is about this long. The labs set no limit for the controller; but every group asks it ten times a second, for
/// ever, and every question stands in the log.
const RAFT_STATE_BYTES_MAX: usize = 1 << 16;

/// Starts a server of the controller, with the state in `persister` if there is any. Returns at once.
pub fn start_server(peers: Vec<RaftEnd>, me: ServerId, persister: Persister) -> ShardCtrlerServer {
    ShardCtrlerServer::start(peers, me, persister, Some(RAFT_STATE_BYTES_MAX), ShardCtrler::default())
}
