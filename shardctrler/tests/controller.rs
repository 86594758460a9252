//! The controller as an ordinary value: no network, no Raft.

use std::collections::BTreeMap;

use kvraft::StateMachine;
use labgob::Decoder;
use shardctrler::{Command, Config, Gid, N_SHARDS, NEWEST, NO_GROUP, Refusal, ShardCtrler};

fn join(gids: &[Gid]) -> Command {
    Command::Join {
        servers: gids.iter().map(|&gid| (gid, vec![format!("{gid}a"), format!("{gid}b")])).collect(),
    }
}

fn leave(gids: &[Gid]) -> Command {
    Command::Leave { gids: gids.to_vec() }
}

fn newest(ctrler: &mut ShardCtrler) -> Config {
    ctrler.apply(Command::Query { num: NEWEST }).expect("no query is refused")
}

/// Groups 1 and 2 have five shards each.
fn two_groups() -> ShardCtrler {
    let mut ctrler = ShardCtrler::default();
    ctrler.apply(join(&[1, 2])).expect("new groups");
    ctrler
}

#[track_caller]
fn check_refused(command: Command, wanted: Refusal) {
    let mut ctrler = two_groups();
    let before = ctrler.clone();
    assert_eq!(ctrler.apply(command), Err(wanted));
    assert_eq!(ctrler, before, "a refused command changes nothing");
}

#[test]
fn configuration_0_has_no_groups() {
    let mut ctrler = ShardCtrler::default();
    let zero = newest(&mut ctrler);
    assert_eq!(zero, Config { num: 0, shards: [NO_GROUP; N_SHARDS], groups: BTreeMap::new() });
}

#[test]
fn a_present_group_cannot_join() {
    check_refused(join(&[2]), Refusal::Present(2));
    check_refused(join(&[1, 3]), Refusal::Present(1));
}

#[test]
fn an_absent_group_cannot_leave_nor_get_a_shard() {
    check_refused(leave(&[3]), Refusal::Absent(3));
    check_refused(leave(&[1, 3]), Refusal::Absent(3));
    check_refused(Command::Move { shard: 0, gid: 3 }, Refusal::Absent(3));
}

#[test]
fn a_group_cannot_leave_twice_at_once() {
    check_refused(leave(&[1, 1]), Refusal::Absent(1));
}

#[test]
fn gid_0_is_no_group() {
    check_refused(join(&[0]), Refusal::NoGroup);
    check_refused(join(&[0, 3]), Refusal::NoGroup);
    check_refused(leave(&[0]), Refusal::NoGroup);
    check_refused(Command::Move { shard: 0, gid: 0 }, Refusal::NoGroup);
}

#[test]
fn a_shard_must_exist() {
    check_refused(Command::Move { shard: N_SHARDS, gid: 1 }, Refusal::NoSuchShard(N_SHARDS));
    check_refused(Command::Move { shard: usize::MAX, gid: 1 }, Refusal::NoSuchShard(usize::MAX));
}

#[test]
fn a_group_must_have_servers() {
    let servers = BTreeMap::from([(3, vec!["3a".to_owned()]), (4, Vec::new())]);
    check_refused(Command::Join { servers }, Refusal::NoServers(4));
}

#[test]
fn somebody_must_be_named() {
    check_refused(join(&[]), Refusal::Nothing);
    check_refused(leave(&[]), Refusal::Nothing);
}

#[test]
fn a_move_moves_one_shard_and_the_next_join_divides_anew() {
    let mut ctrler = two_groups();
    for shard in 0..N_SHARDS {
        let before = newest(&mut ctrler);
        let after = ctrler.apply(Command::Move { shard, gid: 1 }).expect("a good move");
        let mut wanted = Config { num: before.num + 1, ..before };
        wanted.shards[shard] = 1;
        assert_eq!(after, wanted);
    }
    let joined = ctrler.apply(join(&[3])).expect("a new group");
    let count = |gid| joined.shards.iter().filter(|&&owner| owner == gid).count();
    assert_eq!([count(1), count(2), count(3)], [4, 3, 3]);
}

#[test]
fn when_the_last_group_leaves_all_shards_are_nobodys() {
    let mut ctrler = two_groups();
    ctrler.apply(leave(&[1])).expect("group 1 is there");
    let empty = ctrler.apply(leave(&[2])).expect("group 2 is there");
    assert_eq!(empty, Config { num: 3, ..Config::default() });
}

#[test]
fn a_gid_can_be_used_again_and_history_stays_as_it_was() {
    let mut ctrler = two_groups();
    let first = newest(&mut ctrler);
    ctrler.apply(leave(&[1])).expect("group 1 is there");
    let servers = BTreeMap::from([(1, vec!["elsewhere".to_owned()])]);
    let again = ctrler.apply(Command::Join { servers }).expect("group 1 is not there");
    assert_eq!(again.groups[&1], ["elsewhere"]);
    assert_eq!(ctrler.apply(Command::Query { num: 1 }), Ok(first));
}

#[test]
fn numbers_have_no_gaps_and_too_large_ones_mean_the_newest() {
    let mut ctrler = two_groups();
    ctrler.apply(Command::Move { shard: 0, gid: 1 }).expect("a good move");
    assert_eq!(ctrler.apply(join(&[1])), Err(Refusal::Present(1)));
    ctrler.apply(leave(&[2])).expect("group 2 is there");
    for num in 0..=3 {
        assert_eq!(ctrler.apply(Command::Query { num }).map(|config| config.num), Ok(num));
    }
    for num in [4, 1000, NEWEST - 1, NEWEST] {
        assert_eq!(ctrler.apply(Command::Query { num }).map(|config| config.num), Ok(3));
    }
    assert_eq!(ctrler.configs().len(), 4);
}

#[test]
fn a_snapshot_holds_all_configurations() {
    let mut ctrler = two_groups();
    ctrler.apply(Command::Move { shard: 0, gid: 2 }).expect("a good move");
    let mut snapshot = Vec::new();
    ctrler.snapshot(&mut snapshot);
    let mut restored = ShardCtrler::default();
    restored.apply(join(&[99])).expect("a new group");
    let mut decoder = Decoder::new(&snapshot);
    restored.restore(&mut decoder).expect("its own snapshot");
    decoder.finish().expect("nothing is left over");
    assert_eq!(restored, ctrler);
    assert_eq!(restored.apply(join(&[3])), ctrler.apply(join(&[3])), "and goes on the same way");
}

#[test]
fn who_serves_a_shard() {
    let mut ctrler = two_groups();
    let config = newest(&mut ctrler);
    assert_eq!(config.servers_of(0), Some(&["1a".to_owned(), "1b".to_owned()][..]));
    assert_eq!(Config::default().servers_of(0), None);
}
