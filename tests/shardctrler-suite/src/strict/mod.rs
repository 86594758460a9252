//! Strict siblings of the official tests: what those seem to check, but let through. They are ours, not the course's.

mod division;
mod faults;
mod history;
mod requests;

use std::cmp::Reverse;

use shardctrler::{Config as ShardConfig, Gid, N_SHARDS};
use simulator::{Case, Sim};

use super::checks::check;

pub(super) fn cases() -> Vec<Case> {
    [division::CASES, requests::CASES, history::CASES, faults::CASES].concat()
}

/// `after` divides the shards evenly among its groups, and no division that does could be reached from `before` by moving fewer.
#[track_caller]
fn check_division(sim: &Sim, before: &ShardConfig, after: &ShardConfig) {
    let groups: Vec<Gid> = after.groups.keys().copied().collect();
    check(sim, &groups, after);
    let (moved, fewest) = (moved(before, after).len(), fewest_moves(before, &groups));
    let seen = format!("{moved} shards moved where {fewest} suffice\n  from {before:?}\n  to   {after:?}");
    sim.check(moved == fewest, seen);
}

/// The shards that have changed hands.
fn moved(before: &ShardConfig, after: &ShardConfig) -> Vec<usize> {
    (0..N_SHARDS).filter(|&shard| before.shards[shard] != after.shards[shard]).collect()
}

/// How many shards must move until `groups` have them evenly: those that nobody of them has, and what each has above its due.
/// The groups with most shards are the ones that may keep one more.
fn fewest_moves(before: &ShardConfig, groups: &[Gid]) -> usize {
    if groups.is_empty() {
        return before.shards.iter().filter(|&&gid| gid != shardctrler::NO_GROUP).count();
    }
    let count = |gid: &Gid| before.shards.iter().filter(|&owner| owner == gid).count();
    let mut counts: Vec<usize> = groups.iter().map(count).collect();
    counts.sort_unstable_by_key(|&count| Reverse(count));
    let due = |place: usize| N_SHARDS / groups.len() + usize::from(place < N_SHARDS % groups.len());
    let surplus: usize =
        counts.iter().enumerate().map(|(place, &count)| count.saturating_sub(due(place))).sum();
    N_SHARDS - counts.iter().sum::<usize>() + surplus
}
