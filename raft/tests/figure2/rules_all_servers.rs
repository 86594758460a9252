//! *Rules for Servers*: *All Servers*.

use raft::{
    ServerId, Term, Time,
    append_entries::{AppendEntriesReply, Conflict},
    install_snapshot::InstallSnapshotReply,
    ready::Request,
    state::Core,
};

use super::cast::*;

/// Server 0 in each of the three roles, in `term`.
fn everybody(term: Term) -> [Core; 3] {
    [follower(term, &[1]), candidate(term, &[1]), leader(term, &[1])]
}

fn follows_in(server: &Core, term: Term) {
    let status = server.status();
    assert_eq!((status.role, status.term, status.voted_for), ("follower", term, None));
}

// --- Applying ---

/// §5.3: once `commit_index` is above `last_applied`, the entries between are applied, in order.
#[test]
fn committed_entries_are_applied_in_order() {
    let mut server = follower(3, &[1, 2, 3]);
    server.append_entries(heartbeat(3, (3, 3), 2), Time::ZERO);
    assert_eq!(apply(&mut server), [applied(1, 1), applied(2, 2)]);
}

/// §5.3: nothing is applied twice, and nothing before it is committed.
#[test]
fn entries_are_applied_once() {
    let mut server = follower(3, &[1, 2, 3]);
    assert_eq!(apply(&mut server), []);
    server.append_entries(heartbeat(3, (3, 3), 2), Time::ZERO);
    apply(&mut server);
    assert_eq!(apply(&mut server), []);
    server.append_entries(heartbeat(3, (3, 3), 3), Time::ZERO);
    assert_eq!(apply(&mut server), [applied(3, 3)]);
}

/// §5.3: a few at a time are applied in the same order.
#[test]
fn entries_can_be_applied_in_batches() {
    let mut server = with_all_committed(follower(3, &[1, 2, 3]));
    assert_eq!(server.take_committed(2), [applied(1, 1), applied(2, 2)]);
    assert_eq!(server.status().last_applied, 2);
    assert_eq!(server.take_committed(2), [applied(3, 3)]);
}

/// §5.3: the shell is told when there is something to apply.
#[test]
fn work_for_the_state_machine_is_announced() {
    let mut server = follower(3, &[1]);
    assert!(!server.take_ready(NOON).committed);
    let mut server = with_all_committed(server);
    assert!(server.take_ready(NOON).committed);
    apply(&mut server);
    assert!(!server.take_ready(NOON).committed);
}

// --- Terms: requests ---

/// §5.1: a RequestVote of a newer term makes a follower of everybody, whether or not the vote is given.
#[test]
fn a_newer_term_in_a_vote_request_is_taken_over() {
    for mut server in everybody(5) {
        server.request_vote(vote_request(3, 6, (0, 0)), NOON);
        follows_in(&server, 6);
    }
}

/// §5.1: an AppendEntries of a newer term makes a follower of everybody, whether or not it is accepted.
#[test]
fn a_newer_term_in_an_append_is_taken_over() {
    for prev in [(1, 1), (2, 2)] {
        for mut server in everybody(5) {
            server.append_entries(heartbeat(6, prev, 0), NOON);
            follows_in(&server, 6);
        }
    }
}

/// §5.1: an InstallSnapshot of a newer term makes a follower of everybody.
#[test]
fn a_newer_term_with_a_snapshot_is_taken_over() {
    for mut server in everybody(5) {
        server.install_snapshot(install(6, (4, 4)), NOON);
        follows_in(&server, 6);
    }
}

// --- Terms: responses ---

/// §5.1: so does a newer term in the answer to a RequestVote.
#[test]
fn a_newer_term_in_a_vote_is_taken_over() {
    for mut server in everybody(5) {
        server.request_vote_reply(1, 5, no_vote(6), NOON);
        follows_in(&server, 6);
    }
}

/// §5.1: so does a newer term in the answer to an AppendEntries.
#[test]
fn a_newer_term_in_the_answer_to_an_append_is_taken_over() {
    for mut server in everybody(5) {
        let reply = AppendEntriesReply { term: 6, success: false, conflict: None };
        let args = heartbeat(5, (1, 1), 0);
        server.append_entries_reply(1, args.sent(0), reply, NOON);
        follows_in(&server, 6);
    }
}

/// §5.1: so does a newer term in the answer to an InstallSnapshot.
#[test]
fn a_newer_term_in_the_answer_to_a_snapshot_is_taken_over() {
    for mut server in everybody(5) {
        let args = install(5, (1, 1));
        server.install_snapshot_reply(1, sent(&args, 0), InstallSnapshotReply { term: 6 }, NOON);
        follows_in(&server, 6);
    }
}

/// §5.1: even the answer to a request that is no longer of interest.
#[test]
fn a_newer_term_in_a_late_answer_is_taken_over() {
    for mut server in everybody(5) {
        server.request_vote_reply(1, 2, no_vote(6), NOON);
        follows_in(&server, 6);
    }
}

// --- Terms: what is not newer ---

/// §5.1: the own term or an older one makes nobody a follower; an older leader or candidate must do that itself.
#[test]
fn a_term_that_is_not_newer_changes_no_role() {
    for mut server in everybody(5) {
        let before = server.status();
        for term in [4, 5] {
            server.request_vote(vote_request(3, term, (0, 0)), NOON);
            server.request_vote_reply(1, term, no_vote(term), NOON);
        }
        server.append_entries(heartbeat(4, (1, 1), 0), NOON);
        server.install_snapshot(install(4, (1, 1)), NOON);
        assert_eq!(server.status(), before);
    }
}

/// §5.1: a leader that was deposed leads no more: it takes no commands, sends nothing, and counts no replicas.
#[test]
fn a_deposed_leader_leads_no_more() {
    let mut server = leader_in_peace(5, &[1]);
    server.start(command(2, 5));
    let messages = send(&mut server, NOON);
    server.request_vote(vote_request(3, 6, (0, 0)), NOON);
    messages.iter().for_each(|message| accept(&mut server, message, NOON));
    assert_eq!((server.state(), server.status().commit_index), ((6, false), 0));
    assert_eq!(server.start(command(3, 6)), None);
    assert_eq!(receivers(&send(&mut server, EVENING)), [] as [ServerId; 0]);
}

/// §5.1: a refusal by a server of a newer term sends nobody back: the leader's time is over.
#[test]
fn a_deposed_leader_does_not_back_up() {
    let mut server = leader(5, &[1, 1]);
    let heartbeat = send_to(&mut server, 1, NOON);
    let conflict = Some(Conflict { conflict_index: 0, conflict_term: 0 });
    let reply = AppendEntriesReply { term: 6, success: false, conflict };
    let Request::AppendEntries(args) = &heartbeat.request else { panic!("{heartbeat:?}") };
    server.append_entries_reply(1, args.sent(heartbeat.seq), reply, NOON);
    follows_in(&server, 6);
    assert_eq!(receivers(&send(&mut server, EVENING)), [] as [ServerId; 0]);
}
