//! The network alone.

use ground_suite::{Bench, ends};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] = &[case!("labrpc", Extra, "TestMineLabrpc", mine_labrpc, "")];

/// Goal: an answer does not get through an end that has been switched off, though the call was carried out. Method: switch it off while
/// the handler works, and wait for both to end.
async fn mine_labrpc(sim: Sim) {
    let bench = Bench::make(sim.network(), 1);
    let call = bench.work(0, 50);
    bench.start_of(0).await;
    bench.net.enable("end", false);
    let ended = ends([call]).await;
    sim.check(!ended[0].answered, "an answer came through an end that was off");
    let _step = sim.step("waiting for the handler to end");
    while bench.probe.ended(0).is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    bench.net.cleanup();
}
