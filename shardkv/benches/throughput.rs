//! Puts per second with one, two and three groups and the same clients, in one process on all cores: clerk, encoding on every hop, Raft of
//! three servers, sessions, apply, and the way back. Groups share the cores, so more of them are faster only as far as there are cores that
//! one group cannot use.

mod world;

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use labrpc::Latency;
use shardkv::Clerk;
use tokio::runtime::Runtime;
use world::World;

const CLERKS: usize = 240;

/// Every clerk puts `count` times on its own key; says how long it took.
fn put(runtime: &Runtime, clerks: &mut Vec<Clerk>, count: u64) -> Duration {
    let start = Instant::now();
    let tasks = clerks.drain(..).enumerate().map(|(number, mut clerk)| {
        runtime.spawn(async move {
            // The first character decides on the shard: clerks are spread evenly.
            let key = format!("{} of {number}", number % 10);
            for _ in 0..count {
                clerk.put(&key, "sixteen bytes ok").await;
            }
            clerk
        })
    });
    let tasks: Vec<_> = tasks.collect();
    clerks.extend(tasks.into_iter().map(|task| runtime.block_on(task).expect("the clerk ends well")));
    start.elapsed()
}

fn throughput(c: &mut Criterion) {
    let mut bench = c.benchmark_group("sharded puts/groups");
    bench.throughput(Throughput::Elements(1)).sample_size(10);
    for groups in 1..=3 {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().expect("a runtime");
        let (world, mut clerks) = runtime.block_on(async {
            let world = World::start(groups, Latency::None);
            for gid in 1..=groups {
                let config = world.join(gid as u64).await;
                world.served(&config).await;
            }
            let clerks = (0..CLERKS).map(|_| world.clerk()).collect();
            (world, clerks)
        });
        put(&runtime, &mut clerks, 1);
        bench.bench_function(BenchmarkId::from_parameter(groups), |b| {
            b.iter_custom(|count| {
                let rounds = count.div_ceil(CLERKS as u64);
                put(&runtime, &mut clerks, rounds).mul_f64(count as f64 / (rounds * CLERKS as u64) as f64)
            });
        });
        world.stop();
    }
}

criterion_group!(benches, throughput);
criterion_main!(benches);
