//! The tester's side of the apply channel: checks and records every message.
//!
//! A message is taken under the lock of the harness and handled before the lock is released. So when `kill` has closed
//! the channel of an instance, nothing of that instance can be recorded any more.

use std::panic::Location;

use bytes::Bytes;
use protocol::FailureKind;
use raft::{ApplyMsg, ApplyReceiver, Index, Raft};

use super::{
    config::Config,
    logs::{Logs, Value},
};

/// A 2D server takes a snapshot when `index + 1` is a multiple of this.
pub(super) const SNAPSHOT_INTERVAL: Index = 10;

/// What a snapshot holds: its index, and the commands at 0..=index.
type SnapshotContent = (Index, Vec<Option<Value>>);

/// Ends the whole run, as the original ends its whole program.
#[track_caller]
fn apply_error(config: &Config, error: impl std::fmt::Display) -> ! {
    config.sim().fail_at(FailureKind::Apply, format!("apply error: {error}"), Location::caller())
}

/// The applier of 2A, 2B and 2C. Ignores snapshots.
pub(super) async fn apply(config: Config, server: usize, receiver: ApplyReceiver) {
    while receiver.ready().await {
        let mut logs = config.logs();
        if let Some(ApplyMsg::Command { index, command }) = receiver.try_take()
            && let Err(error) = record(&mut logs, server, index, &command)
        {
            drop(logs);
            apply_error(&config, error);
        }
    }
}

fn record(logs: &mut Logs, server: usize, index: Index, command: &[u8]) -> Result<(), String> {
    let value = labgob::decode(command).map_err(|e| format!("server {server} index {index}: {e}"))?;
    logs.deliver(server, index, value)
}

/// The applier of 2D: demands exact order, and gives the server a snapshot every ten entries, from this very task.
pub(super) async fn apply_and_snapshot(config: Config, server: usize, raft: Raft, receiver: ApplyReceiver) {
    while receiver.ready().await {
        let mut logs = config.logs();
        let Some(message) = receiver.try_take() else { continue };
        let outcome = match message {
            ApplyMsg::Snapshot { index, term, snapshot } => {
                if raft.cond_install_snapshot(term, index, &snapshot) {
                    ingest(&mut logs, server, &snapshot, Some(index)).map(|()| None)
                } else {
                    Ok(None)
                }
            }
            ApplyMsg::Command { index, command } => record_in_order(&mut logs, server, index, &command),
        };
        drop(logs);
        match outcome {
            Ok(None) => {}
            Ok(Some((index, snapshot))) => raft.snapshot(index, snapshot),
            Err(error) => apply_error(&config, error),
        }
    }
}

/// Records a command that must be the very next one; returns the snapshot to take, if it is time for one.
fn record_in_order(
    logs: &mut Logs,
    server: usize,
    index: Index,
    command: &[u8],
) -> Result<Option<(Index, Vec<u8>)>, String> {
    let expected = logs.last_applied[server] + 1;
    if index != expected {
        return Err(format!("server {server} apply out of order, expected index {expected}, got {index}"));
    }
    record(logs, server, index, command)?;
    logs.last_applied[server] = index;
    if !(index + 1).is_multiple_of(SNAPSHOT_INTERVAL) {
        return Ok(None);
    }
    let content: SnapshotContent = (index, logs.prefix(server, index));
    let bytes = labgob::encode(&content).map_err(|e| format!("snapshot at {index}: {e}"))?;
    Ok(Some((index, bytes)))
}

fn ingest(logs: &mut Logs, server: usize, snapshot: &[u8], index: Option<Index>) -> Result<(), String> {
    let (inside, content): SnapshotContent =
        labgob::decode(snapshot).map_err(|e| format!("server {server} got a bad snapshot: {e}"))?;
    if let Some(index) = index.filter(|&index| index != inside) {
        return Err(format!("server {server} snapshot of index {inside} came with index {index}"));
    }
    logs.ingest(server, content);
    Ok(())
}

/// At a restart the service reads its snapshot back by itself.
pub(super) fn restore(config: &Config, server: usize, snapshot: &Bytes) {
    let outcome = ingest(&mut config.logs(), server, snapshot, None);
    if let Err(error) = outcome {
        config.sim().fail(error);
    }
}
