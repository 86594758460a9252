//! Tests 8 to 10: the same on a network that loses messages.

use simulator::{Case, Sim, case};
use tokio::time::sleep;

use super::{
    appenders::Appending,
    client::{Values, ten_keys},
    config::Config,
    ms,
    random_ops::RandomOps,
};

pub(super) const CASES: &[Case] = &[
    case!("4B", Official, "TestUnreliable1", unreliable_1, "Test: unreliable 1..."),
    case!("4B", Official, "TestUnreliable2", unreliable_2, "Test: unreliable 2..."),
    case!("4B", Official, "TestUnreliable3", unreliable_3, "Test: unreliable 3..."),
];

/// Goal: requests that clients repeat are carried out once, and so are the groups' messages to each other.
async fn unreliable_1(sim: Sim) {
    let cfg = Config::make_fast(&sim, true, Some(100));
    cfg.begin("Test: unreliable 1...");
    let (mut ck, mut values) = ten_keys(&cfg).await;
    cfg.join(&[1]).await;
    cfg.join(&[2]).await;
    cfg.leave(&[0]).await;
    for ii in 0..20 {
        values.verify_one(&mut ck, ii % 10).await;
        values.append(&cfg, &mut ck, ii % 10, 5).await;
    }
    cfg.join(&[0]).await;
    cfg.leave(&[1]).await;
    for ii in 0..20 {
        values.verify_one(&mut ck, ii % 10).await;
    }
    cfg.end();
}

/// The changes of tests 9 and 10.
async fn changes(cfg: &Config) {
    sleep(ms(150)).await;
    cfg.join(&[1]).await;
    sleep(ms(500)).await;
    cfg.join(&[2]).await;
    sleep(ms(500)).await;
    cfg.leave(&[0]).await;
    sleep(ms(500)).await;
    cfg.leave(&[1]).await;
    sleep(ms(500)).await;
    cfg.join(&[1]).await;
    cfg.join(&[0]).await;
    sleep(ms(2000)).await;
}

/// Goal: the memory of requests moves with the shards, and is not overwritten on the way.
async fn unreliable_2(sim: Sim) {
    let cfg = Config::make(&sim, true, Some(100));
    cfg.begin("Test: unreliable 2...");
    let (mut ck, values) = ten_keys(&cfg).await;
    let appenders = Appending { length: 5, pause: None, made_by_main: false }.start(&cfg, values);
    changes(&cfg).await;
    appenders.stop();
    cfg.net().reliable(true);
    appenders.values().await.verify(&mut ck).await;
    cfg.end();
}

/// Goal: all that clients see, of all keys, is linearizable across hand-overs.
async fn unreliable_3(sim: Sim) {
    let cfg = Config::make(&sim, true, Some(100));
    cfg.begin("Test: unreliable 3...");
    let mut ck = cfg.make_client().logged(0);
    cfg.join(&[0]).await;
    Values::fill(&cfg, &mut ck, 10, 5).await;
    let clients = RandomOps::start(&cfg);
    changes(&cfg).await;
    clients.stop();
    cfg.net().reliable(true);
    clients.join().await;
    // The original gives the checker a second and takes no answer for a good one. Here, no answer is a failure.
    cfg.log().must_be_linearizable(&sim, "Test: unreliable 3...");
    cfg.end();
}
