//! *InstallSnapshot RPC* (Figure 13): the receiver's steps, and the service's own snapshots (§7).

use bytes::Bytes;
use raft::{
    ApplyMsg, Index, Term, Time,
    install_snapshot::{InstallSnapshotArgs, InstallSnapshotReply},
    ready::Head,
    state::Core,
};

use super::cast::*;

fn receive(server: &mut Core, args: InstallSnapshotArgs) -> InstallSnapshotReply {
    server.install_snapshot(args, Time::ZERO)
}

/// The message by which the service is reset.
fn reset(index: Index, term: Term) -> ApplyMsg {
    ApplyMsg::Snapshot { index, term, snapshot: state_at(index) }
}

// --- Results ---

/// §5.1, results: the answer bears the receiver's term, for the leader to update itself.
#[test]
fn the_answer_bears_the_current_term() {
    let mut server = follower(5, &[]);
    for (asked, answered) in [(4, 5), (5, 5), (6, 6)] {
        assert_eq!(receive(&mut server, install(asked, (asked, 4))).term, answered);
    }
}

// --- Receiver implementation ---

/// Step 1: a leader of an older term is answered and ignored.
#[test]
fn step_1_an_older_leader_is_refused() {
    let mut server = follower(5, &[1]);
    receive(&mut server, install(4, (3, 3)));
    assert_eq!((log(&server), server.status().first_index), (vec![1], 1));
    assert_eq!((save(&mut server), apply(&mut server)), (None, vec![]));
}

/// Steps 2 to 4 assemble chunks. Here one request holds the whole snapshot, and one is enough.
#[test]
fn steps_2_to_4_one_request_is_enough() {
    let mut server = follower(5, &[]);
    receive(&mut server, install(5, (3, 3)));
    assert_eq!(save(&mut server).unwrap().snapshot, Some(state_at(3)));
}

/// Step 5: the snapshot is saved, in one step with the log that goes on after it.
#[test]
fn step_5_the_snapshot_is_saved_with_the_log() {
    let mut server = follower(5, &[1, 1, 2]);
    receive(&mut server, install(5, (2, 1)));
    let saved = save(&mut server).unwrap();
    let head = Head { current_term: 5, voted_for: None, last_included_index: 2, last_included_term: 1 };
    assert_eq!((saved.head, saved.snapshot), (head, Some(state_at(2))));
}

/// Step 5: it takes the place of an older one.
#[test]
fn step_5_an_older_snapshot_is_discarded() {
    let mut server = follower_with_snapshot(5, (2, 1), &[1]);
    receive(&mut server, install(5, (7, 4)));
    assert_eq!((server.status().first_index, server.status().last_term), (8, 4));
    assert_eq!(save(&mut server).unwrap().snapshot, Some(state_at(7)));
}

/// Step 5: a snapshot that is older than ours, or than what is committed here, comes late and changes nothing.
#[test]
fn step_5_a_late_snapshot_is_ignored() {
    let mut server = follower_with_snapshot(5, (4, 2), &[3, 3, 3]);
    server.append_entries(heartbeat(5, (6, 3), 6), Time::ZERO);
    for last in [(2, 1), (4, 2), (5, 3), (6, 3)] {
        receive(&mut server, install(5, last));
        assert_eq!((log(&server), server.status().commit_index), (vec![3, 3, 3], 6), "snapshot {last:?}");
        assert_eq!(save(&mut server), None, "snapshot {last:?}");
    }
    assert_eq!(apply(&mut server), [applied(5, 3), applied(6, 3)]);
}

/// Step 6: if the log holds the snapshot's last entry, what follows that entry is kept.
#[test]
fn step_6_what_follows_the_snapshot_is_kept() {
    let mut server = follower(5, &[1, 1, 2, 3]);
    receive(&mut server, install(5, (2, 1)));
    assert_eq!((log(&server), server.status().first_index), (vec![2, 3], 3));
    assert_eq!(server.log().entry(4).unwrap().command, command(4, 3));
    assert_eq!(save(&mut server).unwrap().from, 5, "the stored entries are the same as before");
}

/// Step 6: the last entry in our own snapshot is a place of agreement too; what follows it is kept on the next one.
#[test]
fn step_6_snapshots_follow_each_other() {
    let mut server = follower_with_snapshot(5, (2, 1), &[1, 2, 3]);
    receive(&mut server, install(5, (4, 2)));
    assert_eq!((log(&server), server.status().first_index), (vec![3], 5));
}

/// Step 7: a log that has another entry in that place is discarded as a whole, in storage as well.
#[test]
fn step_7_a_log_that_differs_is_discarded() {
    let mut server = follower(5, &[1, 1, 2, 3]);
    receive(&mut server, install(5, (2, 4)));
    assert_eq!((log(&server), server.status().first_index, server.status().last_index), (vec![], 3, 2));
    let saved = save(&mut server).unwrap();
    assert_eq!((saved.from, saved.entries), (3, vec![]));
}

/// Step 7: a log that ends before that place is discarded as a whole.
#[test]
fn step_7_a_log_that_is_too_short_is_discarded() {
    let mut server = follower(5, &[1, 1, 2, 3]);
    receive(&mut server, install(5, (7, 4)));
    assert_eq!((log(&server), server.status().first_index, server.status().last_index), (vec![], 8, 7));
    assert_eq!(server.status().last_term, 4);
}

/// Step 8: the state machine is reset with the snapshot, once.
#[test]
fn step_8_the_service_is_reset() {
    let mut server = follower(5, &[]);
    receive(&mut server, install(5, (7, 4)));
    assert!(server.take_ready(NOON).committed);
    assert_eq!(apply(&mut server), [reset(7, 4)]);
    assert_eq!((server.status().commit_index, server.status().last_applied), (7, 7));
    assert!(!server.take_ready(NOON).committed);
    assert_eq!(apply(&mut server), []);
}

/// Step 8: commands that the snapshot covers are not applied any more; those after it are, after it.
#[test]
fn step_8_the_log_goes_on_after_the_snapshot() {
    let mut server = follower(5, &[1, 1, 2, 2]);
    server.append_entries(heartbeat(5, (4, 2), 2), Time::ZERO);
    receive(&mut server, install(5, (3, 2)));
    server.append_entries(append(5, (3, 2), &[2, 5], 5), Time::ZERO);
    assert_eq!(apply(&mut server), [reset(3, 2), applied(4, 2), applied(5, 5)]);
}

/// Step 8: of two snapshots before the service comes, it sees the newer one.
#[test]
fn step_8_the_service_sees_the_newest_snapshot() {
    let mut server = follower(5, &[]);
    receive(&mut server, install(5, (3, 2)));
    receive(&mut server, install(5, (7, 4)));
    assert_eq!(apply(&mut server), [reset(7, 4)]);
}

/// Steps 5 to 8: after a crash the server goes on from the snapshot. The service restores that by itself.
#[test]
fn a_snapshot_survives_a_crash() {
    let mut server = follower(5, &[1, 1]);
    receive(&mut server, install(5, (7, 4)));
    let mut server = restart(save(&mut server).unwrap());
    assert_eq!((server.status().commit_index, server.status().last_applied), (7, 7));
    assert_eq!(apply(&mut server), []);
    assert!(server.append_entries(append(5, (7, 4), &[5], 8), Time::ZERO).success);
    assert_eq!(apply(&mut server), [applied(8, 5)]);
}

// --- The service's own snapshots (§7) ---

/// §7: a snapshot by the service replaces the log up to there, in memory.
#[test]
fn the_log_is_dropped_up_to_the_snapshot() {
    let mut server = with_all_committed(follower(5, &[1, 2, 3]));
    apply(&mut server);
    server.snapshot(2, state_at(2));
    assert_eq!((log(&server), server.status().first_index), (vec![3], 3));
    assert_eq!((server.log().last_included_term(), server.status().commit_index), (2, 3));
    assert_eq!(apply(&mut server), [], "the service knows its own snapshot");
}

/// §7: … and in storage, in one step with the snapshot.
#[test]
fn the_snapshot_is_saved_with_what_is_left_of_the_log() {
    let mut server = with_all_committed(follower(5, &[1, 2, 3]));
    apply(&mut server);
    server.snapshot(2, state_at(2));
    let saved = save(&mut server).unwrap();
    let head = Head { current_term: 5, voted_for: None, last_included_index: 2, last_included_term: 2 };
    assert_eq!((saved.head, saved.snapshot), (head, Some(state_at(2))));
    assert_eq!((saved.from, saved.entries), (4, vec![]), "entry 3 is in storage already");
}

/// §7: a snapshot can cover the whole log; the log goes on after it.
#[test]
fn a_snapshot_of_the_whole_log_leaves_its_end() {
    let mut server = with_all_committed(follower(5, &[1, 2, 3]));
    apply(&mut server);
    server.snapshot(3, state_at(3));
    assert_eq!((log(&server), server.status().last_index, server.status().last_term), (vec![], 3, 3));
    assert!(server.append_entries(append(5, (3, 3), &[5], 4), Time::ZERO).success);
    assert_eq!(apply(&mut server), [applied(4, 5)]);
}

/// §7: a snapshot that is not ahead of the last one changes nothing.
#[test]
fn an_old_snapshot_is_ignored() {
    let mut server = with_all_committed(follower_with_snapshot(5, (3, 2), &[3]));
    apply(&mut server);
    save(&mut server);
    for index in [2, 3] {
        server.snapshot(index, Bytes::from("old"));
        assert_eq!((log(&server), save(&mut server)), (vec![3], None));
    }
}

/// §7: only what was applied can be in a snapshot.
#[test]
fn a_snapshot_of_the_future_is_ignored() {
    let mut server = with_all_committed(follower(5, &[1, 2, 3]));
    server.take_committed(1);
    server.snapshot(2, Bytes::from("future"));
    assert_eq!((log(&server), save(&mut server)), (vec![1, 2, 3], None));
}

/// §7: the service's snapshot is overtaken by one from the leader that the service has not seen yet.
#[test]
fn a_snapshot_under_way_to_the_service_is_not_undone() {
    let mut server = with_all_committed(follower(5, &[1, 2, 3]));
    apply(&mut server);
    receive(&mut server, install(5, (9, 4)));
    server.snapshot(3, state_at(3));
    assert_eq!(server.status().first_index, 10);
    assert_eq!(apply(&mut server), [reset(9, 4)]);
}
