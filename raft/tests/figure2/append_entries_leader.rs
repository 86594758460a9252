//! *AppendEntries RPC*: what its replies mean to the leader, and the faster back-up at the end of §5.3.

use bytes::Bytes;
use raft::{
    Index, Term,
    ready::Message,
    state::Core,
    timing::{APPEND_BYTES_MAX, HEARTBEAT_INTERVAL},
};

use super::cast::*;

/// Where the leader goes on, after follower 1 has refused its heartbeat with `conflict`.
fn goes_on_after(leader: &mut Core, conflict: (Index, Term)) -> (Index, Term) {
    let heartbeat = send_to(leader, 1, NOON);
    refuse(leader, &heartbeat, conflict, NOON);
    prev(&send_to(leader, 1, NOON))
}

fn prev(message: &Message) -> (Index, Term) {
    let args = append_of(message);
    (args.prev_log_index, args.prev_log_term)
}

/// §5.3: after a refusal the leader goes back, and tries again at once.
#[test]
fn after_a_refusal_the_leader_goes_back_and_tries_again() {
    let mut leader = leader(6, &[1, 1, 4]);
    let heartbeat = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &heartbeat, (2, 1), NOON);
    let again = send_to(&mut leader, 1, NOON);
    assert_eq!((prev(&again), append_of(&again).entries.clone()), ((2, 1), entries(3, &[4])));
}

/// End of §5.3: a follower that ends early is sent what follows its end.
#[test]
fn a_short_follower_is_continued_from_its_end() {
    assert_eq!(goes_on_after(&mut leader(6, &[4, 4, 4, 5, 5]), (2, 4)), (2, 4));
}

/// End of §5.3: the leader's terms above the follower's cannot match, so it skips them all.
#[test]
fn the_leader_skips_its_terms_above_the_followers() {
    assert_eq!(goes_on_after(&mut leader(7, &[1, 1, 4, 5, 5, 6]), (5, 3)), (2, 1));
}

/// End of §5.3: where the follower's conflicting term is the leader's too, the logs may agree up to its end.
#[test]
fn the_leader_meets_the_follower_in_a_term_of_both() {
    assert_eq!(goes_on_after(&mut leader(7, &[1, 2, 2, 5, 5, 6]), (4, 2)), (3, 2));
}

/// §5.3: a follower without any entry is sent everything.
#[test]
fn an_empty_follower_is_sent_everything() {
    assert_eq!(goes_on_after(&mut leader(7, &[2, 2, 5]), (0, 0)), (0, 0));
}

/// §5.3: what a follower has accepted it holds: no refusal leads back behind that.
#[test]
fn the_leader_never_goes_back_behind_a_match() {
    let mut leader = leader_in_peace(7, &[1, 2, 3]);
    leader.start(command(4, 7));
    let append = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &append, (1, 1), NOON);
    assert_eq!(prev(&send_to(&mut leader, 1, NOON)), (3, 3));
}

/// §5.3: a refusal of an earlier attempt, come late, does not send the leader back again.
#[test]
fn a_late_refusal_is_ignored() {
    let mut leader = leader(7, &[1, 2, 3, 4]);
    let first = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &first, (3, 3), NOON);
    let second = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &first, (1, 1), NOON);
    accept(&mut leader, &second, NOON);
    leader.start(command(5, 7));
    assert_eq!(prev(&send_to(&mut leader, 1, NOON)), (4, 4));
}

/// §5.3: the late refusal does not even change the attempt that is under way.
#[test]
fn a_late_refusal_does_not_disturb_the_next_attempt() {
    let mut leader = leader(7, &[1, 2, 3, 4]);
    let first = send_to(&mut leader, 1, NOON);
    refuse(&mut leader, &first, (3, 3), NOON);
    assert_eq!(prev(&send_to(&mut leader, 1, NOON)), (3, 3));
    refuse(&mut leader, &first, (1, 1), NOON);
    assert_eq!(prev(&send_to(&mut leader, 1, NOON + HEARTBEAT_INTERVAL)), (3, 3));
}

/// §5.1: an old term's success says nothing about this term's log.
#[test]
fn a_reply_to_an_older_term_is_ignored() {
    let mut server = leader_in_peace(2, &[]);
    server.start(command(1, 2));
    server.start(command(2, 2));
    let old = send(&mut server, NOON);
    // Term 3's leader deletes both entries; then server 0 leads again, with others in their places.
    server.append_entries(append(3, (0, 0), &[3], 0), NOON);
    server.tick(EVENING);
    drop(send(&mut server, EVENING));
    [1, 2].into_iter().for_each(|voter| server.request_vote_reply(voter, 4, vote(4), EVENING));
    server.start(command(2, 4));
    old.iter().for_each(|message| accept(&mut server, message, EVENING));
    assert_eq!(server.status().commit_index, 0);
}

/// §5.3: entries that come while a request is under way wait for its answer, and then travel together.
#[test]
fn commands_that_arrive_together_travel_together() {
    let mut leader = leader_in_peace(2, &[]);
    leader.start(command(1, 2));
    let first = send_to(&mut leader, 1, NOON);
    leader.start(command(2, 2));
    leader.start(command(3, 2));
    assert_eq!(receivers(&send(&mut leader, NOON)), []);
    accept(&mut leader, &first, NOON);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON)).entries, entries(2, &[2, 2]));
}

/// §5.3: "retries indefinitely": a lost request is sent again.
#[test]
fn a_lost_request_is_sent_again() {
    let mut leader = leader_in_peace(2, &[]);
    leader.start(command(1, 2));
    let lost = send_to(&mut leader, 1, NOON);
    leader.no_answer(1, lost.seq, 2);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON)), append_of(&lost));
}

/// §5.3: … also if the loss is never reported.
#[test]
fn an_unanswered_request_is_sent_again_with_the_next_heartbeat() {
    let mut leader = leader_in_peace(2, &[]);
    leader.start(command(1, 2));
    let lost = send_to(&mut leader, 1, NOON);
    assert_eq!(append_of(&send_to(&mut leader, 1, NOON + HEARTBEAT_INTERVAL)), append_of(&lost));
}

/// §5.3: only the answer to the latest request frees the way for the next one.
#[test]
fn the_loss_of_an_older_request_frees_nothing() {
    let mut leader = leader_in_peace(2, &[]);
    leader.start(command(1, 2));
    let old = send_to(&mut leader, 1, NOON);
    drop(send(&mut leader, NOON + HEARTBEAT_INTERVAL));
    leader.no_answer(1, old.seq, 2);
    assert_eq!(receivers(&send(&mut leader, NOON + HEARTBEAT_INTERVAL)), []);
}

/// §5.3, arguments: one request carries several entries, but no more bytes than a message should have, and at least
/// one entry.
#[test]
fn a_request_has_a_size_limit() {
    let mut leader = leader_in_peace(2, &[]);
    for size in [2, 2, 2, 6, 2].map(|fifths| fifths * APPEND_BYTES_MAX / 5) {
        leader.start(Bytes::from(vec![0; size]));
    }
    for count in [2, 1, 1, 1] {
        let message = send_to(&mut leader, 1, NOON);
        assert_eq!(append_of(&message).entries.len(), count);
        accept(&mut leader, &message, NOON);
    }
}
