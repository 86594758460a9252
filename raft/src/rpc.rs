//! The RPC service of a Raft server, as a tarpc trait. Its messages are Figure 2's and Figure 13's.

use labrpc::ClientEnd;

use crate::{
    append_entries::{AppendEntriesArgs, AppendEntriesReply},
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply},
    request_vote::{RequestVoteArgs, RequestVoteReply},
};

/// What Raft servers ask of each other.
#[tarpc::service]
pub trait RaftService {
    /// §5.2
    async fn request_vote(args: RequestVoteArgs) -> RequestVoteReply;
    /// §5.3
    async fn append_entries(args: AppendEntriesArgs) -> AppendEntriesReply;
    /// §7
    async fn install_snapshot(args: InstallSnapshotArgs) -> InstallSnapshotReply;
}

/// A port to one peer.
pub type RaftEnd = ClientEnd<RaftServiceRequest, RaftServiceResponse>;
