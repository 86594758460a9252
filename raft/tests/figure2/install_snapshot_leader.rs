//! *InstallSnapshot RPC* (Figure 13): when a leader sends one, and what the reply means.

use raft::{
    install_snapshot::InstallSnapshotArgs,
    ready::{Message, Request},
    state::Core,
    timing::HEARTBEAT_INTERVAL,
};

use super::cast::*;

/// A leader of term 5 with a snapshot up to (4, 2) and entries 5 and 6 after it, and its request to follower 1,
/// whose log ends with `last`.
fn leader_and_request(last: (u64, u64)) -> (Core, Message) {
    let mut leader = leader_with_snapshot(5, (4, 2), &[2, 3]);
    let heartbeat = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &heartbeat, last, NOON);
    let request = send_to(&mut leader, 1, NOON);
    (leader, request)
}

/// §7: a follower that lacks entries which the leader has dropped is sent the snapshot instead.
#[test]
fn a_follower_behind_the_log_is_sent_the_snapshot() {
    for last in [(0, 0), (1, 1), (3, 2)] {
        let (_, request) = leader_and_request(last);
        assert!(
            matches!(request.request, Request::InstallSnapshot(_)),
            "to a follower that ends with {last:?}"
        );
    }
}

/// §7: a follower that ends where the snapshot ends, or behind it, is sent entries.
#[test]
fn a_follower_within_the_log_is_sent_entries() {
    let (_, request) = leader_and_request((4, 2));
    assert_eq!(append_of(&request).entries, entries(5, &[2, 3]));
    let (_, request) = leader_and_request((5, 2));
    assert_eq!(append_of(&request).entries, entries(6, &[3]));
}

/// §7, arguments: the leader's term and number, the last index and term in the snapshot, and all its bytes.
#[test]
fn a_request_holds_the_whole_snapshot() {
    let (_, request) = leader_and_request((0, 0));
    assert_eq!(install_of(&request), &InstallSnapshotArgs { leader_id: ME, ..install(5, (4, 2)) });
}

/// §7: after the snapshot the entries that follow it are sent, at once.
#[test]
fn after_the_snapshot_the_entries_follow() {
    let (mut leader, request) = leader_and_request((0, 0));
    accept(&mut leader, &request, NOON);
    let entries_after = send_to(&mut leader, 1, NOON);
    assert_eq!(append_of(&entries_after).prev_log_index, 4);
    assert_eq!(append_of(&entries_after).entries, entries(5, &[2, 3]));
}

/// §7: while the snapshot is on its way, it serves as the heartbeat, and nothing else is sent.
#[test]
fn the_snapshot_is_sent_again_as_a_heartbeat() {
    let (mut leader, request) = leader_and_request((0, 0));
    let later: Vec<_> = send(&mut leader, NOON).into_iter().filter(|message| message.to == 1).collect();
    assert!(later.is_empty(), "{later:?}");
    assert_eq!(send_to(&mut leader, 1, NOON + HEARTBEAT_INTERVAL).request, request.request);
}

/// §5.1: a snapshot that was lost is sent again.
#[test]
fn a_lost_snapshot_is_sent_again() {
    let (mut leader, request) = leader_and_request((0, 0));
    leader.no_answer(1, request.seq, 5);
    assert_eq!(send_to(&mut leader, 1, NOON).request, request.request);
}

/// §7: the snapshot is sent as it was when it was taken, though the leader may have a newer one when the reply comes.
#[test]
fn the_reply_is_about_the_snapshot_that_was_sent() {
    let (mut leader, request) = leader_and_request((0, 0));
    leader.start(command(7, 5));
    for message in send(&mut leader, NOON + HEARTBEAT_INTERVAL).iter().filter(|message| message.to != 1) {
        accept(&mut leader, message, NOON);
    }
    assert_eq!(apply(&mut leader).len(), 3);
    leader.snapshot(6, state_at(6));
    accept(&mut leader, &request, NOON);
    assert_eq!(install_of(&send_to(&mut leader, 1, NOON + 2 * HEARTBEAT_INTERVAL)).last_included_index, 6);
}

/// §7: a late reply takes nothing back from a follower that has moved on.
#[test]
fn a_late_reply_takes_nothing_back() {
    let (mut leader, request) = leader_and_request((0, 0));
    accept(&mut leader, &request, NOON);
    let append = send_to(&mut leader, 1, NOON);
    accept(&mut leader, &append, NOON);
    accept(&mut leader, &request, NOON);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON + HEARTBEAT_INTERVAL)).prev_log_index, 6);
}

/// §5.1: a reply to a request of an older term is ignored.
#[test]
fn a_reply_to_an_older_term_is_ignored() {
    let (mut server, request) = leader_and_request((0, 0));
    server.append_entries(heartbeat(6, (6, 3), 0), NOON);
    server.tick(EVENING);
    drop(send(&mut server, EVENING));
    [1, 2].into_iter().for_each(|voter| server.request_vote_reply(voter, 7, vote(7), EVENING));
    let heartbeat = send_to(&mut server, 1, EVENING);
    refuse(&mut server, &heartbeat, (0, 0), EVENING);
    assert_eq!(install_of(&send_to(&mut server, 1, EVENING)).term, 7);
    accept(&mut server, &request, EVENING);
    let again = send_to(&mut server, 1, EVENING + HEARTBEAT_INTERVAL);
    assert_eq!(install_of(&again).last_included_index, 4, "server 1 has not answered the request of term 7");
}

/// §7: servers take snapshots independently: a leader that takes one goes on with its followers where it was.
#[test]
fn taking_a_snapshot_does_not_disturb_replication() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    for message in send(&mut leader, NOON).iter().take(2) {
        accept(&mut leader, message, NOON);
    }
    apply(&mut leader);
    leader.snapshot(1, state_at(1));
    leader.start(command(2, 5));
    let messages = send(&mut leader, NOON + HEARTBEAT_INTERVAL);
    assert_eq!(receivers(&messages), [1, 2, 3, 4]);
    for message in &messages {
        match message.to {
            1 | 2 => assert_eq!(append_of(message).prev_log_index, 1),
            _ => assert_eq!(install_of(message).last_included_index, 1),
        }
    }
}
