//! The key/value service of Lab 3: a map from strings to strings. All the rest of the crate is not about keys or values.

use std::collections::HashMap;

use labgob::{DecodeError, Decoder};
use serde::{Deserialize, Serialize};

use crate::{clerk::Clerk, machine::StateMachine, server::Server};

/// A server of the key/value service.
pub type KvServer = Server<Kv>;

/// A client of the key/value service.
pub type KvClerk = Clerk<Kv>;

/// The map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kv {
    values: HashMap<String, String>,
}

/// What can be done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// The value of a key; empty if there is none.
    Get {
        /// Which one.
        key: String,
    },
    /// Replaces a value.
    Put {
        /// Which one.
        key: String,
        /// The new value.
        value: String,
    },
    /// Appends to a value; to a missing one like [`Command::Put`].
    Append {
        /// Which one.
        key: String,
        /// What is appended.
        value: String,
    },
}

impl Command {
    /// The key it is about.
    pub fn key(&self) -> &str {
        match self {
            Command::Get { key } | Command::Put { key, .. } | Command::Append { key, .. } => key,
        }
    }
}

impl StateMachine for Kv {
    type Command = Command;
    /// The value, for a Get; empty for the others.
    type Output = String;

    /// **Lab 3A.** Get, Put and Append on the map.
    fn apply(&mut self, command: Command) -> String {
        match command {
            Command::Get { key } => return self.values.get(&key).cloned().unwrap_or_default(),
            Command::Put { key, value } => drop(self.values.insert(key, value)),
            Command::Append { key, value } => self.values.entry(key).or_default().push_str(&value),
        }
        String::new()
    }

    /// **Lab 3B.** The whole map.
    fn snapshot(&self, out: &mut Vec<u8>) {
        labgob::encode_into(&self.values, out).expect("strings can be encoded");
    }

    /// **Lab 3B.** The whole map, as `snapshot` has written it.
    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError> {
        self.values = from.get()?;
        Ok(())
    }

    /// A Get goes through the log like the others: a leader that answered it from its own map might have been deposed without
    /// knowing, and tell of the past. It is a read all the same, with an answer not worth remembering.
    fn is_read(command: &Command) -> bool {
        matches!(command, Command::Get { .. })
    }
}

impl Clerk<Kv> {
    /// The value of a key, empty if there is none. Retries for ever.
    pub async fn get(&mut self, key: &str) -> String {
        self.submit(Command::Get { key: key.into() }).await
    }

    /// Replaces the value of a key. Retries for ever.
    pub async fn put(&mut self, key: &str, value: &str) {
        self.submit(Command::Put { key: key.into(), value: value.into() }).await;
    }

    /// Appends to the value of a key. Retries for ever.
    pub async fn append(&mut self, key: &str, value: &str) {
        self.submit(Command::Append { key: key.into(), value: value.into() }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(kv: &mut Kv, key: &str) -> String {
        kv.apply(Command::Get { key: key.into() })
    }

    #[test]
    fn what_the_commands_do() {
        let mut kv = Kv::default();
        assert_eq!(get(&mut kv, "a"), "");
        kv.apply(Command::Append { key: "a".into(), value: "1".into() });
        kv.apply(Command::Append { key: "a".into(), value: "2".into() });
        assert_eq!(get(&mut kv, "a"), "12");
        kv.apply(Command::Put { key: "a".into(), value: "3".into() });
        assert_eq!(get(&mut kv, "a"), "3");
        assert_eq!(get(&mut kv, "b"), "");
    }

    #[test]
    fn a_snapshot_is_the_whole_map() {
        let mut kv = Kv::default();
        kv.apply(Command::Put { key: "a".into(), value: "1".into() });
        kv.apply(Command::Put { key: "b".into(), value: String::new() });
        let mut snapshot = Vec::new();
        kv.snapshot(&mut snapshot);
        let mut other = Kv::default();
        other.apply(Command::Put { key: "gone".into(), value: "x".into() });
        other.restore(&mut Decoder::new(&snapshot)).expect("its own snapshot");
        assert_eq!(other, kv);
    }
}
