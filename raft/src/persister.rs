//! Stable storage: Raft state and snapshot, as bytes, saved together or not at all.

use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

/// Holds two byte strings, Raft state and snapshot, both empty at first. Clones share the storage;
/// [`Persister::copy`] makes an independent one.
///
/// The Raft state can be saved whole ([`Persister::save_raft_state`], the course's way), or as a head and numbered
/// records ([`Persister::save`]): then only what is new is written, so that a save costs no more in a long log
/// than in a short one. The sizes count either way.
#[derive(Clone, Debug, Default)]
pub struct Persister {
    stored: Arc<Mutex<Stored>>,
}

/// The Raft state as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RaftState {
    /// The part that is saved whole each time.
    pub head: Bytes,
    /// Number of the first record.
    pub first: u64,
    /// The records `first`, `first + 1`, …
    pub records: VecDeque<Bytes>,
}

#[derive(Clone, Debug, Default)]
struct Stored {
    state: RaftState,
    /// Sum of the lengths of all records.
    record_bytes: usize,
    snapshot: Bytes,
    saves: u64,
}

/// One atomic change of the storage.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The new head.
    pub head: Vec<u8>,
    /// Of the stored records, those with these numbers stay.
    pub keep: Range<u64>,
    /// Records from number `keep.end` on.
    pub append: Vec<Vec<u8>>,
    /// The new snapshot, if it changes.
    pub snapshot: Option<Bytes>,
}

impl Persister {
    /// Empty storage.
    pub fn new() -> Self {
        Self::default()
    }

    /// An independent copy: what is saved to one is not seen by the other.
    #[must_use]
    pub fn copy(&self) -> Self {
        Persister { stored: Arc::new(Mutex::new(self.lock().clone())) }
    }

    /// Saves one change, as one atomic step.
    ///
    /// # Panics
    /// If records would be missing in the middle: the records must stay numbered without gaps.
    pub fn save(&self, change: Change) {
        let mut stored = self.lock();
        stored.saves += 1;
        stored.keep(&change.keep);
        for record in change.append {
            stored.record_bytes += record.len();
            stored.state.records.push_back(record.into());
        }
        stored.state.head = change.head.into();
        if let Some(snapshot) = change.snapshot {
            stored.snapshot = snapshot;
        }
    }

    /// Saves the Raft state as one byte string, and leaves the snapshot as it is.
    pub fn save_raft_state(&self, state: &[u8]) {
        self.lock().replace_state(state);
    }

    /// Saves both, as one atomic step.
    pub fn save_state_and_snapshot(&self, state: &[u8], snapshot: &[u8]) {
        let mut stored = self.lock();
        stored.replace_state(state);
        stored.snapshot = Bytes::copy_from_slice(snapshot);
    }

    /// The Raft state as head and records.
    pub fn raft_state(&self) -> RaftState {
        self.lock().state.clone()
    }

    /// The Raft state as one byte string; empty if nothing was saved.
    pub fn read_raft_state(&self) -> Vec<u8> {
        let state = self.raft_state();
        let mut bytes = state.head.to_vec();
        state.records.iter().for_each(|record| bytes.extend_from_slice(record));
        bytes
    }

    /// The snapshot; empty if none was saved.
    pub fn read_snapshot(&self) -> Bytes {
        self.lock().snapshot.clone()
    }

    /// Size of the Raft state in bytes, log included, snapshot excluded.
    pub fn raft_state_size(&self) -> usize {
        let stored = self.lock();
        stored.state.head.len() + stored.record_bytes
    }

    /// Size of the snapshot in bytes.
    pub fn snapshot_size(&self) -> usize {
        self.lock().snapshot.len()
    }

    /// How many times something has been saved here, and in what this is a copy of.
    pub fn saves(&self) -> u64 {
        self.lock().saves
    }

    fn lock(&self) -> MutexGuard<'_, Stored> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stored {
    fn replace_state(&mut self, state: &[u8]) {
        self.saves += 1;
        self.state = RaftState { head: Bytes::copy_from_slice(state), ..RaftState::default() };
        self.record_bytes = 0;
    }

    fn keep(&mut self, keep: &Range<u64>) {
        let end = self.state.first + self.state.records.len() as u64;
        assert!(keep.is_empty() || keep.end <= end, "records {end}..{} are missing in storage", keep.end);
        let first = self.state.first;
        assert!(
            keep.is_empty() || keep.start >= first,
            "records {}..{first} are missing in storage",
            keep.start
        );
        while self.state.first + (self.state.records.len() as u64) > keep.end
            && let Some(record) = self.state.records.pop_back()
        {
            self.record_bytes -= record.len();
        }
        while self.state.first < keep.start
            && let Some(record) = self.state.records.pop_front()
        {
            self.record_bytes -= record.len();
            self.state.first += 1;
        }
        if self.state.records.is_empty() {
            self.state.first = keep.end;
        }
    }
}
