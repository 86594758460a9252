//! The official tests by their names: `cargo test -p ground-suite labrpc`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_ground-suite");
    labgob "labgob":
        TestGOB TestCapital TestDefault;
    labrpc "labrpc":
        TestBasic TestTypes TestDisconnect TestCounts TestBytes TestConcurrentMany TestUnreliable
        TestConcurrentOne TestRegression1 TestKilled TestBenchmark;
}
