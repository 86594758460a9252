//! Where the requests of one end stand that are kept back.

use std::collections::VecDeque;

use crate::call::{Call, Route};

/// A request that is kept back. Its caller waits for nothing.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) call: Call,
    pub(crate) route: Route,
}

/// The requests of one end that are kept back, and whether there will be more.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// How many more requests pass before the others are kept. `None`: all pass.
    pub(crate) passing: Option<u64>,
    pub(crate) kept: VecDeque<Kept>,
}

impl Shelf {
    /// Asked once for each request that could be delivered: whether this one is to be kept.
    pub(crate) fn wants(&mut self) -> bool {
        match &mut self.passing {
            None => false,
            Some(0) => true,
            Some(passing) => {
                *passing -= 1;
                false
            }
        }
    }

    pub(crate) fn put(&mut self, request: Kept) {
        self.kept.push_back(request);
    }
}
