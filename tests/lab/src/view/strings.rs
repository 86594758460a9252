//! Texts that the page has once, and knows by their numbers.

use std::collections::HashMap;

/// Every text once.
#[derive(Default)]
pub(super) struct Strings {
    pub(super) list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Strings {
    /// Its number.
    pub(super) fn of(&mut self, text: &str) -> usize {
        if let Some(&place) = self.places.get(text) {
            return place;
        }
        self.list.push(text.to_owned());
        self.places.insert(text.to_owned(), self.list.len() - 1);
        self.list.len() - 1
    }
}
