//! Every random decision of the network, drawn from one seeded stream.

use std::time::Duration;

use rand::{RngExt, SeedableRng, rngs::SmallRng};

use crate::constants::*;

/// How long a message takes on a healthy link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Nothing is added: on a real clock, scheduling supplies the jitter (as in the original).
    None,
    /// A hop costs 1 ms or some yields, by coin toss. For virtual clocks, where messages that take no time
    /// would all be ties: races would never be run, and a loop without sleeps would stop the clock.
    Jitter,
    /// A hop costs 0 to 6 ms. For tests whose clients never pause: at 1 ms a hop or less they would make ten times
    /// as many calls per second as the original's do, which are slowed down by real work.
    Slow,
}

/// The range of [`Latency::Slow`].
const SLOW_HOP_MS: std::ops::RangeInclusive<u8> = 0..=6;

/// One healthy hop in virtual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// Step back behind this many rounds of the other ready tasks, in no time.
    Yields(u8),
    /// Take so many milliseconds; one is the resolution of tokio's timer.
    Milliseconds(u8),
}

/// The random stream of one network.
#[derive(Debug)]
pub(crate) struct Fate(SmallRng);

impl Fate {
    pub(crate) fn new(seed: u64) -> Self {
        Fate(SmallRng::seed_from_u64(seed))
    }

    pub(crate) fn hop(&mut self) -> Hop {
        match self.0.random_range(0..8u8) {
            n @ 0..4 => Hop::Yields(n),
            _ => Hop::Milliseconds(1),
        }
    }

    pub(crate) fn slow_hop(&mut self) -> Hop {
        match self.0.random_range(SLOW_HOP_MS) {
            0 => self.hop(),
            ms => Hop::Milliseconds(ms),
        }
    }

    pub(crate) fn dead_delay(&mut self, long: bool) -> Duration {
        let range = if long { LONG_DEAD_DELAY_MS } else { DEAD_DELAY_MS };
        Duration::from_millis(self.0.random_range(range))
    }

    pub(crate) fn unreliable_delay(&mut self) -> Duration {
        Duration::from_millis(self.0.random_range(UNRELIABLE_DELAY_MS))
    }

    pub(crate) fn is_lost(&mut self) -> bool {
        self.0.random_ratio(LOSS, LOSS_OF)
    }

    pub(crate) fn late_request_delay(&mut self) -> Duration {
        Duration::from_millis(self.0.random_range(LATE_REQUEST_DELAY_MS))
    }

    /// `None`: this reply is not held back.
    pub(crate) fn reorder_delay(&mut self) -> Option<Duration> {
        if !self.0.random_ratio(REORDER, REORDER_OF) {
            return None;
        }
        let most = self.0.random_range(REORDER_DELAY_MS);
        Some(Duration::from_millis(REORDER_DELAY_MIN_MS + self.0.random_range(0..=most)))
    }
}
