//! One of each: the shapes that messages and persisted states of the labs are made of.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// All integers, and the single items that are no integers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Scalars {
    pub(crate) yes: bool,
    pub(crate) tiny: (u8, i8),
    pub(crate) small: (u16, i16),
    pub(crate) medium: (u32, i32),
    pub(crate) large: (u64, i64),
    pub(crate) huge: (u128, i128),
    pub(crate) size: usize,
    pub(crate) letter: char,
    pub(crate) float: Bits,
}

/// A float that equals itself bit by bit, also when it is not a number.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Bits(pub(crate) f64);

impl PartialEq for Bits {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Bits {}

/// Every kind of variant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Command {
    #[default]
    NoOp,
    Get(String),
    Put(String, bytes::Bytes),
    Move {
        shard: usize,
        gid: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) term: u64,
    pub(crate) index: u64,
    pub(crate) command: Command,
}

/// A message with a log in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Append {
    pub(crate) term: u64,
    pub(crate) leader: usize,
    pub(crate) entries: Vec<Entry>,
    pub(crate) hint: Option<Option<u32>>,
}

/// A service's state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) values: BTreeMap<String, Vec<u8>>,
    pub(crate) sessions: HashMap<u64, (u64, Option<String>)>,
    pub(crate) groups: [Vec<i32>; 3],
    pub(crate) nothing: Vec<()>,
}

/// A type that contains itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Tree {
    pub(crate) value: u16,
    pub(crate) children: Vec<Tree>,
    pub(crate) next: Option<Box<Tree>>,
}
