//! The first six of the course's seven tests.

use std::time::Duration;

use regex_lite::Regex;
use simulator::{Case, Sim, case};

use super::rig::Rig;

pub(super) const CASES: &[Case] = &[
    case!("1", Official, "wc", wc, "*** Starting wc test."),
    case!("1", Official, "indexer", indexer, "*** Starting indexer test."),
    case!("1", Official, "map parallelism", map_parallelism, "*** Starting map parallelism test."),
    case!("1", Official, "reduce parallelism", reduce_parallelism, "*** Starting reduce parallelism test."),
    case!("1", Official, "job count", job_count, "*** Starting job count test."),
    case!("1", Official, "early exit", early_exit, "*** Starting early exit test."),
];

/// Goal: words are counted right, and the coordinator does not end before the results are there. Method: three workers; compare
/// with the sequential program as soon as the coordinator has ended.
async fn wc(sim: Sim) {
    let rig = Rig::new(&sim, "wc");
    let correct = rig.sequential("wc").await;
    let mut coordinator = rig.coordinator_ahead().await;
    let workers: Vec<_> = (0..3).map(|_| rig.worker("wc")).collect();
    coordinator.exit().await;
    rig.check_merged("wc", &correct);
    rig.end_well(workers).await;
    rig.passed();
}

/// Goal: values arrive whole, and all of them; workers end when the job does. Method: two workers; compare when one has ended.
async fn indexer(sim: Sim) {
    let rig = Rig::new(&sim, "indexer");
    let correct = rig.sequential("indexer").await;
    let coordinator = rig.coordinator_ahead().await;
    let background = rig.worker("indexer");
    rig.worker("indexer").exit().await;
    rig.check_merged("indexer", &correct);
    rig.end_well([coordinator, background]).await;
    rig.passed();
}

/// Goal: two workers map at the same time. Method: each map call says which process it ran in, and how many it saw.
async fn map_parallelism(sim: Sim) {
    let rig = Rig::new(&sim, "map parallelism");
    let coordinator = rig.coordinator_ahead().await;
    let background = rig.worker("mtiming");
    rig.worker("mtiming").exit().await;
    let lines = rig.merged();
    let workers = lines.iter().filter(|line| line.starts_with("times-")).count();
    rig.check(workers == 2, &format!("--- saw {workers} workers rather than 2"));
    let parallel = Regex::new("^parallel.* 2").expect("the course's expression");
    rig.check(lines.iter().any(|line| parallel.is_match(line)), "--- map workers did not run in parallel");
    rig.end_well([coordinator, background]).await;
    rig.passed();
}

/// Goal: two workers reduce at the same time. Method: each reduce call says how many it saw.
async fn reduce_parallelism(sim: Sim) {
    let rig = Rig::new(&sim, "reduce parallelism");
    let coordinator = rig.coordinator_ahead().await;
    let background = rig.worker("rtiming");
    rig.worker("rtiming").exit().await;
    let parallel = Regex::new("^[a-z] 2").expect("the course's expression");
    let seen = rig.merged().iter().filter(|line| parallel.is_match(line)).count();
    rig.check(seen >= 2, "--- too few parallel reduces.");
    rig.end_well([coordinator, background]).await;
    rig.passed();
}

/// Goal: without a failure, each map task runs once. Method: each map call leaves a file, and takes 2 to 5 seconds; the
/// reduce call counts the files.
async fn job_count(sim: Sim) {
    let rig = Rig::new(&sim, "job count");
    let coordinator = rig.coordinator_ahead().await;
    let background = rig.worker("jobcount");
    rig.worker("jobcount").exit().await;
    // These two find the job done, or no coordinator at all: either way they must end at once.
    let mut late = [rig.worker("jobcount"), rig.worker("jobcount")];
    for worker in &mut late {
        worker.exit().await;
    }
    let merged = rig.merged();
    let counts: Vec<&str> = merged.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    let count = counts.join(" ");
    let right = matches!(counts[..], [count] if count.parse() == Ok(rig.files.len()));
    rig.check(right, &format!("--- map jobs ran incorrect number of times ({count} != {})", rig.files.len()));
    rig.end_well([coordinator, background]).await;
    rig.passed();
}

/// Goal: nobody leaves while there may be work, and the coordinator does not leave before all is done. Method: two reduce tasks take
/// three seconds; when the first of four processes has ended, no output may change any more.
async fn early_exit(sim: Sim) {
    let rig = Rig::new(&sim, "early exit");
    let mut coordinator = rig.coordinator_ahead().await;
    let [mut one, mut two, mut three] = [(); 3].map(|()| rig.worker("early_exit"));
    tokio::select! {
        _ = coordinator.exit() => {}
        _ = one.exit() => {}
        _ = two.exit() => {}
        _ = three.exit() => {}
    }
    let first = rig.merged();
    rig.end_well([coordinator, one, two, three]).await;
    rig.check(first == rig.merged(), "--- output changed after first worker exited");
    // The original would be content with two empty outputs.
    let correct: Vec<String> = rig.files.iter().map(|file| format!("{file} 1")).collect();
    rig.check(first == correct, "--- early_exit output is not one line for each file");
    let slow = rig.files.iter().any(|file| file.contains("sherlock") || file.contains("tom"));
    rig.check(!slow || sim.now() > Duration::from_secs(4), "--- the slow tasks were not slow");
    rig.passed();
}
