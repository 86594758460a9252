//! The official tests are all there, under their names and titles, in their order: none was dropped, none softened into
//! an extra one.

use protocol::Kind;

/// Name and title of the official tests of one part, in order.
type Official = &'static [(&'static str, &'static str)];

#[track_caller]
fn check(part: &str, expected: Official) {
    let all = rig::cases();
    let official = all.iter().filter(|case| case.kind == Kind::Official && case.part == part);
    let found: Vec<_> = official.map(|case| (case.name, case.title)).collect();
    assert_eq!(found, expected, "part {part}");
}

#[test]
fn labgob() {
    check("labgob", &[("TestGOB", ""), ("TestCapital", ""), ("TestDefault", "")]);
}

#[test]
fn labrpc() {
    let names = [
        "TestBasic",
        "TestTypes",
        "TestDisconnect",
        "TestCounts",
        "TestBytes",
        "TestConcurrentMany",
        "TestUnreliable",
        "TestConcurrentOne",
        "TestRegression1",
        "TestKilled",
        "TestBenchmark",
    ];
    let all = rig::cases();
    let official = all.iter().filter(|case| case.kind == Kind::Official && case.part == "labrpc");
    assert_eq!(official.map(|case| case.name).collect::<Vec<_>>(), names);
}

#[test]
fn lab_2a() {
    check(
        "2A",
        &[
            ("TestInitialElection2A", "Test (2A): initial election"),
            ("TestReElection2A", "Test (2A): election after network failure"),
            ("TestManyElections2A", "Test (2A): multiple elections"),
        ],
    );
}

#[test]
fn lab_2b() {
    check(
        "2B",
        &[
            ("TestBasicAgree2B", "Test (2B): basic agreement"),
            ("TestRPCBytes2B", "Test (2B): RPC byte count"),
            ("TestFailAgree2B", "Test (2B): agreement after follower reconnects"),
            ("TestFailNoAgree2B", "Test (2B): no agreement if too many followers disconnect"),
            ("TestConcurrentStarts2B", "Test (2B): concurrent Start()s"),
            ("TestRejoin2B", "Test (2B): rejoin of partitioned leader"),
            ("TestBackup2B", "Test (2B): leader backs up quickly over incorrect follower logs"),
            ("TestCount2B", "Test (2B): RPC counts aren't too high"),
        ],
    );
}

#[test]
fn lab_2c() {
    check(
        "2C",
        &[
            ("TestPersist12C", "Test (2C): basic persistence"),
            ("TestPersist22C", "Test (2C): more persistence"),
            ("TestPersist32C", "Test (2C): partitioned leader and one follower crash, leader restarts"),
            ("TestFigure82C", "Test (2C): Figure 8"),
            ("TestUnreliableAgree2C", "Test (2C): unreliable agreement"),
            ("TestFigure8Unreliable2C", "Test (2C): Figure 8 (unreliable)"),
            ("TestReliableChurn2C", "Test (2C): churn"),
            ("TestUnreliableChurn2C", "Test (2C): unreliable churn"),
        ],
    );
}

#[test]
fn lab_2d() {
    check(
        "2D",
        &[
            ("TestSnapshotBasic2D", "Test (2D): snapshots basic"),
            ("TestSnapshotInstall2D", "Test (2D): install snapshots (disconnect)"),
            ("TestSnapshotInstallUnreliable2D", "Test (2D): install snapshots (disconnect+unreliable)"),
            ("TestSnapshotInstallCrash2D", "Test (2D): install snapshots (crash)"),
            ("TestSnapshotInstallUnCrash2D", "Test (2D): install snapshots (unreliable+crash)"),
            ("TestSnapshotAllCrash2D", "Test (2D): crash and restart all servers"),
        ],
    );
}

#[test]
fn lab_3a() {
    check(
        "3A",
        &[
            ("TestBasic3A", "Test: one client (3A)"),
            ("TestSpeed3A", "Test: ops complete fast enough (3A)"),
            ("TestConcurrent3A", "Test: many clients (3A)"),
            ("TestUnreliable3A", "Test: unreliable net, many clients (3A)"),
            ("TestUnreliableOneKey3A", "Test: concurrent append to same key, unreliable (3A)"),
            ("TestOnePartition3A", "Test: progress in majority (3A)"),
            ("TestManyPartitionsOneClient3A", "Test: partitions, one client (3A)"),
            ("TestManyPartitionsManyClients3A", "Test: partitions, many clients (3A)"),
            ("TestPersistOneClient3A", "Test: restarts, one client (3A)"),
            ("TestPersistConcurrent3A", "Test: restarts, many clients (3A)"),
            ("TestPersistConcurrentUnreliable3A", "Test: unreliable net, restarts, many clients (3A)"),
            ("TestPersistPartition3A", "Test: restarts, partitions, many clients (3A)"),
            (
                "TestPersistPartitionUnreliable3A",
                "Test: unreliable net, restarts, partitions, many clients (3A)",
            ),
            (
                "TestPersistPartitionUnreliableLinearizable3A",
                "Test: unreliable net, restarts, partitions, random keys, many clients (3A)",
            ),
        ],
    );
}

#[test]
fn lab_3b() {
    check(
        "3B",
        &[
            ("TestSnapshotRPC3B", "Test: InstallSnapshot RPC (3B)"),
            ("TestSnapshotSize3B", "Test: snapshot size is reasonable (3B)"),
            ("TestSpeed3B", "Test: ops complete fast enough (3B)"),
            ("TestSnapshotRecover3B", "Test: restarts, snapshots, one client (3B)"),
            ("TestSnapshotRecoverManyClients3B", "Test: restarts, snapshots, many clients (3B)"),
            ("TestSnapshotUnreliable3B", "Test: unreliable net, snapshots, many clients (3B)"),
            (
                "TestSnapshotUnreliableRecover3B",
                "Test: unreliable net, restarts, snapshots, many clients (3B)",
            ),
            (
                "TestSnapshotUnreliableRecoverConcurrentPartition3B",
                "Test: unreliable net, restarts, partitions, snapshots, many clients (3B)",
            ),
            (
                "TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B",
                "Test: unreliable net, restarts, partitions, snapshots, random keys, many clients (3B)",
            ),
        ],
    );
}

#[test]
fn lab_4a() {
    check("4A", &[("TestBasic", "Test: Basic leave/join"), ("TestMulti", "Test: Multi-group join/leave")]);
}

#[test]
fn lab_4b() {
    check(
        "4B",
        &[
            ("TestStaticShards", "Test: static shards"),
            ("TestJoinLeave", "Test: join then leave"),
            ("TestSnapshot", "Test: snapshots, join, and leave"),
            ("TestMissChange", "Test: servers miss configuration changes..."),
            ("TestConcurrent1", "Test: concurrent puts and configuration changes..."),
            ("TestConcurrent2", "Test: more concurrent puts and configuration changes..."),
            ("TestConcurrent3", "Test: concurrent configuration change and restart..."),
            ("TestUnreliable1", "Test: unreliable 1..."),
            ("TestUnreliable2", "Test: unreliable 2..."),
            ("TestUnreliable3", "Test: unreliable 3..."),
            ("TestChallenge1Delete", "Test: shard deletion (challenge 1)"),
            ("TestChallenge2Unaffected", "Test: unaffected shard access (challenge 2)"),
            ("TestChallenge2Partial", "Test: partial migration shard access (challenge 2)"),
        ],
    );
}

/// A pattern or a report that names a test must mean one test.
#[test]
fn names_are_unique_within_their_part() {
    let mut names: Vec<_> = rig::cases().iter().map(|case| (case.part, case.name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
