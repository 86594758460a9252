//! What a report says about an illegal history. Vector 9.
use super::{Kv, get, put};
use crate::kv::KvModel;
use crate::{Budget, Model, Verdict, check};

fn history() -> Vec<Kv> {
    vec![
        get("x", "w", 0, 100),
        put("x", "y", 5, 10),
        put("x", "z", 0, 10),
        get("x", "y", 20, 30),
        put("x", "w", 35, 45),
        get("x", "z", 25, 35),
        get("x", "y", 30, 40),
        get("y", "a", 50, 90),
        put("y", "a", 55, 85),
    ]
}

fn states(history: &[Kv], order: &[usize]) -> Vec<String> {
    let mut state = KvModel.init();
    order
        .iter()
        .map(|&index| {
            let Kv { input, output, .. } = &history[index];
            state = KvModel.step(&state, input, output).expect("a legal order");
            state.to_string()
        })
        .collect()
}

/// Goal: the maximal partial orders and the operation that fits into none are those of the published vector.
#[test]
fn maximal_orders_of_the_published_history() {
    let history = history();
    let report = check(&KvModel, &history[..7], &Budget::default());
    let [part] = report.parts.as_slice() else { panic!("one key: {report:?}") };
    assert_eq!((report.verdict, part.key.as_deref()), (Verdict::Illegal, Some("x")));
    assert_eq!(part.linearizations, [vec![2, 1, 3, 6, 4, 0], vec![1, 2, 5]]);
    assert_eq!(states(&history, &part.linearizations[0]), ["z", "y", "y", "y", "w", "w"]);
    assert_eq!(states(&history, &part.linearizations[1]), ["y", "z", "z"]);
    assert_eq!((&part.best, part.first_bad), (&part.linearizations[0], Some(5)));
}

/// Goal: a legal part beside it is explained in full, and the whole is illegal.
#[test]
fn a_legal_part_is_explained_in_full() {
    let report = check(&KvModel, &history(), &Budget::default());
    assert_eq!((report.verdict, report.first_bad()), (Verdict::Illegal, Some(5)));
    let legal = check(&KvModel, &history()[7..], &Budget::default());
    assert_eq!((legal.verdict, legal.first_bad()), (Verdict::Ok, None));
    assert_eq!((&legal.parts[0].best, &legal.parts[0].linearizations), (&vec![1, 0], &vec![vec![1, 0]]));
}
