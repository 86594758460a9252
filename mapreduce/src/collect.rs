//! The pairs of one map task, brought together by key.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::{Application, Combiner, Values, files::partition};

/// Takes pairs in, and gives them back sorted and by partition.
///
/// A table and not a list: of the words of a book nine in ten are repetitions, so only one in ten takes part in the sorting,
/// and a key is stored once.
pub(crate) struct Collector {
    groups: Vec<Entry>,
    /// Where the group of a key is. Keys of up to 15 bytes are numbers here, so that finding one needs no look at its text.
    short: HashMap<(u64, u64), u32, FxBuildHasher>,
    long: HashMap<Box<str>, u32, FxBuildHasher>,
    combiner: Option<Combiner>,
    /// The value that came first. If it is the usual one, as "1" is when words are counted, its repetitions are only counted.
    usual: Option<String>,
}

struct Entry {
    key: Box<str>,
    values: Values,
    /// How often the usual value is still to be merged.
    usual: u64,
}

/// A key with all its values.
pub(crate) type Group<'a> = (&'a str, &'a Values);

impl Collector {
    /// `combine`: whether values may be merged at once, if the application allows it.
    pub(crate) fn new(app: &dyn Application, combine: bool) -> Self {
        let combiner = app.combiner().filter(|_| combine);
        Self {
            groups: Vec::new(),
            short: HashMap::default(),
            long: HashMap::default(),
            combiner,
            usual: None,
        }
    }

    pub(crate) fn emit(&mut self, key: &str, value: &str) {
        let entry = self.entry(key);
        match (self.combiner, &self.usual) {
            (None, _) => self.groups[entry].values.push(value),
            (Some(_), Some(usual)) if usual == value => self.groups[entry].usual += 1,
            (Some(combine), Some(_)) => self.groups[entry].values.merge(value, 1, combine),
            (Some(_), None) => {
                self.usual = Some(value.to_owned());
                self.groups[entry].usual = 1;
            }
        }
    }

    /// The place of the key's group. A key is copied when it is new, and never again.
    fn entry(&mut self, key: &str) -> usize {
        let next = u32::try_from(self.groups.len()).expect("a map task has less than 4 billion keys");
        let index = match packed(key.as_bytes()) {
            Some(packed) => *self.short.entry(packed).or_insert(next),
            None => match self.long.get(key) {
                Some(index) => *index,
                None => {
                    self.long.insert(key.into(), next);
                    next
                }
            },
        };
        if index == next {
            self.groups.push(Entry { key: key.into(), values: Values::default(), usual: 0 });
        }
        index as usize
    }

    /// Merges what has only been counted. To be called when all pairs are in.
    fn settle(&mut self) {
        let (Some(combine), Some(usual)) = (self.combiner, &self.usual) else { return };
        for entry in self.groups.iter_mut().filter(|entry| entry.usual > 0) {
            entry.values.merge(usual, entry.usual, combine);
            entry.usual = 0;
        }
    }

    /// The groups of each of `count` partitions, sorted by key.
    pub(crate) fn partitions(&mut self, count: u32) -> Vec<Vec<Group<'_>>> {
        self.settle();
        let mut partitions = vec![Vec::new(); count as usize];
        for Entry { key, values, .. } in &self.groups {
            partitions[partition(key, count) as usize].push((&**key, values));
        }
        for groups in &mut partitions {
            groups.sort_unstable_by_key(|(key, _)| *key);
        }
        partitions
    }
}

/// Up to 15 bytes and their number, in two words: equal exactly if the bytes are. Two loads that overlap, instead of a loop.
#[inline]
fn packed(bytes: &[u8]) -> Option<(u64, u64)> {
    let length = bytes.len();
    let tag = (length as u64) << 56;
    Some(match length {
        0..4 => {
            let byte = |index: usize| bytes.get(index).map_or(0, |byte| u64::from(*byte) << (8 * index));
            (byte(0) | byte(1) | byte(2), tag)
        }
        4..8 => {
            let first = u32::from_le_bytes(*bytes.first_chunk()?);
            let last = u32::from_le_bytes(*bytes.last_chunk()?);
            (u64::from(first) | u64::from(last) << (8 * (length - 4)), tag)
        }
        8 => (u64::from_le_bytes(*bytes.first_chunk()?), tag),
        9..16 => {
            let last = u64::from_le_bytes(*bytes.last_chunk()?);
            (u64::from_le_bytes(*bytes.first_chunk()?), tag | last >> (8 * (16 - length)))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Joins values, to see all of them in any number.
    struct Joiner;

    impl Application for Joiner {
        fn map(&self, _: &str, _: &[u8], _: &mut crate::Emit<'_>) {}
        fn reduce(&self, _: &str, _: &Values) -> String {
            String::new()
        }
        fn combiner(&self) -> Option<Combiner> {
            Some(|so_far, value, times| (0..times).for_each(|_| so_far.push_str(value)))
        }
    }

    proptest! {
        #[test]
        fn packed_keys_are_equal_if_the_keys_are(a in "[ab\\x00é]{0,17}", b in "[ab\\x00é]{0,17}") {
            let (one, two) = (packed(a.as_bytes()), packed(b.as_bytes()));
            prop_assert_eq!(one.is_none(), a.len() > 15);
            prop_assert_eq!(one.is_some() && one == two, a.len() < 16 && a == b);
        }

        /// Nothing is lost, whether values are merged or not.
        #[test]
        fn all_values_arrive(pairs in prop::collection::vec(("[ab]{0,3}|[ab]{15,17}", "[xy]"), 0..50), combine: bool) {
            let mut collector = Collector::new(&Joiner, combine);
            pairs.iter().for_each(|(key, value)| collector.emit(key, value));
            let mut found = 0;
            for (key, values) in collector.partitions(3).into_iter().flatten() {
                let sorted = |text: String| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
                let expected: String = pairs.iter().filter(|(k, _)| k == key).map(|(_, value)| value.as_str()).collect();
                prop_assert_eq!(sorted(values.iter().collect()), sorted(expected));
                prop_assert!(!combine || values.len() == 1);
                found += 1;
            }
            let mut keys: Vec<&String> = pairs.iter().map(|(key, _)| key).collect();
            keys.sort_unstable();
            keys.dedup();
            prop_assert_eq!(found, keys.len());
        }
    }
}
