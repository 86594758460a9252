//! The official tests of labgob.
//!
//! The originals watch for two mistakes that Go's codec makes easy. The codec here makes both impossible, so what is
//! checked is what became of them: see the table in labgob's documentation.

mod codec;

use simulator::Case;

/// The tests of labgob, in the course's order.
pub(crate) fn cases() -> Vec<Case> {
    codec::CASES.to_vec()
}
