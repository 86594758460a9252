//! The official tests of labrpc.

use crate::registry::TestCase;

/// The tests of labrpc, in the course's order.
pub fn cases() -> Vec<TestCase> {
    Vec::new()
}
