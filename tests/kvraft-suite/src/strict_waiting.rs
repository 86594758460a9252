//! Strict siblings about those who wait for an index. A clerk asks another server after half a second, and so hides what becomes of
//! the request it has left behind; here requests are submitted on a server itself, by nobody who loses patience.

use std::time::Duration;

use futures::future::{join_all, select_all};
use kvraft::{NotLeader, clerk::Identity, kv::Command};
use raft::Term;
use simulator::{Case, Sim, case};
use tokio::{task::JoinHandle, time::timeout};

use super::config::Config;

/// How long an operation may take after the network has been mended.
pub(super) const HEALED_WITHIN: Duration = Duration::from_secs(3);

pub(super) const CASES: &[Case] = &[
    case!(
        "3A",
        Extra,
        "TestAnotherAtIndexStrict3A",
        another_at_index_3a,
        "Test: no answer for another's command at the same index (3A)"
    ),
    case!(
        "3A",
        Extra,
        "TestDeposedLeaderStrict3A",
        deposed_leader_3a,
        "Test: a deposed leader answers who waits (3A)"
    ),
    case!(
        "3A",
        Extra,
        "TestInheritedEntryStrict3A",
        inherited_entry_3a,
        "Test: a new leader commits what it has inherited (3A)"
    ),
];

/// How long three servers may take to elect a leader and to agree on one entry. Split votes included.
const ELECTED_WITHIN: Duration = Duration::from_secs(5);

/// What a server says to a request.
type Answer = Result<Option<String>, NotLeader>;

/// Goal: who waits at an index is not answered when another's command is applied there. Method: ten times, three appends are
/// submitted on a leader that has just been cut off; the others commit their own at those indices; then the network is mended.
///
/// A server that compares nothing is caught if the index is all it goes by. One that is told of the new term as well has two guards:
/// on one thread the news of the term always comes first, as Raft announces it before it hands over the entry, to tasks that run
/// in the order of their waking. On several threads (the real clock) the entry may overtake it, and then only the
/// comparison keeps the answer true.
async fn another_at_index_3a(sim: Sim) {
    let cfg = Config::make_fast(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: no answer for another's command at the same index (3A)");
    for round in 0..10 {
        let (leader, majority) = cut_off_leader(&cfg, &mut clerk).await;
        let waiting: Vec<_> = (0..3).map(|_| submit_append(&cfg, leader)).collect();
        let mut inside = cfg.make_client(&majority);
        let last = 2 + cfg.random_fault(2);
        for i in 0..=last {
            inside.put("k", &i.to_string()).await;
        }
        sim.check(!waiting.iter().any(JoinHandle::is_finished), "answered by a leader cut off");
        cfg.connect_all();
        for task in waiting {
            must_be_refused(&sim, task, &format!("round {round}")).await;
        }
        clerk.check("k", &last.to_string()).await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: a leader that has lost its leadership answers those who wait, also if nothing is ever applied at their indices. Method: five
/// times, a command is submitted on a leader that has just been cut off; the others elect another, to which nobody sends
/// anything; then the network is mended.
async fn deposed_leader_3a(sim: Sim) {
    let cfg = Config::make_fast(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: a deposed leader answers who waits (3A)");
    for round in 0..5 {
        let (leader, majority) = cut_off_leader(&cfg, &mut clerk).await;
        let (term, _) = cfg.server(leader).raft().get_state();
        let waiting = submit_append(&cfg, leader);
        leader_after(&cfg, &majority, term).await;
        sim.check(!waiting.is_finished(), "answered by a leader cut off");
        cfg.connect_all();
        must_be_refused(&sim, waiting, &format!("round {round}")).await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Goal: an entry that a new leader has inherited is committed although nobody sends a new command (the no-op; §5.4.2 forbids to commit it
/// by itself). Method: an append reaches one follower, too few to commit it; all crash, and those two return with a third, which
/// cannot win. The append must be applied on all three. Who waited at the crashed leader must have been answered, too.
async fn inherited_entry_3a(sim: Sim) {
    let cfg = Config::make_fast(&sim, 5, false, None);
    let mut clerk = cfg.make_client(&cfg.all());
    cfg.begin("Test: a new leader commits what it has inherited (3A)");
    for round in 0..3 {
        let (leader, majority) = cut_off_leader(&cfg, &mut clerk).await;
        let is_left = |i: &usize| *i != leader && !majority.contains(i);
        let follower =
            cfg.all().into_iter().find(is_left).expect("five servers: one is left with the leader");
        let index = cfg.server(leader).raft().status().map_or(0, |status| status.last_index) + 1;
        let waiting = submit_append(&cfg, leader);
        until(&cfg, follower, |status| status.last_index >= index).await;
        cfg.all().into_iter().for_each(|i| cfg.shutdown_server(i));
        must_be_refused(&sim, waiting, &format!("round {round}, after the crash")).await;

        let awake = [leader, follower, majority[cfg.random_fault(2) as usize]];
        awake.into_iter().for_each(|i| cfg.start_server(i));
        cfg.partition(&awake, &[]);
        let applied = join_all(awake.map(|i| until(&cfg, i, move |status| status.last_applied >= index)));
        let applied = timeout(ELECTED_WITHIN, applied).await;
        sim.check(
            applied.is_ok(),
            format!("round {round}: entry {index} is not committed without a new command"),
        );

        let asleep = cfg.all().into_iter().filter(|i| !awake.contains(i));
        asleep.for_each(|i| cfg.start_server(i));
        cfg.connect_all();
        clerk.check("k", "lost").await;
    }
    cfg.end();
    cfg.cleanup();
}

/// Empties the key, lets all servers know of it, and cuts off the leader, with one follower. Returns it, and the others.
///
/// All must know: a new leader that finds an entry it does not know to be committed appends a no-op, and that would stand where the
/// command of the test is waited for.
pub(super) async fn cut_off_leader(cfg: &Config, clerk: &mut super::client::Client) -> (usize, Vec<usize>) {
    clerk.put("k", "").await;
    let knows_all = |status: &raft::Status| status.last_applied == status.last_index;
    join_all(cfg.all().into_iter().map(|i| until(cfg, i, knows_all))).await;
    let (majority, minority) = cfg.make_partition();
    cfg.partition(&majority, &minority);
    (minority[1], majority)
}

/// Submits an append on server `i` itself, as a new client.
fn submit_append(cfg: &Config, i: usize) -> JoinHandle<Answer> {
    let server = cfg.server(i);
    let append = Command::Append { key: "k".into(), value: "lost".into() };
    let request = Identity::new().request(append);
    tokio::spawn(async move { server.rsm().submit(request).await })
}

/// The answer comes in time, and says that this server cannot know.
pub(super) async fn must_be_refused(sim: &Sim, task: JoinHandle<Answer>, when: &str) {
    match timeout(HEALED_WITHIN, task).await {
        Ok(answer) => {
            let answer = answer.expect("the task ends well");
            sim.check(
                answer == Err(NotLeader),
                format!("{when}: answered {answer:?}, but not carried out here"),
            );
        }
        Err(_) => sim.fail(format!("{when}: not answered within {HEALED_WITHIN:?}")),
    }
}

/// Waits until one of these servers leads a term after `term`.
async fn leader_after(cfg: &Config, among: &[usize], term: Term) {
    let elected = among.iter().map(|&i| {
        let mut state = cfg.server(i).raft().watch_state();
        Box::pin(async move { state.wait_for(|&(now, leads)| leads && now > term).await.map(drop) })
    });
    let (result, ..) = select_all(elected).await;
    cfg.sim().check(result.is_ok(), "a server has ended by itself");
}

/// Waits until Raft on server `i` is as `reached` says. Looks every 10 ms: nobody is told when Raft stores an entry.
pub(super) async fn until(cfg: &Config, i: usize, reached: impl Fn(&raft::Status) -> bool) {
    let server = cfg.server(i);
    while !server.raft().status().is_some_and(|status| reached(&status)) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
