//! Strict siblings of the official tests: what those seem to check, but let through.
//!
//! They are ours, not the course's: run by `lab test 2 --extra` and by `make test`. Each says which mistake it is there for.

use std::time::Duration;

use raft::Term;
use simulator::{Case, Sim, case};
use tokio::time::Instant;

use super::config::Config;

pub(super) const CASES: &[Case] = &[
    case!(
        "2B",
        Extra,
        "TestElectableWins2B",
        electable_wins_2b,
        "Test (2B): the only electable server wins in time"
    ),
    case!(
        "2C",
        Extra,
        "TestVoteSurvivesCrash2C",
        vote_survives_crash_2c,
        "Test (2C): a vote survives a crash"
    ),
    case!("2C", Extra, "TestLateVotes2C", late_votes_2c, "Test (2C): votes that arrive in a later term"),
    case!(
        "2C",
        Extra,
        "TestLateAcks2C",
        late_acks_2c,
        "Test (2C): acknowledgements that arrive in a later term"
    ),
    case!("2C", Extra, "TestFigure8Scripted2C", figure8_scripted_2c, "Test (2C): Figure 8, scene by scene"),
    case!("2C", Extra, "TestLateRequests2C", late_requests_2c, "Test (2C): requests that arrive late"),
];

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
        cfg.require_leader(&quorum).await;
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
    let watch = cfg.watch_election_safety();
    for round in 0..10 {
        cfg.one(round, servers, true).await;
        let old = cfg.check_one_leader().await;
        // The old leader, and one server that will campaign later than the three others.
        cfg.disconnect(old);
        cfg.disconnect(old + 1);
        let trio = [old + 2, old + 3, old + 4];
        let (elected, term) = cfg.require_leader(&trio).await;
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

/// Goal: a vote counts in its own term only. Method: two thirds of the replies come up to two seconds late; as soon as an
/// election has begun, every server is cut off from every other. What leads a later term than the one it was cut off
/// in cannot have been elected: nobody has ever heard of its candidacy.
/// Mistake: a vote is not judged by the term of its request.
async fn late_votes_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): votes that arrive in a later term");
    for round in 0..20 {
        cfg.one(round, servers, true).await;
        let (leader, old_term) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
        cfg.net().long_reordering(true);
        cfg.disconnect(leader);
        while (0..servers).all(|i| cfg.alive(i).get_state().0 <= old_term) {
            cfg.sleep_ms(1).await;
        }
        // The requests arrive and are answered; some of the answers are on their way for long.
        cfg.sleep_ms(2 + cfg.random(4)).await;
        (0..servers).for_each(|i| cfg.disconnect(i));
        let cut_in: Vec<Term> = (0..servers).map(|i| cfg.alive(i).get_state().0).collect();
        let cut_at = Instant::now();
        while cut_at.elapsed() < Duration::from_millis(1500) {
            for (i, &cut_term) in cut_in.iter().enumerate() {
                let (term, is_leader) = cfg.alive(i).get_state();
                let message =
                    format!("server {i}, cut off from all others in term {cut_term}, leads term {term}");
                sim.check(!is_leader || term == cut_term || i == leader, message);
            }
            cfg.sleep_ms(1).await;
        }
        cfg.net().long_reordering(false);
        (0..servers).for_each(|i| cfg.connect(i));
    }
    cfg.one(100, servers, true).await;
    cfg.end("");
}

/// Goal: an acknowledgement says nothing about the log of a later term. Method: a leader in a minority of two collects
/// acknowledgements that come late, loses its entries to another leader, and leads again, in another minority of two: what
/// it is given there must not commit.
/// Mistake: a reply to AppendEntries is not judged by the term of its request.
async fn late_acks_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): acknowledgements that arrive in a later term");
    for _ in 0..16 {
        late_acks_round(&cfg).await;
        (0..servers).for_each(|i| cfg.connect(i));
    }
    cfg.one(100, servers, true).await;
    cfg.end("");
}

async fn late_acks_round(cfg: &Config) {
    let (first, _) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    let [second, third, fourth, fifth] = [1, 2, 3, 4].map(|k| (first + k) % cfg.servers());
    // The leader and one follower on one side: many entries that cannot commit, and many late replies. Replies to later
    // requests are not held back, so that all the rest is over when those come.
    [third, fourth, fifth].into_iter().for_each(|i| cfg.disconnect(i));
    cfg.net().long_reordering(true);
    for _ in 0..20 {
        cfg.start_on(first, cfg.big());
    }
    cfg.sleep_ms(500).await;
    cfg.net().long_reordering(false);
    // The others go on without them.
    [first, second].into_iter().for_each(|i| cfg.disconnect(i));
    [third, fourth, fifth].into_iter().for_each(|i| cfg.connect(i));
    cfg.one(cfg.big(), 3, true).await;
    // Their entry replaces those twenty.
    [first, second].into_iter().for_each(|i| cfg.connect(i));
    cfg.one(cfg.big(), 5, true).await;
    let (current, _) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    // The first leader gets a chance to lead again, with one follower that was on the other side.
    let follower = if current == third { fourth } else { third };
    [third, fourth, fifth].into_iter().filter(|&i| i != follower).for_each(|i| cfg.disconnect(i));
    let (again, _) = cfg.require_leader(&[first, second, follower]).await;
    let minority = if again == first { [second, follower] } else { [first, follower] };
    cfg.disconnect(minority[0]);
    // Two servers of five are left: nothing they are given now may commit.
    let started: Vec<_> = (0..20).filter_map(|_| cfg.start_on(again, cfg.big())).collect();
    cfg.sleep_ms(1000).await;
    for (index, _, _) in started.into_iter().filter(|(_, _, accepted)| *accepted) {
        let (count, _) = cfg.n_committed(index);
        cfg.sim().check(count == 0, format!("two servers of five have committed index {index}"));
    }
}

/// Goal: the paper's Figure 8, which the official test reaches only by luck. Method: its scenes (a) to (d), directed by
/// connecting and disconnecting; S1 to S5 are the figure's servers.
/// Mistake: an entry of an older term is committed by counting replicas (§5.4.2).
async fn figure8_scripted_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): Figure 8, scene by scene");
    for _ in 0..10 {
        figure8_scenes(&cfg).await;
        (0..servers).for_each(|i| cfg.connect(i));
        cfg.one(cfg.big(), servers, true).await;
    }
    cfg.end("");
}

async fn figure8_scenes(cfg: &Config) {
    let only = |some: &[usize]| {
        (0..cfg.servers()).for_each(|i| cfg.disconnect(i));
        some.iter().for_each(|&i| cfg.connect(i));
    };
    cfg.one(cfg.big(), 5, true).await;
    // (a) S1 is leader and replicates an entry to S2 only.
    let (s1, _) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    let s2 = (s1 + 1) % 5;
    only(&[s1, s2]);
    let Some((index, _, true)) = cfg.start_on(s1, cfg.big()) else { return };
    cfg.sleep_ms(300).await;
    // (b) S5 is elected without them, and accepts another entry at the same index, which nobody else gets.
    let trio = [2, 3, 4].map(|k| (s1 + k) % 5);
    only(&trio);
    let (s5, _) = cfg.require_leader(&trio).await;
    only(&[]);
    cfg.start_on(s5, cfg.big());
    // (c) S1 (or S2, which has the same log) is elected and replicates the old entry to S3: a majority holds it, but the
    // term is another one. It is not committed.
    let s3 = (2..5).map(|k| (s1 + k) % 5).find(|&i| i != s5).unwrap_or(s2);
    only(&[s1, s2, s3]);
    cfg.require_leader(&[s1, s2, s3]).await;
    cfg.sleep_ms(300).await;
    let (count, _) = cfg.n_committed(index);
    cfg.sim().check(count == 0, format!("index {index} of an older term was committed by counting replicas"));
    // (d) For S5 can still be elected, and overwrites it.
    let without = [s1, s2];
    let others: Vec<usize> = (0..5).filter(|i| !without.contains(i)).collect();
    only(&others);
    cfg.one(cfg.big(), 3, true).await;
}

/// Goal: a request that its sender has given up may still arrive, and must do no harm. Method: the requests an unreliable
/// network would lose come up to a second late instead; entries are submitted all the time.
/// Mistake: the log is truncated by every append, or an old append moves the commit index or the leader back.
async fn late_requests_2c(sim: Sim) {
    let servers = 5;
    let cfg = Config::make(&sim, servers, false, false);
    cfg.begin("Test (2C): requests that arrive late");
    let watch = cfg.watch_election_safety();
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
