//! Part 2A: leader election.

use simulator::{Case, Sim, case};

use super::config::{Config, ELECTION_TIMEOUT};

pub(super) const CASES: &[Case] = &[
    case!("2A", Official, "TestInitialElection2A", initial_election_2a, "Test (2A): initial election"),
    case!("2A", Official, "TestReElection2A", re_election_2a, "Test (2A): election after network failure"),
    case!("2A", Official, "TestManyElections2A", many_elections_2a, "Test (2A): multiple elections"),
];

/// Goal: a leader is elected and stays, as long as nothing fails. Method: look twice, two election timeouts apart.
async fn initial_election_2a(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2A): initial election");
    // Is a leader elected?
    cfg.check_one_leader().await;
    // Followers may learn of the election a little later.
    cfg.sleep_ms(50).await;
    let term1 = cfg.check_terms();
    sim.check(term1 >= 1, format!("term is {term1}, but should be at least 1"));
    // Do leader and term stay the same?
    tokio::time::sleep(2 * ELECTION_TIMEOUT).await;
    let term2 = cfg.check_terms();
    let warning = "warning: term changed even though there were no failures";
    // There should still be a leader.
    cfg.check_one_leader().await;
    cfg.end(if term1 == term2 { "" } else { warning });
}

/// Goal: a new leader without the old one, no leader without a quorum. Method: disconnect and reconnect leaders.
async fn re_election_2a(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2A): election after network failure");
    let leader1 = cfg.check_one_leader().await;
    // If the leader disconnects, a new one should be elected.
    cfg.disconnect(leader1);
    cfg.check_one_leader().await;
    // If the old leader rejoins, that should not disturb the new one.
    cfg.connect(leader1);
    let leader2 = cfg.check_one_leader().await;
    // Without a quorum, no new leader should be elected.
    cfg.disconnect(leader2);
    cfg.disconnect(leader2 + 1);
    tokio::time::sleep(2 * ELECTION_TIMEOUT).await;
    cfg.check_no_leader();
    // If a quorum arises, it should elect a leader.
    cfg.connect(leader2 + 1);
    cfg.check_one_leader().await;
    // The return of the last node should not prevent a leader from existing.
    cfg.connect(leader2);
    cfg.check_one_leader().await;
    cfg.end("");
}

/// Goal: elections also succeed when up to three of seven servers come and go. Method: nine rounds with three random
/// servers (which may coincide) away.
async fn many_elections_2a(sim: Sim) {
    let servers = 7;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2A): multiple elections");
    cfg.check_one_leader().await;
    for _ in 1..10 {
        let away: Vec<_> = (0..3).map(|_| cfg.random(servers as u64 - 1) as usize).collect();
        away.iter().for_each(|&i| cfg.disconnect(i));
        // Either the leader is still alive, or the remaining four should elect a new one.
        cfg.check_one_leader().await;
        away.iter().for_each(|&i| cfg.connect(i));
    }
    cfg.check_one_leader().await;
    cfg.end("");
}
