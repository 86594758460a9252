//! One server's copy of the machine, and when it is time to save it whole.

use labgob::Decoder;
use raft::Persister;

use crate::machine::StateMachine;

/// A machine with its storage.
pub(crate) struct Replica<S> {
    machine: S,
    persister: Persister,
    raft_state_bytes_max: Option<usize>,
    /// Bytes of the commands applied since the last snapshot: what the next one would let Raft forget.
    applied_bytes: usize,
    /// Length of the last snapshot: a good guess for the next.
    snapshot_bytes: usize,
}

impl<S: StateMachine> Replica<S> {
    /// `machine` with the state in storage, if there is any.
    pub(crate) fn restored(machine: S, persister: Persister, raft_state_bytes_max: Option<usize>) -> Self {
        let snapshot = persister.read_snapshot();
        let mut replica =
            Replica { machine, persister, raft_state_bytes_max, applied_bytes: 0, snapshot_bytes: 0 };
        if !snapshot.is_empty() {
            replica.install(&snapshot);
        }
        replica
    }

    pub(crate) fn machine(&self) -> &S {
        &self.machine
    }

    pub(crate) fn apply(&mut self, command: S::Command) -> S::Output {
        self.machine.apply(command)
    }

    /// **Lab 3B.** Replaces the state by a snapshot.
    pub(crate) fn install(&mut self, snapshot: &[u8]) {
        let mut decoder = Decoder::new(snapshot);
        let restored = self.machine.restore(&mut decoder).and_then(|()| decoder.finish());
        restored.unwrap_or_else(|error| panic!("this service cannot read its snapshot: {error}"));
        self.applied_bytes = 0;
        self.snapshot_bytes = snapshot.len();
    }

    /// To be called after each entry, with its length. The snapshot to save, if it is time for one.
    pub(crate) fn snapshot_after(&mut self, entry_bytes: usize) -> Option<Vec<u8>> {
        self.applied_bytes += entry_bytes;
        self.snapshot_if_due(self.raft_state_bytes_max?)
    }

    /// **Lab 3B.** A snapshot, if Raft's state comes near `bytes_max` and a snapshot would free enough of it (§7).
    fn snapshot_if_due(&mut self, bytes_max: usize) -> Option<Vec<u8>> {
        if !self.snapshot_is_due(bytes_max) {
            return None;
        }
        let mut snapshot = Vec::with_capacity(self.snapshot_bytes + self.snapshot_bytes / 4);
        self.machine.snapshot(&mut snapshot);
        self.applied_bytes = 0;
        self.snapshot_bytes = snapshot.len();
        Some(snapshot)
    }

    /// **Lab 3B, helper.** At three quarters of what is allowed: entries go on arriving while we apply. But only if at least a third of that would
    /// be freed: a log full of entries that are not applied yet cannot be helped, least of all by a snapshot per entry.
    fn snapshot_is_due(&self, bytes_max: usize) -> bool {
        self.applied_bytes >= bytes_max / 4 && self.persister.raft_state_size() >= bytes_max / 4 * 3
    }
}
