//! What clients did, and when.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The return stamp of an operation whose outcome nobody saw: it may have taken effect at any time after its call, or never.
pub const PENDING: u64 = u64::MAX;

/// One operation of one client.
///
/// An operation without an answer (its client died or gave up) is recorded with [`Operation::pending`]; the checker may place it
/// anywhere after its call, or leave it out. A *read* without an answer constrains nothing, so do not record it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation<I, O> {
    /// Who asked: the lane of the page. Any number; the checker does not look at it.
    pub client: usize,
    /// What was asked.
    pub input: I,
    /// What came back.
    pub output: O,
    /// Stamp taken before the request was sent.
    pub call: u64,
    /// Stamp taken after the answer was received, or [`PENDING`].
    pub ret: u64,
}

impl<I, O> Operation<I, O> {
    /// An operation that was called and never answered. `output` must be one that the model accepts in every state.
    pub fn pending(client: usize, input: I, output: O, call: u64) -> Self {
        Self { client, input, output, call, ret: PENDING }
    }

    /// True if nobody saw this operation return.
    pub fn is_pending(&self) -> bool {
        self.ret == PENDING
    }
}

/// A counter that orders calls and returns: no two stamps are equal.
///
/// A clock is not enough. In virtual time many events share one instant, and operations that share an instant count as
/// concurrent: a stale read that begins the moment a write ends would be excused.
#[derive(Clone, Debug, Default)]
pub struct Stamps(Arc<AtomicU64>);

impl Stamps {
    /// A new counter; clones of it count on together.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next stamp, greater than all before: 1, 2, 3, …
    pub fn next(&self) -> u64 {
        // SeqCst: stamps taken by different threads must agree with the order in which the threads saw each other's effects.
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}
