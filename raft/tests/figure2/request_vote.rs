//! *RequestVote RPC*.

use raft::{Time, ready::Request, state::Core};

use super::cast::*;

/// Whether the server gives its vote to candidate 3 of `term`, whose log ends with `last`.
fn votes(mut server: Core, term: u64, last: (u64, u64)) -> bool {
    server.request_vote(vote_request(3, term, last), Time::ZERO).vote_granted
}

// --- Arguments and results ---

/// §5.2, §5.4, arguments: the candidate's term and number, and the place of its last log entry.
#[test]
fn a_request_says_who_asks_and_where_its_log_ends() {
    let mut server = follower(4, &[1, 1, 3]);
    server.tick(NOON);
    for message in send(&mut server, NOON) {
        assert_eq!(message.request, Request::RequestVote(vote_request(ME, 5, (3, 3))));
    }
}

/// §5.4, §7, arguments: behind a snapshot without entries the last log entry is the last one in the snapshot.
#[test]
fn a_request_from_behind_a_snapshot_says_where_that_ends() {
    let mut server = follower_with_snapshot(4, (9, 3), &[]);
    server.tick(NOON);
    for message in send(&mut server, NOON) {
        assert_eq!(message.request, Request::RequestVote(vote_request(ME, 5, (9, 3))));
    }
}

/// §5.1, results: the answer bears the receiver's term, for the candidate to update itself.
#[test]
fn the_answer_bears_the_current_term() {
    let mut server = follower(5, &[]);
    for (asked, answered) in [(4, 5), (5, 5), (6, 6)] {
        assert_eq!(server.request_vote(vote_request(3, asked, (0, 0)), Time::ZERO).term, answered);
    }
}

// --- Receiver implementation ---

/// §5.1, step 1: no vote for a candidate of an older term.
#[test]
fn step_1_an_older_candidate_gets_no_vote() {
    assert!(!votes(follower(5, &[]), 4, (9, 4)));
}

/// §5.2, step 2: whoever has not voted in this term can vote.
#[test]
fn step_2_the_first_candidate_gets_the_vote() {
    assert!(votes(follower(5, &[]), 5, (0, 0)));
}

/// §5.2, step 2: one vote per term, first come, first served.
#[test]
fn step_2_the_second_candidate_gets_no_vote() {
    let mut server = follower(5, &[]);
    assert!(server.request_vote(vote_request(2, 5, (0, 0)), Time::ZERO).vote_granted);
    assert!(!votes(server, 5, (9, 4)));
}

/// §5.2, step 2: the same candidate gets the same answer again, since the first one may have been lost.
#[test]
fn step_2_the_same_candidate_gets_the_vote_again() {
    let mut server = follower(5, &[]);
    assert!(server.request_vote(vote_request(3, 5, (0, 0)), Time::ZERO).vote_granted);
    assert!(votes(server, 5, (0, 0)));
}

/// §5.2, step 2: a new term brings a new vote.
#[test]
fn step_2_a_vote_of_an_older_term_does_not_count() {
    let mut server = follower(5, &[]);
    assert!(server.request_vote(vote_request(2, 5, (0, 0)), Time::ZERO).vote_granted);
    assert!(votes(server, 6, (0, 0)));
}

/// §5.2, step 2: candidates and leaders have voted for themselves.
#[test]
fn step_2_candidates_and_leaders_have_voted() {
    assert!(!votes(candidate(5, &[]), 5, (9, 4)));
    assert!(!votes(leader(5, &[]), 5, (9, 4)));
}

/// §5.4.1, step 2: of two logs with different last terms, the one with the later term is more up-to-date,
/// whatever their lengths.
#[test]
fn step_2_the_later_last_term_wins() {
    assert!(votes(follower(5, &[1, 2, 2, 2]), 5, (1, 3)));
    assert!(!votes(follower(5, &[1, 3]), 5, (9, 2)));
}

/// §5.4.1, step 2: of two logs with the same last term, the longer one is more up-to-date.
#[test]
fn step_2_the_longer_log_wins() {
    assert!(votes(follower(5, &[1, 3]), 5, (3, 3)));
    assert!(!votes(follower(5, &[1, 3]), 5, (1, 3)));
}

/// §5.4.1, step 2: "at least as": an equal log is enough.
#[test]
fn step_2_an_equal_log_is_enough() {
    assert!(votes(follower(5, &[1, 3]), 5, (2, 3)));
}

/// §5.4.1, §7, step 2: the entries in a snapshot count.
#[test]
fn step_2_a_snapshot_is_part_of_the_log() {
    let server = || follower_with_snapshot(5, (9, 3), &[]);
    assert!(votes(server(), 5, (9, 3)));
    assert!(!votes(server(), 5, (8, 3)));
    assert!(!votes(server(), 5, (20, 2)));
}

/// §5.4.1, step 2: a candidate that cannot have the vote does not use it up.
#[test]
fn step_2_a_refusal_leaves_the_vote_free() {
    let mut server = follower(5, &[1, 3]);
    assert!(!server.request_vote(vote_request(2, 6, (1, 1)), Time::ZERO).vote_granted);
    assert!(votes(server, 6, (2, 3)));
}
