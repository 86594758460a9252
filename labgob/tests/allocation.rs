//! Goal: decoding allocates what the input justifies, however much the input claims.
//! Method: an allocator that counts, and inputs that lie about their lengths.

// An allocator cannot be written without `unsafe`; this one only counts and passes on.
#![allow(unsafe_code)]

mod zoo;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use labgob::{EMPTY_ELEMENTS_MAX, decode, encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zoo::{Append, Scalars, Snapshot, Tree};

thread_local! {
    // Per thread, so that tests side by side do not disturb each other.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Counting;

fn count(bytes: isize) {
    let live = LIVE.get() + bytes;
    LIVE.set(live);
    PEAK.set(PEAK.get().max(live));
}

// SAFETY: every call is passed on unchanged to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new block may exist at once.
        count(size as isize);
        count(-(layout.size() as isize));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that were allocated at one time while `bytes` were decoded as `T`, and whether that
/// worked.
fn peak<T: DeserializeOwned>(bytes: &[u8]) -> (usize, bool) {
    let before = LIVE.get();
    PEAK.set(before);
    let decoded = decode::<T>(bytes).is_ok();
    (usize::try_from(PEAK.get() - before).unwrap(), decoded)
}

/// Error messages, and the first four elements that a `Vec` makes room for.
const CONSTANT: usize = 4096;

/// Growth by doubling: half of the room is used, and the block half as large is being copied from. Hash
/// tables leave an eighth empty on top.
const SLACK: usize = 4;

/// Decodes `body` with the tag of `T`. `element` is the size in memory of the largest thing that one byte
/// of input can stand for.
fn check<T: Serialize + DeserializeOwned + Default>(element: usize, body: &[u8]) {
    let bytes = [&encode(&T::default()).unwrap()[..4], body].concat();
    let (peak, _) = peak::<T>(&bytes);
    let allowed = SLACK * element * bytes.len() + CONSTANT;
    let name = std::any::type_name::<T>();
    assert!(peak <= allowed, "{name}: {peak} bytes allocated for {} of input: {bytes:02x?}", bytes.len());
}

fn check_all(body: &[u8]) {
    check::<String>(1, body);
    check::<bytes::Bytes>(1, body);
    check::<Vec<u8>>(1, body);
    check::<Vec<u64>>(8, body);
    check::<Vec<[u64; 32]>>(256, body);
    check::<Vec<Option<[u64; 32]>>>(264, body);
    check::<Vec<Vec<Vec<String>>>>(24, body);
    check::<HashMap<u64, String>>(33, body);
    check::<BTreeMap<u64, Vec<u64>>>(400, body); // a node has room for eleven entries
    check::<(String, Vec<HashMap<u32, Vec<u8>>>)>(48, body);
    check::<Scalars>(1, body);
    check::<Tree>(size_of::<Tree>(), body);
    check::<Append>(size_of::<zoo::Entry>(), body);
    check::<Snapshot>(400, body);
}

/// Lengths from honest to absurd; the ones near `EMPTY_ELEMENTS_MAX` are those that are not refused at
/// once.
fn claims() -> Vec<Vec<u8>> {
    let claimed = [3, 250, 4095, EMPTY_ELEMENTS_MAX as u64, 4097, 1 << 20, 1 << 32, 1 << 62, u64::MAX];
    claimed.iter().map(|claim| encode(claim).unwrap().split_off(4)).collect()
}

#[test]
fn a_claim_is_not_believed() {
    for claim in claims() {
        for filler in [0, 1, 2, 250] {
            for len in [0, 1, 10, 100, 5000] {
                check_all(&[&claim[..], &vec![filler; len]].concat());
                check_all(&[&[1, 1], &claim[..], &vec![filler; len]].concat());
            }
        }
    }
}

/// Each level of a tree may announce as many children as there are bytes left, but not all levels together.
#[test]
fn nested_claims_do_not_add_up() {
    for claim in claims() {
        let level = [&[0], &claim[..]].concat();
        check_all(&level.repeat(60));
        check_all(&claim.repeat(60));
    }
    // One-byte claims, each believable alone: 120 levels of 250 children in 250 bytes.
    check_all(&[0, 120].repeat(125));
}

/// The same measure on honest input, so that it is known to measure something.
#[test]
fn honest_input_gets_what_it_needs() {
    let text = "x".repeat(100_000);
    let (peak_text, decoded) = peak::<String>(&encode(&text).unwrap());
    assert!(decoded && (100_000..100_100).contains(&peak_text), "exactly the text: {peak_text}");
    let numbers = vec![7_u64; 100_000];
    let (peak_numbers, decoded) = peak::<Vec<u64>>(&encode(&numbers).unwrap());
    assert!(decoded && (800_000..800_100).contains(&peak_numbers), "room made once: {peak_numbers}");
    let lists = vec![vec![7_u64; 100]; 1000];
    let (peak_lists, decoded) = peak::<Vec<Vec<u64>>>(&encode(&lists).unwrap());
    let needed = 1000 * (size_of::<Vec<u64>>() + 100 * size_of::<u64>());
    assert!(decoded && (needed..needed + 100).contains(&peak_lists), "also for the last: {peak_lists}");
}

/// Elements that take bytes in memory but none in the input are bounded by their number.
#[test]
fn empty_elements_are_bounded() {
    #[derive(PartialEq, Serialize, Deserialize)]
    struct Skipped {
        #[serde(skip)]
        large: [u64; 8],
    }
    let allowed = SLACK * EMPTY_ELEMENTS_MAX * size_of::<Skipped>() + CONSTANT;
    for claim in claims() {
        let body = [&[120], &claim.repeat(120)[..]].concat();
        let bytes = [&encode(&Vec::<Vec<Skipped>>::new()).unwrap()[..4], &body].concat();
        let (peak, _) = peak::<Vec<Vec<Skipped>>>(&bytes);
        assert!(peak <= allowed, "{peak} bytes allocated, {allowed} allowed");
    }
}
