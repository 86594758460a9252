//! Goal: the log behaves like a plain list of entries of which a snapshot has taken the front.
//! Method: random logs and random changes, compared with the simplest oracle that a page can hold; every seed is in
//! the message of a failure.

use bytes::Bytes;
use raft::{
    Index, Term,
    log::{Entry, Log},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// The oracle: all entries ever, of which the first `dropped` are in a snapshot.
#[derive(Debug)]
struct Plain {
    all: Vec<Entry>,
    dropped: usize,
}

impl Plain {
    fn last_index(&self) -> Index {
        self.all.len() as Index
    }

    fn known_term(&self, index: Index) -> Option<Term> {
        match index {
            _ if index < self.dropped as Index => None,
            0 => Some(0),
            _ => self.all.get(index as usize - 1).map(|entry| entry.term),
        }
    }

    fn entry(&self, index: Index) -> Option<&Entry> {
        if index <= self.dropped as Index { None } else { self.all.get(index as usize - 1) }
    }

    fn agrees_with(&self, log: &Log) {
        assert_eq!(log.last_included_index(), self.dropped as Index);
        assert_eq!(Some(log.last_included_term()), self.known_term(self.dropped as Index));
        assert_eq!(log.last_index(), self.last_index());
        assert_eq!(Some(log.last_term()), self.known_term(self.last_index()));
        for index in 0..self.last_index() + 3 {
            assert_eq!(log.term(index), self.known_term(index), "term of {index}");
            assert_eq!(log.entry(index), self.entry(index), "entry {index}");
        }
    }
}

fn entry(rng: &mut SmallRng, term: Term) -> Entry {
    let length = if rng.random_ratio(1, 8) { 0 } else { rng.random_range(0..20) };
    Entry { term, command: Bytes::from((0..length).map(|_| rng.random()).collect::<Vec<u8>>()) }
}

/// A log of up to 30 entries with long and short terms and gaps between them, often behind a snapshot.
fn random_log(rng: &mut SmallRng) -> (Plain, Log) {
    let mut all = Vec::new();
    let mut term = rng.random_range(1..4);
    for _ in 0..rng.random_range(0..=30) {
        all.push(entry(rng, term));
        if rng.random_ratio(1, 3) {
            term += rng.random_range(1..4);
        }
    }
    let dropped = if rng.random() { 0 } else { rng.random_range(0..=all.len()) };
    let plain = Plain { all, dropped };
    let last_included_term = plain.known_term(dropped as Index).unwrap();
    let log = Log::restore(dropped as Index, last_included_term, plain.all[dropped..].to_vec());
    (plain, log)
}

fn for_random_logs(check: impl Fn(&mut SmallRng, Plain, Log)) {
    for seed in 0..500 {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (plain, log) = random_log(&mut rng);
        println!("seed {seed}: {plain:?}");
        check(&mut rng, plain, log);
    }
}

fn of_terms(terms: &[Term]) -> Log {
    let entry = |&term| Entry { term, command: Bytes::new() };
    Log::restore(0, 0, terms.iter().map(entry).collect())
}

// --- Reading ---

/// An empty log ends with index 0, term 0, and that place has a term to compare with.
#[test]
fn an_empty_log_ends_before_the_first_index() {
    let log = Log::default();
    assert_eq!((log.last_index(), log.last_term(), log.term(0), log.term(1)), (0, 0, Some(0), None));
    assert_eq!(log.slice(1, 10, 10), []);
}

/// Terms and entries are found by index; those in the snapshot are gone, except for the last one's term.
#[test]
fn entries_are_found_by_index() {
    for_random_logs(|_, plain, log| plain.agrees_with(&log));
}

/// A slice has the entries from its first index on, without a gap, and no more than were asked for.
#[test]
fn a_slice_is_a_run_of_entries() {
    for_random_logs(|rng, plain, log| {
        for from in plain.dropped as Index + 1..plain.last_index() + 3 {
            let (count_max, bytes_max) = (rng.random_range(0..10), rng.random_range(0..100));
            let slice = log.slice(from, count_max, bytes_max);
            let expected = (from..).map_while(|index| plain.entry(index)).take(slice.len());
            assert!(slice.iter().eq(expected), "from {from}");
            assert!(slice.len() <= count_max);
            let bytes: usize = slice.iter().map(|entry| entry.command.len()).sum();
            assert!(slice.len() <= 1 || bytes <= bytes_max, "{bytes} bytes are more than {bytes_max}");
        }
    });
}

/// A slice is as long as may be: it ends where the log ends, or where the next entry would break a limit (empty
/// commands count a little, too). One entry fits whatever its size.
#[test]
fn a_slice_leaves_nothing_out() {
    for_random_logs(|rng, plain, log| {
        for from in plain.dropped as Index + 1..=plain.last_index() {
            let (count_max, bytes_max) = (rng.random_range(1..10), rng.random_range(0..100));
            let slice = log.slice(from, count_max, bytes_max);
            assert!(!slice.is_empty());
            if let Some(next) = plain.entry(from + slice.len() as Index).filter(|_| slice.len() < count_max) {
                let with_next =
                    slice.iter().chain([next]).map(|entry| entry.command.len() + 1).sum::<usize>();
                assert!(with_next > bytes_max, "the next entry fits in: {with_next} of {bytes_max} bytes");
            }
            assert_eq!(log.slice(from, usize::MAX, usize::MAX).last(), plain.all.last());
        }
    });
}

/// Entries in the snapshot cannot be sliced: an empty slice, not the wrong entries.
#[test]
fn a_slice_from_within_the_snapshot_is_empty() {
    for_random_logs(|_, plain, log| {
        for from in 0..=plain.dropped as Index {
            assert_eq!(log.slice(from, usize::MAX, usize::MAX), []);
        }
    });
}

// --- The last index of a term (end of §5.3) ---

/// By hand: within a term, between terms, before the first, after the end.
#[test]
fn the_last_index_of_a_term_by_hand() {
    let log = of_terms(&[2, 2, 2, 5, 5, 7]);
    let cases = [
        ((6, 7), 6),
        ((6, 6), 5),
        ((6, 5), 5),
        ((6, 4), 3),
        ((2, 2), 2),
        ((4, 2), 3),
        ((6, 1), 0),
        ((9, 9), 6),
    ];
    for ((index, term), expected) in cases {
        assert_eq!(log.last_index_of_term_at_most(index, term), expected, "up to {index}, term {term}");
    }
}

/// Against brute force: going down from the index, one by one, as long as the term there is known and too high. It may
/// lead just below the snapshot's last entry; an index below that is taken as it is.
#[test]
fn the_last_index_of_a_term_by_brute_force() {
    for_random_logs(|_, plain, log| {
        for index in 0..plain.last_index() + 3 {
            for term in 0..=log.last_term() + 1 {
                let mut expected = index.min(plain.last_index());
                while plain.known_term(expected).is_some_and(|known| known > term) {
                    expected -= 1;
                }
                assert_eq!(
                    log.last_index_of_term_at_most(index, term),
                    expected,
                    "up to {index}, term {term}"
                );
            }
        }
    });
}

// --- Changing ---

/// Truncation takes the entry at the index and all after it, and nothing before it.
#[test]
fn truncation_takes_the_tail() {
    for_random_logs(|rng, mut plain, mut log| {
        let index = rng.random_range(plain.dropped as Index + 1..=plain.last_index() + 1);
        log.truncate_from(index);
        plain.all.truncate(index as usize - 1);
        plain.agrees_with(&log);
    });
}

/// What is in a snapshot is committed, and never truncated.
#[test]
#[should_panic(expected = "inside a snapshot")]
fn truncation_within_the_snapshot_panics() {
    Log::restore(5, 2, Vec::new()).truncate_from(5);
}

/// Compaction at an entry of the log keeps what follows it.
#[test]
fn compaction_takes_the_front() {
    for_random_logs(|rng, mut plain, mut log| {
        if plain.dropped < plain.all.len() {
            plain.dropped = rng.random_range(plain.dropped + 1..=plain.all.len());
            let index = plain.dropped as Index;
            log.compact(index, plain.known_term(index).unwrap());
            plain.agrees_with(&log);
        }
    });
}

/// Compaction at an entry of another term drops everything: it is another history (Figure 13, step 7).
#[test]
fn compaction_of_another_history_leaves_nothing() {
    for_random_logs(|rng, plain, mut log| {
        let index = rng.random_range(plain.dropped as Index + 1..plain.last_index() + 5);
        let term = plain.known_term(index).unwrap_or(log.last_term()) + 1;
        log.compact(index, term);
        assert_eq!(log, Log::restore(index, term, Vec::new()));
        assert_eq!((log.last_index(), log.last_term()), (index, term));
    });
}

/// A long random life: appends, truncations, compactions.
#[test]
fn a_log_stays_true_through_many_changes() {
    for seed in 0..50 {
        println!("seed {seed}");
        let mut rng = SmallRng::seed_from_u64(seed);
        let (mut plain, mut log) = random_log(&mut rng);
        for _ in 0..100 {
            let first = plain.dropped as Index + 1;
            match rng.random_range(0..10) {
                0 if plain.dropped < plain.all.len() => {
                    plain.dropped = rng.random_range(plain.dropped + 1..=plain.all.len());
                    let index = plain.dropped as Index;
                    log.compact(index, plain.known_term(index).unwrap());
                }
                1 => {
                    let index = rng.random_range(first..=plain.last_index() + 1);
                    log.truncate_from(index);
                    plain.all.truncate(index as usize - 1);
                }
                _ => {
                    let term = log.last_term() + rng.random_range(0..2);
                    let entry = entry(&mut rng, term);
                    plain.all.push(entry.clone());
                    assert_eq!(log.append(entry), plain.last_index());
                }
            }
            plain.agrees_with(&log);
        }
    }
}

/// A restored log is the same as the one that was built by appending.
#[test]
fn restoring_is_the_same_as_appending() {
    for_random_logs(|_, plain, log| {
        let last_included_term = plain.known_term(plain.dropped as Index).unwrap();
        let mut built = Log::restore(plain.dropped as Index, last_included_term, Vec::new());
        for entry in &plain.all[plain.dropped..] {
            built.append(entry.clone());
        }
        assert_eq!(built, log);
    });
}

/// Terms never decrease: a leader's entries cannot come after those of a later leader.
#[test]
#[should_panic(expected = "older term")]
fn an_entry_of_an_older_term_cannot_follow_a_newer_one() {
    of_terms(&[3]).append(Entry { term: 2, command: Bytes::new() });
}

/// … nor in storage.
#[test]
#[should_panic(expected = "terms decrease")]
fn a_saved_log_with_decreasing_terms_is_not_accepted() {
    of_terms(&[3, 2]);
}

/// Terms never decrease, not even from the snapshot to the first entry behind it.
#[test]
#[should_panic(expected = "terms decrease")]
#[cfg(debug_assertions)]
fn a_saved_log_whose_terms_decrease_is_refused() {
    Log::restore(5, 9, vec![Entry { term: 3, command: Bytes::new() }]);
}
