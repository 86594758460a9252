//! Tests of the bench itself.

use crate::registry::TestCase;

/// Fixtures that fail on purpose, and checks of the simulator.
pub fn cases() -> Vec<TestCase> {
    Vec::new()
}
