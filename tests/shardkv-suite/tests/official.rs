//! The official tests by their names: `cargo test -p shardkv-suite 4B`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_shardkv-suite");
    part_4B "4B":
        TestStaticShards TestJoinLeave TestSnapshot TestMissChange TestConcurrent1 TestConcurrent2
        TestConcurrent3 TestUnreliable1 TestUnreliable2 TestUnreliable3 TestChallenge1Delete
        TestChallenge2Unaffected TestChallenge2Partial;
}
