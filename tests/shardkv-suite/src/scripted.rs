//! Shards that move by a script: Lab 4B for those who have not done Lab 4A. See [`super::script`] for how a script is written.

use std::{env, time::Duration};

use simulator::{Case, Sim, case};
use tokio::time::sleep;

use super::{appenders::Appending, client::Values, config::Config, script::Script};

pub(super) const CASES: &[Case] = &[
    case!("4B", Extra, "TestJoinLeaveScripted4B", join_leave, "Test: join and leave by script"),
    case!(
        "4B",
        Extra,
        "TestTwoDirectionsScripted4B",
        two_directions,
        "Test: shards move both ways at once by script"
    ),
    case!("4B", Extra, "TestRotationScripted4B", rotation, "Test: shards pass through by script"),
    case!("4B", Extra, "TestNobodyScripted4B", nobody, "Test: shards of nobody by script"),
    case!("4B", Extra, "TestYourOwnScripted4B", your_own, "Test: the script in SHARD_SCRIPT"),
];

/// How long the groups may take until the last configuration is in force and nothing is on its way.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);
/// Between two configurations where clients shall get something done.
const PAUSE: Duration = Duration::from_millis(300);
/// Ten keys, one in each shard.
const KEYS: usize = 10;
/// What `TestYourOwnScripted4B` plays if nothing else is asked for.
const EXAMPLE: &str = "0000000000 0000011111 2222211111 ..22211111 0000011111";

/// Goal: groups that come and go take their shards over, and give them away. Method: one configuration after the other, each checked when
/// it is in force, and each key appended to in between.
async fn join_leave(sim: Sim) {
    let (cfg, script) = Script::start(&sim, false, Some(1000));
    cfg.begin("Test: join and leave by script");
    let mut client = cfg.make_client();
    script.next(&cfg, "0000000000");
    let mut values = Values::fill(&cfg, &mut client, KEYS, 10).await;
    for shards in ["0000011111", "0011122221", "2211122221", "2222222222", "0022222222", "0000000000"] {
        in_force(&cfg, &script, shards).await;
        values.verify_and_append(&cfg, &mut client, 10).await;
    }
    values.verify(&mut client).await;
    cfg.end();
}

/// Goal: two groups that give to each other at the same time do not wait for each other. Method: they exchange all they have, six times,
/// on an unreliable network, while clients append.
async fn two_directions(sim: Sim) {
    let steps = ["1111100000", "0000011111", "1010101010", "0101010101", "1111100000", "0000011111"];
    play(&sim, "Test: shards move both ways at once by script", &steps, PAUSE).await;
}

/// Goal: a shard that is given away before it has arrived passes through, and no configuration is skipped. Method: all shards go round
/// three groups, six times, and a new configuration is there before the last one has come to every group: each group finds others of them
/// to be the newest.
async fn rotation(sim: Sim) {
    let round = ["1111122222", "2222200000", "0000011111"];
    let steps: Vec<&str> = round.into_iter().cycle().take(18).collect();
    play(&sim, "Test: shards pass through by script", &steps, Duration::from_millis(40)).await;
}

/// Goal: nothing is lost while a shard is nobody's, and who asks for it waits. Method: all shards are taken from their groups; a call made
/// then returns when another group has got them, with the value from before.
async fn nobody(sim: Sim) {
    let (cfg, script) = Script::start(&sim, false, Some(1000));
    cfg.begin("Test: shards of nobody by script");
    let mut client = cfg.make_client();
    script.next(&cfg, "0000011111");
    let values = Values::fill(&cfg, &mut client, KEYS, 10).await;
    for next in ["2222222222", "0011220011"] {
        // It has asked a group before, and will ask there again before it hears of anything new.
        let mut stale = cfg.make_client();
        values.verify_one(&mut stale, 0).await;
        script.next(&cfg, "..........");
        // By then, all groups have taken it.
        sleep(Duration::from_secs(1)).await;
        let asked = tokio::spawn(async move { stale.get("0").await });
        sleep(Duration::from_secs(1)).await;
        sim.check(!asked.is_finished(), "a Get of a shard that is nobody's was answered");
        in_force(&cfg, &script, next).await;
        let value = asked.await.expect("the clerk ends well");
        sim.check(value == values.0[0], format!("a Get that waited: {value:?} instead of {:?}", values.0[0]));
        values.verify(&mut client).await;
    }
    cfg.end();
}

/// Goal: whatever you want to know. Method: clients append while the configurations in the environment variable `SHARD_SCRIPT` come into
/// force, 0.3 s apart; separate them by spaces.
async fn your_own(sim: Sim) {
    let script = env::var("SHARD_SCRIPT").ok().filter(|script| !script.trim().is_empty());
    let script = script.unwrap_or_else(|| EXAMPLE.into());
    let steps: Vec<&str> = script.split_whitespace().collect();
    play(&sim, "Test: the script in SHARD_SCRIPT", &steps, PAUSE).await;
}

/// The first half of the shards begins with group 0, the other with group 1; then one configuration after the other, on an unreliable
/// network, with a client per key that appends all the time. In the end, all shards are where they belong, and all that was
/// appended is there, once.
async fn play(sim: &Sim, title: &str, steps: &[&str], pause: Duration) {
    let (cfg, script) = Script::start(sim, true, Some(1000));
    cfg.begin(title);
    let mut client = cfg.make_client();
    script.next(&cfg, "0000011111");
    let values = Values::fill(&cfg, &mut client, KEYS, 10).await;
    let appending = Appending { length: 5, pause: Some(Duration::from_millis(10)), made_by_main: false };
    let appenders = appending.start(&cfg, values);
    for shards in steps {
        script.next(&cfg, shards);
        sleep(pause).await;
    }
    // Those who ask for a shard of nobody would never be done.
    let last = in_force(&cfg, &script, "0011122200").await;
    let values = appenders.values().await;
    values.verify(&mut client).await;
    cfg.must_serve(&last, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], SETTLED_WITHIN).await;
    cfg.end();
}

/// Continues the script, and waits until it is in force everywhere and nothing is on its way.
async fn in_force(cfg: &Config, script: &Script, shards: &str) -> shardctrler::Config {
    let config = script.next(cfg, shards);
    cfg.settle(&[0, 1, 2], SETTLED_WITHIN).await;
    config
}
