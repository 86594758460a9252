//! Raft.

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
mod storage;
pub mod timing;
mod trace;

pub use apply::{ApplyReceiver, ApplySender, apply_channel};
pub use node::Raft;
pub use persister::Persister;
pub use ready::ApplyMsg;
pub use rpc::RaftEnd;
pub use state::Status;

/// A term: consecutive integers, each with at most one leader (§5.1). 0 before the first election.
pub type Term = u64;
/// A position in the log. The first entry has index 1; 0 stands for "before the first".
pub type Index = u64;
/// The number of a server, from 0.
pub type ServerId = usize;
/// A moment, as the time since the server started. The core has no clock of its own.
pub type Time = std::time::Duration;
