//! Puts per second through the whole stack, in one process on one thread, in real time: clerk, labrpc with encoding on every hop,
//! Raft of three servers, sessions, apply, and the way back. Every clerk has one put on its way at a time.
//!
//! More clerks share more of the work per batch, but only up to a point: with 1,024 there are about a third fewer puts per second than
//! with 256 (two cores with 1 MiB of L2 each). No one place is to blame: in the profile, freeing memory, timers, look-ups in maps and
//! task switches, all that follows pointers, cost about twice their share. All calls are in the same stage of their way at the same
//! time, so each stage walks through the state of all of them; we take it that this no longer fits into the cache (the machine had
//! no counters to prove it). At most 256 entries per request between the servers was tried, and did not help.

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kvraft::{KvClerk, KvServer, kv::Kv};
use labrpc::{End, Latency, Network};
use raft::Persister;
use tokio::runtime::Runtime;

const SERVERS: usize = 3;

struct Group {
    runtime: Runtime,
    net: Network,
    servers: Vec<KvServer>,
    clerks: Vec<KvClerk>,
}

impl Group {
    fn new(clerks: usize) -> Group {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let net = Network::new(1, Latency::None);
        let servers = runtime.block_on(async { (0..SERVERS).map(|me| start_server(&net, me)).collect() });
        let mut group = Group { runtime, net, servers, clerks: Vec::new() };
        group.clerks =
            (0..clerks).map(|clerk| KvClerk::new(&ends(&group.net, &format!("clerk-{clerk}")))).collect();
        // The first put waits for a leader, and each clerk finds it.
        group.put(1);
        group
    }

    /// A group that already has so many keys.
    fn filled(clerks: u64, keys: u64) -> Group {
        let mut group = Group::new(clerks as usize);
        group.put_on(keys / clerks, |clerk, put| format!("key-{clerk}-{put}"));
        group
    }

    /// Every clerk puts `count` times on its own key; says how long it took.
    fn put(&mut self, count: u64) -> Duration {
        self.put_on(count, |clerk, _| format!("key-{clerk}"))
    }

    /// The same on keys of one's choice, by the numbers of the clerk and of its put.
    fn put_on(&mut self, count: u64, key: fn(usize, u64) -> String) -> Duration {
        let start = Instant::now();
        let clerks = std::mem::take(&mut self.clerks);
        self.clerks = self.runtime.block_on(async {
            let tasks = clerks.into_iter().enumerate().map(|(number, mut clerk)| {
                tokio::spawn(async move {
                    for put in 0..count {
                        clerk.put(&key(number, put), "sixteen bytes ok").await;
                    }
                    clerk
                })
            });
            let mut clerks = Vec::new();
            for task in tasks.collect::<Vec<_>>() {
                clerks.push(task.await.expect("the clerk ends well"));
            }
            clerks
        });
        start.elapsed()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.servers.iter().for_each(KvServer::kill);
        self.net.cleanup();
    }
}

fn ends(net: &Network, name: &str) -> Vec<End> {
    let end = |to: usize| {
        let name = format!("{name}-{to}");
        let end = net.make_end(&name);
        net.connect(&name, to);
        net.enable(&name, true);
        end
    };
    (0..SERVERS).map(end).collect()
}

fn start_server(net: &Network, me: usize) -> KvServer {
    let peers = ends(net, &format!("server-{me}")).iter().map(End::client).collect();
    let server = KvServer::start(peers, me, Persister::new(), None, Kv::default());
    net.add_server(me, server.services());
    server
}

fn puts(c: &mut Criterion) {
    let mut bench = c.benchmark_group("puts/clerks");
    bench.throughput(Throughput::Elements(1)).sample_size(10);
    for clerks in [1, 64, 256, 1024] {
        let mut group = Group::new(clerks);
        bench.bench_function(BenchmarkId::from_parameter(clerks), |b| {
            // Rounded up to whole rounds of all clerks, and scaled back.
            b.iter_custom(|count| {
                let rounds = count.div_ceil(clerks as u64);
                group.put(rounds).mul_f64(count as f64 / (rounds * clerks as u64) as f64)
            });
        });
    }
}

/// Goal: a put costs the same however many keys there are and however long the log is. Method: fill the map with so many keys, one
/// log entry each, and never snapshot.
fn size(c: &mut Criterion) {
    const CLERKS: u64 = 64;
    let mut bench = c.benchmark_group("puts/keys and log entries before");
    bench.throughput(Throughput::Elements(1)).sample_size(10);
    for keys in [1_000, 100_000, 1_000_000] {
        // Filled by the first measurement: a run that leaves this one out does not pay for it, nor finds it in its profile.
        let mut filled = None;
        bench.bench_function(BenchmarkId::from_parameter(keys), |b| {
            let group = filled.get_or_insert_with(|| Group::filled(CLERKS, keys));
            b.iter_custom(|count| {
                let rounds = count.div_ceil(CLERKS);
                group.put(rounds).mul_f64(count as f64 / (rounds * CLERKS) as f64)
            });
        });
    }
}

criterion_group!(benches, puts, size);
criterion_main!(benches);
