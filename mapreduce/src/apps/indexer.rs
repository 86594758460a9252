use std::collections::HashSet;

use crate::{Application, Emit, Values, words::for_each_word};

/// Lists for each word the files in which it occurs.
pub(super) struct Indexer;

impl Application for Indexer {
    fn map(&self, file: &str, contents: &[u8], emit: &mut Emit<'_>) {
        let mut seen = HashSet::new();
        for_each_word(contents, |word| {
            if !seen.contains(word) {
                seen.insert(word.to_owned());
                emit(word, file);
            }
        });
    }

    fn reduce(&self, _word: &str, files: &Values) -> String {
        format!("{} {}", files.len(), files.sorted().join(","))
    }
}
