//! Part 3B: the service with snapshots.

use std::time::Duration;

use simulator::{Case, Sim, case};

use super::{
    config::Config,
    generic::{Generic, speed},
};

/// The labs' `maxraftstate` in all tests of this part, in bytes.
const MAX: Option<usize> = Some(1000);

/// A snapshot of one key and a few sessions is no larger than this, in bytes.
const SNAPSHOT_BYTES_MAX: usize = 500;

pub(super) const CASES: &[Case] = &[
    case!("3B", Official, "TestSnapshotRPC3B", snapshot_rpc_3b, "Test: InstallSnapshot RPC (3B)"),
    case!("3B", Official, "TestSnapshotSize3B", snapshot_size_3b, "Test: snapshot size is reasonable (3B)"),
    case!("3B", Official, "TestSpeed3B", speed_3b, "Test: ops complete fast enough (3B)"),
    case!(
        "3B",
        Official,
        "TestSnapshotRecover3B",
        snapshot_recover_3b,
        "Test: restarts, snapshots, one client (3B)"
    ),
    case!(
        "3B",
        Official,
        "TestSnapshotRecoverManyClients3B",
        snapshot_recover_many_clients_3b,
        "Test: restarts, snapshots, many clients (3B)"
    ),
    case!(
        "3B",
        Official,
        "TestSnapshotUnreliable3B",
        snapshot_unreliable_3b,
        "Test: unreliable net, snapshots, many clients (3B)"
    ),
    case!(
        "3B",
        Official,
        "TestSnapshotUnreliableRecover3B",
        snapshot_unreliable_recover_3b,
        "Test: unreliable net, restarts, snapshots, many clients (3B)"
    ),
    case!(
        "3B",
        Official,
        "TestSnapshotUnreliableRecoverConcurrentPartition3B",
        snapshot_unreliable_recover_concurrent_partition_3b,
        "Test: unreliable net, restarts, partitions, snapshots, many clients (3B)"
    ),
    case!(
        "3B",
        Official,
        "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
        snapshot_unreliable_recover_concurrent_partition_linearizable_3b,
        "Test: unreliable net, restarts, partitions, snapshots, random keys, many clients (3B)"
    ),
];

const MANY: Generic = Generic { raft_state_bytes_max: MAX, ..Generic::new("3B", 5, 5) };

/// Goal: a server that lags behind a snapshot is brought up by it. Method: server 2 misses fifty entries, then it is needed.
async fn snapshot_rpc_3b(sim: Sim) {
    let cfg = Config::make_fast(&sim, 3, false, MAX);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: InstallSnapshot RPC (3B)");
    clerk.put("a", "A").await;
    clerk.check("a", "A").await;
    // A bunch of puts into the majority partition.
    cfg.partition(&[0, 1], &[2]);
    let mut majority = cfg.make_client(&[0, 1]);
    for i in 0..50 {
        majority.put(&i.to_string(), &i.to_string()).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    majority.put("b", "B").await;
    // The majority partition has thrown away most of its log, also with a server that does not answer.
    cfg.check_sizes();
    // Now a group that needs the lagging server, so that it has to catch up.
    cfg.partition(&[0, 2], &[1]);
    let mut lagging = cfg.make_client(&[0, 2]);
    lagging.put("c", "C").await;
    lagging.put("d", "D").await;
    for (key, value) in [("a", "A"), ("b", "B"), ("1", "1"), ("49", "49")] {
        lagging.check(key, value).await;
    }
    // Now everybody.
    cfg.partition(&[0, 1, 2], &[]);
    clerk.put("e", "E").await;
    for (key, value) in [("c", "C"), ("e", "E"), ("1", "1")] {
        clerk.check(key, value).await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: neither log nor snapshot grow with the number of requests. Method: eight hundred operations on one key.
async fn snapshot_size_3b(sim: Sim) {
    let cfg = Config::make_fast(&sim, 3, false, MAX);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: snapshot size is reasonable (3B)");
    for _ in 0..200 {
        clerk.put("x", "0").await;
        clerk.check("x", "0").await;
        clerk.put("x", "1").await;
        clerk.check("x", "1").await;
    }
    cfg.check_sizes();
    let size = cfg.snapshot_size();
    sim.check(size <= SNAPSHOT_BYTES_MAX, format!("snapshot too large ({size} > {SNAPSHOT_BYTES_MAX})"));
    cfg.end();
    cfg.cleanup();
}

async fn speed_3b(sim: Sim) {
    speed(sim, "3B", MAX).await;
}

async fn snapshot_recover_3b(sim: Sim) {
    Generic { clients: 1, crash: true, ..MANY }.run(sim).await;
}

async fn snapshot_recover_many_clients_3b(sim: Sim) {
    Generic { clients: 20, crash: true, ..MANY }.run(sim).await;
}

async fn snapshot_unreliable_3b(sim: Sim) {
    Generic { unreliable: true, ..MANY }.run(sim).await;
}

async fn snapshot_unreliable_recover_3b(sim: Sim) {
    Generic { unreliable: true, crash: true, ..MANY }.run(sim).await;
}

async fn snapshot_unreliable_recover_concurrent_partition_3b(sim: Sim) {
    Generic { unreliable: true, crash: true, partitions: true, ..MANY }.run(sim).await;
}

async fn snapshot_unreliable_recover_concurrent_partition_linearizable_3b(sim: Sim) {
    let all = Generic { clients: 15, servers: 7, random_keys: true, ..MANY };
    Generic { unreliable: true, crash: true, partitions: true, ..all }.run(sim).await;
}
