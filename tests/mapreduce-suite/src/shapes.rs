//! Jobs of unusual shape: many workers, few files, empty files, strange keys; and the answers that are known.

use std::time::Duration;

use simulator::{Case, Sim, case};

use super::rig::Rig;

pub(super) const CASES: &[Case] = &[
    case!("1", Extra, "known answers", known_answers, "*** Starting known answers test."),
    case!("1", Extra, "one worker", one_worker, "*** Starting one worker test."),
    case!(
        "1",
        Extra,
        "more workers than tasks",
        more_workers_than_tasks,
        "*** Starting more workers than tasks test."
    ),
    case!(
        "1",
        Extra,
        "more files than workers",
        more_files_than_workers,
        "*** Starting more files than workers test."
    ),
    case!("1", Extra, "empty files", empty_files, "*** Starting empty files test."),
    case!("1", Extra, "strange keys", strange_keys, "*** Starting strange keys test."),
    case!(
        "1",
        Extra,
        "workers leave in time",
        workers_leave_in_time,
        "*** Starting workers leave in time test."
    ),
];

/// How long after the coordinator's job a worker may stay.
const LEAVE_TIME_MAX: Duration = Duration::from_secs(2);

/// Goal: the course's books have the answers that the course's programs find. Method: count, index, compare; with other books,
/// nothing is known.
async fn known_answers(sim: Sim) {
    let rig = Rig::new(&sim, "known answers");
    if rig.real_books {
        let counts = rig.sequential("wc").await;
        let first = ["A 509", "ABOUT 2", "ACT 8", "ACTRESS 1", "ACTUAL 8", "ADLER 1"];
        rig.check(
            counts.len() == 22_107 && counts.starts_with(&first.map(str::to_owned)),
            "--- the words are others",
        );
        rig.check(counts.last().is_some_and(|line| line == "zithers 1"), "--- the last word is another");
        for line in ["the 29748", "and 23612", "to 16079"] {
            rig.check(counts.iter().any(|count| count == line), &format!("--- `{line}` is missing"));
        }
        let numbers = counts.iter().filter_map(|line| line.split(' ').nth(1)?.parse::<u64>().ok());
        rig.check(numbers.sum::<u64>() == 623_948, "--- the sum of all counts is another");
        let sizes = run(&rig, "wc", 1).await;
        rig.check(
            sizes == [2190, 2177, 2173, 2215, 2233, 2209, 2248, 2194, 2251, 2217],
            "--- partitions differ",
        );
        let indexed = rig.sequential("indexer").await;
        rig.check(
            indexed.len() == 22_107 && indexed[0] == format!("A 8 {}", rig.files.join(",")),
            "--- the index",
        );
        let facts = rig.sequential("nocrash").await;
        let sizes = "c 138885 139054 412665 441033 453168 540174 581863 594262";
        let expected = [
            format!("a {}", rig.files.join(" ")),
            "b 15 20 21 22 22 23 25 26".into(),
            sizes.into(),
            format!("d{}", " xyzzy".repeat(8)),
        ];
        rig.check(facts == expected, &format!("--- nocrash: {facts:?}"));
    }
    rig.passed();
}

/// Runs a job over all books, and returns how many lines each partition has.
async fn run(rig: &Rig, app: &str, workers: usize) -> Vec<usize> {
    let coordinator = rig.coordinator(&[]);
    let workers: Vec<_> = (0..workers).map(|_| rig.early_worker(app, &["--threads=1"])).collect();
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    let text = |reduce| std::fs::read_to_string(rig.folder().join(format!("mr-out-{reduce}")));
    (0..10).map(|reduce| text(reduce).unwrap_or_default().lines().count()).collect()
}

/// Goal: one worker is enough. Method: one worker, all books.
async fn one_worker(sim: Sim) {
    let rig = Rig::new(&sim, "one worker");
    let correct = rig.sequential("indexer").await;
    run(&rig, "indexer", 1).await;
    rig.check_merged("indexer", &correct);
    rig.check_clean();
    rig.passed();
}

/// Goal: workers without work do no harm. Method: one file, three reduce tasks, six workers.
async fn more_workers_than_tasks(sim: Sim) {
    let rig = Rig::new(&sim, "more workers than tasks");
    let file = &rig.files[..1];
    let correct = rig.sequential_of("wc", file).await;
    let coordinator = rig.coordinator_of(file, &["--reducers=3"]);
    let workers: Vec<_> = (0..6).map(|_| rig.early_worker("wc", &["--threads=1"])).collect();
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    rig.check_merged("wc", &correct);
    rig.check_clean();
    rig.passed();
}

/// Goal: every file is read once, however many there are. Method: sixty files, two workers.
async fn more_files_than_workers(sim: Sim) {
    let rig = Rig::new(&sim, "more files than workers");
    let text = |number| format!("every file says this, and {}\n", "more ".repeat(number));
    let files: Vec<String> =
        (0..60).map(|number| rig.write_input(&format!("file-{number:02}"), text(number))).collect();
    let correct = rig.sequential_of("wc", &files).await;
    let coordinator = rig.coordinator_of(&files, &[]);
    let workers = [(); 2].map(|()| rig.early_worker("wc", &["--threads=1"]));
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    rig.check_merged("wc", &correct);
    rig.check(rig.merged().contains(&"every 60".to_owned()), "--- a file was lost");
    rig.check_clean();
    rig.passed();
}

/// Goal: an empty file is a file. Method: one among others, then alone.
async fn empty_files(sim: Sim) {
    let rig = Rig::new(&sim, "empty files");
    let empty = rig.write_input("empty", "");
    for files in [vec![empty.clone(), rig.files[0].clone(), empty.clone()], vec![empty]] {
        let correct = rig.sequential_of("wc", &files).await;
        for options in [&[][..], &["--split-bytes=1000"]] {
            let coordinator = rig.coordinator_of(&files, options);
            let worker = rig.early_worker("wc", &[]);
            rig.end_well([coordinator, worker]).await;
            rig.check_merged("wc", &correct);
        }
    }
    rig.check_clean();
    rig.passed();
}

/// Goal: keys with spaces, line breaks and any script arrive as they are. Method: file names are keys of one application, lines of
/// text those of another.
async fn strange_keys(sim: Sim) {
    let rig = Rig::new(&sim, "strange keys");
    let names = ["a b", " leading", "line\nbreak", "naïve 日本語", "quo\"te'", "-dash", "tab\there"];
    let text = "two  spaces\nÆther and Øre\nתבה\n\ttab\ntwo  spaces\n";
    let files: Vec<String> = names.iter().map(|name| rig.write_input(name, text)).collect();
    for app in ["early_exit", "grep:[^x]", "wc", "indexer"] {
        let correct = rig.sequential_of(app, &files).await;
        let coordinator = rig.coordinator_of(&files, &["--reducers=4"]);
        let workers = [(); 2].map(|()| rig.early_worker(app, &["--threads=1", "--no-combine"]));
        rig.end_well([coordinator].into_iter().chain(workers)).await;
        rig.check_merged(app, &correct);
    }
    rig.check(rig.merged().iter().any(|line| line.starts_with("Æther 7 ")), "--- a word was lost");
    rig.check_clean();
    rig.passed();
}

/// Goal: when the job is done every worker ends soon, and well. Method: four workers, of which most have nothing to do; the results
/// are there before the coordinator ends.
async fn workers_leave_in_time(sim: Sim) {
    let rig = Rig::new(&sim, "workers leave in time");
    let mut coordinator = rig.coordinator(&[]);
    let mut workers = [(); 4].map(|()| rig.early_worker("early_exit", &["--threads=1"]));
    let outputs = || rig.names().iter().filter(|name| name.starts_with("mr-out-")).count();
    rig.until("all results are there", || outputs() == 10).await;
    let end = sim.now();
    for worker in &mut workers {
        let left = (end + LEAVE_TIME_MAX).saturating_sub(sim.now());
        let status = worker.exit_within(left).await;
        rig.check(status.is_some_and(|status| status.success()), &format!("--- a worker: {status:?}"));
    }
    let status = coordinator.exit_within(LEAVE_TIME_MAX).await;
    rig.check(status.is_some_and(|status| status.success()), &format!("--- the coordinator: {status:?}"));
    // Who comes too late is told so at once.
    let mut late = rig.worker("wc");
    let status = late.exit_within(LEAVE_TIME_MAX).await;
    rig.check(
        status.is_some_and(|status| status.code() == Some(1)),
        &format!("--- a late worker: {status:?}"),
    );
    rig.check(late.output().contains("no coordinator at mr-socket"), &late.output());
    rig.passed();
}
