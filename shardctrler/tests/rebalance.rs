//! The division of shards against a brute-force optimum on small cases, and over long random histories.

use std::collections::BTreeSet;

use proptest::{collection::btree_set, prelude::*, sample::select};
use shardctrler::{Gid, N_SHARDS, NO_GROUP, rebalance};

type Shards = [Gid; N_SHARDS];

fn counts(shards: &Shards, groups: &[Gid]) -> Vec<usize> {
    groups.iter().map(|gid| shards.iter().filter(|&owner| owner == gid).count()).collect()
}

fn moved(before: &Shards, after: &Shards) -> usize {
    before.iter().zip(after).filter(|(before, after)| before != after).count()
}

/// The fewest moves that end in an even division, by trying all ways to say which groups get one shard more than the others.
///
/// Once it is said how many shards each group ends with, the fewest moves are known: a group keeps what it has, up to that number,
/// and all other shards move.
fn fewest_moves_by_trying_all(before: &Shards, groups: &[Gid]) -> usize {
    if groups.is_empty() {
        return before.iter().filter(|&&gid| gid != NO_GROUP).count();
    }
    let (due, larger) = (N_SHARDS / groups.len(), (N_SHARDS % groups.len()) as u32);
    let counts = counts(before, groups);
    let kept = |choice: u32| -> usize {
        let due = |place: usize| due + (choice >> place & 1) as usize;
        counts.iter().enumerate().map(|(place, &count)| count.min(due(place))).sum()
    };
    let choices = (0..1_u32 << groups.len()).filter(|choice| choice.count_ones() == larger);
    N_SHARDS - choices.map(kept).max().expect("there is a choice")
}

/// Even, of groups that are there, as few moves as possible.
fn check(before: &Shards, groups: &[Gid], fewest: usize) -> Shards {
    let mut after = *before;
    rebalance(&mut after, groups);
    if groups.is_empty() {
        assert_eq!(after, [NO_GROUP; N_SHARDS]);
    } else {
        let counts = counts(&after, groups);
        assert_eq!(counts.iter().sum::<usize>(), N_SHARDS, "{before:?} to {groups:?}: {after:?}");
        let (most, least) = (counts.iter().max(), counts.iter().min());
        assert!(most <= least.map(|least| least + 1).as_ref(), "{before:?} to {groups:?}: {after:?}");
    }
    assert_eq!(moved(before, &after), fewest, "{before:?} to {groups:?}: {after:?}");
    let mut again = after;
    rebalance(&mut again, groups);
    assert_eq!(again, after, "what is even stays as it is");
    after
}

/// For [`fewest_moves_by_trying_all`] itself: all 4^10 divisions among the groups, literally.
fn fewest_moves_by_listing_all(before: &Shards, groups: &[Gid]) -> usize {
    let base = groups.len();
    let mut fewest = N_SHARDS;
    for mut code in 0..base.pow(N_SHARDS as u32) {
        let mut after = [NO_GROUP; N_SHARDS];
        for owner in &mut after {
            *owner = groups[code % base];
            code /= base;
        }
        let counts = counts(&after, groups);
        if counts.iter().max() <= counts.iter().min().map(|least| least + 1).as_ref() {
            fewest = fewest.min(moved(before, &after));
        }
    }
    fewest
}

#[test]
fn two_ways_to_find_the_optimum_agree() {
    let before =
        [[NO_GROUP; N_SHARDS], [1; N_SHARDS], [1, 1, 1, 1, 1, 1, 1, 2, 9, 0], [3, 3, 3, 3, 2, 2, 2, 2, 2, 2]];
    for before in &before {
        for groups in [&[1][..], &[1, 2], &[2, 3], &[1, 2, 3]] {
            let fewest = fewest_moves_by_listing_all(before, groups);
            assert_eq!(fewest_moves_by_trying_all(before, groups), fewest, "{before:?} to {groups:?}");
        }
    }
}

/// Every way four groups and nobody can have the ten shards, up to the order of the shards; then every subset of six groups remains,
/// two of which are new.
#[test]
fn the_optimum_is_reached_in_all_small_cases() {
    let mut cases = 0;
    for nobodys in 0..=N_SHARDS {
        for of_1 in 0..=N_SHARDS - nobodys {
            for of_2 in 0..=N_SHARDS - nobodys - of_1 {
                for of_3 in 0..=N_SHARDS - nobodys - of_1 - of_2 {
                    cases += check_all_subsets(&owned([nobodys, of_1, of_2, of_3]));
                }
            }
        }
    }
    assert_eq!(cases, 1001 * 64);
}

/// Nobody, group 1, 2 and 3 have so many shards each; group 4 has the rest.
fn owned(counts: [usize; 4]) -> Shards {
    let mut shards = [4; N_SHARDS];
    let owners = (0..).zip(counts).flat_map(|(gid, count)| std::iter::repeat_n(gid, count));
    shards.iter_mut().zip(owners).for_each(|(shard, gid)| *shard = gid);
    shards
}

fn check_all_subsets(before: &Shards) -> usize {
    for chosen in 0..64 {
        let groups: Vec<Gid> = (1..=6).filter(|gid| chosen >> (gid - 1) & 1 == 1).collect();
        check(before, &groups, fewest_moves_by_trying_all(before, &groups));
    }
    64
}

/// One change of the set of groups, or a Move.
#[derive(Clone, Debug)]
enum Change {
    Join(BTreeSet<Gid>),
    Leave(BTreeSet<Gid>),
    Move(usize, Gid),
}

fn change() -> impl Strategy<Value = Change> {
    let gids = || btree_set(1..=20_u64, 1..4);
    prop_oneof![
        3 => gids().prop_map(Change::Join),
        3 => gids().prop_map(Change::Leave),
        1 => (0..N_SHARDS, 1..=20_u64).prop_map(|(shard, gid)| Change::Move(shard, gid)),
    ]
}

/// With m groups, the q + 1 shards that 10 mod m groups are due go to those that have most: no other choice keeps more.
fn fewest_moves(before: &Shards, groups: &[Gid]) -> usize {
    if groups.is_empty() {
        return before.iter().filter(|&&gid| gid != NO_GROUP).count();
    }
    let mut counts = counts(before, groups);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let due = |place: usize| N_SHARDS / groups.len() + usize::from(place < N_SHARDS % groups.len());
    N_SHARDS - counts.iter().enumerate().map(|(place, &count)| count.min(due(place))).sum::<usize>()
}

/// Follows a history from nothing, and checks every step of it. Returns where it ends.
fn follow(changes: &[Change]) -> Shards {
    let (mut groups, mut shards) = (BTreeSet::new(), [NO_GROUP; N_SHARDS]);
    for change in changes {
        match change {
            Change::Join(gids) => groups.extend(gids),
            Change::Leave(gids) => groups.retain(|gid| !gids.contains(gid)),
            Change::Move(shard, gid) => {
                if groups.contains(gid) {
                    shards[*shard] = *gid;
                }
                continue;
            }
        }
        let groups: Vec<Gid> = groups.iter().copied().collect();
        shards = check(&shards, &groups, fewest_moves(&shards, &groups));
    }
    shards
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(10_000) })]

    /// Ten thousand histories of up to twenty changes.
    #[test]
    fn every_step_of_a_history_is_even_and_minimal(changes in proptest::collection::vec(change(), 1..=20)) {
        prop_assert_eq!(follow(&changes), follow(&changes));
    }

    /// In which order the groups are named, and whatever order a hash map would have, is no matter.
    #[test]
    fn the_order_of_the_groups_is_no_matter(
        before in proptest::array::uniform10(0..=6_u64),
        groups in Just((1..=6).collect::<Vec<Gid>>()).prop_shuffle(),
        count in select(vec![1_usize, 2, 3, 4, 5, 6]),
    ) {
        let mut sorted = groups[..count].to_vec();
        sorted.sort_unstable();
        let (mut one, mut other) = (before, before);
        rebalance(&mut one, &groups[..count]);
        rebalance(&mut other, &sorted);
        prop_assert_eq!(one, other);
    }
}
