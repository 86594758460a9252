//! The numbers of the official fault model, all in one place.
//!
//! They are the contract with the tests: change none of them. Ranges include both ends.

use std::{ops::RangeInclusive, time::Duration};

/// An undeliverable request fails after this many milliseconds …
pub const DEAD_DELAY_MS: RangeInclusive<u64> = 0..=99;
/// … or after this many, if long delays are switched on.
pub const LONG_DEAD_DELAY_MS: RangeInclusive<u64> = 0..=6999;
/// Unreliable network: wait in milliseconds before a request is delivered.
pub const UNRELIABLE_DELAY_MS: RangeInclusive<u64> = 0..=26;
/// Unreliable network: how many of [`LOSS_OF`] requests, and again of replies, are lost.
pub const LOSS: u32 = 100;
/// See [`LOSS`].
pub const LOSS_OF: u32 = 1000;
/// Long reordering: how many of [`REORDER_OF`] replies are held back.
pub const REORDER: u32 = 600;
/// See [`REORDER`].
pub const REORDER_OF: u32 = 900;
/// Long reordering: the least time in milliseconds a held-back reply waits.
pub const REORDER_DELAY_MIN_MS: u64 = 200;
/// Long reordering: the further wait is `U{0..U{0..1999}}`; this is the range of the inner draw.
pub const REORDER_DELAY_MS: RangeInclusive<u64> = 0..=1999;
/// While a handler runs, the network looks this often whether the call is still alive.
pub const LIVENESS_INTERVAL: Duration = Duration::from_millis(100);

/// Not part of the official model: with [late requests](crate::Network::late_requests), a lost request arrives after
/// this many milliseconds.
pub const LATE_REQUEST_DELAY_MS: RangeInclusive<u64> = 27..=999;
