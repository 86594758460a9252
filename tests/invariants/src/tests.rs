//! Every check fires on the events that break its promise, and is silent on those that keep it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use protocol::trace::read::Event;
use serde_json::{Value, json};

use super::Invariants;

/// The rules that these events break, in their order.
fn broken(events: &[Value]) -> Vec<&'static str> {
    let mut invariants = Invariants::default();
    let events = events.iter().map(event);
    events.filter_map(|event| Some(invariants.observe(&event)?.rule)).collect()
}

fn event(fields: &Value) -> Event {
    Event { line: 1, fields: fields.as_object().expect("an event is an object").clone() }
}

/// An event of `raft`: topic, words, server, term, role, commit index, log; and what else belongs to it.
fn raft(
    what: (&str, &str),
    server: &str,
    term: u64,
    role: &str,
    commit: u64,
    log: &str,
    more: Value,
) -> Value {
    let mut fields = json!({
        "topic": what.0, "event": what.1, "server": server, "term": term, "role": role, "commit": commit, "log": log
    });
    let all = fields.as_object_mut().expect("it is one");
    all.extend(more.as_object().expect("fields").clone());
    fields
}

fn elected(server: &str, term: u64, last: u64, log: &str) -> Value {
    raft(("LEADER", "elected"), server, term, "leader", 0, log, json!({"last_log_index": last}))
}

fn stored(server: &str, term: u64, role: &str, from: u64, log: &str) -> Value {
    raft(("LOG", "stored"), server, term, role, 0, log, json!({"from": from}))
}

fn committed(server: &str, term: u64, index: u64, log: &str) -> Value {
    raft(("COMMIT", "by leader"), server, term, "follower", index, log, json!({"index": index}))
}

fn vote(server: &str, candidate: u64, term: u64, theirs: (u64, u64), ours: (u64, u64)) -> Value {
    let more = json!({
        "vote_granted": true, "candidate": candidate, "candidate_term": term,
        "candidate_last_index": theirs.0, "candidate_last_term": theirs.1, "last_index": ours.0, "last_term": ours.1
    });
    raft(("VOTE", "asked for a vote"), server, term, "follower", 0, "", more)
}

#[test]
fn election_safety() {
    const RULE: &str = "Election Safety (Figure 3, §5.2)";
    assert_eq!(broken(&[elected("0", 1, 0, ""), elected("1", 1, 0, "")]), [RULE]);
    assert_eq!(broken(&[vote("0", 1, 3, (0, 0), (0, 0)), vote("0", 2, 3, (0, 0), (0, 0))]), [RULE]);
    assert!(
        broken(&[elected("0", 1, 0, ""), elected("1", 2, 0, ""), elected("other-1", 1, 0, "")]).is_empty()
    );
    assert!(broken(&[vote("0", 1, 3, (0, 0), (0, 0)), vote("0", 2, 4, (0, 0), (0, 0))]).is_empty());
}

#[test]
fn what_servers_say_of_themselves_is_checked_too() {
    let mut invariants = Invariants::default();
    assert_eq!(invariants.state("0", 1, true), None);
    assert_eq!(invariants.state("1", 1, false), None);
    let violation = invariants.state("1", 1, true).expect("two lead term 1");
    assert!(violation.headline().starts_with("Election Safety (Figure 3, §5.2): servers 0 and 1"));
    assert!(invariants.state("0", 0, false).is_some_and(|violation| violation.rule.starts_with("Terms")));
}

#[test]
fn leader_append_only() {
    const RULE: &str = "Leader Append-Only (Figure 3, §5.3)";
    let before = elected("0", 2, 3, "1:1 2:1 3:1");
    assert_eq!(broken(&[before.clone(), stored("0", 2, "leader", 3, "1:1 2:1")]), [RULE]);
    assert_eq!(broken(&[before.clone(), stored("0", 2, "leader", 3, "1:1 2:1 3:2")]), [RULE]);
    assert!(broken(&[before.clone(), stored("0", 2, "leader", 4, "1:1 2:1 3:1 4:2")]).is_empty());
    assert!(broken(&[before, stored("0", 3, "follower", 2, "1:1 2:3")]).is_empty());
}

#[test]
fn log_matching() {
    const RULE: &str = "Log Matching (Figure 3, §5.3)";
    let first = stored("0", 3, "follower", 1, "1:1 2:1 3:3");
    assert_eq!(broken(&[first.clone(), stored("1", 3, "follower", 1, "1:1 2:2 3:3")]), [RULE]);
    assert!(broken(&[first, stored("1", 3, "follower", 1, "1:1 2:1 3:2")]).is_empty());
}

#[test]
fn leader_completeness() {
    const RULE: &str = "Leader Completeness (Figure 3, §5.4)";
    let entry = committed("0", 2, 3, "1:1 2:2 3:2");
    assert_eq!(broken(&[entry.clone(), elected("1", 3, 2, "1:1 2:2")]), [RULE]);
    assert_eq!(broken(&[entry.clone(), elected("1", 3, 3, "1:1 2:2 3:1")]), [RULE]);
    assert!(broken(&[entry.clone(), elected("1", 3, 3, "1:1 2:2 3:2")]).is_empty());
    // Elected late, in a term before the one of the commit: it need not have the entry.
    assert!(broken(&[entry, elected("1", 1, 0, "")]).is_empty());
    assert_eq!(broken(&[vote("0", 1, 3, (9, 1), (2, 2))]), [RULE]);
}

#[test]
fn state_machine_safety() {
    const RULE: &str = "State Machine Safety (Figure 3, §5.4.3)";
    assert_eq!(broken(&[committed("0", 3, 2, "1:1 2:2"), committed("1", 3, 2, "1:1 2:3")]), [RULE]);
    assert!(broken(&[committed("0", 3, 1, "1:1 2:2"), committed("1", 3, 2, "1:1 2:3")]).is_empty());
}

#[test]
fn terms_and_commit_index_never_go_back() {
    const RULE: &str = "Terms and commit index never go back (Figure 2)";
    assert_eq!(broken(&[committed("0", 3, 2, ""), committed("0", 2, 2, "")]), [RULE]);
    assert_eq!(broken(&[committed("0", 3, 2, ""), committed("0", 3, 1, "")]), [RULE]);
    let crash = json!({"topic": "CRASH", "event": "crash", "server": "0"});
    assert!(broken(&[committed("0", 3, 2, ""), crash.clone(), committed("0", 3, 1, "")]).is_empty());
    assert_eq!(broken(&[committed("0", 3, 2, ""), crash, committed("0", 2, 1, "")]), [RULE]);
}

/// Goal: what a crashed server still does in memory is no promise. Method: its events go on, and then its next life's.
#[test]
fn a_crashed_server_is_not_heard() {
    let up = |life: u64| raft(("TERM", "comes up"), "0", 2, "follower", 0, "", json!({"life": life}));
    let of = |life: u64, candidate: u64| {
        let mut vote = vote("0", candidate, 2, (0, 0), (0, 0));
        vote["life"] = life.into();
        vote
    };
    let crash = json!({"topic": "CRASH", "event": "crash", "server": "0"});
    assert!(broken(&[up(1), crash.clone(), of(1, 7), up(2), of(1, 7), of(2, 8)]).is_empty());
    assert_eq!(broken(&[up(1), of(1, 7), crash, up(2), of(2, 8)]).len(), 1);
}

fn saved(server: &str, term: u64, voted_for: u64, log: &str) -> Value {
    raft(("PERSIST", "saved"), server, term, "follower", 0, log, json!({"voted_for": voted_for}))
}

/// Three servers that have saved something, of which 1 and 2 announce another save; `saves` of them reach the storage. Then `last`
/// happens.
fn after_saves(saves: u64, last: Value) -> Option<&'static str> {
    after_more_saves(1, saves, last)
}

fn after_more_saves(before: u64, saves: u64, last: Value) -> Option<&'static str> {
    let mut invariants = Invariants::default();
    let count = Arc::new(AtomicU64::new(before));
    for server in ["0", "1", "2"] {
        let count = count.clone();
        invariants.storage(server, Arc::new(move || count.load(Ordering::Relaxed)));
    }
    for server in ["1", "2"] {
        assert_eq!(invariants.observe(&event(&saved(server, 4, 0, "1:4 2:4"))), None);
    }
    count.fetch_add(saves, Ordering::Relaxed);
    Some(invariants.observe(&event(&last))?.rule)
}

#[test]
fn persisted_before_answered() {
    const RULE: Option<&str> = Some("Persisted before answered (Figure 2, §5.1)");
    let commit = |index: u64| {
        raft(("COMMIT", "by majority"), "0", 4, "leader", index, "1:4 2:4 3:4", json!({"index": index}))
    };
    assert_eq!(after_saves(1, elected("0", 4, 0, "")), None);
    assert_eq!(after_saves(0, elected("0", 4, 0, "")), RULE);
    assert_eq!(after_saves(1, commit(2)), None);
    assert_eq!(after_saves(0, commit(2)), RULE);
    assert_eq!(after_saves(1, commit(3)), RULE, "nobody has announced entry 3");
    assert_eq!(after_more_saves(0, 0, elected("0", 4, 0, "")), None, "before Lab 2C nobody saves");
}

fn read(value: &str) -> Value {
    json!({"topic": "CLIENT", "event": "return", "op": "Get", "key": "k", "output": value})
}

fn append(value: &str) -> Value {
    json!({"topic": "CLIENT", "event": "call", "op": "Append", "key": "k", "value": value})
}

#[test]
fn exactly_once() {
    const RULE: &str = "Exactly once (Lab 3, §8)";
    let (a, b) = (append("x 0 1 y"), append("x 1 1 y"));
    assert!(
        broken(&[a.clone(), b.clone(), read("x 0 1 y"), read("x 0 1 yx 1 1 y"), read("x 0 1 y")]).is_empty()
    );
    assert_eq!(broken(&[a.clone(), b.clone(), read("x 0 1 yx 1 1 yx 0 1 y")]), [RULE]);
    assert_eq!(broken(&[a.clone(), b, read("x 0 1 yx 1 1 y"), read("x 0 1 yx 1 1 yx 0 1 y")]), [RULE]);
    assert!(broken(&[a.clone(), a, read("x 0 1 yx 0 1 y")]).is_empty(), "asked for twice");
}

fn served(gid: u64, num: u64, owner: u64) -> Value {
    json!({"topic": "SHARD", "event": "served", "gid": gid, "num": num, "shard": 3, "owner": owner})
}

#[test]
fn one_owner() {
    const RULE: &str = "One owner per shard and configuration (Lab 4B)";
    assert!(broken(&[served(100, 1, 100), served(100, 1, 100), served(101, 2, 101)]).is_empty());
    assert_eq!(broken(&[served(100, 1, 101)]), [RULE]);
    assert_eq!(broken(&[served(100, 1, 100), served(101, 1, 101)]), [RULE]);
}
