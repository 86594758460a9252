//! Other ways to the same result: threads, splits, TCP, no combiner, and the summary.

use std::time::Duration;

use simulator::{Case, Sim, case};

use super::rig::Rig;

pub(super) const CASES: &[Case] = &[
    case!("1", Extra, "options agree", options_agree, "*** Starting options agree test."),
    case!("1", Extra, "tcp", tcp, "*** Starting tcp test."),
    case!("1", Extra, "summary", summary, "*** Starting summary test."),
];

/// Goal: no option changes the result. Method: the same books with each of them.
async fn options_agree(sim: Sim) {
    let rig = Rig::new(&sim, "options agree");
    for app in ["wc", "grep:[Tt]he"] {
        let correct = rig.sequential(app).await;
        let ways: [(&[&str], &[&str]); 5] = [
            (&[], &["--threads=4"]),
            (&["--reducers=1"], &["--no-combine"]),
            (&["--reducers=37"], &[]),
            (&["--split-bytes=100000"], &["--threads=3"]),
            (&["--split-bytes=9999", "--reducers=3"], &["--no-combine"]),
        ];
        for (job, work) in ways {
            let coordinator = rig.coordinator(job);
            let worker = rig.early_worker(app, work);
            rig.end_well([coordinator, worker]).await;
            rig.check_merged(app, &correct);
            rig.check_clean();
        }
    }
    rig.passed();
}

/// Goal: workers may come over TCP. Method: any free port; the coordinator says which.
async fn tcp(sim: Sim) {
    let rig = Rig::new(&sim, "tcp");
    let correct = rig.sequential("wc").await;
    let coordinator = rig.coordinator(&["--listen=tcp://127.0.0.1:0"]);
    rig.until("the coordinator says where it listens", || coordinator.output().contains('\n')).await;
    let output = coordinator.output();
    let address = output.lines().find_map(|line| line.strip_prefix("listening on ")).unwrap_or("nowhere");
    let workers =
        [(); 2].map(|()| rig.start("mrworker", &["--coordinator".into(), address.into(), "wc".into()]));
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    rig.check_merged("wc", &correct);
    rig.check_clean();
    rig.passed();
}

/// Goal: the summary says what happened, and says it as one JSON object. Method: a job without accidents.
async fn summary(sim: Sim) {
    let rig = Rig::new(&sim, "summary");
    let mut coordinator = rig.coordinator(&["--json"]);
    let worker = rig.early_worker("wc", &[]);
    let status = coordinator.exit_within(Duration::from_secs(60)).await;
    rig.check(status.is_some_and(|status| status.success()), "--- the coordinator did not end well");
    let output = coordinator.output();
    let object = output.lines().last().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let number = |name: &str| object.as_ref().and_then(|object| object.get(name)?.as_u64());
    let maps = rig.files.len() as u64;
    let found = ["maps", "reduces", "attempts", "redispatched", "backups"].map(number);
    rig.check(found == [maps, 10, maps + 10, 0, 0].map(Some), &format!("--- the summary is {output}"));
    let written: u64 = rig.merged().iter().map(|line| line.len() as u64 + 1).sum();
    rig.check(number("output_bytes") == Some(written), &format!("--- {written} bytes in {output}"));
    rig.end_well([worker]).await;
    rig.passed();
}
