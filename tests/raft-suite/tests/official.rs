//! The official tests by their names: `cargo test -p raft-suite 2D`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_raft-suite");
    part_2A "2A":
        TestInitialElection2A TestReElection2A TestManyElections2A;
    part_2B "2B":
        TestBasicAgree2B TestRPCBytes2B TestFailAgree2B TestFailNoAgree2B TestConcurrentStarts2B
        TestRejoin2B TestBackup2B TestCount2B;
    part_2C "2C":
        TestPersist12C TestPersist22C TestPersist32C TestFigure82C TestUnreliableAgree2C
        TestFigure8Unreliable2C TestReliableChurn2C TestUnreliableChurn2C;
    part_2D "2D":
        TestSnapshotBasic2D TestSnapshotInstall2D TestSnapshotInstallUnreliable2D TestSnapshotInstallCrash2D
        TestSnapshotInstallUnCrash2D TestSnapshotAllCrash2D;
}
