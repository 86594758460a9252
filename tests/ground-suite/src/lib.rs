//! Tests of the ground that all labs stand on: the codec, the network, and the simulator itself.
//!
//! | folder | what it tests |
//! | --- | --- |
//! | `labgob` | values to bytes and back |
//! | `labrpc` | what the network may do to a message, and how often |
//! | `sim` | fixtures for every way in which a run can fail |
//!
//! For a test of one's own, [`Bench`] has a network with one server, which notes when its handlers start and end; [`plug`] makes further
//! ends.
//!
//! This crate must not know Raft, nor anything above it: it compiles, and passes, whatever a student's lab is like. Start reading at
//! `labrpc/basic.rs`.

mod labgob;
mod labrpc;
mod sim;

pub use self::labrpc::{
    plug,
    probe::{Bench, Client, Ended, ProbeServer, ends},
};

use simulator::Case;

/// All tests of the ground, in the course's order.
pub fn cases() -> Vec<Case> {
    [labgob::cases(), labrpc::cases(), sim::cases()].concat()
}
