//! Large generated histories: decided, and with little search.
use crate::generate::{Shape, illegal, linearizable};
use crate::kv::KvModel;
use crate::{Budget, Verdict, check};

/// Goal: 10 clients, 10,000 operations, 10 keys: decided in well under a second. Method: count states, which no busy machine
/// changes; a state costs less than a microsecond (see the benchmark).
#[test]
fn large_histories_need_few_states() {
    for seed in 0..10 {
        let shape = Shape { clients: 10, operations: 10_000, keys: 10, seed };
        let ok = check(&KvModel, &linearizable(&shape), &Budget::default());
        assert_eq!(ok.verdict, Verdict::Ok, "{shape:?}");
        let history = illegal(&shape);
        let bad = check(&KvModel, &history, &Budget::default());
        assert_eq!(bad.verdict, Verdict::Illegal, "{shape:?}");
        for states in [ok.states_explored, bad.states_explored] {
            assert!(states < 3 * shape.operations as u64, "{states} states for {shape:?}");
        }
        let shortened = &history[bad.first_bad().expect("named")].output;
        assert!(!shortened.ends_with('y'), "the answer that was changed is the one named: {shortened}");
    }
}

/// Goal: an operation that stays open throughout does not make the search explode. Method: one pending append per key.
#[test]
fn pending_operations_stay_cheap() {
    let shape = Shape { clients: 10, operations: 5_000, keys: 10, seed: 1 };
    let mut history = linearizable(&shape);
    let mut open: Vec<_> = history.iter().take(200).cloned().collect();
    open.retain(|operation| operation.input.op == crate::kv::Op::Put);
    for operation in &mut open {
        (operation.ret, operation.input.value) = (crate::PENDING, "never seen".into());
    }
    history.extend(open);
    let report = check(&KvModel, &history, &Budget::default());
    assert_eq!(report.verdict, Verdict::Ok);
    assert!(report.states_explored < 200_000, "{} states", report.states_explored);
}
