//! Exactly once: a client's command is carried out once, however often it is sent.
//!
//! From what clients ask for and read, so for any solution: many tests append `x client number y`. If it stands in a value more often
//! than clients have asked for it, a command was carried out twice.

use std::collections::BTreeMap;

use super::{Event, Violation, violation};

const RULE: &str = "Exactly once (Lab 3, §8)";

#[derive(Default)]
pub(super) struct ExactlyOnce {
    keys: BTreeMap<String, Key>,
}

/// What is known of a key.
#[derive(Default)]
struct Key {
    /// How often clients have asked for each mark.
    asked: BTreeMap<String, u32>,
    /// The longest value of late, and how often each mark stands in it. Values grow, so the next one mostly begins with it.
    value: String,
    found: BTreeMap<String, u32>,
}

impl ExactlyOnce {
    pub(super) fn observe(&mut self, event: &impl Event) -> Option<Violation> {
        let name = event.text("key")?;
        if !self.keys.contains_key(name) {
            self.keys.insert(name.to_owned(), Key::default());
        }
        let key = self.keys.get_mut(name)?;
        if let Some(value) = event.text("value").filter(|value| is_mark(value)) {
            *key.asked.entry(value.to_owned()).or_default() += 1;
        }
        let mark = key.read(event.text("output")?)?;
        violation!(
            "an append of {mark:?} to key {name:?} has been carried out more often than it was asked for"
        )
    }
}

impl Key {
    /// Takes in a value that a client has read. The first mark that is there too often.
    fn read(&mut self, value: &str) -> Option<String> {
        if self.value.starts_with(value) {
            return None;
        }
        if !value.starts_with(&self.value) {
            self.value.clear();
            self.found.clear();
        }
        let news = &value[self.value.len()..];
        let mut often = None;
        for mark in news.split_inclusive(" y").filter(|piece| is_mark(piece)) {
            let count = self.found.entry(mark.to_owned()).or_default();
            *count += 1;
            if self.asked.get(mark).is_some_and(|asked| *count > *asked) {
                often.get_or_insert_with(|| mark.to_owned());
            }
        }
        value.clone_into(&mut self.value);
        often
    }
}

/// `x client number y`
fn is_mark(piece: &str) -> bool {
    let inner = piece.strip_prefix("x ").and_then(|rest| rest.strip_suffix(" y"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    inner.and_then(|inner| inner.split_once(' ')).is_some_and(|(client, j)| is_number(client) && is_number(j))
}
