//! Equal stamps excuse; stamps from the counter never are equal.
use super::{get, put, verdict};
use crate::kv::KvModel;
use crate::{Budget, Stamps, check};

/// Goal: operations that touch are concurrent, so a stale read at the very end of a write is excused: no false accusation where
/// a clock stood still.
#[test]
fn operations_that_touch_are_concurrent() {
    for (call, legal) in [(9, true), (10, true), (11, false)] {
        let history = [put("k", "new", 0, 10), get("k", "", call, 20)];
        assert_eq!(check(&KvModel, &history, &Budget::default()).verdict, verdict(legal), "called at {call}");
    }
}

/// Goal: with [`Stamps`] the same stale read, one step after the write, is found.
#[test]
fn stamps_leave_no_ties() {
    let stamps = Stamps::new();
    let write = put("k", "new", stamps.next(), stamps.next());
    let stale = get("k", "", stamps.next(), stamps.next());
    assert!(write.ret < stale.call);
    assert_eq!(check(&KvModel, &[write, stale], &Budget::default()).verdict, verdict(false));
}

/// Goal: clones count together, in all threads. Method: four threads, all stamps different, each thread's own increasing.
#[test]
fn stamps_are_shared_by_clones() {
    let stamps = Stamps::new();
    let take = |stamps: Stamps| move || (0..1_000).map(|_| stamps.next()).collect::<Vec<_>>();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(take(stamps.clone()))).collect();
    let mut all = Vec::new();
    for thread in threads {
        let own = thread.join().expect("a thread that only counts");
        assert!(own.is_sorted_by(|a, b| a < b));
        all.extend(own);
    }
    all.sort_unstable();
    assert_eq!(all, (1..=4_000).collect::<Vec<u64>>());
}
