//! Lab 4A: the shard controller, which says what group of servers has which part of the data.
//!
//! # The tour
//!
//! The data of Lab 4 is cut into ten **shards**, and each shard is kept by one **group** of servers. Somebody must say which; everybody,
//! servers and clients, must believe the same; and it must survive crashes. That is this service. What it hands out is a
//! [`Config`]: for each shard the gid of its group, and for each group the names of its servers.
//!
//! ```text
//!           Join, Leave, Move, Query                       log, sessions, snapshots
//!  Clerk ─────────────────────────────► kvraft::Server ◄─────────────────────────────► Raft
//!                                             │ apply, in the same order on every server
//!                                             ▼
//!                                        ShardCtrler:  [0] [1] [2] … [newest]
//!                                             └─ rebalance, when groups come or go
//! ```
//!
//! Everything to the right of the state machine was built in Lab 3 and is used as it is. What is new fits into two files:
//!
//! * **`controller.rs`: the list of all configurations.** A [`Command`] either makes the next one or is refused with a [`Refusal`] and
//!   changes nothing. Number 0 exists from the start: no groups, all shards nobody's.
//! * **`rebalance.rs`: who gets what.** A pure function from the old division and the new groups to the new division.
//!
//! # A configuration never changes
//!
//! There is always a next one instead. A group that is about to hand a shard over, and a client that has slept through an hour, need to
//! speak of the *same* configuration, and its number is the word for it. So a Query may ask for any number there ever was, and Lab
//! 4B's groups take them one by one, none skipped. In this crate it follows from ownership: a [`Config`] is a value, the next one begins
//! as a copy (`ShardCtrler::next`), and nobody holds a reference into the list. The classic mistake in languages with shared maps
//! is to make the new configuration from the old one's map of groups, and to change history with it.
//!
//! # The division
//!
//! Moving a shard costs its clients time, so a division must be even with as few moves as possible. Both at once are simpler than they
//! sound. With *m* groups, everyone is due ⌊10/m⌋ shards, and 10 mod *m* groups are due one more; those with most shards now are
//! chosen for it, because they would otherwise have to give one away. Once everyone's due is fixed, there is nothing left to decide: a
//! shard moves exactly if its group is gone, or has its due without it. That it is the optimum is tested against all possible
//! choices, in `tests/rebalance.rs`.
//!
//! It must also be the *same* on every server, for each computes it by itself. So groups stand in ordered maps, ties are broken by gid,
//! and free shards are dealt out in the order of their numbers. With a hash map anywhere in between, each server would have a
//! division of its own, all of them even, and a test that asks one server would find nothing wrong.
//!
//! # Why a Query goes through the log
//!
//! A leader that answered from what it has might have been deposed without knowing it, and send clients to groups that have long given
//! their shards away. So [`Clerk::query`] is a command like the others, but one whose answer is not worth remembering
//! (`ShardCtrler::is_read`).
//!
//! # Where each rule is enforced
//!
//! | rule | place |
//! | --- | --- |
//! | configuration 0 exists, and numbers have no gaps | `ShardCtrler::default`, `ShardCtrler::next` |
//! | no configuration changes, and all are kept | `ShardCtrler::apply` only ever appends |
//! | even, and as few moves as possible | [`rebalance()`], from the quotas in `quotas` |
//! | the same on every server | `Config::groups` is ordered; the sort in `quotas` has no ties |
//! | without groups, all shards are nobody's | the last line of [`rebalance()`] |
//! | Move changes one shard and divides nothing anew | `ShardCtrler::moved`, which does not call `rebalanced` |
//! | a bad argument changes nothing, not even in part | `joined`, `left` and `moved` work on a copy, and only `apply` keeps it |
//! | a number too large, or the labs' -1, means the newest | `ShardCtrler::config`, [`NEWEST`] |
//! | a Query sees every change that was answered before | through the log: `kvraft::Rsm::submit` |
//! | a repeated Join is made once | `kvraft::session::ExactlyOnce`, around the controller |
//! | the log stays short although everybody asks for ever | [`start_server`] takes snapshots, which the labs do not demand |
//!
//! # What the labs leave open
//!
//! The course says nothing about joining a group that is there, or taking away one that is not; its tests never do. Here they are
//! refused: whoever asks for that is mistaken about the present configuration, and had better be told than obeyed. A clerk whose
//! *retry* meets its own first attempt is no such case: it gets the first answer again, from the sessions below.

mod clerk;
mod config;
mod controller;
mod rebalance;
mod server;

pub use clerk::Clerk;
pub use config::{Config, ConfigNum, Gid, N_SHARDS, NO_GROUP};
pub use controller::{Command, NEWEST, Refusal, ShardCtrler};
pub use rebalance::rebalance;
pub use server::{ShardCtrlerServer, start_server};
