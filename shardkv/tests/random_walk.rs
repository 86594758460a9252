//! Goal: whatever the controller asks for, and in whatever order the groups get to it, no shard is ever served by two groups, and no append
//! is lost or doubled. Method: three groups as plain values; a random walk over all that can happen next, old messages included; then
//! everything is allowed to finish. A real network and real logs can only produce walks like these.

mod groups;

use std::collections::BTreeMap;

use groups::{KEYS, append, config, get, pull, serves};
use kvraft::StateMachine;
use rand::{RngExt, SeedableRng, rngs::SmallRng, seq::IndexedRandom};
use shardctrler::{Config, N_SHARDS};
use shardkv::{Command, HandOver, Output, ShardKv, Status};

const GROUPS: usize = 3;
const WALKS: u64 = 1000;
const STEPS: usize = 1000;

struct World {
    rng: SmallRng,
    configs: Vec<Config>,
    groups: Vec<ShardKv>,
    /// Every Install, Delete and Settle that was ever sent, with its addressee: networks and logs may repeat them.
    sent: Vec<(usize, Command)>,
    /// What has been appended, by key.
    appended: BTreeMap<&'static str, String>,
    /// A client's request without an answer, which it repeats until it has one.
    pending: Option<(&'static str, String)>,
    serial: u64,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            rng: SmallRng::seed_from_u64(seed),
            configs: vec![Config::default()],
            groups: (1..=GROUPS).map(|gid| ShardKv::new(gid as u64)).collect(),
            sent: Vec::new(),
            appended: KEYS.map(|key| (key, String::new())).into(),
            pending: None,
            serial: 0,
        }
    }

    fn step(&mut self) {
        let group = self.rng.random_range(0..GROUPS);
        match self.rng.random_range(0..60) {
            0 => self.ask_for_a_change(),
            1..=9 => self.take_next(group),
            10..=34 => self.advance_hand_over(group),
            35..=39 => self.repeat_old_message(),
            _ => self.append_somewhere(group),
        }
        self.check_owners();
    }

    /// Each shard goes to any group, or to nobody.
    fn ask_for_a_change(&mut self) {
        let mut shards = [0; N_SHARDS];
        shards.fill_with(|| self.rng.random_range(0..=GROUPS as u64));
        self.configs.push(config(self.configs.len() as u64, shards));
    }

    fn take_next(&mut self, group: usize) {
        let next = self.groups[group].config().num as usize + 1;
        if let Some(config) = self.configs.get(next) {
            self.groups[group].apply(Command::Reconfigure(config.clone()));
        }
    }

    fn advance_hand_over(&mut self, taker: usize) {
        let ids: Vec<HandOver> = self.groups[taker].arrivals().keys().copied().collect();
        if let Some(&id) = ids.choose(&mut self.rng) {
            self.advance(taker, id);
        }
    }

    /// Does the next step of a hand-over, if the giver has got so far.
    fn advance(&mut self, taker: usize, id: HandOver) {
        let arrival = self.groups[taker].arrivals()[&id].clone();
        let giver = (0..GROUPS).find(|gid| arrival.from == [format!("server of {}", gid + 1)]);
        let giver = giver.expect("the giver is one of us");
        if !arrival.installed {
            if let Some(contents) = pull(&self.groups[giver], id) {
                self.send(taker, Command::Install { id, contents });
            }
        } else {
            self.send(giver, Command::Delete(id));
            self.send(taker, Command::Settle(id));
        }
    }

    fn send(&mut self, to: usize, command: Command) {
        self.sent.push((to, command.clone()));
        self.groups[to].apply(command);
    }

    fn repeat_old_message(&mut self) {
        if let Some((to, command)) = self.sent.choose(&mut self.rng).cloned() {
            self.groups[to].apply(command);
        }
    }

    /// One client's append, at a group that may or may not have the key. It is carried out when a group says so, and sometimes the
    /// client does not hear it, and asks again.
    fn append_somewhere(&mut self, group: usize) {
        let (key, value) = self.pending.take().unwrap_or_else(|| {
            self.serial += 1;
            (KEYS[self.serial as usize % KEYS.len()], format!(" {}", self.serial))
        });
        let output = self.groups[group].apply(append(1, self.serial, key, &value));
        let answered = matches!(output, Output::Answer(_));
        let wanted = self.appended.get_mut(key).expect("one of the keys");
        if answered && !wanted.ends_with(&value) {
            wanted.push_str(&value);
        }
        if !answered || self.rng.random_bool(0.5) {
            self.pending = Some((key, value));
        }
    }

    fn check_owners(&self) {
        for shard in 0..N_SHARDS {
            let owners: Vec<_> = (0..GROUPS).filter(|&group| serves(&self.groups[group], shard)).collect();
            assert!(owners.len() <= 1, "shard {shard} is served by {owners:?}");
        }
    }

    /// Everybody gets to the newest configuration, which gives everything to group 1, and every hand-over to its end.
    fn finish(&mut self) {
        self.configs.push(config(self.configs.len() as u64, [1; N_SHARDS]));
        // Each round brings at least one step further, so there can be no more rounds than steps left.
        for _ in 0..STEPS {
            for group in 0..GROUPS {
                self.take_next(group);
                let ids: Vec<HandOver> = self.groups[group].arrivals().keys().copied().collect();
                ids.into_iter().for_each(|id| self.advance(group, id));
            }
        }
    }

    fn check_end(&mut self) {
        for group in &self.groups {
            assert!(group.arrivals().is_empty() && group.departures().is_empty(), "something has got stuck");
        }
        for group in &self.groups[1..] {
            assert!(
                group.shards().iter().all(|status| *status == Status::Absent),
                "something was left behind"
            );
        }
        for (key, wanted) in &self.appended {
            assert_eq!(get(&mut self.groups[0], key).as_ref(), Some(wanted), "key {key}");
        }
    }
}

#[test]
fn nothing_is_lost_doubled_or_served_twice() {
    let mut appends = 0;
    for seed in 0..WALKS {
        let mut world = World::new(seed);
        (0..STEPS).for_each(|_| world.step());
        world.finish();
        world.check_end();
        appends += world.serial;
    }
    assert!(appends > 10 * WALKS, "only {appends} appends in {WALKS} walks: the test tests nothing");
}
