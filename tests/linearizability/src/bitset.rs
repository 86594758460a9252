//! The set of placed operations, as words of 64 bits.
//!
//! Operations are numbered by call, and an operation cannot be placed long before those called earlier: the set is nearly always
//! a run of full words, a few mixed words, and nothing after. Only the mixed words (the *window*) need to be hashed, compared and
//! remembered, so the price of a state does not grow with the length of the history.

const BITS: usize = u64::BITS as usize;

/// A set of numbers below a fixed bound. Invariants: all words before `low` are full, all words from `high` on are empty,
/// `low` and `high` are as tight as that allows, and `low <= high`.
#[derive(Clone, Debug)]
pub struct Bitset {
    words: Vec<u64>,
    low: usize,
    high: usize,
}

impl Bitset {
    /// The empty set of numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        Self { words: vec![0; bound.div_ceil(BITS)], low: 0, high: 0 }
    }

    /// Adds `number`, which must be absent.
    pub fn set(&mut self, number: usize) {
        debug_assert!(!self.contains(number), "{number} is placed twice");
        self.words[number / BITS] |= 1 << (number % BITS);
        self.high = self.high.max(number / BITS + 1);
        while self.low < self.high && self.words[self.low] == u64::MAX {
            self.low += 1;
        }
    }

    /// Removes `number`, which must be present.
    pub fn clear(&mut self, number: usize) {
        debug_assert!(self.contains(number), "{number} is not placed");
        self.words[number / BITS] &= !(1 << (number % BITS));
        self.low = self.low.min(number / BITS);
        while self.high > self.low && self.words[self.high - 1] == 0 {
            self.high -= 1;
        }
    }

    /// True if `number` is in the set.
    pub fn contains(&self, number: usize) -> bool {
        self.words[number / BITS] >> (number % BITS) & 1 == 1
    }

    /// The number of full words, and the words after them that tell this set from others. Equal windows mean equal sets.
    pub fn window(&self) -> (usize, &[u64]) {
        (self.low, &self.words[self.low..self.high])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeSet, HashMap};

    /// Goal: the window names the set. Method: a walk through random sets, with a plain set beside.
    #[test]
    fn equal_windows_mean_equal_sets() {
        let mut bits = Bitset::new(200);
        let mut plain = BTreeSet::new();
        let mut seen: HashMap<(usize, Vec<u64>), BTreeSet<usize>> = HashMap::new();
        let mut names: HashMap<BTreeSet<usize>, (usize, Vec<u64>)> = HashMap::new();
        let mut random = 1_u64;
        for _ in 0..20_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Mostly low numbers: full words at the front must come and go.
            let number = (random >> 33) as usize % if random >> 63 == 0 { 70 } else { 200 };
            if plain.remove(&number) {
                bits.clear(number);
            } else {
                plain.insert(number);
                bits.set(number);
            }
            let (low, words) = bits.window();
            let name = (low, words.to_vec());
            assert_eq!(seen.entry(name.clone()).or_insert_with(|| plain.clone()), &plain);
            assert_eq!(names.entry(plain.clone()).or_insert_with(|| name.clone()), &name);
            assert!((0..200).all(|n| bits.contains(n) == plain.contains(&n)));
        }
    }

    /// Goal: full words leave the window, and come back. Method: fill 128 numbers, take one out.
    #[test]
    fn full_words_leave_the_window() {
        let mut bits = Bitset::new(130);
        (0..128).for_each(|number| bits.set(number));
        assert_eq!(bits.window(), (2, &[][..]));
        bits.set(129);
        assert_eq!(bits.window(), (2, &[2][..]));
        bits.clear(0);
        assert_eq!(bits.window(), (0, &[u64::MAX - 1, u64::MAX, 2][..]));
    }
}
