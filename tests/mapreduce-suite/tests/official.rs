//! The official tests by their names: `cargo test -p mapreduce-suite crash`, or an editor's *Run*.

runner::official! {
    env!("CARGO_BIN_EXE_mapreduce-suite");
    part_1 "1":
        wc indexer map_parallelism reduce_parallelism job_count early_exit crash;
}
