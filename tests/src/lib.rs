//! The bench: simulator, cluster harness, ported official tests, and the `lab` command.
#[cfg(feature = "lab2")]
pub mod cluster;
pub mod lab;
pub mod labgob_suite;
pub mod labrpc_suite;
pub mod protocol;
#[cfg(feature = "lab2")]
pub mod raft_suite;
pub mod registry;
pub mod sim;
pub mod sim_suite;
