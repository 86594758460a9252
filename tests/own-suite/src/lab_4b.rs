//! Lab 4B: more groups than the course's three.

use std::time::Duration;

use shardkv_suite::{Appending, Config, ten_keys};
use simulator::{Case, Sim, case};

pub(crate) const CASES: &[Case] =
    &[case!("4B", Extra, "TestMine4B", mine_4b, "Test: shards go through the hands of six groups")];

/// How long the groups may take until all shards are where they belong.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);

/// Goal: contents that go through many hands arrive whole, and a clerk that has missed all of it finds them. Method: six groups take over
/// from each other, one after the other, on a network that loses messages, while a client per key appends; one more asks, and is cut off.
async fn mine_4b(sim: Sim) {
    let cfg = Config::with_groups(&sim, 6, true, Some(1000));
    cfg.begin("Test: shards go through the hands of six groups");
    let (mut client, values) = ten_keys(&cfg).await;
    let mut absent = cfg.make_client();
    values.verify_one(&mut absent, 0).await;
    let name = absent.name().to_owned();
    cfg.disconnect_client(&name);
    let asked = tokio::spawn(async move { absent.get("0").await });
    let appending = Appending { length: 5, pause: Some(Duration::from_millis(20)), made_by_main: false };
    let appenders = appending.start(&cfg, values);
    for group in 1..6 {
        cfg.join(&[group]).await;
        cfg.leave(&[group - 1]).await;
        tokio::time::sleep(cfg.random_pause()).await;
    }
    let values = appenders.values().await;
    values.verify(&mut client).await;
    sim.check(!asked.is_finished(), "a clerk that is cut off got an answer");
    cfg.connect_client(&name);
    let found = asked.await.expect("the clerk ends well");
    sim.check(found == values.0[0], format!("the clerk found {found}, not {}", values.0[0]));
    // Nothing is on its way, in any group, and the last one serves everything.
    cfg.settle(&cfg.all(), SETTLED_WITHIN).await;
    cfg.must_serve(&cfg.newest().await, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], SETTLED_WITHIN).await;
    cfg.end();
}
