//! Requests that a test keeps back, to deliver them at the worst moment. Not part of the official model: real networks do it, and
//! strict tests want it to happen when they say so.

use std::fmt::Display;

use crate::{
    delivery,
    network::Network,
    shelf::{Kept, Shelf},
};

impl Network {
    /// From now on, lets `passing` requests of this end through, and keeps back the others until [`Network::deliver_kept`]. Their
    /// callers are told that there is no answer, as late as if the requests had led nowhere. Ours, not the course's.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn keep_requests(&self, end: impl Display, passing: u64) {
        self.with_shelf(end, |shelf| shelf.passing = Some(passing));
    }

    /// From now on, lets all requests of this end through. What is kept stays where it is.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn keep_no_requests(&self, end: impl Display) {
        self.with_shelf(end, |shelf| shelf.passing = None);
    }

    /// How many requests of this end are kept back.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn kept(&self, end: impl Display) -> usize {
        self.with_shelf(end, |shelf| shelf.kept.len())
    }

    /// Delivers the `count` oldest requests of this end that are kept back, or all there are. Nobody waits for their answers any more. What
    /// was meant for an earlier life of the server is thrown away, and so is everything if the end is disabled.
    ///
    /// # Panics
    /// If there is no such end.
    pub fn deliver_kept(&self, end: impl Display, count: usize) {
        let requests: Vec<Kept> = self.with_shelf(end, |shelf| {
            let count = count.min(shelf.kept.len());
            shelf.kept.drain(..count).collect()
        });
        for request in requests {
            tokio::spawn(delivery::deliver_kept(self.shared.clone(), request));
        }
    }

    fn with_shelf<T>(&self, end: impl Display, f: impl FnOnce(&mut Shelf) -> T) -> T {
        f(&mut self.shared.state().port(&end.to_string()).shelf)
    }
}
