//! Raft, as in the extended paper *In Search of an Understandable Consensus Algorithm* by Ongaro and Ousterhout.
//!
//! The listing of this folder is the paper's Figure 2 (and Figure 13 for snapshots): one file per box. Read them in this
//! order, with the paper beside you.
//!
//! # The tour
//!
//! **[`state`]: what a server knows.** Figure 2's *State* box. [`Core`](state::Core) holds it all: term, vote and log, which
//! survive a crash; commit index and last applied index, which do not; and a role. What only a leader knows
//! (`next_index`, `match_index`) lives inside the leader's role, so that it vanishes with the leadership.
//!
//! **[`log`]: the entries.** They may begin after a snapshot, so an index is not a position; this file is the only one that
//! converts between them.
//!
//! **[`rules`]: what time and commands do.** Figure 2's *Rules for Servers* (§5.2): a follower that hears of no leader becomes a
//! candidate; a candidate with a majority becomes the leader; a leader appends commands, sends them on, and commits
//! what a majority holds. The subtlest rule of the paper stands in `advance_commit_index`: an entry of an *older* term is
//! never committed by counting replicas (§5.4.2, Figure 8).
//!
//! **[`request_vote`], [`append_entries`], [`install_snapshot`]: one RPC box each.** Arguments, results, the receiver's numbered
//! steps, and the sender's half: what it asks, and what an answer means to it. An answer may come seconds late; it is
//! judged by the request it belongs to, and dropped if the world has moved on since.
//!
//! **[`ready`]: what the core wants done.** The core cannot send, save or apply. It says what it wants, and in which order it must
//! happen: persist, then send and reply, then apply.
//!
//! **[`node`]: the only file with an await.** Wraps a core into the server the labs ask for: [`Raft::make`], [`Raft::start`],
//! [`Raft::get_state`], [`Raft::snapshot`], [`Raft::kill`]. Every event takes the same path: lock the core, step it, take its
//! `Ready`, save, send. There is one lock, and it is never held over an await.
//!
//! **[`persister`], [`apply`], [`status`], [`rpc`]: the surroundings.** Stable storage, the channel to the service, what a report shows,
//! the RPC trait.
//!
//! # Why it is safe, in five sentences
//!
//! *Election Safety*: a server votes once per term and saves its vote before it answers, and two majorities overlap.
//! *Leader Append-Only*: no code path lets a leader truncate its log. *Log Matching*: an append is accepted only behind an
//! entry that agrees in index and term, so by induction everything before agrees too. *Leader Completeness*: voters
//! refuse candidates whose log is behind their own, and a majority holds every committed entry. *State Machine Safety*
//! follows: what was applied was committed, and what was committed is in every later leader's log.
//!
//! # Choices the paper leaves open
//!
//! * **Back-up after a refusal** (end of §5.3). The follower names the last place where the logs can still agree: its own last
//!   entry whose term is not above the refused one. The leader does the same with its log and continues there. Each side skips
//!   whole terms, so there is at most one refusal per conflicting term.
//! * **When to send.** New entries leave at once if the follower has answered the last request, or else together, as soon as it
//!   does. A heartbeat never waits. So commands that arrive together travel together, and a lost message costs at most
//!   one heartbeat interval.
//! * **When followers learn of a commit.** With the next request. If none is due soon, with one of its own ten milliseconds later:
//!   followers are nearly as fresh as the leader, and a busy leader spends no message on it.
//! * **No entry on election.** A new leader does not append one of its own (the labs count indices); so an entry of an older term
//!   stays uncommitted until a command of the new term arrives. Services that cannot wait submit a no-op.
//!
//! # What is left out
//!
//! Membership changes (§6), leadership transfer, pre-vote, and reads that bypass the log (§8): the labs do not ask for them. Snapshots
//! travel whole, not in chunks (Figure 13, steps 2 to 4).

pub mod append_entries;
pub mod apply;
pub mod install_snapshot;
pub mod log;
pub mod node;
pub mod persister;
pub mod ready;
pub mod request_vote;
pub mod rpc;
pub mod rules;
pub mod state;
pub mod status;
mod storage;
pub mod timing;
mod trace;

pub use apply::{ApplyMsg, ApplyReceiver, ApplySender, apply_channel};
pub use node::Raft;
pub use persister::Persister;
pub use rpc::RaftEnd;
pub use status::Status;

/// A term: consecutive integers, each with at most one leader (§5.1). 0 before the first election.
pub type Term = u64;
/// A position in the log. The first entry has index 1; 0 stands for "before the first".
pub type Index = u64;
/// The number of a server, from 0.
pub type ServerId = usize;
/// A moment, as the time since the server started. The core has no clock of its own.
pub type Time = std::time::Duration;
