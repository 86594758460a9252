//! What the checker says when it may not search for ever.
use std::time::{Duration, Instant};

use super::models::SlowModel;
use super::{Kv, append, get, put};
use crate::kv::KvModel;
use crate::{Budget, Operation, Verdict, check};

const SMALL: Budget = Budget { states: 50_000, wall: Duration::from_secs(600) };

/// Twenty concurrent appends and a Get that none of their 20! orders explains.
fn hard(key: &str) -> Vec<Kv> {
    let appends = (0..20).map(|number| append(key, &format!("<{number}>"), 1, 100));
    appends.chain([get(key, "never written", 200, 210)]).collect()
}

/// Goal: a hard key does not hide an easy illegal one, wherever it stands among the keys. Method: hard keys before and after.
#[test]
fn an_easy_illegal_key_is_found_beside_hard_ones() {
    let easy = [put("m", "new", 300, 310), get("m", "", 320, 330)];
    let history = [hard("a"), easy.to_vec(), hard("z")].concat();
    let report = check(&KvModel, &history, &SMALL);
    let verdicts: Vec<_> = report.parts.iter().map(|part| part.verdict).collect();
    assert_eq!(verdicts, [Verdict::Unknown, Verdict::Illegal, Verdict::Unknown]);
    assert_eq!((report.verdict, report.first_bad()), (Verdict::Illegal, Some(hard("a").len() + 1)));
    assert!(report.states_explored < 10_000, "found early, not after {} states", report.states_explored);
}

/// Goal: a spent budget is Unknown, not Ok and not Illegal, and memory stays within it.
#[test]
fn a_spent_budget_is_unknown() {
    let report = check(&KvModel, &hard("a"), &SMALL);
    assert_eq!((report.verdict, report.first_bad()), (Verdict::Unknown, None));
    assert_eq!(report.states_explored, SMALL.states + 1, "the state that was one too many ended it");
    assert!(!report.parts[0].best.is_empty(), "how far it got is told");
}

/// Goal: a limit below what is needed is Unknown, one that suffices gives the verdict. Method: a legal and an illegal history that
/// need a hundred states each. (The state that is one too many may still decide.)
#[test]
fn the_limit_in_states_is_kept() {
    let sequence: Vec<_> = (0..100).map(|at| append("k", "x", 2 * at, 2 * at + 1)).collect();
    let illegal = [sequence.clone(), vec![get("k", "y", 500, 501)]].concat();
    for (history, verdict) in [(sequence, Verdict::Ok), (illegal, Verdict::Illegal)] {
        let decide = |states| check(&KvModel, &history, &Budget { states, ..SMALL }).verdict;
        assert_eq!([0, 1, 98].map(decide), [Verdict::Unknown; 3]);
        assert_eq!([100, 101].map(decide), [verdict; 2]);
    }
}

/// Goal: the limit counts all parts together. Method: ten keys of ten operations under a limit of fifty.
#[test]
fn the_limit_is_shared_by_all_parts() {
    let history: Vec<_> =
        (0..100).map(|at| append(&(at % 10).to_string(), "x", 2 * at, 2 * at + 1)).collect();
    let report = check(&KvModel, &history, &Budget { states: 50, ..SMALL });
    let decided = report.parts.iter().filter(|part| part.verdict == Verdict::Ok).count();
    assert_eq!((report.verdict, decided, report.states_explored), (Verdict::Unknown, 5, 51));
}

/// Goal: under a budget in states the report is a function of the history.
#[test]
fn reports_are_deterministic() {
    let history = [hard("a"), hard("b")].concat();
    assert_eq!(check(&KvModel, &history, &SMALL), check(&KvModel, &history, &SMALL));
}

/// Goal: wall time ends a search too; an illegal part still wins if it is found first. Vector 6. Method: a slow model.
#[test]
fn wall_time_ends_the_search() {
    let slow = (0..30).chain([u64::MAX]).map(|number| ("slow", number));
    let history: Vec<_> =
        slow.map(|input| Operation { client: 0, input, output: (), call: 1, ret: 2 }).collect();
    let budget = Budget { wall: Duration::from_millis(20), ..Budget::default() };
    let begin = Instant::now();
    assert_eq!(check(&SlowModel, &history, &budget).verdict, Verdict::Unknown);
    assert!(begin.elapsed() < Duration::from_secs(5), "ended after {:?}", begin.elapsed());
    let bad = Operation { client: 1, input: ("bad", 0), output: (), call: 1, ret: 2 };
    let report = check(&SlowModel, &[history, vec![bad]].concat(), &Budget::default());
    assert_eq!(report.verdict, Verdict::Illegal);
}
