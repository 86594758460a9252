//! *AppendEntries RPC*: arguments, results, and the receiver's steps.

use raft::{
    Time,
    append_entries::{AppendEntriesArgs, AppendEntriesReply, Conflict},
    state::Core,
};

use super::cast::*;

fn receive(server: &mut Core, args: AppendEntriesArgs) -> AppendEntriesReply {
    server.append_entries(args, Time::ZERO)
}

/// What a refusal says about the server's log, as (index, term).
fn conflict(server: &mut Core, args: AppendEntriesArgs) -> (u64, u64) {
    let Conflict { conflict_index, conflict_term } = receive(server, args).conflict.expect("a refusal");
    (conflict_index, conflict_term)
}

// --- Arguments and results ---

/// §5.3, arguments: the leader's term and number, the place before the new entries, the entries, its commit index.
#[test]
fn a_request_says_who_leads_and_where_the_entries_belong() {
    let mut leader = leader_in_peace(3, &[1, 2]);
    leader.start(command(3, 3));
    leader.start(command(4, 3));
    let expected = AppendEntriesArgs { leader_id: ME, ..append(3, (2, 2), &[3, 3], 0) };
    assert_eq!(append_of(&send_to(&mut leader, 4, NOON)), &expected);
}

/// §5.1, results: the answer bears the receiver's term, for the leader to update itself.
#[test]
fn the_answer_bears_the_current_term() {
    let mut server = follower(5, &[]);
    for (asked, answered) in [(4, 5), (5, 5), (6, 6)] {
        assert_eq!(receive(&mut server, heartbeat(asked, (0, 0), 0)).term, answered);
    }
}

/// §5.3, results: success means that the follower holds the entry before the new ones.
#[test]
fn success_means_that_the_logs_agree() {
    let mut server = follower(5, &[1, 3]);
    for prev in [(0, 0), (1, 1), (2, 3)] {
        assert!(receive(&mut server, heartbeat(5, prev, 0)).success, "{prev:?}");
    }
}

// --- Receiver implementation ---

/// §5.1, step 1: a leader of an older term is refused, and changes nothing.
#[test]
fn step_1_an_older_leader_is_refused() {
    let mut server = follower(5, &[1, 1]);
    let reply = receive(&mut server, append(4, (1, 1), &[4, 4], 3));
    assert_eq!(reply, AppendEntriesReply { term: 5, success: false, conflict: None });
    assert_eq!((log(&server), server.status().commit_index), (vec![1, 1], 0));
}

/// §5.3, step 2: refused, if the log does not reach to the entry before the new ones.
#[test]
fn step_2_a_log_that_is_too_short_refuses() {
    let mut server = follower(5, &[1, 3]);
    assert!(!receive(&mut server, append(5, (3, 3), &[5], 4)).success);
    assert_eq!((log(&server), server.status().commit_index), (vec![1, 3], 0));
}

/// §5.3, step 2: refused, if the entry before the new ones has another term.
#[test]
fn step_2_a_log_that_differs_refuses() {
    for prev_log_term in [2, 4] {
        let mut server = follower(5, &[1, 3]);
        assert!(!receive(&mut server, append(5, (2, prev_log_term), &[5], 3)).success);
        assert_eq!((log(&server), server.status().commit_index), (vec![1, 3], 0));
    }
}

/// §5.3, step 2: a heartbeat is checked like any other request.
#[test]
fn step_2_a_heartbeat_can_be_refused() {
    let mut server = follower(5, &[1, 3]);
    assert!(!receive(&mut server, heartbeat(5, (2, 4), 2)).success);
    assert_eq!(server.status().commit_index, 0, "entry 2 is not the leader's");
}

/// §7, step 2: the last entry in the snapshot still has a term to compare.
#[test]
fn step_2_the_end_of_the_snapshot_is_part_of_the_log() {
    let mut server = follower_with_snapshot(5, (9, 3), &[]);
    assert!(receive(&mut server, append(5, (9, 3), &[5], 0)).success);
    assert_eq!(log(&server), [5]);
}

/// §7, step 2: what lies deeper in the snapshot is committed, so every leader has it (§5.4.3).
#[test]
fn step_2_what_is_in_the_snapshot_agrees() {
    let mut server = follower_with_snapshot(5, (3, 1), &[3]);
    assert!(receive(&mut server, append(5, (1, 1), &[1, 1, 3, 5], 0)).success);
    assert_eq!(server.log().entry(5).unwrap().command, command(5, 5));
    assert_eq!(log(&server), [3, 5]);
}

/// §7, step 2: also if the request ends before the snapshot does.
#[test]
fn step_2_a_request_inside_the_snapshot_changes_nothing() {
    let mut server = follower_with_snapshot(5, (3, 1), &[3]);
    assert!(receive(&mut server, append(5, (1, 1), &[1], 3)).success);
    assert_eq!((log(&server), server.status().commit_index, server.status().last_index), (vec![3], 3, 4));
}

/// §5.3, step 3: an entry that conflicts with a new one goes, with all that follow it.
#[test]
fn step_3_conflicting_entries_are_deleted() {
    let mut server = follower(5, &[1, 1, 2, 2, 2]);
    assert!(receive(&mut server, append(5, (1, 1), &[1, 3], 0)).success);
    assert_eq!(log(&server), [1, 1, 3]);
}

/// §5.3, step 3: without a conflict nothing goes, since the request may be an old one that comes late.
#[test]
fn step_3_a_late_request_deletes_nothing() {
    let mut server = follower(5, &[1, 1, 5, 5]);
    assert!(receive(&mut server, append(5, (1, 1), &[1, 5], 0)).success);
    assert!(receive(&mut server, heartbeat(5, (1, 1), 0)).success);
    assert_eq!(log(&server), [1, 1, 5, 5]);
}

/// §5.3, step 4: what the log lacks is appended.
#[test]
fn step_4_new_entries_are_appended() {
    let mut server = follower(5, &[1]);
    assert!(receive(&mut server, append(5, (1, 1), &[2, 5], 0)).success);
    assert_eq!(log(&server), [1, 2, 5]);
    assert_eq!(server.log().entry(3).unwrap().command, command(3, 5));
}

/// §5.3, step 4: what the log holds already is not appended again.
#[test]
fn step_4_known_entries_are_not_appended_again() {
    let mut server = follower(5, &[1, 2]);
    for _ in 0..2 {
        assert!(receive(&mut server, append(5, (0, 0), &[1, 2, 5], 0)).success);
        assert_eq!(log(&server), [1, 2, 5]);
    }
}

/// §5.3, step 5: the follower's commit index follows the leader's.
#[test]
fn step_5_the_leaders_commit_index_is_taken_over() {
    let mut server = follower(5, &[1, 1]);
    receive(&mut server, append(5, (2, 1), &[5, 5], 3));
    assert_eq!(server.status().commit_index, 3);
}

/// §5.3, step 5: … but not beyond the last new entry: what follows that may not be the leader's.
#[test]
fn step_5_nothing_after_the_last_new_entry_is_committed() {
    let mut server = follower(5, &[1, 1, 1, 1]);
    receive(&mut server, append(5, (1, 1), &[1], 4));
    assert_eq!(server.status().commit_index, 2);
}

/// §5.3, step 5: of a heartbeat, the last "new" entry is the one before it.
#[test]
fn step_5_a_heartbeat_commits_what_it_vouches_for() {
    let mut server = follower(5, &[1, 1, 1, 1]);
    receive(&mut server, heartbeat(5, (3, 1), 4));
    assert_eq!(server.status().commit_index, 3);
}

// --- The faster back-up (end of §5.3) ---

/// End of §5.3: a log that is too short says where it ends.
#[test]
fn a_refusal_tells_the_end_of_a_short_log() {
    assert_eq!(conflict(&mut follower(5, &[1, 3]), heartbeat(5, (7, 4), 0)), (2, 3));
}

/// End of §5.3: terms above the leader's cannot match, so a refusal skips them all.
#[test]
fn a_refusal_skips_terms_above_the_leaders() {
    let mut server = follower(7, &[1, 1, 4, 5, 5, 6]);
    assert_eq!(conflict(&mut server, heartbeat(7, (6, 3), 0)), (2, 1));
    assert_eq!(conflict(&mut server, heartbeat(7, (9, 4), 0)), (3, 4));
}

/// End of §5.3: a term below the leader's may match, so the refusal names it.
#[test]
fn a_refusal_names_a_term_below_the_leaders() {
    assert_eq!(conflict(&mut follower(7, &[1, 2, 2]), heartbeat(7, (2, 6), 0)), (2, 2));
}

/// End of §5.3, §5.4.3: committed entries are every leader's, so no refusal goes back behind them.
#[test]
fn a_refusal_stays_above_what_is_committed() {
    let mut server = with_all_committed(follower(4, &[1, 4]));
    receive(&mut server, append(4, (2, 4), &[4, 4], 2));
    assert_eq!(conflict(&mut server, heartbeat(7, (4, 6), 2)), (4, 4));
    let mut server = with_all_committed(follower_with_snapshot(6, (9, 3), &[5]));
    assert_eq!(conflict(&mut server, heartbeat(7, (12, 5), 9)), (10, 5));
}
