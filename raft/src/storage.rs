//! Between the core's values and the persister's bytes. Record `i` of the storage is log entry `i`.

use crate::{
    log::Entry,
    persister::{Change, Persister},
    ready::{Head, Persist},
    state::Saved,
};

/// **Lab 2C.** Saves what has changed, as one atomic step: Figure 2's *Persistent state* and the snapshot.
pub(crate) fn save(persister: &Persister, persist: Persist) {
    let Persist { head, from, entries, snapshot } = persist;
    debug_assert!(labgob::check_round_trip(&head) && entries.iter().all(labgob::check_round_trip));
    persister.save(Change {
        head: labgob::encode(&head).expect("a head can be encoded"),
        keep: head.last_included_index + 1..from,
        append: entries.iter().map(|entry| labgob::encode(entry).expect("an entry can be encoded")).collect(),
        snapshot,
    });
}

/// **Lab 2C.** Reads what [`save`] has saved: Figure 2's *Persistent state*, and the snapshot.
///
/// # Panics
/// If the bytes are not what [`save`] wrote: a server must not go on with half a memory.
pub(crate) fn restore(persister: &Persister) -> Saved {
    let state = persister.raft_state();
    let head: Head = labgob::decode(&state.head).unwrap_or_else(|e| panic!("saved Raft state: {e}"));
    let entry = |record: &bytes::Bytes| -> Entry {
        labgob::decode(record).unwrap_or_else(|e| panic!("saved log entry: {e}"))
    };
    Saved { head, entries: state.records.iter().map(entry).collect(), snapshot: persister.read_snapshot() }
}
