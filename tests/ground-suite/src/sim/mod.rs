//! Tests of the bench itself: every way to fail is reported as what it is. That careless code replays, every suite can show:
//! `TestCarelessCode` comes with the simulator.

mod fixtures;

use simulator::Case;

/// Fixtures that fail on purpose.
pub(crate) fn cases() -> Vec<Case> {
    fixtures::CASES.to_vec()
}
