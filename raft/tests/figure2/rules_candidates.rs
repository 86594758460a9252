//! *Rules for Servers*: *Candidates*.

use raft::{
    Time,
    ready::Request,
    state::{Core, Saved},
    timing::ELECTION_TIMEOUT,
};

use super::cast::*;

/// A follower of term 4 that becomes a candidate right now.
fn converts() -> Core {
    let mut server = follower(4, &[1, 4]);
    server.tick(NOON);
    server
}

/// Whether these answers, as (voter, term of the request), make a leader of the candidate of term 5.
fn wins_with(answers: &[(usize, u64)]) -> bool {
    let mut server = candidate(5, &[]);
    for &(voter, request_term) in answers {
        server.request_vote_reply(voter, request_term, vote(request_term), NOON);
    }
    server.state().1
}

// --- On conversion to candidate ---

/// §5.2: a candidacy begins with a new term.
#[test]
fn a_candidate_begins_a_term() {
    let server = converts();
    assert_eq!((server.status().role, server.status().term), ("candidate", 5));
}

/// §5.2: a candidate votes for itself.
#[test]
fn a_candidate_votes_for_itself() {
    assert_eq!(converts().status().voted_for, Some(ME));
}

/// §5.2: a candidate resets its election timer: it gives the election time, and no more than that.
#[test]
fn a_candidate_resets_its_timer() {
    let mut server = converts();
    server.tick(NOON + ELECTION_TIMEOUT.start - Time::from_micros(1));
    assert_eq!(server.status().term, 5);
    server.tick(NOON + ELECTION_TIMEOUT.end);
    assert_eq!(server.status().term, 6);
}

/// §5.2: a candidate asks everybody else for a vote.
#[test]
fn a_candidate_asks_all_others() {
    let messages = send(&mut converts(), NOON);
    assert_eq!(receivers(&messages), [1, 2, 3, 4]);
    assert!(
        messages
            .iter()
            .all(|message| matches!(message.request, Request::RequestVote(args) if args.term == 5))
    );
}

// --- Votes ---

/// §5.2: the votes of a majority make a leader, its own included: three of five.
#[test]
fn a_majority_makes_a_leader() {
    assert!(!wins_with(&[(1, 5)]));
    assert!(wins_with(&[(1, 5), (4, 5)]));
}

/// §5.2: one server has one vote, however often its answer comes.
#[test]
fn a_repeated_vote_counts_once() {
    assert!(!wins_with(&[(1, 5), (1, 5), (1, 5)]));
}

/// §5.2: a majority of all servers, not of the answers.
#[test]
fn refusals_do_not_make_a_majority() {
    let mut server = candidate(5, &[]);
    server.request_vote_reply(1, 5, vote(5), NOON);
    for voter in [2, 3, 4] {
        server.request_vote_reply(voter, 5, no_vote(5), NOON);
    }
    assert_eq!(server.status().role, "candidate");
}

/// §5.2: a vote counts in its own term only.
#[test]
fn a_vote_of_an_older_term_does_not_count() {
    assert!(!wins_with(&[(1, 4), (2, 4), (3, 4), (4, 4)]));
}

/// §5.2: votes that come after the candidacy has ended make no leader.
#[test]
fn votes_for_a_follower_do_not_count() {
    let mut server = candidate(5, &[]);
    server.append_entries(heartbeat(5, (0, 0), 0), NOON);
    for voter in 1..SERVERS {
        server.request_vote_reply(voter, 5, vote(5), NOON);
    }
    assert_eq!(server.status().role, "follower");
}

/// §5.2: a late vote does not make a leader once more: what it knows of its followers stays.
#[test]
fn a_late_vote_changes_nothing() {
    let mut server = leader_in_peace(5, &[]);
    server.start(command(1, 5));
    let to_1 = send_to(&mut server, 1, NOON);
    accept(&mut server, &to_1, NOON);
    server.request_vote_reply(3, 5, vote(5), NOON);
    let beats = send(&mut server, EVENING);
    assert_eq!(append_of(beats.iter().find(|message| message.to == 1).unwrap()).prev_log_index, 1);
}

/// §5.2: a lone server is a majority.
#[test]
fn a_lone_server_elects_itself() {
    let mut server = Core::new(0, 1, Saved::default(), 1, Time::ZERO);
    server.tick(NOON);
    assert_eq!(server.state(), (1, true));
}

/// §5.2: half of an even number is no majority.
#[test]
fn half_of_four_is_no_majority() {
    let mut server = Core::new(0, 4, Saved::default(), 1, Time::ZERO);
    server.tick(NOON);
    server.request_vote_reply(1, 1, vote(1), NOON);
    assert_eq!(server.state(), (1, false));
    server.request_vote_reply(2, 1, vote(1), NOON);
    assert_eq!(server.state(), (1, true));
}

// --- A new leader, or none ---

/// §5.2: an AppendEntries from the leader of the same term makes a follower, that keeps its vote.
#[test]
fn a_candidate_recognises_the_leader_of_its_term() {
    let mut server = candidate(5, &[]);
    assert!(server.append_entries(append(5, (0, 0), &[5], 0), NOON).success);
    assert_eq!((server.status().role, server.status().voted_for), ("follower", Some(ME)));
    assert_eq!(log(&server), [5]);
}

/// §5.2: … even if the logs do not agree.
#[test]
fn a_candidate_recognises_a_leader_it_must_refuse() {
    let mut server = candidate(5, &[]);
    assert!(!server.append_entries(heartbeat(5, (3, 4), 0), NOON).success);
    assert_eq!(server.status().role, "follower");
}

/// §5.2, §7: so does a snapshot from the leader of the same term.
#[test]
fn a_candidate_recognises_the_leader_by_its_snapshot() {
    let mut server = candidate(5, &[]);
    server.install_snapshot(install(5, (3, 4)), NOON);
    assert_eq!(server.status().role, "follower");
}

/// §5.2: a leader of an older term is refused, and the candidacy goes on.
#[test]
fn a_candidate_refuses_an_older_leader() {
    let mut server = candidate(5, &[]);
    assert!(!server.append_entries(heartbeat(4, (0, 0), 0), NOON).success);
    assert_eq!(server.status().role, "candidate");
}

/// §5.2: if neither happens before the timeout, a new election begins, in a new term and without the old votes.
#[test]
fn an_election_without_a_winner_is_followed_by_another() {
    let mut server = candidate(5, &[]);
    server.request_vote_reply(1, 5, vote(5), NOON);
    server.tick(EVENING);
    assert_eq!((server.status().role, server.status().term), ("candidate", 6));
    assert_eq!(receivers(&send(&mut server, EVENING)), [1, 2, 3, 4]);
    server.request_vote_reply(2, 6, vote(6), EVENING);
    assert_eq!(server.status().role, "candidate", "the vote of 1 was for term 5");
}

/// §5.1: a request that was lost is sent again, as long as its answer matters.
#[test]
fn a_lost_vote_request_is_sent_again() {
    let mut server = converts();
    let lost = send_to(&mut server, 1, NOON);
    server.no_answer(1, lost.seq, 5);
    assert_eq!(send_to(&mut server, 1, NOON).request, lost.request);
}

/// §5.1: … but not to a server whose vote has come by another way, nor in a later term, nor after the election.
#[test]
fn a_lost_vote_request_that_no_longer_matters_is_not_sent_again() {
    let mut server = converts();
    let lost = send_to(&mut server, 1, NOON);
    server.no_answer(2, lost.seq, 4);
    assert_eq!(send(&mut server, NOON).len(), 0);
    server.request_vote_reply(1, 5, vote(5), NOON);
    server.no_answer(1, lost.seq, 5);
    assert_eq!(send(&mut server, NOON).len(), 0);
    server.append_entries(heartbeat(5, (2, 4), 0), NOON);
    server.no_answer(2, lost.seq, 5);
    assert_eq!(send(&mut server, NOON).len(), 0);
}
