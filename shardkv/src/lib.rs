//! Lab 4B: a key/value service divided among groups of servers, with shards that move while they are in use.
//!
//! # The tour
//!
//! A key belongs to one of ten **shards** ([`key2shard`]). The [controller](shardctrler) says which **group** has which shard, and
//! changes its mind: every configuration has a number, and every group takes them one by one. A group is a few servers that
//! agree by Raft. What a group has, and what is on its way to and from it, is one ordinary value, [`ShardKv`] (`machine.rs`), fed by the
//! group's log like the map of Lab 3. Whoever understands that one file understands the lab; it has no network and no time in it.
//!
//! ```text
//!  clerk.rs ── Get, Put, Append ──► server.rs ──┐
//!                                               ├── submit ──► Rsm ── log ──► machine.rs
//!  controller ──► configurations.rs ────────────┤
//!  other groups ◄── pull, delete ── movers.rs ──┘
//! ```
//!
//! # What a group may do with a shard
//!
//! [`Status`], one per shard, changed by the log alone:
//!
//! ```text
//!                      nobody ever had it
//!            ┌───────────────────────────────────────┐
//!            │                                       ▼
//!         Absent ──── ours now ────► Arriving ─── install ───► Serving ◄──── ours again ───┐
//!            ▲                          │                       │   │                      │
//!            │                          │                       │   └── nobody's now ──► Parked
//!            └──── another group's now (the contents wait in `departures`) ────────────────┘
//! ```
//!
//! # One hand-over
//!
//! Configuration 7 takes shard 3 from group A and gives it to B. The hand-over is called (7, 3), [`HandOver`], and both groups know it by
//! that name. B's leader does all the talking; every arrow into a log is a commit:
//!
//! ```text
//!        A                                                   B
//!   log: Reconfigure(7)                                 log: Reconfigure(7)
//!        stops serving shard 3, freezes its                  shard 3 is Arriving
//!        contents: Departure::Ready
//!                          ◄──────────── pull(7, 3) ──── leader asks until it gets an answer
//!                          ──── keys, values, sessions ─►
//!                                                       log: Install(7, 3): Serving, from here on
//!                          ◄────────── delete(7, 3) ───── only after that is committed
//!   log: Delete(7, 3): the contents are gone
//!                          ──────────── done ──────────►
//!                                                       log: Settle(7, 3): forgotten
//! ```
//!
//! Wherever it breaks off, it goes on from the last log entry: each message can be repeated, by the same leader or the next,
//! and a command whose step has been taken changes nothing.
//!
//! # Where each rule is enforced
//!
//! | rule | place |
//! | --- | --- |
//! | whose a key is, is decided where the request is applied, not where it arrives | `ShardKv::serve` |
//! | a group stops serving at a point of its log, all its servers at the same | `ShardKv::reconfigure` |
//! | configurations are taken in order, none is skipped | `ShardKv::reconfigure`, and `Shared::take_next` asks for the next one |
//! | a retry is known as one wherever the shard has gone | [`Shard`]: contents and sessions are one value |
//! | a request at the wrong group is not remembered | `ShardKv::serve`: nothing is applied |
//! | nothing is served before it has arrived | `ShardKv::install`, the only way to Serving for a shard that somebody had |
//! | nothing is deleted before the taker has committed it (challenge 1) | `Shared::hand_over`: settle comes after install |
//! | shards that a change does not concern are served during it (challenge 2) | each shard has a status of its own |
//! | a shard is served as soon as it has arrived itself (challenge 2) | `Shared::move_shards`: a task per hand-over |
//! | a group that has restarted goes on by itself | `kvraft`'s no-op commits what is in its log; then its leader looks at what is left to do |
//!
//! # Why nobody waits for anybody
//!
//! It is tempting to take the next configuration only when all shards of the last have come and gone. Then a group that hands over to a
//! dead one is stuck, and with it all who want shards from it. Here a group takes configurations as fast as the controller makes
//! them; only a shard can wait. One that is given away before it has arrived passes through: it is [`Departure::Expected`] until it
//! comes, and then goes on under its next name. So two groups can never wait for each other: every hand-over waits for the one of the same
//! shard before it, and for nothing else.
//!
//! # What is left out
//!
//! A shard travels in one message and one log entry. With large shards one would send pieces, and let the taker's followers fetch them
//! from its leader rather than through the log.

mod clerk;
mod configurations;
mod directory;
mod handover;
mod key;
mod machine;
mod movers;
mod rpc;
mod server;
mod shared;

pub use clerk::Clerk;
pub use directory::MakeEnd;
pub use handover::{Arrival, Departure, HandOver, Shard};
pub use key::key2shard;
pub use machine::{Command, Output, ShardKv, Status};
pub use rpc::{Refusal, ServerEnd, ShardKvService, ShardKvServiceClient};
pub use server::{Place, ShardKvServer};
