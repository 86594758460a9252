//! Lab 3A: a clerk that is cut off.

use std::time::Duration;

use kvraft_suite::{Config, check_appends, element};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] =
    &[case!("3A", Extra, "TestMine3A", mine_3a, "Test: a clerk is cut off in the middle of a call (3A)")];

/// Goal: a call without an answer is carried out once, however often its clerk must repeat it. Method: twenty appends; at some moment of
/// each, on the way there or on the way back, the clerk is cut off from all servers.
async fn mine_3a(sim: Sim) {
    let cfg = Config::make(&sim, 3, false, None);
    cfg.begin("Test: a clerk is cut off in the middle of a call (3A)");
    let mut reader = cfg.make_client(&cfg.all());
    reader.put("k", "").await;
    let mut writer = cfg.make_client(&cfg.all());
    let number = writer.number();
    let mut interrupted = 0;
    for n in 0..20 {
        let call = tokio::spawn(async move {
            writer.append("k", &element(0, n)).await;
            writer
        });
        // An append takes about that long.
        tokio::time::sleep(Duration::from_millis(cfg.random_fault(15))).await;
        cfg.disconnect_client(number, &cfg.all());
        tokio::time::sleep(Duration::from_millis(100)).await;
        interrupted += usize::from(!call.is_finished());
        cfg.connect_client(number, &cfg.all());
        writer = call.await.expect("the client ends well");
    }
    sim.check(interrupted > 0, "no call was interrupted");
    let value = reader.get("k").await;
    check_appends(0, &value, 20).unwrap_or_else(|error| sim.fail(error));
    cfg.end();
    cfg.cleanup();
}
