//! *Rules for Servers*: *Leaders*, the commit rule.

use raft::{
    Term, Time,
    state::{Core, Saved},
    timing::{COMMIT_NOTICE_DELAY, HEARTBEAT_INTERVAL},
};

use super::cast::*;

/// A leader in `term` with this log and one command of its own, which these followers (and no others) accept.
fn accepted_by(term: Term, log: &[Term], followers: &[usize]) -> Core {
    let mut leader = leader_in_peace(term, log);
    leader.start(command(log.len() as u64 + 1, term));
    for message in send(&mut leader, NOON).iter().filter(|message| followers.contains(&message.to)) {
        accept(&mut leader, message, NOON);
    }
    leader
}

/// §5.3: an entry that a majority holds, the leader included, is committed.
#[test]
fn an_entry_on_a_majority_is_committed() {
    assert_eq!(accepted_by(5, &[], &[2, 4]).status().commit_index, 1);
}

/// §5.3: less than a majority is not enough.
#[test]
fn an_entry_on_a_minority_is_not_committed() {
    assert_eq!(accepted_by(5, &[], &[3]).status().commit_index, 0);
}

/// §5.3: one follower counts once, however often it answers.
#[test]
fn a_repeated_answer_counts_once() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    let to_1 = send_to(&mut leader, 1, NOON);
    (0..5).for_each(|_| accept(&mut leader, &to_1, NOON));
    assert_eq!(leader.status().commit_index, 0);
}

/// §5.3: the greatest N that a majority holds: followers may be at different places.
#[test]
fn the_commit_index_is_the_median_of_the_matches() {
    let mut leader = leader_in_peace(5, &[]);
    for index in 1..=4 {
        leader.start(command(index, 5));
        let due = NOON + Time::from_secs(index);
        let messages = send(&mut leader, due);
        accept(&mut leader, &messages[index as usize - 1], due);
    }
    // Matches: 4 on the leader itself, then 1, 2, 3 and 4.
    assert_eq!(leader.status().commit_index, 3);
}

/// §5.4.2: entries of older terms are committed with the first one of the current term.
#[test]
fn older_entries_are_committed_indirectly() {
    let mut leader = accepted_by(5, &[1, 2], &[1, 2]);
    assert_eq!(leader.status().commit_index, 3);
    assert_eq!(apply(&mut leader), [applied(1, 1), applied(2, 2), applied(3, 5)]);
}

/// §5.4.2, Figure 8: an entry of an older term is not committed by counting its replicas, not even on all servers.
#[test]
fn an_older_entry_is_not_committed_by_counting() {
    let mut leader = leader_in_peace(4, &[1, 2]);
    assert_eq!(leader.status().commit_index, 0);
    // (c) in Figure 8: entry 2 is on a majority, but entry 3 of the current term is not.
    leader.start(command(3, 4));
    assert_eq!(leader.status().commit_index, 0);
}

/// §5.4.2, Figure 8: also not when a follower has caught up with the older entries only.
#[test]
fn catching_up_with_older_entries_commits_nothing() {
    let mut leader = leader(4, &[1, 2]);
    let refused: Vec<_> = send(&mut leader, NOON);
    refused.iter().for_each(|message| refuse(&mut leader, message, (1, 1), NOON));
    let older = send(&mut leader, NOON);
    leader.start(command(3, 4));
    older.iter().for_each(|message| accept(&mut leader, message, NOON));
    assert_eq!(leader.status().commit_index, 0);
}

/// §5.3: followers learn of it from the next message.
#[test]
fn followers_are_told_what_is_committed() {
    let mut leader = accepted_by(5, &[], &[1, 2, 3, 4]);
    for message in send(&mut leader, NOON + HEARTBEAT_INTERVAL) {
        assert_eq!(append_of(&message).leader_commit, 1);
    }
}

/// §5.3: … which comes soon, and once, if nothing else is to be sent.
#[test]
fn followers_are_told_soon_what_is_committed() {
    let mut leader = accepted_by(5, &[], &[1, 2, 3, 4]);
    assert!(send(&mut leader, NOON).is_empty());
    let soon = NOON + COMMIT_NOTICE_DELAY;
    assert_eq!(leader.next_deadline(), soon);
    assert!(send(&mut leader, soon - Time::from_micros(1)).is_empty());
    let messages = send(&mut leader, soon);
    assert_eq!(receivers(&messages), [1, 2, 3, 4]);
    for message in &messages {
        assert_eq!((append_of(message).leader_commit, append_of(message).entries.len()), (1, 0));
        accept(&mut leader, message, soon);
    }
    assert_eq!(leader.next_deadline(), soon + HEARTBEAT_INTERVAL);
    assert!(send(&mut leader, soon + 2 * COMMIT_NOTICE_DELAY).is_empty());
}

/// §5.3: a busy leader tells it with the entries that follow, and spends no message on it.
#[test]
fn new_entries_bear_the_news_of_older_ones() {
    let mut leader = accepted_by(5, &[], &[1, 2, 3, 4]);
    leader.start(command(2, 5));
    for message in send(&mut leader, NOON) {
        assert_eq!((append_of(&message).leader_commit, append_of(&message).entries.len()), (1, 1));
        if message.to == 1 {
            accept(&mut leader, &message, NOON);
        }
    }
    assert_eq!(leader.next_deadline(), NOON + HEARTBEAT_INTERVAL);
}

/// §5.3, §7: a follower that has caught up by a snapshot counts for what the snapshot covers and no more.
#[test]
fn a_snapshot_does_not_commit_the_entries_after_it() {
    let mut leader = leader_with_snapshot(5, (2, 2), &[]);
    let refused = send(&mut leader, NOON);
    refused.iter().for_each(|message| refuse(&mut leader, message, (0, 0), NOON));
    leader.start(command(3, 5));
    let snapshots = send(&mut leader, NOON);
    snapshots.iter().for_each(|message| accept(&mut leader, message, NOON));
    assert_eq!(leader.status().commit_index, 2);
    let appends = send(&mut leader, NOON);
    appends[..2].iter().for_each(|message| accept(&mut leader, message, NOON));
    assert_eq!(leader.status().commit_index, 3);
}

/// §5.3: a lone server is a majority, as soon as the entry is on its way to storage; it applies nothing unsaved.
#[test]
fn a_lone_leader_commits_what_it_saves() {
    let mut server = Core::new(0, 1, Saved::default(), 1, Time::ZERO);
    server.tick(NOON);
    server.start(command(1, 1));
    assert_eq!(apply(&mut server), []);
    let ready = server.take_ready(NOON);
    assert!(ready.persist.is_some_and(|persist| persist.entries.len() == 1) && ready.committed);
    assert_eq!(server.take_committed(usize::MAX), [applied(1, 1)]);
    assert_eq!(server.take_committed(usize::MAX), []);
}
