//! How fast the clocks of Raft tick. Wide ranges work (§5.6): broadcast time ≪ election timeout ≪ time between failures.

use std::{ops::Range, time::Duration};

/// A leader is heard from this often by every peer: the labs allow at most ten heartbeats per second.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(100);

/// A server that hears of no leader for a time drawn from this range starts an election (§5.2). Longer than the
/// paper's 150–300 ms, because of the slow heartbeat; short enough for several rounds in five seconds.
pub const ELECTION_TIMEOUT: Range<Duration> = Duration::from_millis(400)..Duration::from_millis(700);

/// Followers learn of a commit from the next request. If no other reason for one comes up within this time, it gets one of
/// its own: much sooner than the next heartbeat, but not so soon that it would stand in the way of new entries.
pub const COMMIT_NOTICE_DELAY: Duration = Duration::from_millis(10);

/// One AppendEntries carries at most this many bytes of commands (but always one entry).
pub const APPEND_BYTES_MAX: usize = 256 * 1024;

/// One AppendEntries carries at most this many entries.
pub const APPEND_ENTRIES_MAX: usize = 4096;

/// … and at most this many until the follower has accepted one: what does not match would be sent in vain.
pub const PROBE_ENTRIES_MAX: usize = 64;
