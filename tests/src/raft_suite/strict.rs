//! Strict siblings of the official tests: what those seem to check, but let through.
//!
//! They are ours, not the course's: run by `lab test 2 --extra` and by `make test`. Each says which mistake it is there for.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use raft::Term;
use tokio::{task::JoinHandle, time::Instant};

use super::config::Config;
use crate::{case, registry::TestCase, sim::Sim};

pub(super) const CASES: &[TestCase] = &[
    case!("2B", Extra, "TestElectableWins2B", electable_wins_2b, "Test (2B): the only electable server wins in time"),
    case!("2C", Extra, "TestVoteSurvivesCrash2C", vote_survives_crash_2c, "Test (2C): a vote survives a crash"),
    case!("2C", Extra, "TestOneLeaderPerTerm2C", one_leader_per_term_2c, "Test (2C): one leader per term, late replies"),
    case!("2C", Extra, "TestFigure8Fast2C", figure8_fast_2c, "Test (2C): Figure 8, leaders crash before they replicate"),
    case!("2C", Extra, "TestLateRequests2C", late_requests_2c, "Test (2C): requests that arrive late"),
];

/// A new leader must be there this long after the loss of the old one, if a majority can communicate (lab page, 2A).
const ELECTED_WITHIN: Duration = Duration::from_secs(5);

/// Looks every millisecond who leads which term, for as long as the test runs. Election Safety (§5.2): at most one
/// server leads a term, however short, connected or not.
fn watch_election_safety(cfg: &Config) -> JoinHandle<()> {
    let cfg = cfg.clone();
    let leaders: Arc<Mutex<BTreeMap<Term, usize>>> = Arc::default();
    tokio::spawn(async move {
        while !cfg.is_finished() {
            for i in 0..cfg.servers() {
                let Some((term, true)) = cfg.raft(i).map(|raft| raft.get_state()) else { continue };
                let first = *leaders.lock().unwrap_or_else(PoisonError::into_inner).entry(term).or_insert(i);
                let message = format!("Election Safety (§5.2): servers {first} and {i} have both led term {term}");
                cfg.sim().check(first == i, message);
            }
            cfg.sleep_ms(1).await;
        }
    })
}

/// The server among `candidates` that leads, and its term, waiting up to `limit` for it.
async fn leader_among(cfg: &Config, candidates: &[usize], limit: Duration) -> Option<(usize, Term)> {
    let start = Instant::now();
    while start.elapsed() < limit {
        let state = |&i: &usize| Some((i % cfg.servers(), cfg.raft(i)?.get_state()));
        let mut leaders = candidates.iter().filter_map(state);
        if let Some((leader, (term, _))) = leaders.find(|(_, (_, is_leader))| *is_leader) {
            return Some((leader, term));
        }
        cfg.sleep_ms(1).await;
    }
    None
}

/// Goal: servers that cannot win an election do not keep the one that can from it. Method: four of seven servers are
/// connected, and only one of them holds the last committed entry; it must lead within five seconds, twenty times over.
/// Mistake: the election timer is reset by every RPC, granted or not.
async fn electable_wins_2b(sim: Sim) {
    let servers = 7;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2B): the only electable server wins in time");
    for round in 0..20 {
        cfg.one(100 + round, servers, true).await;
        let leader = cfg.check_one_leader().await;
        let behind = [leader + 1, leader + 2, leader + 3];
        behind.iter().for_each(|&i| cfg.disconnect(i));
        cfg.one(200 + round, 4, true).await;
        [leader, leader + 4, leader + 5].into_iter().for_each(|i| cfg.disconnect(i));
        behind.iter().for_each(|&i| cfg.connect(i));
        let quorum = [leader + 1, leader + 2, leader + 3, leader + 6];
        let elected = leader_among(&cfg, &quorum, ELECTED_WITHIN).await;
        sim.check(elected.is_some(), format!("no leader among {quorum:?} (mod 7) within {ELECTED_WITHIN:?}"));
        (0..servers).for_each(|i| cfg.connect(i));
    }
    cfg.one(300, servers, true).await;
    cfg.end("");
}

/// Goal: a server that has voted and crashes does not vote again in the same term. Method: three of five elect a leader;
/// its voters crash at once, and meet a server that has not campaigned in that term yet.
/// Mistake: `voted_for` is not persisted, or only after the answer.
async fn vote_survives_crash_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): a vote survives a crash");
    let watch = watch_election_safety(&cfg);
    for round in 0..10 {
        cfg.one(round, servers, true).await;
        let old = cfg.check_one_leader().await;
        // The old leader, and one server that will campaign later than the three others.
        cfg.disconnect(old);
        cfg.disconnect(old + 1);
        let trio = [old + 2, old + 3, old + 4];
        let Some((elected, term)) = leader_among(&cfg, &trio, ELECTED_WITHIN).await else {
            sim.fail(format!("no leader among {trio:?} (mod 5) within {ELECTED_WITHIN:?}"))
        };
        let late_term = cfg.alive(old + 1).get_state().0;
        cfg.disconnect(elected);
        for voter in trio.into_iter().filter(|voter| voter % servers != elected) {
            cfg.start_server(voter);
            cfg.connect(voter);
        }
        if late_term < term {
            cfg.connect(old + 1);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        (0..servers).for_each(|i| cfg.connect(i));
    }
    cfg.one(100, servers, true).await;
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}

/// Goal: votes and acknowledgements of an earlier term count for nothing. Method: two thirds of all replies come up to
/// two seconds late, leaders are cut off again and again, and all servers restart together so that elections collide.
/// Mistake: a reply is not judged by the term of its request.
async fn one_leader_per_term_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, false);
    cfg.begin("Test (2C): one leader per term, late replies");
    let watch = watch_election_safety(&cfg);
    cfg.net().long_reordering(true);
    for round in 0..60 {
        for i in 0..servers {
            cfg.start_on(i, 1000 + round);
        }
        for i in 0..servers {
            cfg.start_server(i);
        }
        (0..servers).for_each(|i| cfg.connect(i));
        cfg.sleep_ms(700 + cfg.random(800)).await;
    }
    cfg.net().reliable(true);
    cfg.net().long_reordering(false);
    cfg.one(100, servers, true).await;
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}

/// Goal: the paper's Figure 8, more often than the official test gets there. Method: half of the leaders crash before
/// their entry has left, so that logs with old entries and newer terms compete.
/// Mistake: an entry of an older term is committed by counting replicas (§5.4.2).
async fn figure8_fast_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): Figure 8, leaders crash before they replicate");
    cfg.one(cfg.big(), 1, true).await;
    for _ in 0..200 {
        let all: Vec<usize> = (0..servers).collect();
        let Some((leader, _)) = leader_among(&cfg, &all, Duration::from_millis(300)).await else {
            revive_one(&cfg).await;
            continue;
        };
        // What the leader inherited may spread for a moment before it gets a command of its own.
        cfg.sleep_ms(cfg.random(8)).await;
        cfg.start_on(leader, cfg.big());
        // At least long enough for the command to be saved, mostly too short for it to arrive.
        let most = if cfg.chance(600) { 0 } else { 3 };
        cfg.sleep_ms(cfg.random(most)).await;
        cfg.crash(leader);
        if (0..servers).filter(|&i| cfg.raft(i).is_some()).count() < 3 {
            revive_one(&cfg).await;
        }
    }
    for i in (0..servers).filter(|&i| cfg.raft(i).is_none()) {
        cfg.start_server(i);
        cfg.connect(i);
    }
    cfg.one(cfg.big(), servers, true).await;
    cfg.end("");
}

/// Starts a random dead server, if the draw hits one.
async fn revive_one(cfg: &Config) {
    let i = cfg.random(cfg.servers() as u64 - 1) as usize;
    if cfg.raft(i).is_none() {
        cfg.start_server(i);
        cfg.connect(i);
    }
    cfg.sleep_ms(1).await;
}

/// Goal: a request that its sender has given up may still arrive, and must do no harm. Method: the requests an unreliable
/// network would lose come up to a second late instead; entries are submitted all the time.
/// Mistake: the log is truncated by every append, or an old append moves the commit index or the leader back.
async fn late_requests_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, false);
    cfg.begin("Test (2C): requests that arrive late");
    let watch = watch_election_safety(&cfg);
    cfg.net().late_requests(true);
    for round in 0..200 {
        cfg.one(round, servers - 2, true).await;
        cfg.sleep_ms(cfg.random(20)).await;
        if round % 50 == 49 {
            let leader = cfg.check_one_leader().await;
            cfg.disconnect(leader);
            cfg.one(1000 + round, servers - 1, true).await;
            cfg.connect(leader);
        }
    }
    cfg.one(5000, servers, true).await;
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}
