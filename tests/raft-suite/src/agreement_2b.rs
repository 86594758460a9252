//! Part 2B: the log.

use raft::{Index, Term};
use rand::{RngExt, seq::IndexedRandom};
use simulator::{Case, Sim, case};

use super::{
    checks::Waited,
    config::{Config, ELECTION_TIMEOUT},
    logs::Value,
};

pub(super) const CASES: &[Case] = &[
    case!("2B", Official, "TestBasicAgree2B", basic_agree_2b, "Test (2B): basic agreement"),
    case!("2B", Official, "TestRPCBytes2B", rpc_bytes_2b, "Test (2B): RPC byte count"),
    case!("2B", Official, "TestFailAgree2B", fail_agree_2b, "Test (2B): agreement after follower reconnects"),
    case!(
        "2B",
        Official,
        "TestFailNoAgree2B",
        fail_no_agree_2b,
        "Test (2B): no agreement if too many followers disconnect"
    ),
    case!("2B", Official, "TestConcurrentStarts2B", concurrent_starts_2b, "Test (2B): concurrent Start()s"),
    case!("2B", Official, "TestRejoin2B", rejoin_2b, "Test (2B): rejoin of partitioned leader"),
    case!(
        "2B",
        Official,
        "TestBackup2B",
        backup_2b,
        "Test (2B): leader backs up quickly over incorrect follower logs"
    ),
    case!("2B", Official, "TestCount2B", count_2b, "Test (2B): RPC counts aren't too high"),
];

/// Goal: commands are committed at the exact indices 1, 2, 3, and not before they are submitted.
async fn basic_agree_2b(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2B): basic agreement");
    for index in 1..=3 {
        let (count, _) = cfg.n_committed(index);
        sim.check(count == 0, "some have committed before Start()");
        let got = cfg.one(index * 100, 3, false).await;
        sim.check(got == index, format!("got index {got} but expected {index}"));
    }
    cfg.end("");
}

/// Goal: each command goes to each peer just once. Method: count the bytes of ten commands of 5000 characters.
async fn rpc_bytes_2b(sim: Sim) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): RPC byte count");
    cfg.one(99, servers, false).await;
    let bytes0 = cfg.net().total_bytes();
    let mut sent = 0;
    for index in 2..12 {
        let text: String = {
            let mut rng = cfg.rng();
            (0..5000).map(|_| char::from(*ALPHABET.choose(&mut *rng).expect("not empty"))).collect()
        };
        sent += text.len() as u64;
        let got = cfg.one(Value::Text(text), servers, false).await;
        sim.check(got == index, format!("got index {got} but expected {index}"));
    }
    let got = cfg.net().total_bytes() - bytes0;
    let expected = servers as u64 * sent;
    sim.check(got <= expected + 50_000, format!("too many RPC bytes; got {got}, expected {expected}"));
    cfg.end("");
}

/// Goal: two servers go on without the third, which catches up when it returns.
async fn fail_agree_2b(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): agreement after follower reconnects");
    cfg.one(101, servers, false).await;
    // Disconnect one follower.
    let leader = cfg.check_one_leader().await;
    cfg.disconnect(leader + 1);
    // The leader and the remaining follower should be able to agree.
    cfg.one(102, servers - 1, false).await;
    cfg.one(103, servers - 1, false).await;
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    cfg.one(104, servers - 1, false).await;
    cfg.one(105, servers - 1, false).await;
    // The whole group should preserve the previous agreements and agree on new commands.
    cfg.connect(leader + 1);
    cfg.one(106, servers, true).await;
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    cfg.one(107, servers, true).await;
    cfg.end("");
}

/// Goal: nothing is committed while three of five followers are away.
async fn fail_no_agree_2b(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): no agreement if too many followers disconnect");
    cfg.one(10, servers, false).await;
    // Three of five followers disconnect.
    let leader = cfg.check_one_leader().await;
    (1..=3).for_each(|k| cfg.disconnect(leader + k));
    let (index, _, accepted) = cfg.start_on(leader, 20).expect("the leader is alive");
    sim.check(accepted, "leader rejected Start()");
    sim.check(index == 2, format!("expected index 2, got {index}"));
    tokio::time::sleep(2 * ELECTION_TIMEOUT).await;
    let (count, _) = cfg.n_committed(index);
    sim.check(count == 0, format!("{count} committed but no majority"));
    // Repair. The disconnected majority may have chosen a leader from among themselves, forgetting index 2.
    (1..=3).for_each(|k| cfg.connect(leader + k));
    let leader2 = cfg.check_one_leader().await;
    let (index2, _, accepted) = cfg.start_on(leader2, 30).expect("the leader is alive");
    sim.check(accepted, "leader2 rejected Start()");
    sim.check((2..=3).contains(&index2), format!("unexpected index {index2}"));
    cfg.one(1000, servers, true).await;
    cfg.end("");
}

/// Goal: commands submitted at the same time all get through. Method: five tasks on one leader; up to five attempts in
/// case the term changes meanwhile.
async fn concurrent_starts_2b(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2B): concurrent Start()s");
    let mut success = false;
    for attempt in 0..5 {
        if attempt > 0 {
            // Give the solution some time to settle.
            cfg.sleep_ms(3000).await;
        }
        if concurrent_attempt(&cfg).await.is_some() {
            success = true;
            break;
        }
    }
    sim.check(success, "term changed too often");
    cfg.end("");
}

/// `None`: the term changed, or the leader was none.
async fn concurrent_attempt(cfg: &Config) -> Option<()> {
    let leader = cfg.check_one_leader().await;
    let (_, term, accepted) = cfg.start_on(leader, 1)?;
    if !accepted {
        return None;
    }
    let tasks = (0..5).map(|i| {
        let cfg = cfg.clone();
        tokio::spawn(async move {
            cfg.sim().scatter().await;
            let (index, term_now, accepted) = cfg.start_on(leader, 100 + i)?;
            (accepted && term_now == term).then_some(index)
        })
    });
    let outcomes = futures::future::join_all(tasks).await;
    let indices: Vec<Index> = outcomes.into_iter().filter_map(|o| o.expect("the task ends well")).collect();
    if (0..3).any(|i| cfg.alive(i).get_state().0 != term) {
        return None;
    }
    let mut values = Vec::new();
    for index in indices {
        match cfg.wait(index, 3, Some(term)).await {
            Waited::MovedOn => return None,
            Waited::Committed(Value::Int(value)) => values.push(value),
            Waited::Committed(other) => cfg.sim().fail(format!("value {other} is not an integer")),
        }
    }
    for wanted in 100..105 {
        cfg.sim().check(values.contains(&wanted), format!("cmd {wanted} missing in {values:?}"));
    }
    Some(())
}

/// Goal: an old leader with a tail of its own gives the tail up when it returns.
async fn rejoin_2b(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): rejoin of partitioned leader");
    cfg.one(101, servers, true).await;
    // The leader's network fails; it tries to agree on some entries all the same.
    let leader1 = cfg.check_one_leader().await;
    cfg.disconnect(leader1);
    for command in [102, 103, 104] {
        cfg.start_on(leader1, command);
    }
    // A new leader commits, also for index 2.
    cfg.one(103, 2, true).await;
    // The new leader's network fails, the old one is connected again.
    let leader2 = cfg.check_one_leader().await;
    cfg.disconnect(leader2);
    cfg.connect(leader1);
    cfg.one(104, 2, true).await;
    // All together now.
    cfg.connect(leader2);
    cfg.one(105, servers, true).await;
    cfg.end("");
}

/// Goal: a leader overwrites long wrong logs within the time of one agreement. Method: two partitions take turns in
/// collecting fifty entries that never commit.
async fn backup_2b(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): leader backs up quickly over incorrect follower logs");
    cfg.one(cfg.big(), servers, true).await;
    // Put the leader and one follower in a partition, with many entries that will not commit.
    let leader1 = cfg.check_one_leader().await;
    (2..=4).for_each(|k| cfg.disconnect(leader1 + k));
    submit_fifty(&cfg, leader1);
    tokio::time::sleep(ELECTION_TIMEOUT / 2).await;
    cfg.disconnect(leader1);
    cfg.disconnect(leader1 + 1);
    // The other partition recovers, and commits many entries.
    (2..=4).for_each(|k| cfg.connect(leader1 + k));
    commit_fifty(&cfg, 3).await;
    // Now another partitioned leader and one follower, with entries that will not commit either.
    let leader2 = cfg.check_one_leader().await;
    let mut other = (leader1 + 2) % servers;
    if leader2 == other {
        other = (leader2 + 1) % servers;
    }
    cfg.disconnect(other);
    submit_fifty(&cfg, leader2);
    tokio::time::sleep(ELECTION_TIMEOUT / 2).await;
    // Bring the original leader back to life.
    (0..servers).for_each(|i| cfg.disconnect(i));
    [leader1, leader1 + 1, other].into_iter().for_each(|i| cfg.connect(i));
    commit_fifty(&cfg, 3).await;
    // Now everyone.
    (0..servers).for_each(|i| cfg.connect(i));
    cfg.one(cfg.big(), servers, true).await;
    cfg.end("");
}

fn submit_fifty(cfg: &Config, server: usize) {
    for _ in 0..50 {
        cfg.start_on(server, cfg.big());
    }
}

async fn commit_fifty(cfg: &Config, expected: usize) {
    for _ in 0..50 {
        cfg.one(cfg.big(), expected, true).await;
    }
}

/// Goal: no more RPCs than needed: to elect a leader, to agree on twelve entries, and to stay idle for a second.
async fn count_2b(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): RPC counts aren't too high");
    cfg.check_one_leader().await;
    let elected = rpcs(&cfg);
    sim.check(
        (1..=30).contains(&elected),
        format!("too many or few RPCs ({elected}) to elect initial leader"),
    );
    let mut after = None;
    for attempt in 0..5 {
        if attempt > 0 {
            cfg.sleep_ms(3000).await;
        }
        after = count_attempt(&cfg).await;
        if after.is_some() {
            break;
        }
    }
    let after = after.unwrap_or_else(|| sim.fail("term changed too often"));
    tokio::time::sleep(ELECTION_TIMEOUT).await;
    let idle = rpcs(&cfg) - after;
    sim.check(idle <= 3 * 20, format!("too many RPCs ({idle}) for 1 second of idleness"));
    cfg.end("");
}

fn rpcs(cfg: &Config) -> u64 {
    (0..cfg.servers()).map(|i| cfg.rpc_count(i)).sum()
}

/// Twelve commands on one leader. Returns the RPC count after them; `None` if the term changed meanwhile.
async fn count_attempt(cfg: &Config) -> Option<u64> {
    const ITERATIONS: u64 = 10;
    let leader = cfg.check_one_leader().await;
    let before = rpcs(cfg);
    let (start_index, term, accepted) = cfg.start_on(leader, 1)?;
    if !accepted {
        return None;
    }
    let commands = submit_eleven(cfg, leader, start_index, term)?;
    for (i, command) in (1..=ITERATIONS).zip(commands) {
        match cfg.wait(start_index + i, 3, Some(term)).await {
            Waited::MovedOn => return None,
            Waited::Committed(got) => {
                let expected = Value::Int(command);
                let index = start_index + i;
                cfg.sim().check(
                    got == expected,
                    format!("wrong value {got} for index {index}, expected {expected}"),
                );
            }
        }
    }
    let moved_on = (0..cfg.servers()).any(|i| cfg.alive(i).get_state().0 != term);
    let after = rpcs(cfg);
    if moved_on {
        return None;
    }
    let spent = after - before;
    let limit = (ITERATIONS + 1 + 3) * 3;
    cfg.sim().check(spent <= limit, format!("too many RPCs ({spent}) for {ITERATIONS} entries"));
    Some(after)
}

fn submit_eleven(cfg: &Config, leader: usize, start_index: Index, term: Term) -> Option<Vec<u64>> {
    let mut commands = Vec::new();
    for i in 1..12 {
        let command = cfg.rng().random_range(0..=i32::MAX as u64);
        let (index, term_now, accepted) = cfg.start_on(leader, command)?;
        if term_now != term || !accepted {
            return None;
        }
        cfg.sim().check(start_index + i == index, "Start() failed: wrong index");
        commands.push(command);
    }
    Some(commands)
}
