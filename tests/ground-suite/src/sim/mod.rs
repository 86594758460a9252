//! Tests of the bench itself: that careless code replays, and that every way to fail is reported as what it is.

mod careless;
mod fixtures;

use simulator::Case;

/// Checks of the simulator, and fixtures that fail on purpose.
pub(crate) fn cases() -> Vec<Case> {
    [careless::CASES, fixtures::CASES].concat()
}
