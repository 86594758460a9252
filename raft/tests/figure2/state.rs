//! *State*.

use raft::{Time, ready::Head, state::Core, timing::PROBE_ENTRIES_MAX};

use super::cast::*;

/// A server on its very first start.
fn newborn() -> Core {
    Core::new(ME, SERVERS, raft::state::Saved::default(), 1, Time::ZERO)
}

// --- Persistent state on all servers ---

/// §5.1, `current_term`: 0 on first boot.
#[test]
fn the_first_term_is_0() {
    assert_eq!(newborn().state(), (0, false));
}

/// §5.1, `current_term`: the latest term seen; it only grows.
#[test]
fn the_current_term_is_the_latest_one_seen() {
    let mut server = newborn();
    for (seen, latest) in [(3, 3), (2, 3), (3, 3), (7, 7), (1, 7)] {
        server.request_vote(vote_request(1, seen, (0, 0)), Time::ZERO);
        assert_eq!(server.status().term, latest, "after a message of term {seen}");
    }
}

/// §5.2, `voted_for`: nobody at first, then the candidate that has our vote.
#[test]
fn the_vote_is_remembered() {
    let mut server = newborn();
    assert_eq!(server.status().voted_for, None);
    server.request_vote(vote_request(3, 1, (0, 0)), Time::ZERO);
    assert_eq!(server.status().voted_for, Some(3));
}

/// §5.2, `voted_for`: a vote is for one term only.
#[test]
fn a_new_term_begins_without_a_vote() {
    let mut server = follower(1, &[]);
    server.request_vote(vote_request(3, 1, (0, 0)), Time::ZERO);
    server.append_entries(heartbeat(2, (0, 0), 0), Time::ZERO);
    assert_eq!(server.status().voted_for, None);
}

/// §5.3, `log[]`: the first index is 1.
#[test]
fn the_first_index_is_1() {
    assert_eq!(newborn().log().last_index(), 0);
    assert_eq!(leader(1, &[]).start(command(1, 1)), Some(1));
}

/// §5.3, `log[]`: an entry holds the command and the term in which the leader received it.
#[test]
fn an_entry_holds_its_command_and_its_term() {
    let mut leader = leader(4, &[1, 3]);
    leader.start(command(3, 4));
    let entry = leader.log().entry(3).unwrap();
    assert_eq!((entry.term, &entry.command), (4, &command(3, 4)));
}

/// §5.2, persistent state: a vote is in storage before the answer leaves.
#[test]
fn a_vote_is_saved_before_the_answer() {
    let mut server = follower(1, &[]);
    assert!(server.request_vote(vote_request(3, 2, (0, 0)), Time::ZERO).vote_granted);
    let head = Head { current_term: 2, voted_for: Some(3), ..Head::default() };
    assert_eq!(save(&mut server).unwrap().head, head);
}

/// §5.2, persistent state: a vote without a new term is saved too.
#[test]
fn a_vote_in_a_known_term_is_saved() {
    let mut server = follower(2, &[]);
    assert!(server.request_vote(vote_request(3, 2, (0, 0)), Time::ZERO).vote_granted);
    assert_eq!(save(&mut server).unwrap().head.voted_for, Some(3));
}

/// §5.1, persistent state: a newer term is saved before the answer, also without a vote.
#[test]
fn a_newer_term_is_saved_before_the_answer() {
    let mut server = follower(1, &[1]);
    assert!(!server.request_vote(vote_request(3, 2, (0, 0)), Time::ZERO).vote_granted);
    assert_eq!(save(&mut server).unwrap().head, Head { current_term: 2, ..Head::default() });
}

/// §5.2, persistent state: a candidate has saved its term and its own vote when its requests leave.
#[test]
fn a_candidacy_is_saved_before_the_requests() {
    let mut server = follower(1, &[]);
    server.tick(NOON);
    let ready = server.take_ready(NOON);
    let head = Head { current_term: 2, voted_for: Some(ME), ..Head::default() };
    assert_eq!(ready.persist.unwrap().head, head);
    assert!(!ready.messages.is_empty());
}

/// §5.3, persistent state: entries are in storage before the answer leaves; those before them stay as they are.
#[test]
fn entries_are_saved_before_the_answer() {
    let mut server = follower(2, &[1, 1, 1]);
    assert!(server.append_entries(append(2, (1, 1), &[2, 2], 0), Time::ZERO).success);
    let saved = save(&mut server).unwrap();
    assert_eq!((saved.from, saved.entries), (2, entries(2, &[2, 2])));
}

/// §5.3, persistent state: the leader saves an entry before it sends it.
#[test]
fn the_leader_saves_its_entries_before_it_sends_them() {
    let mut leader = leader_in_peace(2, &[1]);
    leader.start(command(2, 2));
    let ready = leader.take_ready(NOON);
    let saved = ready.persist.unwrap();
    assert_eq!((saved.from, saved.entries), (2, entries(2, &[2])));
    assert_eq!(receivers(&ready.messages), [1, 2, 3, 4]);
}

/// §5.3, persistent state: two changes between two saves are saved as one, from the lower index on.
#[test]
fn a_save_covers_all_changes_since_the_last_one() {
    let mut server = follower(2, &[1, 1, 1]);
    server.append_entries(append(2, (2, 1), &[2, 2], 0), Time::ZERO);
    server.append_entries(append(3, (1, 1), &[3, 3], 0), Time::ZERO);
    server.append_entries(append(3, (3, 3), &[3], 0), Time::ZERO);
    let saved = save(&mut server).unwrap();
    assert_eq!((saved.head.current_term, saved.from, saved.entries), (3, 2, entries(2, &[3, 3, 3])));
}

/// Persistent state: what has not changed is not saved again.
#[test]
fn nothing_is_saved_twice() {
    let mut server = follower(2, &[1]);
    assert!(server.append_entries(append(2, (1, 1), &[2], 1), Time::ZERO).success);
    assert!(save(&mut server).is_some());
    assert_eq!(save(&mut server), None);
    assert!(server.append_entries(append(2, (1, 1), &[2], 2), Time::ZERO).success);
    assert_eq!(
        save(&mut server),
        None,
        "a repeated request and a newer commit index change nothing persistent"
    );
}

/// §5.2, §5.3, persistent state: a server comes back from a crash with its term, its vote and its log.
#[test]
fn term_vote_and_log_survive_a_crash() {
    let mut server = newborn();
    server.append_entries(append(1, (0, 0), &[1, 1], 2), Time::ZERO);
    server.request_vote(vote_request(3, 2, (2, 1)), Time::ZERO);
    let mut server = restart(save(&mut server).unwrap());
    assert_eq!((server.state(), log(&server)), ((2, false), vec![1, 1]));
    assert!(!server.request_vote(vote_request(4, 2, (2, 1)), Time::ZERO).vote_granted);
    assert!(server.request_vote(vote_request(3, 2, (2, 1)), Time::ZERO).vote_granted);
}

// --- Volatile state on all servers ---

/// §5.3, `commit_index` and `last_applied`: 0 at first, and after a crash.
#[test]
fn nothing_is_known_to_be_committed_at_first() {
    for server in [newborn(), follower(3, &[1, 2])] {
        assert_eq!((server.status().commit_index, server.status().last_applied), (0, 0));
    }
}

/// §7, `commit_index` and `last_applied`: what a snapshot covers was committed and applied before the crash.
#[test]
fn a_snapshot_is_known_to_be_committed() {
    let mut server = follower_with_snapshot(3, (5, 2), &[3]);
    assert_eq!((server.status().commit_index, server.status().last_applied), (5, 5));
    assert_eq!(apply(&mut server), []);
}

/// §5.3, `commit_index`: it only grows, though an old message may bring an old one.
#[test]
fn the_commit_index_never_goes_back() {
    let mut server = follower(1, &[1, 1, 1]);
    server.append_entries(heartbeat(1, (3, 1), 2), Time::ZERO);
    server.append_entries(heartbeat(1, (3, 1), 1), Time::ZERO);
    assert_eq!(server.status().commit_index, 2);
}

/// §5.3, `last_applied`: it only grows, up to `commit_index`.
#[test]
fn last_applied_follows_the_commit_index() {
    let mut server = follower(1, &[1, 1, 1]);
    for (leader_commit, last_applied) in [(1, 1), (3, 3), (2, 3)] {
        server.append_entries(heartbeat(1, (3, 1), leader_commit), Time::ZERO);
        apply(&mut server);
        assert_eq!(server.status().last_applied, last_applied);
    }
}

// --- Volatile state on leaders ---

/// §5.3, `next_index[]`: at election, the leader's last log index + 1.
#[test]
fn a_new_leader_goes_on_after_its_last_entry() {
    let mut leader = leader(3, &[1, 1, 2]);
    for message in send(&mut leader, NOON) {
        let args = append_of(&message);
        assert_eq!((args.prev_log_index, args.prev_log_term, args.entries.len()), (3, 2, 0));
    }
}

/// §5.3, `match_index[]`: 0 at election, so nothing counts as replicated yet.
#[test]
fn a_new_leader_knows_of_no_replica() {
    let mut leader = leader(2, &[1]);
    leader.start(command(2, 2));
    assert_eq!(leader.status().commit_index, 0);
}

/// §5.3, `match_index[]`: reinitialised after election; what a follower held in an older term it may hold no more.
#[test]
fn what_an_earlier_leadership_knew_is_forgotten() {
    let mut server = leader_in_peace(2, &[]);
    for index in 1..=3 {
        server.start(command(index, 2));
    }
    let to_1 = send_to(&mut server, 1, NOON);
    accept(&mut server, &to_1, NOON);
    // The leader of term 3 never saw these entries.
    server.append_entries(append(3, (0, 0), &[3], 0), NOON);
    server.tick(EVENING);
    drop(send(&mut server, EVENING));
    [1, 2].into_iter().for_each(|voter| server.request_vote_reply(voter, 4, vote(4), EVENING));
    server.start(command(2, 4));
    let to_2 = send_to(&mut server, 2, EVENING);
    accept(&mut server, &to_2, EVENING);
    assert_eq!(server.status().commit_index, 0, "server 1 has not said what it holds in term 4");
}

/// §5.3, `match_index[]`: it only grows, though replies come out of order.
#[test]
fn a_late_reply_takes_nothing_back() {
    let mut leader = leader_in_peace(1, &[]);
    leader.start(command(1, 1));
    let first = send_to(&mut leader, 1, NOON);
    leader.start(command(2, 1));
    let second = send_to(&mut leader, 1, EVENING);
    accept(&mut leader, &second, EVENING);
    accept(&mut leader, &first, EVENING);
    leader.start(command(3, 1));
    assert_eq!(append_of(&send_to(&mut leader, 1, EVENING)).prev_log_index, 2);
    let third = send_to(&mut leader, 2, EVENING + EVENING);
    accept(&mut leader, &third, EVENING);
    assert_eq!(leader.status().commit_index, 2, "0, 1 and 2 hold entry 2");
}

/// §5.3, `match_index[]` begins at 0 even where `next_index[]` is far ahead: until the two meet, requests stay small.
#[test]
fn a_follower_of_unknown_log_is_probed_with_few_entries() {
    let mut leader = leader(2, &[1; 200]);
    let heartbeat = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &heartbeat, (10, 1), NOON);
    let probe = send_to(&mut leader, 1, NOON);
    assert_eq!(append_of(&probe).entries.len(), PROBE_ENTRIES_MAX);
    accept(&mut leader, &probe, NOON);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON)).entries.len(), 190 - PROBE_ENTRIES_MAX);
}
