//! Lab 3: a fault-tolerant key/value service on Raft, and the layers under it that serve any service.
//!
//! # The tour
//!
//! A service is a **state machine** ([`machine`]): an ordinary value with an `apply`. Every server has a copy and feeds it the same
//! commands in the same order; Raft sees to the order. What stands between the two is the same for every service, and is here:
//!
//! ```text
//!  Clerk ── request ──► service ── submit ──► Rsm ── start ──► Raft
//!    ▲   client, serial              │                           │ committed, in order
//!    │                               │ waiting                   ▼
//!    └───────── reply ◄──────────────┴──── apply: ExactlyOnce ◄── ApplyMsg
//!                                              └─ the machine
//! ```
//!
//! * **[`rsm`]: submit a command, get its output.** [`Rsm::submit`] puts the command into Raft's log and waits until it comes back
//!   on the apply channel. It is answered exactly once, whatever happens: the table of those who wait (`waiting.rs`) has five doors,
//!   and all of them are events. Snapshots are taken here too (`replica.rs`).
//! * **[`session`]: exactly once.** A wrapper around any machine that recognises a repeated request and answers it without
//!   carrying it out again.
//! * **[`clerk`]: the client.** Remembers the leader, retries for ever under the same serial number.
//! * **[`service`], [`server`]**: the RPC between them, and all of it put together.
//! * **[`kv`]: the service of this lab**: a map. All the rest is not about keys or values; Lab 4 uses it as it is.
//!
//! # Why exactly-once is hard
//!
//! A clerk that hears nothing does not know whether its request was lost, or its answer. If it does not repeat, the command may never
//! happen; if it does, it may happen twice. So it repeats, and the service must know a repetition when it sees one: on every server,
//! after a crash, after a snapshot, under another leader. Where each rule is enforced:
//!
//! | rule | place |
//! | --- | --- |
//! | a retry has the same identity as the first attempt | `Identity::request`: called once per call, not per attempt |
//! | a repetition is recognised where commands are *applied*, not where they arrive | `ExactlyOnce::apply` |
//! | the memory of it travels with the state | `ExactlyOnce::snapshot`, saved by Raft in one step with its state |
//! | an answer belongs to the command, not to the index it stood at | `Waiting::applied` compares the entry's id |
//! | who waits is told when the leadership is gone | `Waiting::lead_changed`, called by `follow_leadership` |
//! | … when the server is killed, or a snapshot jumps over the index | `Waiting::closed`, `Waiting::skipped` |
//!
//! # Why reads are linearizable
//!
//! Because a Get goes through the log like a Put. A leader that answered from its own map might have been deposed without knowing
//! it, and tell of the past. (The paper's §8 shows how to do without the log entry; this crate does not.)
//!
//! # The no-op
//!
//! A new leader must not commit entries of older terms by counting (§5.4.2); they wait for one of its own. If all clients wait for just
//! those entries, none comes. So a new leader that has inherited such entries appends a no-op: here, and not in Raft, whose tests
//! count indices.

pub mod clerk;
pub mod kv;
pub mod machine;
mod replica;
pub mod rsm;
pub mod server;
pub mod service;
pub mod session;
mod waiting;

pub use clerk::Clerk;
pub use kv::{Kv, KvClerk, KvServer};
pub use machine::StateMachine;
pub use rsm::{NotLeader, Rsm};
pub use server::Server;
