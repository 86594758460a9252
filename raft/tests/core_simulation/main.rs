//! Goal: Figure 3 of the paper holds at every moment, whatever the network and the machines do; and once they behave,
//! the servers agree.
//! Method: three or five pure servers in a tiny world of events, made from a seed: delays, losses, duplicates,
//! partitions, crashes at the worst moments, snapshots. The properties are checked after every event.

mod history;
mod rejections;
mod server;
mod world;

use std::time::Duration;

use history::Count;
use world::{Weather, World};

const SEEDS: std::ops::Range<u64> = 0..200;

/// One life for each seed: a stormy time in which only safety counts, then a calm one in which all must agree.
fn live(servers: usize, weather: &Weather) -> Count {
    let mut total = Count::default();
    for seed in SEEDS {
        println!("{servers} servers, seed {seed}");
        let mut world = World::new(servers, seed);
        world.run(weather, Duration::from_secs(10));
        world.run_calm_until_all_agree();
        total.add(world.count());
    }
    println!("{total:?}");
    total
}

fn assert_eventful(total: Count) {
    let Count { elections, commits, crashes, .. } = total;
    assert!(elections > 3 * SEEDS.end as usize, "few leaders: {elections}");
    assert!(commits > 20 * SEEDS.end as usize, "few commits: {commits}");
    assert!(crashes > SEEDS.end as usize, "few crashes: {crashes}");
}

fn assert_some_lag_behind(total: Count) {
    assert!(
        total.installs > SEEDS.end as usize,
        "few snapshots for those who lag behind: {}",
        total.installs
    );
}

/// Three servers, everything that can go wrong.
#[test]
fn three_servers_in_a_storm() {
    let total = live(3, &Weather::STORM);
    assert_eventful(total);
    assert_some_lag_behind(total);
}

/// Five servers, everything that can go wrong.
#[test]
fn five_servers_in_a_storm() {
    let total = live(5, &Weather::STORM);
    assert_eventful(total);
    assert_some_lag_behind(total);
}

/// Five servers whose leaders crash before their entries are everywhere, so that entries of older terms are taken up
/// again by later leaders: Figure 8 (§5.4.2).
#[test]
fn five_servers_whose_leaders_crash() {
    assert_eventful(live(5, &Weather::FIGURE_8));
}

/// A network without faults, and servers that do not crash: one leader is elected and stays.
#[test]
fn in_calm_weather_one_leader_stays() {
    for seed in SEEDS {
        println!("seed {seed}");
        let mut world = World::new(5, seed);
        world.run(&Weather::CALM, Duration::from_secs(3));
        let elections = world.count().elections;
        world.run(&Weather::CALM, Duration::from_secs(10));
        assert_eq!(world.count().elections, elections, "a leader that all can hear was deposed");
        world.run_calm_until_all_agree();
    }
}
