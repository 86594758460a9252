//! Lab 4A: the shard controller.
//!
//! (tour to be written)

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
