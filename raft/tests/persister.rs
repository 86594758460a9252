//! Goal: storage holds exactly what was saved last, counts it right, and changes in one step or not at all.
//! Method: single changes by hand; then random sequences of changes against a model that keeps plain lists.

use std::{collections::BTreeMap, panic::AssertUnwindSafe};

use bytes::Bytes;
use raft::persister::{Change, Persister};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// A change that keeps the records `keep` and appends some, without a snapshot.
fn change(head: &str, keep: std::ops::Range<u64>, append: &[&str]) -> Change {
    let append = append.iter().map(|record| record.as_bytes().to_vec()).collect();
    Change { head: head.into(), keep, append, snapshot: None }
}

/// The stored records as `number:record`, in one line.
fn records(persister: &Persister) -> String {
    let state = persister.raft_state();
    let numbered = (state.first..).zip(&state.records);
    let shown: Vec<_> =
        numbered.map(|(number, r)| format!("{number}:{}", String::from_utf8_lossy(r))).collect();
    shown.join(" ")
}

/// Storage with records 1 to 4 and a snapshot.
fn filled() -> Persister {
    let persister = Persister::new();
    persister.save(Change {
        snapshot: Some(Bytes::from("snap")),
        ..change("head", 1..1, &["a", "bb", "ccc", "dddd"])
    });
    persister
}

// --- Whole states ---

/// Empty storage is two empty byte strings.
#[test]
fn new_storage_is_empty() {
    let persister = Persister::new();
    assert_eq!((persister.read_raft_state(), persister.read_snapshot()), (vec![], Bytes::new()));
    assert_eq!((persister.raft_state_size(), persister.snapshot_size()), (0, 0));
}

/// The course's way: the whole state at once; the snapshot stays.
#[test]
fn a_whole_state_is_saved_beside_the_snapshot() {
    let persister = Persister::new();
    persister.save_state_and_snapshot(b"first", b"snapshot");
    persister.save_raft_state(b"second!");
    assert_eq!(
        (&persister.read_raft_state()[..], &persister.read_snapshot()[..]),
        (&b"second!"[..], &b"snapshot"[..])
    );
    assert_eq!((persister.raft_state_size(), persister.snapshot_size()), (7, 8));
}

/// … and both at once replaces both.
#[test]
fn state_and_snapshot_are_saved_together() {
    let persister = filled();
    persister.save_state_and_snapshot(b"state", b"s");
    assert_eq!(
        (&persister.read_raft_state()[..], &persister.read_snapshot()[..]),
        (&b"state"[..], &b"s"[..])
    );
    assert_eq!((persister.raft_state_size(), persister.snapshot_size()), (5, 1));
}

/// A whole state replaces all records: the two ways do not mix.
#[test]
fn a_whole_state_replaces_the_records() {
    let persister = filled();
    persister.save_raft_state(b"whole");
    assert_eq!((records(&persister), persister.raft_state_size()), (String::new(), 5));
    assert_eq!(persister.raft_state().head, "whole");
    persister.save(change("head", 1..1, &["x"]));
    assert_eq!((&persister.read_raft_state()[..], persister.raft_state_size()), (&b"headx"[..], 5));
}

// --- Records ---

/// Read as one byte string, head and records stand one after the other; the size is that string's.
#[test]
fn records_are_part_of_the_raft_state() {
    let persister = filled();
    assert_eq!(persister.read_raft_state(), b"headabbcccdddd");
    assert_eq!((persister.raft_state_size(), persister.snapshot_size()), (14, 4));
}

/// Records are numbered from where the first change says, and appended after the last one kept.
#[test]
fn records_are_appended_after_the_ones_that_are_kept() {
    let persister = filled();
    persister.save(change("h", 1..5, &["e"]));
    assert_eq!(records(&persister), "1:a 2:bb 3:ccc 4:dddd 5:e");
    persister.save(change("h", 1..3, &["x", "y"]));
    assert_eq!(records(&persister), "1:a 2:bb 3:x 4:y");
    assert_eq!(persister.raft_state_size(), 1 + 5);
}

/// A snapshot drops records at the front; the numbers of the others stay.
#[test]
fn records_are_dropped_at_the_front() {
    let persister = filled();
    persister.save(change("h", 3..5, &["e"]));
    assert_eq!(records(&persister), "3:ccc 4:dddd 5:e");
    assert_eq!(persister.raft_state_size(), 1 + 8);
}

/// A change that keeps no record may go on anywhere: a snapshot can lead far beyond the log.
#[test]
fn numbering_can_go_on_behind_a_gap_if_nothing_is_kept() {
    for from in [0, 2, 5, 90] {
        let persister = filled();
        persister.save(change("h", from..from, &["x", "y"]));
        assert_eq!(records(&persister), format!("{from}:x {}:y", from + 1));
        assert_eq!(persister.raft_state_size(), 3);
    }
}

/// A change without records changes the head only.
#[test]
fn the_head_is_replaced_each_time() {
    let persister = filled();
    persister.save(change("new head", 1..5, &[]));
    assert_eq!(
        (records(&persister), persister.raft_state().head),
        ("1:a 2:bb 3:ccc 4:dddd".into(), "new head".into())
    );
}

/// A change without a snapshot leaves the old one; an empty snapshot replaces it.
#[test]
fn the_snapshot_stays_until_it_is_replaced() {
    let persister = filled();
    persister.save(change("h", 1..5, &["e"]));
    assert_eq!(persister.read_snapshot(), "snap");
    persister.save(Change { snapshot: Some(Bytes::new()), ..change("h", 1..5, &[]) });
    assert_eq!(persister.snapshot_size(), 0);
}

/// What is not there cannot be kept, neither in front of the first record …
#[test]
#[should_panic(expected = "missing in storage")]
fn a_gap_before_the_first_record_panics() {
    let persister = Persister::new();
    persister.save(Change { keep: 5..5, append: vec![b"five".to_vec()], ..Change::default() });
    persister.save(Change { keep: 1..6, ..Change::default() });
}

/// … nor if new ones are to follow it.
#[test]
#[should_panic(expected = "missing in storage")]
fn records_cannot_be_put_before_a_gap() {
    let persister = Persister::new();
    persister.save(Change { keep: 5..5, append: vec![b"five".to_vec()], ..Change::default() });
    persister.save(Change { keep: 1..3, append: vec![b"three".to_vec()], ..Change::default() });
}

/// Records after a gap would bear the wrong numbers when they are read again: that is a mistake, found at once.
#[test]
#[should_panic(expected = "missing in storage")]
fn a_gap_behind_the_last_record_panics() {
    filled().save(change("h", 1..6, &["f"]));
}

/// All or nothing: a change that is refused has changed neither head nor records nor snapshot.
#[test]
fn a_refused_change_changes_nothing() {
    let persister = filled();
    let (state, snapshot) = (persister.raft_state(), persister.read_snapshot());
    let bad = Change { snapshot: Some(Bytes::from("bad")), ..change("bad", 2..9, &["bad"]) };
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| persister.save(bad)));
    assert!(result.is_err());
    assert_eq!((persister.raft_state(), persister.read_snapshot()), (state, snapshot));
    assert_eq!(persister.raft_state_size(), 14);
}

// --- Copies and clones ---

/// A copy is storage of its own: the old instance of a crashed server must not write into the new one's.
#[test]
fn a_copy_is_independent() {
    let original = filled();
    let copy = original.copy();
    assert_eq!((copy.raft_state(), copy.read_snapshot()), (original.raft_state(), original.read_snapshot()));
    original.save_state_and_snapshot(b"original", b"o");
    assert_eq!((copy.read_raft_state(), copy.read_snapshot()), (b"headabbcccdddd".to_vec(), "snap".into()));
    copy.save(change("copy", 1..1, &[]));
    assert_eq!((original.read_raft_state(), original.raft_state_size()), (b"original".to_vec(), 8));
}

/// A clone is a second handle to the same storage.
#[test]
fn a_clone_is_shared() {
    let original = Persister::new();
    let clone = original.clone();
    original.save_state_and_snapshot(b"state", b"snapshot");
    assert_eq!((clone.read_raft_state(), clone.snapshot_size()), (b"state".to_vec(), 8));
}

/// State and snapshot are never seen one without the other: a reader takes copies while a writer saves pairs.
#[test]
fn no_reader_sees_half_a_change() {
    let persister = Persister::new();
    persister.save_state_and_snapshot(b"0", b"0");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..2000u64 {
                let text = number.to_string();
                let snapshot = Some(Bytes::from(text.clone()));
                persister.save(Change { snapshot, ..change("", number..number, &[&text]) });
            }
        });
        for _ in 0..2000 {
            let seen = persister.copy();
            assert_eq!(seen.read_raft_state(), seen.read_snapshot());
            assert_eq!(seen.raft_state_size(), seen.snapshot_size());
        }
    });
}

// --- Against a model ---

/// The model: records by number, all of it written anew each time.
#[derive(Debug, Default)]
struct Model {
    head: Vec<u8>,
    records: BTreeMap<u64, Vec<u8>>,
    next: u64,
    snapshot: Bytes,
}

impl Model {
    /// A random change that makes sense: it keeps a part of what there is, or nothing.
    fn random_change(&self, rng: &mut SmallRng) -> Change {
        let first = self.records.keys().next().copied().unwrap_or(self.next);
        let start = rng.random_range(first..=self.next);
        let end = if rng.random_ratio(1, 3) { rng.random_range(start..=self.next) } else { self.next };
        let keep = if rng.random_ratio(1, 10) {
            let beyond = self.next + rng.random_range(0..5);
            beyond..beyond
        } else if rng.random() {
            start..end
        } else {
            first..end.max(first)
        };
        let append = (0..rng.random_range(0..4)).map(|_| bytes(rng)).collect();
        let snapshot = rng.random_ratio(1, 4).then(|| bytes(rng).into());
        Change { head: bytes(rng), keep, append, snapshot }
    }

    fn save(&mut self, change: Change) {
        self.records.retain(|number, _| change.keep.contains(number));
        self.next = change.keep.end;
        for record in change.append {
            self.records.insert(self.next, record);
            self.next += 1;
        }
        self.head = change.head;
        self.snapshot = change.snapshot.unwrap_or(std::mem::take(&mut self.snapshot));
    }

    fn save_whole(&mut self, state: Vec<u8>, snapshot: Option<Vec<u8>>) {
        *self = Model { head: state, snapshot: self.snapshot.clone(), ..Model::default() };
        if let Some(snapshot) = snapshot {
            self.snapshot = snapshot.into();
        }
    }

    fn agrees_with(&self, persister: &Persister) {
        let state = persister.raft_state();
        assert_eq!(state.head, self.head);
        let stored: BTreeMap<_, _> = (state.first..).zip(state.records.iter().map(|r| r.to_vec())).collect();
        assert_eq!(stored, self.records);
        assert_eq!(state.first + state.records.len() as u64, self.next, "where the next record goes");
        let whole = [self.head.clone(), self.records.values().flatten().copied().collect()].concat();
        assert_eq!(persister.raft_state_size(), whole.len());
        assert_eq!(persister.read_raft_state(), whole);
        assert_eq!(persister.read_snapshot(), self.snapshot);
        assert_eq!(persister.snapshot_size(), self.snapshot.len());
    }
}

fn bytes(rng: &mut SmallRng) -> Vec<u8> {
    (0..rng.random_range(0..10)).map(|_| rng.random()).collect()
}

/// Random sequences of all kinds of saves, with copies in between.
#[test]
fn storage_agrees_with_the_model() {
    for seed in 0..200 {
        println!("seed {seed}");
        let mut rng = SmallRng::seed_from_u64(seed);
        let (mut model, mut persister) = (Model::default(), Persister::new());
        for _ in 0..100 {
            match rng.random_range(0..20) {
                0 => {
                    let state = bytes(&mut rng);
                    persister.save_raft_state(&state);
                    model.save_whole(state, None);
                }
                1 => {
                    let (state, snapshot) = (bytes(&mut rng), bytes(&mut rng));
                    persister.save_state_and_snapshot(&state, &snapshot);
                    model.save_whole(state, Some(snapshot));
                }
                2 => {
                    let copy = persister.copy();
                    persister.save_state_and_snapshot(b"overwritten", b"too");
                    persister = copy;
                }
                _ => {
                    let change = model.random_change(&mut rng);
                    persister.save(change.clone());
                    model.save(change);
                }
            }
            model.agrees_with(&persister);
        }
    }
}
