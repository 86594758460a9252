//! The official tests of labgob.

use crate::registry::TestCase;

/// The tests of labgob, in the course's order.
pub fn cases() -> Vec<TestCase> {
    Vec::new()
}
