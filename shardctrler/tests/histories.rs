//! Random commands, good and bad, to the whole controller: what holds after each of them.

use kvraft::StateMachine;
use labgob::Decoder;
use proptest::{collection::vec, prelude::*};
use shardctrler::{Command, Gid, N_SHARDS, NO_GROUP, ShardCtrler};

/// Few enough groups that most commands are good, and many enough that some are not.
fn gid() -> impl Strategy<Value = Gid> {
    prop_oneof![20 => 1..=15_u64, 1 => Just(NO_GROUP)]
}

fn command() -> impl Strategy<Value = Command> {
    let join = |gids: Vec<Gid>| Command::Join {
        servers: gids.into_iter().map(|gid| (gid, vec![format!("{gid}a")])).collect(),
    };
    prop_oneof![
        4 => vec(gid(), 0..4).prop_map(join),
        3 => vec(gid(), 0..3).prop_map(|gids| Command::Leave { gids }),
        2 => (0..N_SHARDS + 1, gid()).prop_map(|(shard, gid)| Command::Move { shard, gid }),
    ]
}

/// A copy by way of a snapshot.
fn copy(ctrler: &ShardCtrler) -> ShardCtrler {
    let mut snapshot = Vec::new();
    ctrler.snapshot(&mut snapshot);
    let mut restored = ShardCtrler::default();
    let mut decoder = Decoder::new(&snapshot);
    restored.restore(&mut decoder).and_then(|()| decoder.finish()).expect("its own snapshot");
    restored
}

/// Applies one command, and compares before and after.
fn step(ctrler: &mut ShardCtrler, command: Command) {
    let before = ctrler.clone();
    let newest = before.configs().last().expect("configuration 0");
    match ctrler.apply(command.clone()) {
        Err(refusal) => assert_eq!(*ctrler, before, "{command:?} was refused: {refusal}"),
        Ok(made) => {
            let (last, earlier) = ctrler.configs().split_last().expect("configuration 0");
            assert_eq!(earlier, before.configs(), "{command:?} changed the past");
            assert_eq!(*last, made);
            assert_eq!(made.num, newest.num + 1, "{command:?}");
            for gid in made.shards {
                let valid = made.groups.contains_key(&gid) || (made.groups.is_empty() && gid == NO_GROUP);
                assert!(valid, "{command:?} gave a shard to {gid}: {made:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn commands_are_carried_out_whole_or_not_at_all(commands in vec(command(), 1..30)) {
        let mut ctrler = ShardCtrler::default();
        for command in commands {
            step(&mut ctrler, command);
        }
    }

    #[test]
    fn a_server_that_comes_in_by_a_snapshot_goes_on_like_the_others(
        commands in vec(command(), 1..30), restart_at in 0..30_usize,
    ) {
        let (mut one, mut other) = (ShardCtrler::default(), ShardCtrler::default());
        for (at, command) in commands.into_iter().enumerate() {
            if at == restart_at {
                other = copy(&one);
            }
            prop_assert_eq!(one.apply(command.clone()), other.apply(command));
        }
        prop_assert_eq!(one, other);
    }
}
