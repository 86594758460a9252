//! Tests 5 to 7: clients append while shards move and groups crash.

use simulator::{Case, Sim, case};
use tokio::time::{Instant, sleep};

use super::{
    appenders::Appending,
    client::{Values, ten_keys},
    config::Config,
    ms,
};

pub(super) const CASES: &[Case] = &[
    case!(
        "4B",
        Official,
        "TestConcurrent1",
        concurrent_1,
        "Test: concurrent puts and configuration changes..."
    ),
    case!(
        "4B",
        Official,
        "TestConcurrent2",
        concurrent_2,
        "Test: more concurrent puts and configuration changes..."
    ),
    case!(
        "4B",
        Official,
        "TestConcurrent3",
        concurrent_3,
        "Test: concurrent configuration change and restart..."
    ),
];

/// Goal: no append is lost or doubled while groups join, leave and all crash for a moment.
async fn concurrent_1(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, Some(100));
    cfg.begin("Test: concurrent puts and configuration changes...");
    let (mut ck, values) = ten_keys(&cfg).await;
    let appenders = Appending { length: 5, pause: Some(ms(10)), made_by_main: false }.start(&cfg, values);

    sleep(ms(150)).await;
    cfg.join(&[1]).await;
    sleep(ms(500)).await;
    cfg.join(&[2]).await;
    sleep(ms(500)).await;
    cfg.leave(&[0]).await;
    cfg.shutdown_group(0);
    sleep(ms(100)).await;
    cfg.shutdown_group(1);
    sleep(ms(100)).await;
    cfg.shutdown_group(2);
    cfg.leave(&[2]).await;
    sleep(ms(100)).await;
    (0..3).for_each(|group| cfg.start_group(group));
    sleep(ms(100)).await;
    cfg.join(&[0]).await;
    cfg.leave(&[1]).await;
    sleep(ms(500)).await;
    cfg.join(&[1]).await;
    sleep(ms(1000)).await;

    appenders.values().await.verify(&mut ck).await;
    cfg.end();
}

/// Goal: a group that reads its whole log again after a crash does nothing a second time, and gets what it needs from groups that
/// are ahead of it. Method: no snapshots, long pauses, groups that come and go.
async fn concurrent_2(sim: Sim) {
    let cfg = Config::make_fast(&sim, false, None);
    cfg.begin("Test: more concurrent puts and configuration changes...");
    let mut ck = cfg.make_client();
    // In this order.
    cfg.join(&[1]).await;
    cfg.join(&[0]).await;
    cfg.join(&[2]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 1).await;
    let appenders = Appending { length: 1, pause: Some(ms(50)), made_by_main: true }.start(&cfg, values);

    cfg.leave(&[0]).await;
    cfg.leave(&[2]).await;
    sleep(ms(3000)).await;
    cfg.join(&[0]).await;
    cfg.join(&[2]).await;
    cfg.leave(&[1]).await;
    sleep(ms(3000)).await;
    cfg.join(&[1]).await;
    cfg.leave(&[0]).await;
    cfg.leave(&[2]).await;
    sleep(ms(3000)).await;
    cfg.shutdown_group(1);
    cfg.shutdown_group(2);
    sleep(ms(1000)).await;
    cfg.start_group(1);
    cfg.start_group(2);
    sleep(ms(2000)).await;

    appenders.values().await.verify(&mut ck).await;
    cfg.end();
}

/// Goal: whole groups may crash at any moment of a hand-over. Method: for twelve seconds, all groups crash at random moments after
/// a change, and restart at once.
async fn concurrent_3(sim: Sim) {
    let cfg = Config::make(&sim, false, Some(300));
    cfg.begin("Test: concurrent configuration change and restart...");
    let mut ck = cfg.make_client();
    cfg.join(&[0]).await;
    let values = Values::fill(&cfg, &mut ck, 10, 1).await;
    let appenders = Appending { length: 1, pause: None, made_by_main: true }.start(&cfg, values);

    let start = Instant::now();
    while start.elapsed() < ms(12_000) {
        cfg.join(&[2]).await;
        cfg.join(&[1]).await;
        sleep(cfg.random_pause()).await;
        (0..3).for_each(|group| cfg.shutdown_group(group));
        (0..3).for_each(|group| cfg.start_group(group));
        sleep(cfg.random_pause()).await;
        cfg.leave(&[1]).await;
        cfg.leave(&[2]).await;
        sleep(cfg.random_pause()).await;
    }
    sleep(ms(2000)).await;

    appenders.values().await.verify(&mut ck).await;
    cfg.end();
}
