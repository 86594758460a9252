//! The four bytes in front of every value that say which type it is.
//!
//! The format behind them is positional: without a tag, the bytes of a vote would decode happily as
//! the bytes of a lease. A tag is a hash of the type's *name*, so it tells types apart, not versions of
//! one type; and since the compiler may spell names as it likes, tags are only stable between binaries
//! built from the same source by the same compiler.

use std::any::type_name;

/// Bytes a tag takes in front of each value.
pub(crate) const TAG_BYTES: usize = 4;

const VEC: &[u8] = b"alloc::vec::Vec<";
const STRING: &[u8] = b"alloc::string::String";

/// Two odd constants without structure (the fractions of pi and of the golden ratio).
const SEED: u64 = 0x243F_6A88_85A3_08D3;
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Sets a sequence of `T` apart from a `T`.
const SEQUENCE: u64 = 0x1319_8A2E_0370_7344;

/// The tag of `T`, the same for `T`, `&T` and `&mut T`, for `str` and `String`, for `[T]` and `Vec<T>`:
/// what was encoded from a borrow is decoded as the owned type.
#[inline]
pub(crate) fn of<T: ?Sized>() -> u32 {
    of_name(type_name::<T>())
}

/// Not generic, so that it is compiled once and not in every crate that encodes something. It works on
/// bytes and not on characters because it runs for every message, also in builds with little optimisation.
fn of_name(name: &str) -> u32 {
    let name = strip_references(name.as_bytes());
    match name {
        b"str" => hash(SEED, STRING),
        [b'[' | b'a', ..] => match element_of_sequence(name) {
            Some(element) => hash(SEED ^ SEQUENCE, element),
            None => hash(SEED, name),
        },
        _ => hash(SEED, name),
    }
}

fn strip_references(mut name: &[u8]) -> &[u8] {
    while let [b'&', rest @ ..] = name {
        name = rest.strip_prefix(b"mut ").unwrap_or(rest);
    }
    name
}

/// `T` if the name is `[T]` or `Vec<T>`. Of an array it is `T; 3`, which is no type's name and stays apart.
fn element_of_sequence(name: &[u8]) -> Option<&[u8]> {
    match name {
        [b'[', element @ .., b']'] => Some(element),
        _ => name.strip_prefix(VEC)?.strip_suffix(b">"),
    }
}

/// A multiply-and-fold hash over eight bytes at a time. Names are some fifty bytes long and hashed for
/// every message, so a byte-wise hash would cost more than encoding a small message does.
fn hash(seed: u64, mut bytes: &[u8]) -> u32 {
    let mut state = seed ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    while let Some((word, rest)) = bytes.split_first_chunk::<8>() {
        state = fold(state ^ u64::from_le_bytes(*word));
        bytes = rest;
    }
    let tail = bytes.iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte));
    state = fold(state ^ tail);
    (state ^ (state >> 32)) as u32
}

#[inline]
fn fold(word: u64) -> u64 {
    let product = word.wrapping_mul(MULTIPLIER);
    product ^ (product >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borrowed_and_owned_forms_share_a_tag() {
        assert_eq!(of::<str>(), of::<String>());
        assert_eq!(of::<&&str>(), of::<String>());
        assert_eq!(of::<&mut u64>(), of::<u64>());
        assert_eq!(of::<[u16]>(), of::<Vec<u16>>());
        assert_eq!(of::<&[u16]>(), of::<Vec<u16>>());
        assert_eq!(of::<[[u8; 4]]>(), of::<Vec<[u8; 4]>>());
    }

    /// Types that are near each other by name or by shape must still differ.
    #[test]
    fn distinct_types_have_distinct_tags() {
        let tags = [
            of::<u8>(),
            of::<u16>(),
            of::<i16>(),
            of::<String>(),
            of::<Vec<String>>(),
            of::<Vec<Vec<String>>>(),
            of::<[u8; 3]>(),
            of::<[u8; 4]>(),
            of::<Vec<u8>>(),
            of::<Vec<[u8; 4]>>(),
            of::<[[u8; 4]; 4]>(),
            of::<Option<u8>>(),
            of::<Box<u8>>(),
            of::<(u8, u16)>(),
            of::<(u16, u8)>(),
            of::<()>(),
        ];
        let distinct: std::collections::BTreeSet<_> = tags.iter().collect();
        assert_eq!(distinct.len(), tags.len());
    }

    /// The hash itself is arithmetic and must not change by accident; only the names are the compiler's.
    #[test]
    fn the_hash_is_fixed() {
        assert_eq!(of_name("raft::rpc::RequestVoteArgs"), 1_147_532_130);
        assert_eq!(of_name("u64"), 2_742_272_952);
    }
}
