//! Which group gets which shard: as even as possible, moving as few shards as possible.
//!
//! Part of the replicated state machine: every server must come to the same result, so nothing here depends on anything but the
//! arguments, and everything goes in the order of gids and shards.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::config::{Gid, N_SHARDS, NO_GROUP};

/// **Lab 4A.** Divides the shards anew among `groups`. Afterwards no group has two shards more than another, and no division with that
/// property could have been reached by moving fewer shards. Without groups, all shards are nobody's.
///
/// # How
/// With *m* groups, each is due ⌊10/m⌋ shards, and 10 mod m of them one more. The ones with most shards now are the ones to be given
/// that one more: they would have to move it otherwise. Then a shard moves only if its group is gone or has more than its due.
pub fn rebalance(shards: &mut [Gid; N_SHARDS], groups: &[Gid]) {
    let mut missing = quotas(shards, groups);
    let mut homeless = Vec::new();
    for (shard, gid) in shards.iter().enumerate() {
        match missing.get_mut(gid) {
            Some(room) if *room > 0 => *room -= 1,
            _ => homeless.push(shard),
        }
    }
    let mut takers = missing.into_iter().flat_map(|(gid, room)| std::iter::repeat_n(gid, room));
    for shard in homeless {
        shards[shard] = takers.next().unwrap_or(NO_GROUP);
    }
}

/// **Lab 4A, helper.** How many shards each group is due.
fn quotas(shards: &[Gid; N_SHARDS], groups: &[Gid]) -> BTreeMap<Gid, usize> {
    let mut largest_first: Vec<Gid> = groups.to_vec();
    let count = |gid: Gid| shards.iter().filter(|&&owner| owner == gid).count();
    largest_first.sort_by_key(|&gid| (Reverse(count(gid)), gid));
    let due = |place: usize| N_SHARDS / groups.len() + usize::from(place < N_SHARDS % groups.len());
    largest_first.into_iter().enumerate().map(|(place, gid)| (gid, due(place))).collect()
}
