//! What the core wants done. The shell does it in this order: persist, then send and reply, then apply.

use bytes::Bytes;

use crate::{
    Index, ServerId, Term, append_entries::AppendEntriesArgs, install_snapshot::InstallSnapshotArgs,
    log::Entry, request_vote::RequestVoteArgs,
};

/// A batch of work from the core.
#[derive(Debug, Default)]
pub struct Ready {
    /// To be saved before anything below leaves, and before the reply to the RPC at hand does.
    pub persist: Option<Persist>,
    /// Requests to send. They may be lost: the core repeats what matters.
    pub messages: Vec<Message>,
    /// Whether [`Core::take_committed`](crate::state::Core::take_committed) has something to hand over.
    pub committed: bool,
}

/// A change of the persistent state: all of it becomes durable, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persist {
    /// The small part of the state, saved whole each time.
    pub head: Head,
    /// Stored entries from this index on are replaced by `entries`; the ones before stay (minus those that
    /// `head.last_included_index` covers). So the cost of a save does not grow with the log.
    pub from: Index,
    /// The entries `from`, `from + 1`, … up to the end of the log.
    pub entries: Vec<Entry>,
    /// The new snapshot, if it changed. Saved in the same step, or a crash in between would lose entries.
    pub snapshot: Option<Bytes>,
}

/// Figure 2's persistent state except for the log, and where the log begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Head {
    /// Latest term this server has seen.
    pub current_term: Term,
    /// Candidate that received this server's vote in the current term.
    pub voted_for: Option<ServerId>,
    /// The snapshot replaces all entries up to and including this one.
    pub last_included_index: Index,
    /// Term of that entry.
    pub last_included_term: Term,
}

/// One request on its way to one peer.
#[derive(Clone, Debug)]
pub struct Message {
    /// The peer it goes to.
    pub to: ServerId,
    /// Number of this request at its sender: tells the latest one to a peer from older ones.
    pub seq: u64,
    /// The request itself.
    pub request: Request,
}

/// The three RPCs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// §5.2
    RequestVote(RequestVoteArgs),
    /// §5.3
    AppendEntries(AppendEntriesArgs),
    /// §7
    InstallSnapshot(InstallSnapshotArgs),
}
