//! What stands in a trace: one JSON object per line.
//!
//! The first line is a [`Header`]. Each further line is one event:
//!
//! | field | meaning |
//! | --- | --- |
//! | `t` | microseconds since the start of the run, on its own clock |
//! | `target` | the crate that says so: `labrpc`, `raft`, `shardkv`, `tests` |
//! | `topic` | one of [`TOPICS`] |
//! | `event` | what happened, in words |
//! | `server` | the name of the server it happened on: `0`, `1`, …; in Lab 4 `ctrler0`, …, `server-100-0`, … |
//!
//! Events of `raft` also have the state after the event: `life` (a number that no other life of any server has), `term`, `role`, `voted_for` (absent: no vote), `commit`, and `log`, the
//! last entries as `index:term`. What else belongs to an event stands in fields of its own, such as `index` and `entry_term`
//! (COMMIT, LOG, APPLY, SNAP), `candidate`, `candidate_term`, `candidate_last_index`, `candidate_last_term`, `last_index`,
//! `last_term` and `vote_granted` (VOTE).
//!
//! A message is followed by its number, `call`: `send` (with `from`, `to`, `method`, `bytes`), `deliver`, `reply` (it leaves the
//! server), `return` (it reaches the caller); or `drop`, with the reason in `why`, at whatever point that was. `from` is empty where
//! the harness has not said whose the end is.
//!
//! Where the test failed (`TEST`, `failure`), `why` says so, with `file` and `line`.
//!
//! Events of clients (`CLIENT`) have `client`, `op`, `key`, and `value` when they call and `output` when they return.

pub mod read;

use serde::{Deserialize, Serialize};

/// The version of the format. A reader refuses any other.
pub const VERSION: u32 = 1;

/// What events are about, in the order of the course's own log topics.
pub const TOPICS: [&str; 14] = [
    "TIMER", "VOTE", "LEADER", "TERM", "LOG", "COMMIT", "APPLY", "PERSIST", "SNAP", "NET", "CRASH", "CLIENT",
    "SHARD", "TEST",
];

/// The first line of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`VERSION`].
    pub trace: u32,
    /// Part of the test.
    pub part: String,
    /// Official name.
    pub test: String,
    /// Seed of the run.
    pub seed: u64,
    /// `virtual` or `real`.
    pub clock: crate::Clock,
}
