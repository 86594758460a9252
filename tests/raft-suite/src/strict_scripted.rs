//! Strict siblings that direct single messages: who hears what, and when.
//!
//! Chance seldom brings about what is needed here, because in a healthy network somebody else soon says the same again.

use raft::{Index, Term};
use simulator::{Case, Sim, case};
use tokio::time::Instant;

use super::{
    config::{Config, ELECTION_TIMEOUT},
    logs::Value,
};

pub(super) const CASES: &[Case] = &[
    case!(
        "2A",
        Extra,
        "TestNewerTermInAppendReply2A",
        newer_term_in_append_reply_2a,
        "Test (2A): the only word of a newer term is a reply"
    ),
    case!(
        "2C",
        Extra,
        "TestNewerTermInVoteReply2C",
        newer_term_in_vote_reply_2c,
        "Test (2C): a candidate learns of a much newer term"
    ),
    case!(
        "2C",
        Extra,
        "TestLatePrefix2C",
        late_prefix_2c,
        "Test (2C): an early request arrives after a later one"
    ),
];

/// Goal: a leader steps down at the first word of a newer term, and a reply is one (§5.1). Method: the others elect another leader
/// while the old one is cut off; then its own requests get through again, and the replies to them, but nobody else's requests.
/// Mistake: the term in a reply to AppendEntries is ignored. Elsewhere the newer leader would speak up anyway.
async fn newer_term_in_append_reply_2a(sim: Sim) {
    let cfg = Config::make(&sim, 3, true, false);
    cfg.begin("Test (2A): the only word of a newer term is a reply");
    // A leader may wait for a lost heartbeat to fail before it sends the next one.
    cfg.net().long_delays(false);
    for _ in 0..5 {
        let (old, old_term) = cfg.require_leader(&[0, 1, 2]).await;
        let others = [old + 1, old + 2];
        cfg.disconnect(old);
        let (_, term) = cfg.require_leader(&others).await;
        others.iter().for_each(|&i| cfg.link(old, i, true));
        let start = Instant::now();
        while cfg.alive(old).get_state().1 {
            let message =
                format!("server {old} still leads term {old_term}, answered by servers of term {term}");
            sim.check(start.elapsed() < ELECTION_TIMEOUT, message);
            cfg.sleep_ms(1).await;
        }
        cfg.connect(old);
    }
    cfg.end("");
}

/// Goal: a candidate takes over a newer term at the first word of it, and a reply is one (§5.1). Method: one server is down while the
/// others hold ten elections; when it is back, its own requests get through, and the replies to them, but nobody else's requests. As soon as
/// it campaigns, it must know their term.
/// Mistake: the term in a reply to RequestVote is ignored, and the candidate gets there step by step.
async fn newer_term_in_vote_reply_2c(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): a candidate learns of a much newer term");
    for behind in 0..2 {
        cfg.require_leader(&[0, 1, 2]).await;
        cfg.crash(behind);
        let others = [behind + 1, behind + 2];
        let newer = elections(&cfg, &others, 10).await;
        cfg.start_server(behind);
        let term = || cfg.alive(behind).get_state().0;
        let saved = term();
        others.iter().for_each(|&i| cfg.link(behind, i, true));
        let campaigns = || (term() > saved).then_some(());
        cfg.eventually(&format!("server {behind} hears of no leader and campaigns"), campaigns).await;
        let start = Instant::now();
        while term() < newer {
            let known = term();
            let message = format!("server {behind} is in term {known}, answered by servers of term {newer}");
            sim.check(start.elapsed() < ELECTION_TIMEOUT, message);
            cfg.sleep_ms(1).await;
        }
        cfg.connect(behind);
    }
    cfg.one(100, servers, true).await;
    cfg.end("");
}

/// Restarts these servers `count` times, and each time waits for a leader. Returns its last term.
async fn elections(cfg: &Config, servers: &[usize], count: u64) -> Term {
    let mut last = 0;
    for _ in 0..count {
        servers.iter().for_each(|&i| cfg.start_server(i));
        servers.iter().for_each(|&i| cfg.connect(i));
        last = cfg.require_leader(servers).await.1;
    }
    last
}

/// Goal: a late request takes nothing away (Figure 2, AppendEntries 3). Method: a leader and one follower, the majority of three, get one
/// command and then another. The requests with the first one alone are kept back until the follower has stored both, and the leader has
/// committed them and cannot say so any more; then they arrive. Without that leader, the follower must still know both.
/// Mistake: what follows the entries of a request is cut off, unless the follower knows it to be committed.
async fn late_prefix_2c(sim: Sim) {
    let servers = 3;
    let cfg = Config::make(&sim, servers, true, false);
    cfg.begin("Test (2C): an early request arrives after a later one");
    cfg.net().long_delays(false);
    for _ in 0..5 {
        cfg.one(cfg.big(), servers, true).await;
        let (leader, _) = cfg.require_leader(&[0, 1, 2]).await;
        let [follower, other] = [1, 2].map(|k| (leader + k) % servers);
        cfg.disconnect(other);
        let committed = late_prefix_scene(&cfg, leader, follower).await;
        cfg.disconnect(leader);
        cfg.connect(other);
        cfg.one(cfg.big(), 2, true).await;
        for (index, value) in committed {
            let found = cfg.n_committed(index);
            let message =
                format!("the leader had committed {value:?} at index {index}; servers with what: {found:?}");
            sim.check(found == (servers, Some(value)), message);
        }
        let end = cfg.end_of(leader, follower);
        cfg.net().keep_no_requests(&end);
        cfg.connect(leader);
        // The rest is of an old leader now.
        cfg.net().deliver_kept(&end, usize::MAX);
    }
    cfg.one(cfg.big(), servers, true).await;
    cfg.end("");
}

/// Returns what the leader has committed, by index; nothing if somebody has campaigned, or the leader was slow.
async fn late_prefix_scene(cfg: &Config, leader: usize, follower: usize) -> Vec<(Index, Value)> {
    let end = cfg.end_of(leader, follower);
    let net = cfg.net();
    net.keep_requests(&end, 0);
    let [first, second] = [cfg.big(), cfg.big()];
    let Some((first_index, term, true)) = cfg.start_on(leader, first.clone()) else { return Vec::new() };
    let start = Instant::now();
    while net.kept(&end) == 0 && start.elapsed() < ELECTION_TIMEOUT {
        cfg.sleep_ms(1).await;
    }
    let early = net.kept(&end);
    let Some((second_index, _, true)) = cfg.start_on(leader, second.clone()) else { return Vec::new() };
    if !commits(cfg, leader, follower, second_index, term).await {
        return Vec::new();
    }
    // Whatever the leader has said of the commit is kept too: it is younger.
    net.deliver_kept(&end, early);
    cfg.sleep_ms(20).await;
    vec![(first_index, first), (second_index, second)]
}

/// Lets requests through one by one until the leader has committed `index`: so it cannot tell the follower.
async fn commits(cfg: &Config, leader: usize, follower: usize, index: Index, term: Term) -> bool {
    let end = cfg.end_of(leader, follower);
    let start = Instant::now();
    while start.elapsed() < ELECTION_TIMEOUT && cfg.alive(follower).get_state().0 == term {
        let before = cfg.rpc_count(follower);
        cfg.net().keep_requests(&end, 1);
        while cfg.rpc_count(follower) == before && start.elapsed() < ELECTION_TIMEOUT {
            cfg.sleep_ms(1).await;
        }
        // There and back, and through the state machine.
        cfg.sleep_ms(10).await;
        if cfg.n_committed(index).0 > 0 {
            return true;
        }
    }
    false
}
