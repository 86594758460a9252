//! What goes wrong in real life: processes die at any moment, stand still, come back, and say things twice.

use std::time::Duration;

use mapreduce::{
    Address, Task,
    rpc::{CoordinatorClient, Order, Report},
};
use nix::sys::signal::Signal;
use rand::RngExt;
use simulator::{Case, Sim, case};
use tarpc::context;

use super::{process::Process, rig::Rig};

pub(super) const CASES: &[Case] = &[
    case!("1", Extra, "kill workers", kill_workers, "*** Starting kill workers test."),
    case!("1", Extra, "kill coordinator", kill_coordinator, "*** Starting kill coordinator test."),
    case!(
        "1",
        Extra,
        "checkpoint spares work",
        checkpoint_spares_work,
        "*** Starting checkpoint spares work test."
    ),
    case!("1", Extra, "stopped worker", stopped_worker, "*** Starting stopped worker test."),
    case!("1", Extra, "straggler", straggler, "*** Starting straggler test."),
    case!("1", Extra, "crash before rename", crash_before_rename, "*** Starting crash before rename test."),
    case!("1", Extra, "reported twice", reported_twice, "*** Starting reported twice test."),
];

const ROUNDS: usize = 20;

/// Goal: a worker may die at any instant. Method: twenty jobs; in each, workers are killed at random and replaced.
async fn kill_workers(sim: Sim) {
    let rig = Rig::new(&sim, "kill workers");
    let correct = rig.sequential("wc").await;
    let mut rng = sim.rng("kills");
    for round in 0..ROUNDS {
        let _step = sim.step(format!("round {round}"));
        let coordinator = rig.coordinator(&[]);
        let mut workers: Vec<Process> = (0..3).map(|_| slow_worker(&rig)).collect();
        for _ in 0..6 {
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..25))).await;
            let victim = rng.random_range(0..workers.len());
            std::mem::replace(&mut workers[victim], slow_worker(&rig)).kill().await;
        }
        rig.end_well([coordinator].into_iter().chain(workers)).await;
        rig.check_merged("wc", &correct);
        rig.check_clean();
    }
    rig.passed();
}

/// Slow, because then more of it can be interrupted.
fn slow_worker(rig: &Rig) -> Process {
    rig.early_worker("wc", &["--threads=1", "--no-combine"])
}

/// Goal: a coordinator may die at any instant, and its successor goes on. Method: twenty jobs; in each the coordinator is killed at
/// random three times, and started again with the same arguments. The workers stay.
async fn kill_coordinator(sim: Sim) {
    let rig = Rig::new(&sim, "kill coordinator");
    let correct = rig.sequential("wc").await;
    let mut rng = sim.rng("kills");
    for round in 0..ROUNDS {
        let _step = sim.step(format!("round {round}"));
        let workers = [(); 2].map(|()| slow_worker(&rig));
        for _ in 0..3 {
            let coordinator = rig.coordinator(&["--checkpoint=save"]);
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..60))).await;
            coordinator.kill().await;
        }
        let coordinator = rig.coordinator(&["--checkpoint=save"]);
        rig.end_well([coordinator].into_iter().chain(workers)).await;
        rig.check_merged("wc", &correct);
        rig.check_clean();
    }
    rig.passed();
}

/// Goal: what is done and written down is not done again. Method: map calls that leave a file each; the coordinator is killed when
/// three are done. At most the two under way are done twice.
async fn checkpoint_spares_work(sim: Sim) {
    let rig = Rig::new(&sim, "checkpoint spares work");
    let workers = [(); 2].map(|()| rig.early_worker("jobcount", &["--threads=1"]));
    let coordinator = rig.coordinator(&["--checkpoint=save"]);
    let done = || (0..rig.files.len()).filter(|map| rig.exists(&format!("mr-{map}-9"))).count();
    let calls = || rig.names().iter().filter(|name| name.starts_with("mr-worker-jobcount")).count();
    // The next call begins when the report of the last one has been answered.
    rig.until("three maps are done, and written down", || done() >= 3 && calls() >= 5).await;
    coordinator.kill().await;
    let coordinator = rig.coordinator(&["--checkpoint=save"]);
    rig.end_well([coordinator].into_iter().chain(workers)).await;
    let (calls, files) = (calls(), rig.files.len());
    rig.check((files..=files + 2).contains(&calls), &format!("--- {calls} map calls for {files} files"));
    rig.check(rig.merged() == [format!("a {calls}")], &format!("--- the result is {:?}", rig.merged()));
    rig.check_clean();
    rig.passed();
}

/// Goal: a worker that stands still loses its task after ten seconds, and does no harm when it goes on. Method: one file, so that
/// there is no other task to compare with.
async fn stopped_worker(sim: Sim) {
    let rig = Rig::new(&sim, "stopped worker");
    let summary = stop_one(&rig, 1, &["--json"]).await;
    rig.check(summary.contains("\"redispatched\":1,\"backups\":0"), &format!("--- the summary is {summary}"));
    rig.passed();
}

/// Goal: a task that takes much longer than the others is given to a second worker, long before its time is up. Method: two files, and
/// so much time that only a backup can be faster.
async fn straggler(sim: Sim) {
    let rig = Rig::new(&sim, "straggler");
    let summary = stop_one(&rig, 2, &["--json", "--timeout=100"]).await;
    rig.check(summary.contains("\"redispatched\":0,\"backups\":1"), &format!("--- the summary is {summary}"));
    rig.passed();
}

/// A job over so many files, in which a worker is stopped for fifteen seconds while it has one of them. Another worker must come to the
/// result after ten. Returns what the coordinator said.
async fn stop_one(rig: &Rig, files: usize, options: &[&str]) -> String {
    let mut coordinator = rig.coordinator_of(&rig.files[..files], options);
    let sleeper = rig.early_worker("jobcount", &["--threads=1"]);
    let own = format!("mr-worker-jobcount-{}-0", sleeper.pid());
    rig.until("the first worker has a task", || rig.exists(&own)).await;
    sleeper.signal(Signal::SIGSTOP);
    let stopped = rig.sim.now();
    let other = rig.early_worker("jobcount", &["--threads=1"]);
    let ended = async {
        rig.until("there is a result", || !rig.merged().is_empty()).await;
        rig.sim.now() - stopped
    };
    let going_on = async {
        tokio::time::sleep(Duration::from_secs(15)).await;
        sleeper.signal(Signal::SIGCONT);
    };
    let (waited, ()) = tokio::join!(ended, going_on);
    // Ten seconds less what the first worker had before it was stopped, and five at most for the task itself.
    let expected = Duration::from_secs(9)..Duration::from_secs(18);
    rig.check(expected.contains(&waited), &format!("--- the result came after {waited:?}"));
    let status = coordinator.exit().await;
    rig.check(status.success(), &format!("--- the coordinator: {status}"));
    rig.end_well([other, sleeper]).await;
    let result = format!("a {}", files + 1);
    rig.check(
        rig.merged() == [result.clone()],
        &format!("--- the result is {:?}, not {result}", rig.merged()),
    );
    coordinator.output()
}

/// Goal: a worker that dies between writing its files and giving them their names leaves nothing. Method: it dies before the nth
/// rename, of a map task's ten and of a reduce task's one; another worker finishes the job.
async fn crash_before_rename(sim: Sim) {
    let rig = Rig::new(&sim, "crash before rename");
    let files = &rig.files[..2];
    let correct = rig.sequential_of("wc", files).await;
    for renames in [1, 2, 10, 11, 20, 21, 25, 30] {
        let _step = sim.step(format!("death before rename {renames}"));
        let coordinator = rig.coordinator_of(files, &[]);
        let mut victim = rig.early_worker("wc", &["--threads=1", &format!("--die-before-rename={renames}")]);
        let status = victim.exit().await;
        rig.check(!status.success(), "--- the worker did not die");
        rig.check(rig.merged().is_empty() || renames > 21, "--- there is a result before its rename");
        let worker = rig.early_worker("wc", &["--threads=1"]);
        rig.end_well([coordinator, worker]).await;
        rig.check_merged("wc", &correct);
        rig.check_clean();
    }
    rig.passed();
}

/// Goal: a completion that is told twice counts once, and a worker that leaves with a task is not waited for. Method: a client of
/// our own takes a task and leaves; when another worker has done it, the client tells so too, again and again. Before that it has
/// told much of another job.
async fn reported_twice(sim: Sim) {
    let rig = Rig::new(&sim, "reported twice");
    let correct = rig.sequential("wc").await;
    let coordinator = rig.coordinator(&[]);
    rig.until("the coordinator listens", || rig.exists(mapreduce::SOCKET_DEFAULT)).await;
    let first = connect(&rig).await;
    let order = first.ask(context::current()).await.expect("the coordinator answers");
    let Order::Run(order) = order else { sim.fail(format!("the first order is {order:?}")) };
    rig.check(order.task == Task::Map(0), "--- the first task is not the first");
    drop(first);
    let client = connect(&rig).await;
    // Reports of another job say nothing about ours.
    for map in 0..rig.files.len() {
        let task = Task::Map(u32::try_from(map).expect("there are not so many books"));
        let report = Report { job: order.job ^ 1, task, result: Ok(1) };
        client.report(context::current(), report).await.expect("the coordinator answers");
    }
    let worker = slow_worker(&rig);
    rig.until("the task is done by another", || rig.exists("mr-0-9")).await;
    // The last one does not exist.
    for task in [order.task, order.task, order.task, Task::Map(1000)] {
        let report = Report { job: order.job, task, result: Ok(1) };
        client.report(context::current(), report).await.expect("the coordinator answers");
    }
    rig.end_well([coordinator, worker]).await;
    rig.check_merged("wc", &correct);
    rig.check_clean();
    rig.passed();
}

async fn connect(rig: &Rig) -> CoordinatorClient {
    let address = Address::Unix(rig.folder().join(mapreduce::SOCKET_DEFAULT));
    mapreduce::worker::client(&address).await.expect("the coordinator listens")
}
