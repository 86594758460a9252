//! *Rules for Servers*: *Followers*.

use std::collections::BTreeSet;

use raft::{
    Time,
    state::{Core, Saved},
    timing::ELECTION_TIMEOUT,
};

use super::cast::*;

const TICK: Time = Time::from_micros(1);

/// A moment within every election timeout that began at time zero.
const MORNING: Time = ELECTION_TIMEOUT.start.checked_sub(TICK).unwrap();

/// Whether this has put off the follower's own candidacy.
fn puts_off(mut server: Core, event: impl FnOnce(&mut Core)) -> bool {
    let before = server.next_deadline();
    event(&mut server);
    let after = server.next_deadline();
    assert!(after == before || ELECTION_TIMEOUT.contains(&(after - MORNING)), "{after:?}");
    after > before
}

/// §5.2: a follower answers candidates and leaders, and sends nothing of its own.
#[test]
fn a_follower_answers_and_does_not_ask() {
    let mut server = follower(1, &[]);
    server.tick(MORNING);
    assert!(server.append_entries(append(1, (0, 0), &[1], 1), MORNING).success);
    assert!(server.request_vote(vote_request(3, 2, (1, 1)), MORNING).vote_granted);
    assert_eq!(send(&mut server, MORNING).len(), 0);
    assert_eq!(server.start(command(2, 2)), None);
    assert_eq!(log(&server), [1]);
}

/// §5.2: a follower that hears of nobody becomes a candidate when its election timeout elapses, and not before.
#[test]
fn a_follower_that_hears_nothing_becomes_a_candidate() {
    let mut server = follower(1, &[]);
    let deadline = server.next_deadline();
    server.tick(deadline - TICK);
    assert_eq!(server.status().role, "follower");
    server.tick(deadline);
    assert_eq!(server.status().role, "candidate");
}

/// §5.2: election timeouts are random, so that votes rarely split, and within the range.
#[test]
fn election_timeouts_are_random() {
    let server = |seed| Core::new(ME, SERVERS, Saved::default(), seed, NOON);
    let timeouts: BTreeSet<_> = (0..100).map(|seed| server(seed).next_deadline() - NOON).collect();
    assert!(timeouts.len() > 90, "too many equal ones among {timeouts:?}");
    assert!(timeouts.iter().all(|timeout| ELECTION_TIMEOUT.contains(timeout)));
    let spread = *timeouts.last().unwrap() - *timeouts.first().unwrap();
    assert!(spread > (ELECTION_TIMEOUT.end - ELECTION_TIMEOUT.start) * 8 / 10, "{spread:?}");
}

/// §5.2: every timeout is drawn anew.
#[test]
fn each_election_timeout_is_another() {
    let mut server = follower(1, &[]);
    let timeouts: BTreeSet<_> = (0..100)
        .map(|_| {
            server.append_entries(heartbeat(1, (0, 0), 0), NOON);
            server.next_deadline()
        })
        .collect();
    assert!(timeouts.len() > 90, "too many equal ones among {timeouts:?}");
}

/// §5.2: an AppendEntries from the current leader puts the candidacy off.
#[test]
fn the_leader_puts_a_candidacy_off() {
    assert!(puts_off(follower(1, &[]), |server| {
        assert!(server.append_entries(heartbeat(1, (0, 0), 0), MORNING).success);
    }));
}

/// §5.2: … even if the logs do not agree yet.
#[test]
fn the_leader_puts_a_candidacy_off_even_when_refused() {
    assert!(puts_off(follower(1, &[]), |server| {
        assert!(!server.append_entries(heartbeat(1, (1, 1), 0), MORNING).success);
    }));
}

/// §5.2, §7: so does a snapshot from the current leader, also one that is not needed.
#[test]
fn a_snapshot_from_the_leader_puts_a_candidacy_off() {
    for last in [(9, 1), (2, 1)] {
        assert!(puts_off(follower_with_snapshot(1, (2, 1), &[]), |server| {
            server.install_snapshot(install(1, last), MORNING);
        }));
    }
}

/// §5.2: *current* leader: an older one puts nothing off.
#[test]
fn an_older_leader_puts_nothing_off() {
    assert!(!puts_off(follower(2, &[]), |server| {
        server.append_entries(heartbeat(1, (0, 0), 0), MORNING);
    }));
    assert!(!puts_off(follower(2, &[]), |server| {
        server.install_snapshot(install(1, (9, 1)), MORNING);
    }));
}

/// §5.2: a vote that is given puts the candidacy off, also the second time.
#[test]
fn a_vote_puts_a_candidacy_off() {
    for last_vote in [false, true] {
        let mut server = follower(1, &[]);
        if last_vote {
            server.request_vote(vote_request(3, 1, (0, 0)), Time::ZERO);
        }
        assert!(puts_off(server, |server| {
            assert!(server.request_vote(vote_request(3, 1, (0, 0)), MORNING).vote_granted);
        }));
    }
}

/// §5.2: a vote that is refused does not: a candidate that cannot win must not keep others from trying.
#[test]
fn a_refused_vote_puts_nothing_off() {
    for term in [1, 2, 3] {
        assert!(!puts_off(follower(2, &[2]), |server| {
            assert!(!server.request_vote(vote_request(3, term, (1, 1)), MORNING).vote_granted);
        }));
    }
}

/// §5.2: nor does a mere answer, of whatever term.
#[test]
fn an_answer_puts_nothing_off() {
    for term in [1, 2, 3] {
        assert!(!puts_off(follower(2, &[]), |server| {
            server.request_vote_reply(3, 2, no_vote(term), MORNING);
        }));
    }
}
