//! Questions of the lectures about elections, played and checked: see [`super::scenarios`].

use std::time::Duration;

use labrpc::{Latency, Network};
use raft::Term;
use simulator::{Case, Sim, case};
use tokio::time::Instant;

use super::{
    config::Config,
    scenarios::{accepted, must_be_committed, status},
};

pub(super) const CASES: &[Case] = &[
    case!("2B", Scenario, "ScenarioTwoLeaders", two_leaders, "Scenario: two leaders at the same time"),
    case!("2A", Scenario, "ScenarioCutOffCandidate", cut_off_candidate, "Scenario: a candidate is cut off"),
];

/// So many elections are tried until each case has come up. Each comes up in most of them.
const ELECTIONS_MAX: usize = 100;

/// A reply that the network holds back comes no later than this.
const LONGEST_REPLY: Duration = Duration::from_millis(2300);

/// Goal: two may lead at the same time, never in one term, and the older one commits nothing (§5.2). Method: a leader is cut off and
/// goes on taking commands while the others elect another and commit theirs.
/// Mistake: a leader that commits without a majority, or two winners of one election.
async fn two_leaders(sim: Sim) {
    let cfg = Config::make(&sim, 5, true, false);
    cfg.begin("Scenario: two leaders at the same time");
    let watch = cfg.watch_election_safety();
    cfg.one(100, 5, true).await;
    let (old, old_term) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    cfg.disconnect(old);
    sim.scene(format!("server {old} leads term {old_term}, and is cut off"));
    let others = [1, 2, 3, 4].map(|k| (old + k) % 5);
    let (new, new_term) = cfg.require_leader(&others).await;
    sim.check(new_term > old_term, format!("server {new} leads term {new_term}, and {old} term {old_term}"));
    must_still_lead(&cfg, old, old_term);
    sim.scene(format!(
        "server {new} is elected in term {new_term}; {old} does not know: two leaders, two terms"
    ));

    let (index, _) = accepted(&cfg, old, 200);
    cfg.one(300, 4, true).await;
    must_be_committed(&cfg, index..=index, &[300], 4);
    must_still_lead(&cfg, old, old_term);
    let commit_index = status(&cfg, old).map_or(0, |status| status.commit_index);
    sim.check(commit_index < index, format!("server {old}, all alone, has committed index {commit_index}"));
    sim.scene(format!(
        "both take a command for index {index}; the four commit theirs, {old} commits nothing"
    ));

    cfg.connect(old);
    let steps_down = || cfg.alive(old).get_state().ne(&(old_term, true)).then_some(());
    cfg.eventually("the old leader steps down", steps_down).await;
    sim.scene(format!("the network is mended: {old} hears of term {new_term} and steps down"));
    cfg.one(400, 5, true).await;
    must_be_committed(&cfg, index..=index, &[300], 5);
    sim.scene(format!("at index {index}, {old} has the others' command now, and its own is gone"));
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}

#[track_caller]
fn must_still_lead(cfg: &Config, i: usize, term: Term) {
    let state = cfg.alive(i).get_state();
    cfg.sim().check(state == (term, true), format!("server {i} should lead term {term}: {state:?}"));
}

/// Goal: a candidate whose connection closes while it counts wins with the votes it has or gets of its own term, or not at all (§5.2).
/// Method: three servers on a slow network, so that a vote is on its way for some milliseconds; elections are watched and cut until
/// every case has come up.
/// Mistake: waiting for every vote; counting votes of an older term.
async fn cut_off_candidate(sim: Sim) {
    let net = Network::new(sim.seed("network"), Latency::Slow);
    let cfg = Config::on(&sim, net, 3, true, false);
    cfg.begin("Scenario: a candidate is cut off");
    let watch = cfg.watch_election_safety();
    repeat_until_seen(&cfg, "a vote is not needed", async |cfg| not_needed(cfg).await).await;
    repeat_until_seen(&cfg, "the candidate loses a vote it needs", async |cfg| needed(cfg).await).await;
    repeat_until_seen(&cfg, "the vote is on its way already", async |cfg| on_its_way(cfg).await).await;
    repeat_until_seen(&cfg, "the vote comes in a later term", async |cfg| too_late(cfg).await).await;
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}

/// Plays elections until one goes as wanted.
async fn repeat_until_seen(cfg: &Config, what: &str, play: impl AsyncFn(&Config) -> bool) {
    for _ in 0..ELECTIONS_MAX {
        let seen = play(cfg).await;
        cfg.net().long_reordering(false);
        (0..3).for_each(|i| cfg.connect(i));
        cfg.one(cfg.big(), 3, true).await;
        if seen {
            return;
        }
    }
    cfg.sim().fail(format!("{what}: not in {ELECTIONS_MAX} elections"));
}

/// All crash and return; the candidate loses its connection to one voter, and wins with the vote of the other. Says whether it came to
/// that: votes may be split, or all given before anybody looks.
async fn not_needed(cfg: &Config) -> bool {
    for i in 0..3 {
        cfg.start_server(i);
        cfg.connect(i);
    }
    let begins = || (0..3).find_map(|i| status(cfg, i).filter(|status| status.role != "follower"));
    let first = cfg.eventually("an election begins", begins).await;
    let (candidate, term) = (first.server, first.term);
    let lost =
        [1, 2].map(|k| (candidate + k) % 3).into_iter().find(|&i| voted_for(cfg, i) != Some(candidate));
    let Some(lost) = lost.filter(|_| first.role == "candidate") else { return false };
    link(cfg, candidate, lost, false);
    cfg.sim()
        .scene(format!("server {candidate} asks for votes in term {term}; its connection to {lost} closes"));
    let (leader, later) = cfg.require_leader(&[0, 1, 2]).await;
    link(cfg, candidate, lost, true);
    let wins = (leader, later) == (candidate, term);
    let how = if wins { "not needed: with two votes of three," } else { "the votes are split: later," };
    cfg.sim().scene(format!("{how} server {leader} leads term {later}"));
    wins
}

fn link(cfg: &Config, one: usize, other: usize, enabled: bool) {
    cfg.link(one, other, enabled);
    cfg.link(other, one, enabled);
}

/// The leader is cut off, and the candidate too before the one vote it needs has been given. Says whether it came to that.
async fn needed(cfg: &Config) -> bool {
    let Some((candidate, voter, term)) = election_of_two(cfg).await else { return false };
    let given = voted_for(cfg, voter) == Some(candidate);
    cfg.disconnect(candidate);
    if given || status(cfg, candidate).is_none_or(|status| (status.role, status.term) != ("candidate", term))
    {
        return false;
    }
    cfg.sim().scene(format!(
        "server {candidate} asks for votes in term {term}, and is cut off before {voter} votes"
    ));
    must_not_lead_after(cfg, candidate, 0, Duration::from_millis(1500)).await;
    let later = || status(cfg, candidate).filter(|status| status.term > term);
    let later = cfg.eventually("the candidate begins another term", later).await.term;
    cfg.sim().scene(format!("needed: it does not win, and has come to term {later} asking nobody"));
    true
}

/// The leader is cut off, and the candidate too when the one vote it needs is on its way: it becomes leader, and nobody hears of it.
async fn on_its_way(cfg: &Config) -> bool {
    let Some((candidate, voter, term)) = election_of_two(cfg).await else { return false };
    let over = || status(cfg, candidate).filter(|status| (status.role, status.term) != ("candidate", term));
    let given = || (voted_for(cfg, voter) == Some(candidate) || over().is_some()).then_some(());
    cfg.eventually("the vote is given, or the election over", given).await;
    let was_over = over().is_some();
    cfg.disconnect(candidate);
    if was_over {
        return false;
    }
    cfg.sim().scene(format!(
        "{voter} votes for {candidate} in term {term}; {candidate} is cut off before it hears of it"
    ));
    let leads = || status(cfg, candidate).filter(|status| status.role == "leader" || status.term > term);
    let then = cfg.eventually("the vote arrives", leads).await;
    cfg.sim().check(then.term == term, format!("the vote for term {term} has not arrived: {then}"));
    cfg.sim().scene(format!("on its way: the vote counts, and {candidate} leads term {term}, cut off"));
    let (index, _) = accepted(cfg, candidate, 200);
    let rest = [1, 2].map(|k| (candidate + k) % 3);
    rest.into_iter().for_each(|i| cfg.connect(i));
    let (other, later) = cfg.require_leader(&rest).await;
    must_still_lead(cfg, candidate, term);
    cfg.sim().check(later > term, format!("server {other} leads term {later}, and {candidate} term {term}"));
    cfg.one(300, 2, true).await;
    must_be_committed(cfg, index..=index, &[300], 2);
    must_not_lead_after(cfg, candidate, term, Duration::from_millis(500)).await;
    cfg.sim().scene(format!(
        "{other} is elected in term {later} and commits index {index}: {candidate} could harm nobody"
    ));
    true
}

/// As before, but the vote is on its way for so long that the candidate has begun another term when it comes: it does not count there.
/// Says whether it came to that.
async fn too_late(cfg: &Config) -> bool {
    cfg.net().long_reordering(true);
    let election = election_of_two(cfg).await;
    let Some((candidate, voter, term)) = election else { return false };
    let over =
        || status(cfg, candidate).is_some_and(|status| (status.role, status.term) != ("candidate", term));
    let given = || (voted_for(cfg, voter) == Some(candidate) || over()).then_some(());
    cfg.eventually("the vote is given, or the election over", given).await;
    let was_over = over();
    cfg.disconnect(candidate);
    cfg.net().long_reordering(false);
    if was_over {
        return false;
    }
    let decided = || status(cfg, candidate).filter(|status| status.role == "leader" || status.term > term);
    let then = cfg.eventually("the vote arrives, or another term begins", decided).await;
    if then.term == term {
        return false;
    }
    cfg.sim().scene(format!(
        "{voter} votes for {candidate} in term {term}; the vote takes long, and term {} begins",
        then.term
    ));
    must_not_lead_after(cfg, candidate, term, LONGEST_REPLY).await;
    cfg.sim().scene(format!(
        "too late: the vote of term {term} counts in no other, and {candidate} does not lead"
    ));
    true
}

/// Cuts the leader off, and waits until one of the two others asks for votes. Returns it, the other, and its term; `None` if the
/// election was over before it was seen.
async fn election_of_two(cfg: &Config) -> Option<(usize, usize, Term)> {
    let (leader, old_term) = cfg.require_leader(&[0, 1, 2]).await;
    cfg.disconnect(leader);
    let two = [1, 2].map(|k| (leader + k) % 3);
    let begins = || two.into_iter().filter_map(|i| status(cfg, i)).find(|status| status.term > old_term);
    cfg.eventually("an election begins", begins).await;
    let (candidate, term) = candidate_among(cfg, &two)?;
    let voter = if candidate == two[0] { two[1] } else { two[0] };
    Some((candidate, voter, term))
}

/// Who asks for votes just now, and in which term.
fn candidate_among(cfg: &Config, servers: &[usize]) -> Option<(usize, Term)> {
    let asks = servers.iter().filter_map(|&i| status(cfg, i)).find(|status| status.role == "candidate");
    asks.map(|status| (status.server, status.term))
}

fn voted_for(cfg: &Config, i: usize) -> Option<usize> {
    status(cfg, i)?.voted_for
}

/// For so long, `i` leads no term after this one.
async fn must_not_lead_after(cfg: &Config, i: usize, term: Term, length: Duration) {
    let start = Instant::now();
    while start.elapsed() < length {
        let (now, leads) = cfg.alive(i).get_state();
        let message = format!("server {i}, cut off with no vote but its own, leads term {now}");
        cfg.sim().check(!leads || now <= term, message);
        cfg.sleep_ms(1).await;
    }
}
