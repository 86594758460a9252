//! Lab 3: a fault-tolerant key/value service on Raft.

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
