//! Lab 4B: a sharded key/value service.
//!
//! (tour to be written)

mod clerk;
mod configurations;
mod directory;
mod handover;
mod key;
mod machine;
mod movers;
mod rpc;
mod server;

pub use clerk::Clerk;
pub use directory::MakeEnd;
pub use handover::{Arrival, Departure, HandOver};
pub use key::key2shard;
pub use machine::{Command, Output, Shard, ShardKv, Status};
pub use rpc::{Refusal, ServerEnd, ShardKvService, ShardKvServiceClient};
pub use server::{Place, ShardKvServer};
