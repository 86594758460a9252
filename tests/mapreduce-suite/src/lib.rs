//! Lab 1: the course's test script, test by test, and what it leaves untried. Real processes, in real time.
//!
//! For a test of one's own (the book's page *A test of your own* has an example), [`Rig`] has the books, a working directory, and the
//! programs to run there; each is a [`Process`]. Such a test runs on the real clock: [`Case::on_real_clock`].
//!
//! This crate must not know how the work is shared out: it starts programs, and reads their files. Start reading at `official.rs`, then
//! `rig.rs`.

mod bad_input;
mod faults;
mod official;
mod official_crash;
mod options;
mod panics;
mod process;
mod rig;
mod shapes;

pub use process::Process;
pub use rig::Rig;

use simulator::Case;

/// All tests of Lab 1, in the order of the course's script.
pub fn cases() -> Vec<Case> {
    let suites = [
        official::CASES,
        official_crash::CASES,
        shapes::CASES,
        options::CASES,
        faults::CASES,
        bad_input::CASES,
    ];
    suites.concat().into_iter().map(Case::on_real_clock).collect()
}
