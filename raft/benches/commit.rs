//! Commits per second of three servers over labrpc, in one process on one thread, in real time: the CPU cost of the
//! whole path of a command, from `start` over two encoded messages and three saves to the leader's apply channel.
//!
//! Two questions: how much commands gain by travelling together, and whether a long log makes a commit dearer.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use labrpc::{Latency, Network, Server};
use raft::{Persister, Raft, apply_channel};
use tokio::{runtime::Runtime, sync::mpsc};

const SERVERS: usize = 3;
const COMMAND: [u8; 16] = [7; 16];

/// Three servers, and what the leader has applied.
struct Group {
    runtime: Runtime,
    leader: Raft,
    applied: mpsc::UnboundedReceiver<()>,
}

impl Group {
    fn new() -> Group {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let (leader, applied) = runtime.block_on(start_group());
        Group { runtime, leader, applied }
    }

    /// Commits `count` commands, with up to `window` of them on their way at once, and says how long it took.
    fn commit(&mut self, count: u64, window: u64) -> Duration {
        let start = Instant::now();
        let (leader, applied) = (&self.leader, &mut self.applied);
        self.runtime.block_on(async {
            let (mut sent, mut done) = (0, 0);
            while done < count {
                while sent < count && sent - done < window {
                    let (_, _, is_leader) = leader.start(&COMMAND[..]);
                    assert!(is_leader, "the leader changed during the measurement");
                    sent += 1;
                }
                applied.recv().await.expect("the leader applies");
                done += 1;
                while applied.try_recv().is_ok() {
                    done += 1;
                }
            }
        });
        start.elapsed()
    }
}

async fn start_group() -> (Raft, mpsc::UnboundedReceiver<()>) {
    let net = Network::new(1, Latency::None);
    let mut servers = Vec::new();
    for me in 0..SERVERS {
        let end = |to: usize| {
            let name = format!("{me}-{to}");
            let end = net.make_end(&name);
            net.connect(&name, to);
            net.enable(&name, true);
            end.client()
        };
        let (sender, receiver) = apply_channel();
        let raft = Raft::make((0..SERVERS).map(end).collect(), me, Persister::new(), sender);
        net.add_server(me, Server::new().with(raft.service()));
        servers.push((raft, receiver));
    }
    let leader = loop {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if let Some(leader) = servers.iter().position(|(raft, _)| raft.get_state().1) {
            break leader;
        }
    };
    let (applied_to, applied) = mpsc::unbounded_channel();
    let raft = servers[leader].0.clone();
    for (me, (_, receiver)) in servers.into_iter().enumerate() {
        let applied_to = applied_to.clone();
        tokio::spawn(async move {
            while receiver.recv().await.is_some() {
                if me == leader && applied_to.send(()).is_err() {
                    return;
                }
            }
        });
    }
    (raft, applied)
}

fn commands_in_flight(c: &mut Criterion) {
    let mut bench = c.benchmark_group("commit/in flight");
    bench.throughput(Throughput::Elements(1)).sample_size(10);
    for window in [1, 64, 256, 1024] {
        let mut group = Group::new();
        bench.bench_function(BenchmarkId::from_parameter(window), |b| {
            b.iter_custom(|count| group.commit(count, window));
        });
    }
}

fn log_length(c: &mut Criterion) {
    let mut bench = c.benchmark_group("commit/entries in the log");
    bench.throughput(Throughput::Elements(1)).sample_size(10);
    for entries in [1_000, 100_000] {
        bench.bench_function(BenchmarkId::from_parameter(entries), |b| {
            b.iter_custom(|count| fresh_rounds(entries, count));
        });
    }
}

/// Measures in rounds of at most a thousand commits, each on a log of `entries` entries, so that the measurement itself
/// does not make the log longer than it says.
fn fresh_rounds(entries: u64, count: u64) -> Duration {
    let mut total = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let mut group = Group::new();
        group.commit(entries, 1024);
        // The first ones on a new group pay for cold caches, whatever the length of the log.
        group.commit(200, 1);
        let round = left.min(1000);
        total += group.commit(round, 1);
        left -= round;
    }
    total
}

criterion_group!(benches, commands_in_flight, log_length);
criterion_main!(benches);
