//! Lab 1: the course's test script, test by test, and what it leaves untried. Real processes, in real time.

mod bad_input;
mod faults;
mod official;
mod official_crash;
mod options;
mod panics;
mod process;
mod rig;
mod shapes;

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
