//! Questions of the lectures about requests that come twice, played and checked. `lab scenario` shows them; the book tells more.
//!
//! Requests are submitted on the servers themselves: a clerk would never send an old one again at the moment we want it.

use std::time::Duration;

use futures::future::join;
use kvraft::{
    Kv, StateMachine,
    clerk::{Identity, ROUND_PAUSE},
    kv::Command,
    session::{ExactlyOnce, Request, Seen},
};
use linearizability::kv::Op;
use simulator::{Case, Sim, case};
use tokio::time::timeout;

use super::{
    config::Config,
    strict_waiting::{HEALED_WITHIN, cut_off_leader, must_be_refused, until},
};

pub(super) const CASES: &[Case] = &[
    case!(
        "3A",
        Scenario,
        "ScenarioDuplicateInFlight",
        duplicate_in_flight,
        "Scenario: a duplicate arrives while the original is under way"
    ),
    case!(
        "3B",
        Scenario,
        "ScenarioForgetRequests",
        forget_requests,
        "Scenario: which memory of requests may be discarded"
    ),
];

/// How long a group may take to elect a leader and carry a request out.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// Goal: a duplicate goes into the log like the original, and is known when it is applied (the paper's §8). Method: both at once on one
/// leader; then the original on a leader that is cut off, and the duplicate on its successor.
/// Mistake: the handler decides; requests are not known by client and serial number.
async fn duplicate_in_flight(sim: Sim) {
    let cfg = Config::make_fast(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Scenario: a duplicate arrives while the original is under way");
    clerk.put("k", "").await;
    let mut client = Identity::new();
    both_on_one_leader(&cfg, client.request(append("x"))).await;
    clerk.check("k", "x").await;
    sim.scene("the value is \"x\": two entries, carried out once");

    let (old, majority) = cut_off_leader(&cfg, &mut clerk).await;
    let request = client.request(append("y"));
    let original = tokio::spawn(submit(cfg.clone(), "original", old, request.clone()));
    sim.scene(format!("server {old} leads and is cut off; a request is put into its log, and waits there"));
    let (leader, answer) = ask(&cfg, &majority, &request).await;
    sim.check(answer.as_deref() == Some(""), format!("the duplicate was answered {answer:?}"));
    sim.check(!original.is_finished(), format!("server {old}, cut off, has answered the original"));
    sim.scene(format!(
        "the duplicate comes to server {leader}: carried out, though the original is still under way"
    ));
    cfg.connect_all();
    must_be_refused(&sim, original, "the original").await;
    clerk.check("k", "y").await;
    sim.scene("mended: the original is never carried out, and its waiter told so. The value is \"y\", once");
    cfg.end();
    cfg.cleanup();
}

/// Original and duplicate are both in the leader's log before either is committed; both must get the same answer.
async fn both_on_one_leader(cfg: &Config, request: Request<Command>) {
    let (leader, _) = ask(cfg, &cfg.all(), &Identity::new().request(append(""))).await;
    until(cfg, leader, |status| status.last_applied == status.last_index).await;
    let before = cfg.raft_status(leader).last_index;
    let original = submit(cfg.clone(), "original", leader, request.clone());
    let duplicate = submit(cfg.clone(), "duplicate", leader, request);
    let answers = timeout(ANSWERED_WITHIN, join(original, duplicate)).await;
    let after = cfg.raft_status(leader).last_index;
    let sim = cfg.sim();
    let carried_out = || Ok(Some(String::new()));
    sim.check(answers == Ok((carried_out(), carried_out())), format!("original and duplicate: {answers:?}"));
    sim.check(
        after == before + 2,
        format!("the log went from {before} to {after}, and should have two more"),
    );
    sim.scene(format!(
        "original and duplicate at once on server {leader}: indices {} and {after}; both are answered alike",
        before + 1
    ));
}

/// Goal: an answer may go when the client has made a newer call; that the old call *was* made may not go as long as a copy of it can
/// come. Method: late copies, before and after all servers have crashed behind a snapshot; and one more to a machine that has
/// the data and has forgotten the rest.
/// Mistake: the memory of requests is not in the snapshot; an old serial number counts as new.
async fn forget_requests(sim: Sim) {
    let cfg = Config::make_fast(&sim, 3, false, Some(1000));
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Scenario: which memory of requests may be discarded");
    let mut client = Identity::new();
    let (first, second) = (client.request(append("a")), client.request(append("b")));
    for request in [&first, &second] {
        let (_, answer) = ask(&cfg, &cfg.all(), request).await;
        sim.check(answer.is_some(), "a request that has never been made before counts as old");
    }
    sim.scene(
        "one client appends \"a\", then \"b\": its second call says that it has seen the first one's answer",
    );
    late_copies(&cfg, &first, &second).await;
    clerk.check("k", "ab").await;
    sim.scene(
        "late copies of both: the first is known as old, the second gets its answer again; \"ab\" stays",
    );

    until_snapshot(&cfg, &mut clerk).await;
    cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
    cfg.all().into_iter().for_each(|i| cfg.start_server(i));
    cfg.connect_all();
    sim.scene("the log is trimmed behind a snapshot, and all servers crash and return");
    late_copies(&cfg, &first, &second).await;
    clerk.check("k", "ab").await;
    sim.scene("late copies again: the memory has come back with the snapshot, \"ab\" stays");

    let forgetful = without_memory(&cfg, first);
    sim.check(
        forgetful == "aba",
        format!("a machine without memory should have made \"aba\", not {forgetful:?}"),
    );
    sim.scene(format!(
        "the same data without the memory: the late copy counts as new and makes {forgetful:?}"
    ));
    cfg.end();
    cfg.cleanup();
}

/// The answer of the older one is gone, but not that it was carried out.
async fn late_copies(cfg: &Config, first: &Request<Command>, second: &Request<Command>) {
    let (server, old) = ask(cfg, &cfg.all(), first).await;
    let (_, last) = ask(cfg, &cfg.all(), second).await;
    cfg.sim().check(old.is_none(), format!("the late copy of the first call was answered {old:?}"));
    cfg.sim().check(last.as_deref() == Some(""), format!("the copy of the last call was answered {last:?}"));
    let seen =
        cfg.server(server).rsm().inspect(|machine| machine.sessions().seen(first.client, first.serial));
    cfg.sim().check(seen == Seen::Outdated, format!("server {server} remembers {seen:?} of the first call"));
}

/// Writes until every server has a snapshot.
async fn until_snapshot(cfg: &Config, clerk: &mut super::client::Client) {
    let trimmed = |&i: &usize| cfg.server(i).raft().status().is_some_and(|status| status.first_index > 1);
    for i in 0.. {
        if cfg.all().iter().all(trimmed) {
            return;
        }
        clerk.put("other", &format!("{i} {}", "x".repeat(200))).await;
    }
}

/// What the key becomes if a late copy comes to a machine with the same data that has forgotten who was there.
fn without_memory(cfg: &Config, late: Request<Command>) -> String {
    let data: Kv = cfg.server(0).rsm().inspect(|machine| machine.machine().clone());
    let mut forgetful = ExactlyOnce::new(data);
    forgetful.apply(late);
    let read = Identity::new().request(Command::Get { key: "k".into() });
    forgetful.apply(read).unwrap_or_default()
}

fn append(value: &str) -> Command {
    Command::Append { key: "k".into(), value: value.into() }
}

/// Submits a request on server `i` itself. `who` is what the trace calls the client.
async fn submit(
    cfg: Config,
    who: &str,
    i: usize,
    request: Request<Command>,
) -> Result<Option<String>, kvraft::NotLeader> {
    service::client_calls(who, Op::Append, "k", &format!("call {}", request.serial));
    let answer = cfg.server(i).rsm().submit(request).await;
    service::client_returns(who, Op::Append, "k", &format!("{answer:?}"));
    answer
}

/// Asks these servers until one has carried the request out, or knows it. Returns which one, and its answer.
async fn ask(cfg: &Config, servers: &[usize], request: &Request<Command>) -> (usize, Option<String>) {
    let asking = async {
        loop {
            for &i in servers.iter().filter(|&&i| cfg.server(i).raft().get_state().1) {
                if let Ok(answer) = submit(cfg.clone(), "client", i, request.clone()).await {
                    return (i, answer);
                }
            }
            tokio::time::sleep(ROUND_PAUSE).await;
        }
    };
    let asked = timeout(ANSWERED_WITHIN + HEALED_WITHIN, asking).await;
    asked.unwrap_or_else(|_| cfg.sim().fail(format!("no server of {servers:?} answers")))
}
