//! The official tests are all there, under their names and titles, in their order: none was dropped, none softened into
//! an extra one.

use tests::registry::{self, Kind};

/// Name and title of the official tests of one part, in order.
type Official = &'static [(&'static str, &'static str)];

#[track_caller]
fn check(part: &str, expected: Official) {
    let all = registry::all();
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
    let all = registry::all();
    let official = all.iter().filter(|case| case.kind == Kind::Official && case.part == "labrpc");
    assert_eq!(official.map(|case| case.name).collect::<Vec<_>>(), names);
}

#[cfg(feature = "lab2")]
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

#[cfg(feature = "lab2")]
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

#[cfg(feature = "lab2")]
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

#[cfg(feature = "lab2")]
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

/// A pattern or a report that names a test must mean one test.
#[test]
fn names_are_unique_within_their_part() {
    let mut names: Vec<_> = registry::all().iter().map(|case| (case.part, case.name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
