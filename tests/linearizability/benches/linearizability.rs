//! How many operations per second the checker decides: 10 clients, 10,000 operations.
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use linearizability::generate::{Shape, illegal, linearizable};
use linearizability::kv::KvModel;
use linearizability::{Budget, Verdict, check};

/// Ten keys as the labs have them, and five, where the clients are more in each other's way.
const KEYS: [usize; 2] = [10, 5];

fn decide(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linearizability");
    for keys in KEYS {
        let shape = Shape { clients: 10, operations: 10_000, keys, seed: 1 };
        group.throughput(Throughput::Elements(shape.operations as u64));
        for (history, verdict) in [(linearizable(&shape), Verdict::Ok), (illegal(&shape), Verdict::Illegal)] {
            let name = format!("{verdict}, {keys} keys");
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    let report = check(&KvModel, &history, &Budget::default());
                    assert_eq!(report.verdict, verdict);
                    report.states_explored
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
