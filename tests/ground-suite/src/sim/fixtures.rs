//! One fixture for every way in which a run can fail. Each is run by its exact name only, by the tests of `lab`.

use std::sync::Mutex;

use labrpc::{ClientEnd, Server};
use simulator::{Case, Sim, case};
use tarpc::{client::stub::Stub, context};

pub(super) const CASES: &[Case] = &[
    case!("sim", Fixture, "TestFixtureCheck", check, "Test (sim): a broken promise"),
    case!("sim", Fixture, "TestFixturePanic", panic_in_body, "Test (sim): a panic"),
    case!("sim", Fixture, "TestFixtureTaskPanic", panic_in_task, "Test (sim): a panic in a task"),
    case!("sim", Fixture, "TestFixtureDeadlock", deadlock, "Test (sim): a blocking call that never returns"),
    case!("sim", Fixture, "TestFixtureHang", hang, "Test (sim): an event that never comes"),
    case!("sim", Fixture, "TestFixtureSlow", slow, "Test (sim): a test that takes too long"),
    case!("sim", Fixture, "TestFixtureSpin", spin, "Test (sim): an endless loop"),
    case!("sim", Fixture, "TestFixtureYield", spin_politely, "Test (sim): an endless loop that yields"),
    case!("sim", Fixture, "TestFixtureExit0", exit_0, "Test (sim): exit(0)"),
    case!("sim", Fixture, "TestFixtureAbort", abort, "Test (sim): abort"),
    case!("sim", Fixture, "TestFixtureForge", forge, "Test (sim): a forged result"),
    case!("sim", Fixture, "TestFixtureRace", unseeded, "Test (sim): randomness that no seed reaches"),
];

/// A promise that does not hold.
async fn check(sim: Sim) {
    sim.begin("Test (sim): a broken promise");
    let _step = sim.step("checking that one is two");
    sim.report_servers_by(|| vec!["server 0: a fixture".into()]);
    sim.check(1 == 2, "one is not two");
}

/// A panic of the code under test, in the test's own task.
async fn panic_in_body(sim: Sim) {
    sim.begin("Test (sim): a panic");
    let net = sim.network();
    net.make_end("twice");
    net.make_end("twice");
}

/// A panic of the code under test in a task nobody waits for. The test itself would pass.
async fn panic_in_task(sim: Sim) {
    sim.begin("Test (sim): a panic in a task");
    let net = sim.network();
    net.add_server("server", Server::new());
    let end: ClientEnd<String, String> = net.make_end("end").client();
    net.connect("end", "server");
    net.enable("end", true);
    let answer = end.call(context::current(), "no such service".into()).await;
    sim.check(answer.is_err(), "a service that does not exist has answered");
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}

/// A lock taken twice by one thread.
async fn deadlock(sim: Sim) {
    sim.begin("Test (sim): a blocking call that never returns");
    let _step = sim.step("taking a lock twice");
    let lock = Mutex::new(());
    let _first = lock.lock();
    drop(lock.lock());
}

/// An await that nothing ever ends.
async fn hang(sim: Sim) {
    sim.begin("Test (sim): an event that never comes");
    let _step = sim.step("waiting for an event that never comes");
    std::future::pending::<()>().await;
}

/// A test that goes on for more than 120 seconds on its own clock.
async fn slow(sim: Sim) {
    sim.begin("Test (sim): a test that takes too long");
    let _step = sim.step("sleeping for ever, a second at a time");
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
}

/// A loop without an end and without an await.
async fn spin(sim: Sim) {
    sim.begin("Test (sim): an endless loop");
    let _step = sim.step("counting to infinity");
    let mut n = 0u64;
    loop {
        n = std::hint::black_box(n.wrapping_add(1));
    }
}

/// A loop without an end that lets others run, but never lets time pass.
async fn spin_politely(sim: Sim) {
    sim.begin("Test (sim): an endless loop that yields");
    let _step = sim.step("yielding for ever");
    loop {
        tokio::task::yield_now().await;
    }
}

/// Ends the process as if all were well.
async fn exit_0(sim: Sim) {
    sim.begin("Test (sim): exit(0)");
    std::process::exit(0);
}

/// Ends the process by a signal.
async fn abort(sim: Sim) {
    sim.begin("Test (sim): abort");
    std::process::abort();
}

/// Prints what a passing test prints, and never ends.
async fn forge(sim: Sim) {
    sim.begin("Test (sim): a forged result");
    println!("  ... Passed --   0.1  3    1       1    1");
    println!("PASS");
    std::future::pending::<()>().await;
}

/// Differs from run to run with the same seed: what the determinism check is there to find.
async fn unseeded(_: Sim) {
    let process = std::process::id();
    tracing::trace!(target: "tests", topic = "TEST", process, "unseeded");
}
