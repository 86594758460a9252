//! The official tests by their names: `cargo test -p ground-suite labrpc`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_ground-suite");
    labgob "labgob":
        TestGOB TestCapital TestDefault;
    labrpc "labrpc":
        TestBasic TestTypes TestDisconnect TestCounts TestBytes TestConcurrentMany TestUnreliable
        TestConcurrentOne TestRegression1 TestKilled TestBenchmark;
}

/// Goal: a failure called this way tells what one told by `lab test` does. Method: call a fixture that fails.
#[test]
#[should_panic(expected = "replay: make test-sim TEST=sim/TestFixtureCheck SEED=")]
fn a_failure_tells_how_to_replay_it() {
    runner::by_name::run(env!("CARGO_BIN_EXE_ground-suite"), "sim", "TestFixtureCheck");
}
