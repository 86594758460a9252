//! What every server has delivered, as the tester remembers it over crashes.

use std::fmt;

use invariants::STATE_MACHINE_SAFETY;
use raft::Index;
use serde::{Deserialize, Serialize};

/// A command of the tests.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// A non-negative integer up to 2^63 - 1.
    Int(u64),
    /// A string.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Int(n) => write!(f, "{n}"),
            Value::Text(text) if text.len() > 20 => write!(f, "{:?}…", &text[..20]),
            Value::Text(text) => write!(f, "{text:?}"),
        }
    }
}

impl From<u64> for Value {
    fn from(n: u64) -> Self {
        Value::Int(n)
    }
}

/// The deliveries of all servers. Kept when a server restarts, so a restarted one is compared with its own past.
#[derive(Debug)]
pub struct Logs {
    /// Per server, by index; position 0 is never used.
    delivered: Vec<Vec<Option<Value>>>,
    /// Per server: the last index delivered in order (2D). Belongs to the number, not to the instance.
    pub last_applied: Vec<Index>,
    max_index: Index,
}

impl Logs {
    /// Nothing delivered yet.
    pub fn new(servers: usize) -> Self {
        Logs { delivered: vec![Vec::new(); servers], last_applied: vec![0; servers], max_index: 0 }
    }

    /// The highest index anybody has ever delivered.
    pub fn max_index(&self) -> Index {
        self.max_index
    }

    fn get(&self, server: usize, index: Index) -> Option<&Value> {
        self.delivered[server].get(index as usize)?.as_ref()
    }

    /// "Check and record": `server` delivers `value` at `index`.
    ///
    /// # Errors
    /// If any server has another command there, or `server` has never delivered the index before.
    pub fn deliver(&mut self, server: usize, index: Index, value: Value) -> Result<(), String> {
        for other in 0..self.delivered.len() {
            if let Some(there) = self.get(other, index).filter(|&there| *there != value) {
                return Err(format!(
                    "{STATE_MACHINE_SAFETY}: commit index={index} server={server} {value} != server={other} {there}: \
                     different values committed at the index"
                ));
            }
        }
        let has_previous = index <= 1 || self.get(server, index - 1).is_some();
        let log = &mut self.delivered[server];
        if log.len() <= index as usize {
            log.resize(index as usize + 1, None);
        }
        log[index as usize] = Some(value);
        self.max_index = self.max_index.max(index);
        if has_previous { Ok(()) } else { Err(format!("server {server} apply out of order {index}")) }
    }

    /// The commands of `server` at 0..=`index`, missing ones empty: the content of a snapshot.
    pub fn prefix(&self, server: usize, index: Index) -> Vec<Option<Value>> {
        (0..=index).map(|at| self.get(server, at).cloned()).collect()
    }

    /// Replaces what `server` has delivered by a snapshot's content.
    pub fn ingest(&mut self, server: usize, content: Vec<Option<Value>>) {
        self.last_applied[server] = (content.len() as Index).saturating_sub(1);
        self.delivered[server] = content;
    }

    /// How many servers have delivered `index`, and what.
    ///
    /// # Errors
    /// If two of them differ.
    pub fn committed(&self, index: Index) -> Result<(usize, Option<Value>), String> {
        let mut found: Option<&Value> = None;
        let mut count = 0;
        for value in (0..self.delivered.len()).filter_map(|server| self.get(server, index)) {
            if let Some(other) = found.filter(|&other| other != value) {
                return Err(format!("committed values do not match: index {index}, {other}, {value}"));
            }
            found = Some(value);
            count += 1;
        }
        Ok((count, found.cloned()))
    }
}
