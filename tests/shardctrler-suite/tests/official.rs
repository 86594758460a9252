//! The official tests by their names: `cargo test -p shardctrler-suite 4A`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_shardctrler-suite");
    part_4A "4A":
        TestBasic TestMulti;
}
