//! *Rules for Servers*: *Leaders*, heartbeats and replication.

use raft::{Time, timing::HEARTBEAT_INTERVAL};

use super::cast::*;

const TICK: Time = Time::from_micros(1);
const NOBODY: [usize; 0] = [];

// --- Heartbeats ---

/// §5.2: upon election, an empty AppendEntries goes to everybody at once.
#[test]
fn a_new_leader_says_so_at_once() {
    let mut leader = leader(5, &[1, 2]);
    assert_eq!(leader.next_deadline(), NOON);
    let messages = send(&mut leader, NOON);
    assert_eq!(receivers(&messages), [1, 2, 3, 4]);
    assert!(messages.iter().all(|message| append_of(message).entries.is_empty()));
    assert!(messages.iter().all(|message| append_of(message).term == 5));
}

/// §5.2: in idle times it is repeated after every heartbeat interval, and not more often.
#[test]
fn heartbeats_are_repeated() {
    let mut leader = leader_in_peace(5, &[1, 2]);
    for beat in 1..10 {
        let due = NOON + beat * HEARTBEAT_INTERVAL;
        assert_eq!(leader.next_deadline(), due);
        assert_eq!(receivers(&send(&mut leader, due - TICK)), NOBODY);
        let messages = send(&mut leader, due);
        assert_eq!(receivers(&messages), [1, 2, 3, 4]);
        messages.iter().for_each(|message| accept(&mut leader, message, due));
    }
}

/// §5.2: a follower that does not answer is sent heartbeats all the same.
#[test]
fn heartbeats_do_not_wait_for_answers() {
    let mut leader = leader(5, &[]);
    for beat in 0..10 {
        assert_eq!(receivers(&send(&mut leader, NOON + beat * HEARTBEAT_INTERVAL)), [1, 2, 3, 4]);
    }
}

/// §5.2: entries keep a follower quiet as well as a heartbeat does.
#[test]
fn entries_are_heartbeats_too() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    let later = NOON + HEARTBEAT_INTERVAL / 2;
    assert_eq!(receivers(&send(&mut leader, later)), [1, 2, 3, 4]);
    assert_eq!(receivers(&send(&mut leader, NOON + HEARTBEAT_INTERVAL)), NOBODY);
    assert_eq!(leader.next_deadline(), later + HEARTBEAT_INTERVAL);
}

/// §5.2: a leader has no election timeout.
#[test]
fn a_leader_stays_leader() {
    let mut leader = leader(5, &[]);
    leader.tick(100 * EVENING);
    assert_eq!(leader.state(), (5, true));
}

/// §5.2: a deposed leader has one again.
#[test]
fn a_deposed_leader_may_run_again() {
    let mut server = leader(5, &[2]);
    server.request_vote(vote_request(3, 6, (1, 1)), 10 * EVENING);
    assert!(server.next_deadline() > 10 * EVENING);
    server.tick(11 * EVENING);
    assert_eq!((server.status().role, server.status().term), ("candidate", 7));
}

// --- Commands ---

/// §5.3: a command from a client is appended to the leader's log.
#[test]
fn a_command_is_appended() {
    let mut leader = leader(5, &[1, 2]);
    assert_eq!(leader.start(command(3, 5)), Some(3));
    assert_eq!(leader.start(command(4, 5)), Some(4));
    assert_eq!(log(&leader), [1, 2, 5, 5]);
}

/// §5.1: only the leader takes commands.
#[test]
fn only_the_leader_takes_commands() {
    for mut server in [follower(5, &[1]), candidate(5, &[1])] {
        assert_eq!(server.start(command(2, 5)), None);
        assert_eq!(log(&server), [1]);
    }
}

/// §5.3: the client can be answered once the command is applied, and that is not before it is committed.
#[test]
fn a_command_is_applied_when_it_is_committed() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    let messages = send(&mut leader, NOON);
    accept(&mut leader, &messages[0], NOON);
    assert_eq!(apply(&mut leader), []);
    accept(&mut leader, &messages[1], NOON);
    assert_eq!(apply(&mut leader), [applied(1, 5)]);
}

/// A new leader appends nothing of its own: the labs count indexes (§8 would have it append a no-op).
#[test]
fn a_new_leader_appends_nothing_of_its_own() {
    assert_eq!(log(&leader_in_peace(5, &[1, 2])), [1, 2]);
}

// --- Replication ---

/// §5.3: a follower whose `next_index` is not beyond the leader's log is sent the entries from there on, at once.
#[test]
fn a_follower_is_sent_what_it_lacks() {
    let mut leader = leader_in_peace(5, &[1]);
    leader.start(command(2, 5));
    let messages = send(&mut leader, NOON + TICK);
    assert_eq!(receivers(&messages), [1, 2, 3, 4]);
    assert!(messages.iter().all(|message| append_of(message).entries == entries(2, &[5])));
}

/// §5.3: a follower that has everything is sent nothing until the next heartbeat.
#[test]
fn a_follower_that_has_everything_is_left_alone() {
    let mut leader = leader_in_peace(5, &[1]);
    leader.start(command(2, 5));
    for message in send(&mut leader, NOON) {
        accept(&mut leader, &message, NOON);
    }
    assert_eq!(receivers(&send(&mut leader, NOON)), NOBODY);
}

/// §5.3: if successful, `next_index` and `match_index` of the follower move on, and of that follower only.
#[test]
fn success_moves_a_follower_on() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    for message in send(&mut leader, NOON).iter().filter(|message| message.to == 2) {
        accept(&mut leader, message, NOON);
    }
    leader.start(command(2, 5));
    for message in send(&mut leader, EVENING) {
        let args = append_of(&message);
        let prev = if message.to == 2 { 1 } else { 0 };
        assert_eq!((args.prev_log_index, args.entries.len() as u64), (prev, 2 - prev), "to {}", message.to);
    }
}

/// §5.3: a success moves the follower to the end of the request, not of the log as it is by now.
#[test]
fn success_covers_only_what_was_sent() {
    let mut leader = leader_in_peace(5, &[]);
    leader.start(command(1, 5));
    let messages = send(&mut leader, NOON);
    leader.start(command(2, 5));
    messages.iter().for_each(|message| accept(&mut leader, message, NOON));
    assert_eq!(leader.status().commit_index, 1);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON)).entries, entries(2, &[5]));
}

/// §5.3: if it fails because of inconsistency, `next_index` goes back, and the leader retries.
#[test]
fn failure_moves_a_follower_back() {
    let mut leader = leader(5, &[1, 2, 3]);
    let heartbeat = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &heartbeat, (1, 1), NOON);
    let again = send_to(&mut leader, 1, NOON);
    assert_eq!((append_of(&again).prev_log_index, append_of(&again).entries.len()), (1, 2));
}

/// §5.3: `next_index` comes down to 1 if need be, term by term.
#[test]
fn failure_after_failure_leads_to_the_beginning() {
    let mut leader = leader(5, &[1, 2, 3]);
    for (conflict, next) in [((3, 2), 2), ((2, 1), 1), ((0, 0), 0)] {
        let message = send_to(&mut leader, 1, NOON);
        refuse(&mut leader, &message, conflict, NOON);
        let again = send_to(&mut leader, 1, NOON + HEARTBEAT_INTERVAL);
        assert_eq!(append_of(&again).prev_log_index, next);
        leader.no_answer(1, again.seq, 5);
    }
}
