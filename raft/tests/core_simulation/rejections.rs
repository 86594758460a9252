//! The faster back-up (end of §5.3): a leader finds the place where a follower's log agrees with its own after at most
//! one rejected AppendEntries per conflicting term, not per entry.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use raft::{
    Index, Term, Time,
    install_snapshot::InstallSnapshotSent,
    log::Entry,
    ready::{Head, Message, Request},
    request_vote::RequestVoteReply,
    state::{Core, Saved},
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};

const NOW: Time = Duration::from_secs(1);
const LEADER: usize = 0;
const FOLLOWER: usize = 1;
const VOTER: usize = 2;

/// Server `me` of three in `term`, with a log of these terms, of which the first `dropped` are in a snapshot.
fn server(me: usize, term: Term, log: &[Term], dropped: usize) -> Core {
    let last_included_term = if dropped == 0 { 0 } else { log[dropped - 1] };
    let head = Head {
        current_term: term,
        voted_for: None,
        last_included_index: dropped as Index,
        last_included_term,
    };
    let entry = |(index, &term)| Entry { term, command: Bytes::from(format!("{index} of term {term}")) };
    let entries = log.iter().enumerate().skip(dropped).map(entry).collect();
    Core::new(me, 3, Saved { head, entries, snapshot: Bytes::new() }, 1, Time::ZERO)
}

/// The leader of `term`, by the vote of the third server, which then falls silent.
fn leader(term: Term, log: &[Term], dropped: usize) -> Core {
    let mut leader = server(LEADER, term - 1, log, dropped);
    leader.tick(NOW);
    drop(leader.take_ready(NOW));
    leader.request_vote_reply(VOTER, term, RequestVoteReply { term, vote_granted: true }, NOW);
    assert_eq!(leader.state(), (term, true));
    leader
}

/// Carries one request to the follower and its answer back. True if it was rejected.
fn deliver(leader: &mut Core, follower: &mut Core, message: Message) -> bool {
    let seq = message.seq;
    match message.request {
        Request::AppendEntries(args) => {
            let sent = args.sent(seq);
            let reply = follower.append_entries(args, NOW);
            leader.append_entries_reply(FOLLOWER, sent, reply, NOW);
            !reply.success
        }
        Request::InstallSnapshot(args) => {
            let (term, last_included_index) = (args.term, args.last_included_index);
            let reply = follower.install_snapshot(args, NOW);
            let sent = InstallSnapshotSent { term, last_included_index, seq };
            leader.install_snapshot_reply(FOLLOWER, sent, reply, NOW);
            false
        }
        Request::RequestVote(_) => panic!("the election is over"),
    }
}

/// Lets the leader replicate one command of its own, with all before it. How many requests were rejected on the way.
fn rejections(leader: &mut Core, follower: &mut Core) -> usize {
    leader.start(Bytes::from("the leader's own"));
    let mut rejected = 0;
    let mut requests = 0;
    while let Some(message) =
        leader.take_ready(NOW).messages.into_iter().find(|message| message.to == FOLLOWER)
    {
        rejected += usize::from(deliver(leader, follower, message));
        requests += 1;
        assert!(requests < 10_000, "the leader comes no further");
    }
    assert_eq!(follower.log().last_index(), leader.log().last_index(), "the follower has caught up");
    for index in follower.status().first_index.max(leader.status().first_index)..=leader.log().last_index() {
        assert_eq!(follower.log().entry(index), leader.log().entry(index), "entry {index}");
    }
    rejected
}

/// The terms in `log` from the first place where it differs from the other.
fn conflicting_terms(log: &[Term], common: usize) -> usize {
    log[common..].iter().collect::<BTreeSet<_>>().len()
}

/// Two logs that real servers could have: they share a beginning, and after that no term is in both, since a term's
/// only leader wrote its entries into one place.
fn divergent_logs(rng: &mut SmallRng) -> (Vec<Term>, [Vec<Term>; 2]) {
    let mut common = Vec::new();
    let mut term = 1;
    for _ in 0..rng.random_range(0..5) {
        common.extend(vec![term; rng.random_range(1..20)]);
        term += rng.random_range(1..3);
    }
    let mut logs = [common.clone(), common.clone()];
    for term in term..term + rng.random_range(0..20) {
        // One term in eight belongs to a leader that neither has heard of.
        if !rng.random_ratio(1, 8) {
            let length = if rng.random_ratio(1, 10) { 200 } else { rng.random_range(1..20) };
            logs[usize::from(rng.random::<bool>())].extend(vec![term; length]);
        }
    }
    (common, logs)
}

/// Figure 7: the leader of term 8 and its six possible followers.
#[test]
fn the_followers_of_figure_7() {
    let followers: [(&[Term], usize); 6] = [
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6], 1),
        (&[1, 1, 1, 4], 1),
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6], 0),
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7], 0),
        (&[1, 1, 1, 4, 4, 4, 4], 1),
        (&[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], 1),
    ];
    for (log, expected) in followers {
        let mut leader = leader(8, &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6], 0);
        assert_eq!(rejections(&mut leader, &mut server(FOLLOWER, 7, log, 0)), expected, "{log:?}");
    }
}

/// The worst case: terms take turns between the two logs, and each rejection rules out one on either side.
#[test]
fn terms_that_take_turns() {
    let [odd, even] =
        [1, 2].map(|first| (first..=40).step_by(2).flat_map(|term| [term; 50]).collect::<Vec<Term>>());
    let rejected = rejections(&mut leader(41, &even, 0), &mut server(FOLLOWER, 40, &odd, 0));
    assert_eq!(rejected, 20);
}

/// Random divergent logs: at most one rejection per conflicting term. The leader counts its own terms that the
/// follower lacks; the follower counts its terms that must go, and the first attempt, made before the leader knows
/// anything.
#[test]
fn at_most_one_rejection_per_conflicting_term() {
    let mut total = 0;
    for seed in 0..2000 {
        let mut rng = SmallRng::seed_from_u64(seed);
        let (common, [ours, theirs]) = divergent_logs(&mut rng);
        let most = conflicting_terms(&ours, common.len()).min(conflicting_terms(&theirs, common.len()) + 1);
        let term = 1 + ours.iter().chain(&theirs).max().copied().unwrap_or(1);
        let mut dropped = || if rng.random() { 0 } else { rng.random_range(0..=common.len()) };
        let (mut leader, mut follower) =
            (leader(term + 1, &ours, dropped()), server(FOLLOWER, term, &theirs, dropped()));
        let rejected = rejections(&mut leader, &mut follower);
        assert!(
            rejected <= most,
            "seed {seed}: {rejected} rejections, not {most}: {ours:?} against {theirs:?}"
        );
        total += rejected;
    }
    assert!(total > 2000, "the logs hardly differ: {total} rejections");
}
