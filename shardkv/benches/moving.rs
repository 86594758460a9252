//! Five of ten shards move to another group, with a hundred thousand keys in all ten, while clients write to every shard without pause.
//! Prints how long the move takes, from the controller's word to the last shard served, and the longest that any client had to wait.
//!
//! Twice: on a network that takes no time, where one sees the work; and on one whose hops take 0 to 6 ms, where one sees the
//! waiting, in round trips (four hops: request, entry, acknowledgement, answer).

mod world;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use labrpc::Latency;
use shardkv::key2shard;
use tokio::task::JoinHandle;
use world::World;

const KEYS: usize = 100_000;
const MOVES: u32 = 5;

/// A client that has just been sent away needs its 100 ms before it asks again.
const SENT_AWAY: Duration = Duration::from_millis(300);

/// The longest operation on each shard since the last reset.
#[derive(Default)]
struct Pauses([AtomicU64; 10]);

impl Pauses {
    fn note(&self, shard: usize, took: Duration) {
        self.0[shard].fetch_max(took.as_micros() as u64, Ordering::Relaxed);
    }

    fn reset(&self) {
        self.0.iter().for_each(|longest| longest.store(0, Ordering::Relaxed));
    }

    /// The longest of these shards.
    fn longest(&self, of: impl Fn(usize) -> bool) -> Duration {
        let longest =
            (0..10).filter(|&shard| of(shard)).map(|shard| self.0[shard].load(Ordering::Relaxed)).max();
        Duration::from_micros(longest.unwrap_or(0))
    }
}

async fn fill(world: &World) {
    const CLERKS: usize = 100;
    let tasks = (0..CLERKS).map(|first| {
        let mut clerk = world.clerk();
        tokio::spawn(async move {
            for key in (first..KEYS).step_by(CLERKS) {
                clerk.put(&format!("{} of {key}", key % 10), "sixteen bytes ok").await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the clerk ends well");
    }
}

/// One client per shard, until told to stop.
fn write(world: &World, pauses: &Arc<Pauses>, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
    let client = |digit: usize| {
        let (mut clerk, pauses, stop) = (world.clerk(), pauses.clone(), stop.clone());
        tokio::spawn(async move {
            let key = digit.to_string();
            while !stop.load(Ordering::Relaxed) {
                let start = Instant::now();
                clerk.put(&key, "sixteen bytes ok").await;
                pauses.note(key2shard(&key), start.elapsed());
            }
        })
    };
    (0..10).map(client).collect()
}

async fn measure(latency: Latency) {
    let world = World::start(2, latency);
    let alone = world.join(1).await;
    world.served(&alone).await;
    fill(&world).await;
    let (pauses, stop) = (Arc::new(Pauses::default()), Arc::new(AtomicBool::new(false)));
    let clients = write(&world, &pauses, &stop);
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..MOVES {
        tokio::time::sleep(SENT_AWAY).await;
        pauses.reset();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = pauses.longest(|_| true);
        pauses.reset();
        let start = Instant::now();
        let shared = world.join(2).await;
        world.served(&shared).await;
        let took = start.elapsed();
        tokio::time::sleep(SENT_AWAY).await;
        let moving = pauses.longest(|shard| shared.shards[shard] == 2);
        let others = pauses.longest(|shard| shared.shards[shard] == 1);
        println!(
            "{latency:?}: moved in {took:.1?}; longest wait before {before:.1?}, during, on an unaffected shard {others:.1?}, \
             on a moving one {moving:.1?}"
        );
        let alone = world.leave(2).await;
        world.served(&alone).await;
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("the client ends well");
    }
    world.stop();
}

fn main() {
    // Cargo calls benchmarks when it tests, too; then this is not asked for.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        measure(Latency::None).await;
        measure(Latency::Slow).await;
    });
}
