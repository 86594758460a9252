//! Questions of the lectures about the log, played and checked. `lab scenario` shows them; the book tells more.
//!
//! A scenario directs what happens by crashes and connections, waits for events and not for times, and says on the way what is to be
//! seen. It fails if the answer is not as the book has it.

use std::ops::RangeInclusive;

use raft::{Index, Status, Term};
use simulator::{Case, Sim, case};

use super::{config::Config, logs::Value};

pub(super) const CASES: &[Case] = &[
    case!(
        "2B",
        Scenario,
        "ScenarioCommitPrefix",
        commit_prefix,
        "Scenario: a commit is that of all entries before it"
    ),
    case!(
        "2C",
        Scenario,
        "ScenarioCrashAfterCommit",
        crash_after_commit,
        "Scenario: a leader commits and crashes"
    ),
];

/// What a living server is doing; `None` while it is busy.
pub(super) fn status(cfg: &Config, i: usize) -> Option<Status> {
    cfg.alive(i).status()
}

/// Gives a command to the leader itself, which must accept it.
pub(super) fn accepted(cfg: &Config, leader: usize, command: u64) -> (Index, Term) {
    match cfg.start_on(leader, command) {
        Some((index, term, true)) => (index, term),
        refused => cfg.sim().fail(format!("server {leader} does not lead any more: {refused:?}")),
    }
}

/// Goal: what is committed is not lost, whoever crashes (§5.4.1). Method: an entry reaches three of five; its leader commits it and
/// crashes before it can tell. Of the next three servers that can reach each other, one has the entry: that one must win.
/// Mistake: a vote without the up-to-date check.
async fn crash_after_commit(sim: Sim) {
    let cfg = Config::make(&sim, 5, true, false);
    cfg.begin("Scenario: a leader commits and crashes");
    cfg.one(100, 5, true).await;
    let (leader, term) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    let [a, b, c, d] = [1, 2, 3, 4].map(|k| (leader + k) % 5);
    [c, d].into_iter().for_each(|i| cfg.disconnect(i));
    sim.scene(format!(
        "server {leader} leads term {term}; {c} and {d} are cut off: they will lack the entry"
    ));
    let (index, _) = accepted(&cfg, leader, 200);
    let commits = |i| status(&cfg, i).is_some_and(|status| status.commit_index >= index);
    cfg.eventually("the leader commits", || commits(leader).then_some(())).await;
    let told: Vec<usize> = [a, b].into_iter().filter(|&i| commits(i)).collect();
    cfg.crash(leader);
    sim.scene(format!(
        "it commits index {index}, which {a} and {b} have stored, and crashes; told of the commit: {told:?}"
    ));

    cfg.disconnect(b);
    [c, d].into_iter().for_each(|i| cfg.connect(i));
    sim.scene(format!("{a}, {c} and {d} can reach each other; only {a} has the entry"));
    let (next, next_term) = cfg.require_leader(&[a, c, d]).await;
    sim.check(
        next == a,
        format!("server {next} leads term {next_term} and lacks the committed index {index}"),
    );
    sim.scene(format!(
        "{a} is elected in term {next_term}: {c} and {d} cannot win, nor {a} without their votes"
    ));
    let latest = cfg.one(300, 3, true).await;
    must_be_committed(&cfg, index..=index, &[200], 3);
    sim.scene(format!(
        "it commits index {latest} of its own term, and with it index {index}: nothing is lost"
    ));

    cfg.connect(b);
    cfg.start_server(leader);
    cfg.connect(leader);
    cfg.one(400, 5, true).await;
    must_be_committed(&cfg, index..=index, &[200], 5);
    sim.scene(format!("server {leader} is back: all five have applied the same command at index {index}"));
    cfg.end("");
}

/// Goal: a commit is that of all entries before it, and an entry of an older term is committed in no other way (§5.3, §5.4.2). Method:
/// three entries reach two of five; all crash; a new leader brings them to a third server, and gets one command of its own.
/// Mistake: entries of older terms are committed by counting.
async fn commit_prefix(sim: Sim) {
    let cfg = Config::make(&sim, 5, true, false);
    cfg.begin("Scenario: a commit is that of all entries before it");
    let watch = cfg.watch_election_safety();
    cfg.one(100, 5, true).await;
    let (leader, old_term) = cfg.require_leader(&[0, 1, 2, 3, 4]).await;
    let [follower, third, fourth, fifth] = [1, 2, 3, 4].map(|k| (leader + k) % 5);
    [third, fourth, fifth].into_iter().for_each(|i| cfg.disconnect(i));
    let inherited = three_uncommitted(&cfg, leader, follower).await;
    let (first, last) = (*inherited.start(), *inherited.end());
    sim.scene(format!(
        "indices {first} to {last} of term {old_term} are on {leader} and {follower}; all servers crash"
    ));
    (0..5).for_each(|i| cfg.crash(i));

    let awake = [leader, follower, third];
    for i in awake {
        cfg.start_server(i);
        cfg.connect(i);
    }
    let (leader, term) = cfg.require_leader(&awake).await;
    sim.check(leader != third, format!("server {third} leads term {term} with the shorter log"));
    let stored = || status(&cfg, third)?.last_index.ge(&last).then_some(());
    cfg.eventually("the third server stores what the leader has inherited", stored).await;
    sim.scene(format!(
        "{leader} leads term {term}; {third} has stored {first} to {last} too: that is three of five"
    ));
    cfg.sleep_ms(300).await;
    for index in inherited.clone() {
        let (count, _) = cfg.n_committed(index);
        sim.check(count == 0, format!("index {index} of an older term was committed by counting"));
    }
    let commit_index = status(&cfg, leader).map_or(0, |status| status.commit_index);
    sim.scene(format!(
        "0.3 s later none of them is committed: they are of an older term (commit index {commit_index})"
    ));

    let (own, _) = accepted(&cfg, leader, 500);
    sim.check(own == last + 1, format!("the new command stands at index {own}, not {}", last + 1));
    sim.scene(format!("{leader} gets one command: index {own} of its own term {term}"));
    cfg.wait(own, 3, None).await;
    must_be_committed(&cfg, first..=own, &[201, 202, 203, 500], 3);
    sim.scene(format!("index {own} is committed, and with it {first} to {last}"));
    for i in [fourth, fifth] {
        cfg.start_server(i);
        cfg.connect(i);
    }
    cfg.one(600, 5, true).await;
    must_be_committed(&cfg, first..=own, &[201, 202, 203, 500], 5);
    cfg.end("");
    watch.await.expect("the watch ends with the test");
}

/// Three commands that reach the leader and one follower, too few to commit them. Returns their indices.
async fn three_uncommitted(cfg: &Config, leader: usize, follower: usize) -> RangeInclusive<Index> {
    let indices = [201, 202, 203].map(|command| accepted(cfg, leader, command).0);
    let stored = || status(cfg, follower)?.last_index.ge(&indices[2]).then_some(());
    cfg.eventually("the follower stores three entries", stored).await;
    for index in indices {
        let (count, _) = cfg.n_committed(index);
        cfg.sim().check(count == 0, format!("two servers of five have committed index {index}"));
    }
    indices[0]..=indices[2]
}

/// At least `servers` have delivered these commands at these indices, and nobody another.
#[track_caller]
pub(super) fn must_be_committed(
    cfg: &Config,
    indices: RangeInclusive<Index>,
    commands: &[u64],
    servers: usize,
) {
    for (index, &command) in indices.zip(commands) {
        let (count, value) = cfg.n_committed(index);
        let holds = count >= servers && value == Some(Value::Int(command));
        cfg.sim().check(
            holds,
            format!("index {index}: {servers} servers should have {command}; {count} have {value:?}"),
        );
    }
}
