//! What each command does to a group, one rule per test.

mod groups;

use groups::{KEYS, append, config, get, pull, serves};
use kvraft::StateMachine;
use labgob::Decoder;
use shardkv::{Command, HandOver, Output, ShardKv, Status};

const KEY: &str = KEYS[0];
const A: u64 = 100;
const B: u64 = 101;

/// Two groups after configuration 1 has given everything to A, and A has taken it.
fn two() -> (ShardKv, ShardKv) {
    let (mut a, mut b) = (ShardKv::new(A), ShardKv::new(B));
    for group in [&mut a, &mut b] {
        group.apply(Command::Reconfigure(config(1, [A; 10])));
    }
    (a, b)
}

fn reconfigure(groups: [&mut ShardKv; 2], num: u64, gid: u64) {
    for group in groups {
        group.apply(Command::Reconfigure(config(num, [gid; 10])));
    }
}

fn id(num: u64) -> HandOver {
    HandOver { shard: 0, num }
}

fn install(to: &mut ShardKv, from: &ShardKv, id: HandOver) {
    let contents = pull(from, id).expect("the giver has it");
    to.apply(Command::Install { id, contents });
}

#[test]
fn the_first_owner_begins_with_an_empty_shard() {
    let (mut a, mut b) = two();
    assert_eq!(get(&mut a, KEY).as_deref(), Some(""));
    assert_eq!(get(&mut b, KEY), None);
}

#[test]
fn configurations_are_taken_one_by_one_and_once() {
    let (mut a, _) = two();
    a.apply(append(1, 1, KEY, "x"));
    let before = a.clone();
    for num in [0, 1, 3] {
        a.apply(Command::Reconfigure(config(num, [B; 10])));
    }
    assert!(a == before, "neither an old configuration nor one too early changes anything");
}

#[test]
fn a_shard_is_served_by_its_old_group_up_to_the_change_and_by_the_new_one_from_its_arrival_on() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    reconfigure([&mut a, &mut b], 2, B);
    assert_eq!((get(&mut a, KEY), get(&mut b, KEY)), (None, None));
    install(&mut b, &a, id(2));
    assert_eq!((get(&mut a, KEY), get(&mut b, KEY).as_deref()), (None, Some("x")));
}

#[test]
fn shards_arrive_one_by_one() {
    let (mut a, mut b) = two();
    reconfigure([&mut a, &mut b], 2, B);
    install(&mut b, &a, id(2));
    assert!(serves(&b, 0) && !serves(&b, 1));
}

#[test]
fn the_giver_keeps_the_contents_until_it_is_told_to_delete() {
    let (mut a, mut b) = two();
    reconfigure([&mut a, &mut b], 2, B);
    install(&mut b, &a, id(2));
    assert!(pull(&a, id(2)).is_some());
    a.apply(Command::Delete(id(2)));
    assert!(pull(&a, id(2)).is_none());
}

#[test]
fn a_repeated_message_changes_nothing() {
    let (mut a, mut b) = two();
    reconfigure([&mut a, &mut b], 2, B);
    let contents = pull(&a, id(2)).expect("the giver has it");
    let late = Command::Install { id: id(2), contents };
    b.apply(late.clone());
    b.apply(append(1, 1, KEY, "x"));
    b.apply(late.clone());
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"), "before the hand-over is settled");
    b.apply(Command::Settle(id(2)));
    b.apply(late);
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"), "and after");
    // The next hand-over of the same shard has another name.
    reconfigure([&mut b, &mut a], 3, A);
    b.apply(Command::Delete(id(2)));
    assert!(pull(&b, id(3)).is_some());
}

#[test]
fn a_retry_is_known_as_one_by_the_next_group() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    reconfigure([&mut a, &mut b], 2, B);
    install(&mut b, &a, id(2));
    assert_eq!(b.apply(append(1, 1, KEY, "x")), Output::Answer(Some(String::new())));
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"));
}

#[test]
fn a_request_at_the_wrong_group_is_not_remembered() {
    let (mut a, mut b) = two();
    assert_eq!(b.apply(append(1, 1, KEY, "x")), Output::WrongGroup);
    reconfigure([&mut a, &mut b], 2, B);
    assert_eq!(b.apply(append(1, 1, KEY, "x")), Output::WrongGroup);
    install(&mut b, &a, id(2));
    assert_eq!(b.apply(append(1, 1, KEY, "x")), Output::Answer(Some(String::new())));
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"));
}

#[test]
fn a_shard_of_nobody_is_kept_by_its_last_group_and_served_to_nobody() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    reconfigure([&mut a, &mut b], 2, 0);
    assert_eq!((get(&mut a, KEY), get(&mut b, KEY)), (None, None));
    let mut returned = a.clone();
    returned.apply(Command::Reconfigure(config(3, [A; 10])));
    assert_eq!(get(&mut returned, KEY).as_deref(), Some("x"), "it comes back to the one that has it");
    reconfigure([&mut a, &mut b], 3, B);
    install(&mut b, &a, id(3));
    assert_eq!(
        get(&mut b, KEY).as_deref(),
        Some("x"),
        "or goes to another, from a group in no configuration"
    );
}

#[test]
fn a_shard_given_away_before_it_has_arrived_passes_through() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    for (num, gid) in [(2, B), (3, A), (4, B)] {
        reconfigure([&mut a, &mut b], num, gid);
    }
    assert!(pull(&b, id(3)).is_none(), "it has not got it itself");
    install(&mut b, &a, id(2));
    assert!(!serves(&b, 0), "the first arrival is not the last");
    install(&mut a, &b, id(3));
    install(&mut b, &a, id(4));
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"));
}

#[test]
fn a_shard_that_becomes_nobodys_on_its_way_is_kept_where_it_arrives() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    reconfigure([&mut a, &mut b], 2, B);
    reconfigure([&mut a, &mut b], 3, 0);
    install(&mut b, &a, id(2));
    assert!(matches!(b.shards()[0], Status::Parked(_)));
    b.apply(Command::Reconfigure(config(4, [B; 10])));
    assert_eq!(get(&mut b, KEY).as_deref(), Some("x"));
}

#[test]
fn a_snapshot_in_the_middle_of_everything_is_the_whole_state() {
    let (mut a, mut b) = two();
    a.apply(append(1, 1, KEY, "x"));
    reconfigure([&mut a, &mut b], 2, B);
    install(&mut b, &a, id(2));
    reconfigure([&mut a, &mut b], 3, 0);
    for group in [a, b] {
        let mut bytes = Vec::new();
        group.snapshot(&mut bytes);
        let mut restored = ShardKv::new(7);
        let mut decoder = Decoder::new(&bytes);
        restored.restore(&mut decoder).expect("its own snapshot");
        decoder.finish().expect("nothing is left over");
        assert!(restored == group);
    }
}
