//! A string that grows by appending: cheap to copy, to extend, to hash and to tell from others.
//!
//! The states of an append history are long and share their beginnings. A [`Value`] is the last link of a chain of pieces, each
//! of which knows the length and the hash of all text up to its end: copying is a reference count, appending
//! costs the piece. Length and hash only speed up the comparison; values are equal if their characters are.
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An immutable string; clones share their text.
#[derive(Clone, Default)]
pub struct Value(Option<Arc<Link>>);

/// The last piece of a value. Never empty, so that only the empty value has no link.
struct Link {
    before: Value,
    length: usize,
    hash: u64,
    piece: Box<str>,
}

impl Value {
    /// This value followed by `piece`.
    pub fn append(&self, piece: &str) -> Self {
        if piece.is_empty() {
            return self.clone();
        }
        // The hash continues where the text before left off, so that it depends on the characters only, not on their pieces.
        let hash = piece.bytes().fold(self.hash_so_far(), |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let length = self.len() + piece.len();
        Self(Some(Arc::new(Link { before: self.clone(), length, hash, piece: piece.into() })))
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |link| link.length)
    }

    /// True for the value without characters.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// True if the characters are those of `text`. Compares from the end: appended values differ there first.
    pub fn is(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        self.len() == rest.len()
            && self.pieces().all(|piece| match rest.strip_suffix(piece) {
                Some(shorter) => {
                    rest = shorter;
                    true
                }
                None => false,
            })
    }

    fn hash_so_far(&self) -> u64 {
        self.0.as_ref().map_or(0xcbf2_9ce4_8422_2325, |link| link.hash)
    }

    /// The pieces, last one first.
    fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::successors(self.0.as_deref(), |link| link.before.0.as_deref())
            .map(|link| link.piece.as_bytes())
    }

    /// Compares two values of equal length, from the end, until they differ or share the rest.
    fn same_characters(&self, other: &Self) -> bool {
        let (mut left, mut right) = (self, other);
        let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
        loop {
            if a.is_empty() && b.is_empty() && left.shares(right) {
                return true;
            }
            if a.is_empty()
                && let Some(link) = &left.0
            {
                (a, left) = (link.piece.as_bytes(), &link.before);
            }
            if b.is_empty()
                && let Some(link) = &right.0
            {
                (b, right) = (link.piece.as_bytes(), &link.before);
            }
            let common = a.len().min(b.len());
            if a[a.len() - common..] != b[b.len() - common..] {
                return false;
            }
            (a, b) = (&a[..a.len() - common], &b[..b.len() - common]);
        }
    }

    /// True if both are the same link: then all before is the same too.
    fn shares(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::default().append(text)
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.hash_so_far() == other.hash_so_far() && self.same_characters(other)
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.hash_so_far());
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces: Vec<_> = self.pieces().collect();
        let bytes = pieces.into_iter().rev().flatten().copied().collect();
        f.write_str(&String::from_utf8(bytes).expect("every piece is a string"))
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_string(), f)
    }
}

impl Drop for Link {
    /// Frees the chain link by link: left to itself, a value of a hundred thousand appends would overflow the stack.
    fn drop(&mut self) {
        let mut before = self.before.0.take();
        while let Some(mut link) = before.and_then(Arc::into_inner) {
            before = link.before.0.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(value: &Value) -> u64 {
        let mut hasher = std::collections::hash_map::DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    }

    /// Goal: equality, hash and text depend on the characters only. Method: all ways to cut a text into three pieces.
    #[test]
    fn equal_characters_are_equal_values() {
        let text = "xyxxyyxé";
        let whole = Value::from(text);
        let cuts: Vec<_> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        for &a in &cuts {
            for &b in cuts.iter().filter(|&&b| b >= a) {
                let value = Value::from(&text[..a]).append(&text[a..b]).append(&text[b..]);
                assert_eq!((&value, hash(&value), value.to_string()), (&whole, hash(&whole), text.into()));
                assert!(value.is(text) && !value.is(&text[1..]) && !value.is("zyxxyyxé"));
            }
        }
    }

    /// Goal: one different character is noticed, wherever it is, also when the hashes clash. Method: `same_characters` alone.
    #[test]
    fn different_characters_are_different_values() {
        let text = "abcdef";
        for at in 0..text.len() {
            let changed: String =
                text.chars().enumerate().map(|(i, c)| if i == at { '#' } else { c }).collect();
            for cut in 0..=text.len() {
                let value = Value::from(&text[..cut]).append(&text[cut..]);
                assert!(!value.same_characters(&Value::from(changed.as_str())), "{changed} cut at {cut}");
                assert_ne!(value, Value::from(changed.as_str()));
            }
        }
    }

    /// Goal: a long chain can be dropped. Method: a million links on a test thread's small stack.
    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let value = (0..1_000_000).fold(Value::default(), |value, _| value.append("x"));
        assert_eq!(value.len(), 1_000_000);
    }
}
