//! The official tests by their names: `cargo test -p kvraft-suite 3B`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_kvraft-suite");
    part_3A "3A":
        TestBasic3A TestSpeed3A TestConcurrent3A TestUnreliable3A TestUnreliableOneKey3A TestOnePartition3A
        TestManyPartitionsOneClient3A TestManyPartitionsManyClients3A TestPersistOneClient3A
        TestPersistConcurrent3A TestPersistConcurrentUnreliable3A TestPersistPartition3A
        TestPersistPartitionUnreliable3A TestPersistPartitionUnreliableLinearizable3A;
    part_3B "3B":
        TestSnapshotRPC3B TestSnapshotSize3B TestSpeed3B TestSnapshotRecover3B
        TestSnapshotRecoverManyClients3B TestSnapshotUnreliable3B TestSnapshotUnreliableRecover3B
        TestSnapshotUnreliableRecoverConcurrentPartition3B
        TestSnapshotUnreliableRecoverConcurrentPartitionLinearizable3B;
}
