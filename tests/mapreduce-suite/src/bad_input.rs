//! What people get wrong: an answer that helps, an exit code, and no half results.

use std::{fs, os::unix::net::UnixListener, path::Path, time::Duration};

use simulator::{Case, Sim, case};

use super::{
    process::Process,
    rig::{Rig, words},
};

pub(super) const CASES: &[Case] = &[
    case!("1", Extra, "bad arguments", bad_arguments, "*** Starting bad arguments test."),
    case!("1", Extra, "bad places", bad_places, "*** Starting bad places test."),
    case!("1", Extra, "bad checkpoints", bad_checkpoints, "*** Starting bad checkpoints test."),
    case!("1", Extra, "job fails", job_fails, "*** Starting job fails test."),
];

/// A refusal takes no time.
const REFUSAL_TIME_MAX: Duration = Duration::from_secs(10);

/// Wants `process` to refuse with exit code 1 and a text that has `words` in it.
async fn check_refused(rig: &Rig, mut process: Process, words: &[&str]) {
    let status = process.exit_within(REFUSAL_TIME_MAX).await;
    let output = process.output();
    rig.check(status.is_some_and(|status| status.code() == Some(1)), &format!("--- {status:?}: {output}"));
    for word in words {
        rig.check(output.contains(word), &format!("--- `{word}` is missing in: {output}"));
    }
    let panicked = output.contains("panicked at") || output.contains("RUST_BACKTRACE");
    rig.check(!panicked, &format!("--- a panic: {output}"));
    rig.check(rig.merged().is_empty(), "--- there is a result");
}

/// Goal: wrong arguments are explained. Method: try them.
async fn bad_arguments(sim: Sim) {
    let rig = Rig::new(&sim, "bad arguments");
    let file = rig.files[0].as_str();
    let cases: &[(&str, &[&str], &[&str])] = &[
        ("mrcoordinator", &[], &["Usage"]),
        ("mrcoordinator", &["../missing.txt"], &["cannot read ../missing.txt", "No such file"]),
        ("mrcoordinator", &[file, "../missing.txt"], &["cannot read ../missing.txt"]),
        ("mrcoordinator", &[".."], &["cannot read ..", "is a directory"]),
        ("mrcoordinator", &["/dev/null"], &["not a regular file"]),
        ("mrcoordinator", &["--reducers=0", file], &["--reducers", "zero"]),
        ("mrcoordinator", &["--split-bytes=0", file], &["--split-bytes", "zero"]),
        ("mrcoordinator", &["--timeout=0", file], &["--timeout"]),
        ("mrcoordinator", &["--timeout=soon", file], &["--timeout", "not a number"]),
        ("mrcoordinator", &["--listen=tcp://localhost", file], &["has no port"]),
        ("mrcoordinator", &["--listen=carrier://pigeon", file], &["`carrier` is unknown"]),
        ("mrworker", &[], &["Usage"]),
        ("mrworker", &["wc", "indexer"], &["Usage"]),
        ("mrworker", &["wordcount"], &["no application is called `wordcount`"]),
        ("mrworker", &["idnexer"], &["did you mean `indexer`?"]),
        ("mrworker", &["grep"], &["grep:EXPRESSION"]),
        ("mrworker", &["grep:("], &["no regular expression"]),
        ("mrworker", &["--threads=0", "wc"], &["--threads"]),
        ("mrworker", &["wc"], &["no coordinator at mr-socket"]),
        ("mrworker", &["--retry=0.2", "wc"], &["looked for 0.2 s"]),
        ("mrsequential", &["wc"], &["Usage"]),
        ("mrsequential", &["wcc", file], &["did you mean `wc`?"]),
        ("mrsequential", &["wc", "../missing.txt"], &["cannot read ../missing.txt"]),
        ("mrsequential", &["wc", ".."], &["is a directory"]),
    ];
    for (program, arguments, wanted) in cases {
        let _step = sim.step(format!("{program} {}", arguments.join(" ")));
        check_refused(&rig, rig.start(program, &words(arguments)), wanted).await;
    }
    rig.check_clean();
    rig.passed();
}

/// Goal: two coordinators do not meet, and what a dead one has left is no obstacle. Method: sockets and folders of every kind.
async fn bad_places(sim: Sim) {
    let rig = Rig::new(&sim, "bad places");
    let socket = mapreduce::SOCKET_DEFAULT;
    let live = rig.coordinator(&[]);
    rig.until("the coordinator listens", || rig.exists(socket)).await;
    check_refused(
        &rig,
        rig.coordinator(&["--listen=other"]),
        &["another coordinator is at work in this directory"],
    )
    .await;
    let elsewhere = rig.folder().join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder can be made");
    let book =
        fs::canonicalize(rig.folder().join(&rig.files[0])).expect("the book is there").display().to_string();
    let second = rig.start_in(&elsewhere, "mrcoordinator", &words(&["--listen=../mr-socket", &book]));
    check_refused(&rig, second, &["../mr-socket is in use by another coordinator"]).await;
    live.kill().await;
    rig.check(rig.exists(socket), "--- a killed coordinator cannot have removed its socket");
    let (coordinator, worker) = (rig.coordinator(&[]), rig.early_worker("wc", &[]));
    rig.end_well([coordinator, worker]).await;
    rig.check(!rig.merged().is_empty(), "--- there is no result");
    rig.remove_outputs();
    fs::write(rig.folder().join(socket), "mine").expect("a file can be written");
    check_refused(&rig, rig.coordinator(&[]), &["mr-socket exists and is not a socket"]).await;
    rig.check(
        fs::read(rig.folder().join(socket)).is_ok_and(|text| text == b"mine"),
        "--- it was overwritten",
    );
    if Path::new("/proc/self").exists() {
        // Nobody can write there, not even who may write everywhere.
        let process =
            rig.start_in(Path::new("/proc"), "mrcoordinator", &words(&["--listen=/tmp/never", &book]));
        check_refused(&rig, process, &["cannot write files in this directory"]).await;
        let process = rig.start_in(Path::new("/proc"), "mrsequential", &words(&["wc", &book]));
        check_refused(&rig, process, &["cannot write mr-out-0"]).await;
    }
    rig.passed();
}

/// Goal: a checkpoint that is not ours, or not whole, is refused, and stays. Method: make one, then ask with other arguments, then
/// damage it.
async fn bad_checkpoints(sim: Sim) {
    let rig = Rig::new(&sim, "bad checkpoints");
    let save = rig.folder().join("save");
    let coordinator = rig.coordinator(&["--checkpoint=save"]);
    rig.until("there is a checkpoint", || save.exists()).await;
    coordinator.kill().await;
    let bytes = fs::read(&save).expect("it is there");
    let again = |options: &[&str]| rig.coordinator(&[&["--checkpoint=save"], options].concat());
    check_refused(&rig, again(&["--reducers=3"]), &["another job", "it has 10 reducers, and this one 3"])
        .await;
    check_refused(&rig, again(&["--split-bytes=1000"]), &["another job", "--split-bytes"]).await;
    check_refused(&rig, again(&[rig.files[0].as_str()]), &["another job", "input file(s) are others"]).await;
    for damaged in [&bytes[..bytes.len() - 1], b"", b"not a checkpoint"] {
        fs::write(&save, damaged).expect("it can be written");
        check_refused(&rig, again(&[]), &["save is damaged", "remove it to begin anew"]).await;
    }
    check_refused(&rig, rig.coordinator(&["--checkpoint=no/such/folder"]), &["cannot write folder"]).await;
    rig.check(save.exists(), "--- it was removed");
    fs::write(&save, &bytes).expect("it can be written");
    let (coordinator, worker) = (again(&[]), rig.early_worker("wc", &[]));
    rig.end_well([coordinator, worker]).await;
    rig.check(!rig.exists("save"), "--- the checkpoint of a job that is done was left");
    rig.passed();
}

/// Goal: a task that nobody can do ends the job, with the reason and without results. Method: an application that must see whole
/// files gets pieces; a socket that nobody serves.
async fn job_fails(sim: Sim) {
    let rig = Rig::new(&sim, "job fails");
    let coordinator = rig.coordinator(&["--split-bytes=100000"]);
    let workers = [(); 2].map(|()| rig.early_worker("indexer", &["--threads=1"]));
    check_refused(&rig, coordinator, &["Map(", "must see whole files"]).await;
    for worker in workers {
        check_refused(&rig, worker, &["must see whole files"]).await;
    }
    rig.check_clean();
    // Somebody listens, but does not speak our language: who hangs up is a coordinator that has gone.
    let stranger = UnixListener::bind(rig.folder().join("stranger")).expect("a socket can be made");
    let worker = rig.start("mrworker", &words(&["--threads=1", "--coordinator=stranger", "wc"]));
    let (accepted, _) =
        tokio::task::spawn_blocking(move || stranger.accept()).await.expect("no panic").expect("a worker");
    drop(accepted);
    rig.end_well([worker]).await;
    rig.passed();
}
