//! One server of the simulation: a core, its disk, and a service whose state is the list of all commands.

use bytes::Bytes;
use raft::{
    ApplyMsg, Index, Status, Time,
    log::Entry,
    ready::{Message, Persist},
    state::{Core, Saved},
};

/// Every command has this many bytes, so that the commands up to an index are the first so many bytes of the state.
pub(crate) const COMMAND_BYTES: usize = 8;

/// A server, up or down.
#[derive(Debug)]
pub(crate) struct Server {
    /// `None` while it is down.
    pub(crate) core: Option<Core>,
    /// How often it has come up. An answer to an earlier life is lost.
    pub(crate) life: u32,
    /// All commands that were applied, one after the other.
    pub(crate) state: Vec<u8>,
    disk: Saved,
}

/// Where a server crashes within one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    /// Nothing of the event is left.
    BeforeSaving,
    /// What the event changed is saved, but no message has left.
    BeforeSending,
}

impl Server {
    pub(crate) fn new() -> Self {
        Server { core: None, life: 0, state: Vec::new(), disk: Saved::default() }
    }

    /// Comes up with what the disk holds.
    pub(crate) fn come_up(&mut self, me: usize, servers: usize, seed: u64, now: Time) {
        self.life += 1;
        self.state = self.disk.snapshot.to_vec();
        self.core = Some(Core::new(me, servers, self.disk.clone(), seed, now));
    }

    pub(crate) fn crash(&mut self) {
        self.core = None;
    }

    /// The core and what it shows, while it is up.
    pub(crate) fn up(&self) -> Option<(&Core, Status)> {
        self.core.as_ref().map(|core| (core, core.status()))
    }

    /// Index of the last command the service has seen.
    pub(crate) fn applied(&self) -> Index {
        (self.state.len() / COMMAND_BYTES) as Index
    }

    /// Saves, then hands out what is to be sent. Nothing may be different on disk and in memory after that.
    pub(crate) fn drain(&mut self, now: Time, crash: Option<CrashPoint>) -> Vec<Message> {
        let Some(core) = &mut self.core else { return Vec::new() };
        let ready = core.take_ready(now);
        if crash == Some(CrashPoint::BeforeSaving) {
            self.crash();
            return Vec::new();
        }
        if let Some(persist) = ready.persist {
            save(&mut self.disk, persist);
        }
        self.assert_saved();
        if crash == Some(CrashPoint::BeforeSending) {
            self.crash();
            return Vec::new();
        }
        ready.messages
    }

    fn assert_saved(&self) {
        let Some((core, status)) = self.up() else { return };
        let (head, log) = (&self.disk.head, core.log());
        assert_eq!((head.current_term, head.voted_for), (status.term, status.voted_for), "not on disk");
        assert_eq!(head.last_included_index, log.last_included_index(), "not on disk");
        assert_eq!(head.last_included_term, log.last_included_term(), "not on disk");
        assert_eq!(
            head.last_included_index + self.disk.entries.len() as Index,
            log.last_index(),
            "not on disk"
        );
        for (index, entry) in (status.first_index..).zip(&self.disk.entries) {
            assert_eq!(log.entry(index), Some(entry), "entry {index} on disk");
        }
    }

    /// Hands at most `count_max` messages to the service; true if there was a snapshot among them.
    pub(crate) fn apply(&mut self, count_max: usize) -> bool {
        let Some(core) = &mut self.core else { return false };
        let mut was_reset = false;
        for message in core.take_committed(count_max) {
            let expected = (self.state.len() / COMMAND_BYTES) as Index + 1;
            match message {
                ApplyMsg::Command { index, command } => {
                    assert_eq!(index, expected, "applied out of order");
                    self.state.extend_from_slice(&command);
                }
                ApplyMsg::Snapshot { index, snapshot, .. } => {
                    assert!(index >= expected, "the service is set back from {expected} to {index}");
                    assert_eq!(
                        snapshot.len(),
                        index as usize * COMMAND_BYTES,
                        "the snapshot of another index"
                    );
                    self.state = snapshot.to_vec();
                    was_reset = true;
                }
            }
        }
        was_reset
    }

    /// The service takes a snapshot of what it has seen, except for the last `but` commands.
    pub(crate) fn snapshot(&mut self, but: Index) {
        let index = self.applied().saturating_sub(but);
        let state = Bytes::copy_from_slice(&self.state[..index as usize * COMMAND_BYTES]);
        if let Some(core) = &mut self.core {
            core.snapshot(index, state);
        }
    }
}

/// The plainest storage: exactly what a change says.
fn save(disk: &mut Saved, persist: Persist) {
    let Persist { head, from, entries, snapshot } = persist;
    let kept = head.last_included_index + 1..from;
    let numbered = (disk.head.last_included_index + 1..).zip(std::mem::take(&mut disk.entries));
    disk.entries =
        numbered.filter(|(index, _)| kept.contains(index)).map(|(_, entry): (_, Entry)| entry).collect();
    assert_eq!(disk.entries.len() as Index, kept.end - kept.start, "stored entries are missing in {kept:?}");
    disk.entries.extend(entries);
    disk.head = head;
    disk.snapshot = snapshot.unwrap_or(std::mem::take(&mut disk.snapshot));
    assert_eq!(
        disk.snapshot.len(),
        head.last_included_index as usize * COMMAND_BYTES,
        "log and snapshot do not meet"
    );
}
