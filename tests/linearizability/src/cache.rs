//! The configurations already explored: which operations are placed, and the state they lead to.
//!
//! Lowe's addition to Wing and Gong. The key is the set *and* the state: with the set alone, an order that leads to another
//! state would be dropped unseen, and legal histories accused. Equality is decided in full; hashes only find candidates.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use super::bitset::Bitset;

/// The number of an explored configuration, in the order of discovery.
pub type ConfigId = u32;

/// The configuration before any operation is placed.
pub const ROOT: ConfigId = 0;

/// No configuration: the end of a chain.
const NONE: ConfigId = u32::MAX;

/// One explored configuration. `parent` and `operation` make all of them a tree: the path from the root to a configuration is the
/// order that first led to it, so that partial orders need not be copied when they are found.
#[derive(Debug)]
struct Config<S> {
    state: S,
    full_words: u32,
    window: (u32, u32),
    same_hash: ConfigId,
    parent: ConfigId,
    operation: u32,
}

/// All explored configurations of one part.
#[derive(Debug)]
pub struct Cache<S> {
    configs: Vec<Config<S>>,
    words: Vec<u64>,
    newest: HashMap<u64, ConfigId, BuildHasherDefault<AsIs>>,
}

impl<S: Eq + Hash> Cache<S> {
    /// A cache that knows the root only: `placed` is the empty set, `init` the initial state.
    pub fn new(placed: &Bitset, init: S) -> Self {
        let mut cache = Self { configs: Vec::new(), words: Vec::new(), newest: HashMap::default() };
        assert_eq!(cache.insert(placed, init, NONE, 0), Some(ROOT), "the first configuration is the root");
        cache
    }

    /// The number of configurations, the root not counted.
    pub fn explored(&self) -> u64 {
        self.configs.len() as u64 - 1
    }

    /// The state of a configuration.
    pub fn state(&self, id: ConfigId) -> &S {
        &self.configs[id as usize].state
    }

    /// Remembers the configuration that placing `operation` after `parent` leads to. `None` if it is known.
    pub fn insert(
        &mut self,
        placed: &Bitset,
        state: S,
        parent: ConfigId,
        operation: u32,
    ) -> Option<ConfigId> {
        let hash = fingerprint(placed, &state);
        let same_hash = self.newest.get(&hash).copied().unwrap_or(NONE);
        if self.find(same_hash, placed, &state) {
            return None;
        }
        let (full_words, window) = placed.window();
        let start = self.words_kept();
        self.words.extend_from_slice(window);
        let id = ConfigId::try_from(self.configs.len()).expect("fewer than 2^32 configurations");
        self.configs.push(Config {
            state,
            full_words: full_words as u32,
            window: (start, self.words_kept()),
            same_hash,
            parent,
            operation,
        });
        self.newest.insert(hash, id);
        Some(id)
    }

    /// The operations from the root to `id`, in order.
    pub fn path(&self, id: ConfigId) -> Vec<u32> {
        let mut operations = Vec::new();
        let mut at = id;
        while at != ROOT {
            let config = &self.configs[at as usize];
            operations.push(config.operation);
            at = config.parent;
        }
        operations.reverse();
        operations
    }

    fn words_kept(&self) -> u32 {
        u32::try_from(self.words.len()).expect("fewer than 2^32 words")
    }

    fn find(&self, mut candidate: ConfigId, placed: &Bitset, state: &S) -> bool {
        let (full_words, window) = placed.window();
        while candidate != NONE {
            let config = &self.configs[candidate as usize];
            let known = &self.words[config.window.0 as usize..config.window.1 as usize];
            if config.full_words as usize == full_words && known == window && config.state == *state {
                return true;
            }
            candidate = config.same_hash;
        }
        false
    }
}

/// A hash of set and state. Not seeded: the same history must take the same search on every run.
fn fingerprint<S: Hash>(placed: &Bitset, state: &S) -> u64 {
    let mut hasher = Mixer::default();
    let (full_words, window) = placed.window();
    hasher.write_usize(full_words);
    window.iter().for_each(|&word| hasher.write_u64(word));
    state.hash(&mut hasher);
    hasher.finish()
}

/// A quick hasher: rotate, xor and multiply for every word, one finalising shift.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
        self.write_u64(bytes.len() as u64);
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The keys of the map are hashes: hashing them again would only cost time.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, _: &[u8]) {
        unreachable!("only u64 keys are looked up");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state whose hash never helps: equality must do all the work.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Clash(u32);

    impl Hash for Clash {
        fn hash<H: Hasher>(&self, hasher: &mut H) {
            hasher.write_u64(0);
        }
    }

    /// Goal: set and state are both part of the key, in full. Method: equal hashes, different states and sets.
    #[test]
    fn configurations_are_told_apart_by_set_and_state() {
        let mut placed = Bitset::new(100);
        let mut cache = Cache::new(&placed, Clash(0));
        placed.set(70);
        let first = cache.insert(&placed, Clash(1), ROOT, 70).expect("new");
        let second = cache.insert(&placed, Clash(2), ROOT, 70).expect("the state differs");
        assert_eq!(cache.insert(&placed, Clash(1), ROOT, 70), None, "known");
        placed.set(3);
        let third = cache.insert(&placed, Clash(1), second, 3).expect("the set differs");
        assert_eq!((cache.explored(), cache.state(first).0, cache.state(second).0), (3, 1, 2));
        assert_eq!((cache.path(first), cache.path(third)), (vec![70], vec![70, 3]));
    }
}
