//! Events for the log viewer and the checks: what happened, where, in which term and role. The recorder adds the time.
//!
//! Most of them come from here: after every step, [`Told::tell`] compares what a server is with what it was. So
//! whoever writes the rules need not think of events.
//!
//! | topic | event | its own fields |
//! | --- | --- | --- |
//! | TERM | `comes up`, `newer term seen` | |
//! | TIMER | `election timeout` | |
//! | VOTE | `candidate` | |
//! | VOTE | `asked for a vote` | `candidate`, `candidate_term`, `candidate_last_index`, `candidate_last_term`, `last_index`, `last_term`, `vote_granted` |
//! | LEADER | `elected` | `last_log_index` |
//! | LOG | `appended as leader` | `index` |
//! | LOG | `stored` | `from`, `last_log_index` |
//! | LOG | `append refused` | `prev`, `at` |
//! | COMMIT | `by majority`, `by leader` | `index`, `entry_term` |
//! | PERSIST | `saved` | `from`, `entries`, `last_log_index` |
//! | APPLY | `commands` | `from`, `to` |
//! | APPLY, SNAP | `snapshot`, `taken by the service`, `installed from the leader` | `index` |

use crate::{
    Index, Term,
    append_entries::{AppendEntriesReply, Conflict},
    ready::Persist,
    request_vote::{RequestVoteArgs, RequestVoteReply},
    state::{Core, Role},
};

/// Records one event of a [`Core`](crate::state::Core). Costs one load while nobody listens.
macro_rules! trace {
    ($core:expr, $topic:literal, $($rest:tt)+) => {
        tracing::trace!(
            target: "raft",
            topic = $topic,
            server = &*$core.name,
            life = $core.life,
            term = $core.current_term,
            role = $core.role.name(),
            voted_for = $core.voted_for,
            commit = $core.commit_index,
            log = %$core.log.tail(),
            $($rest)+
        )
    };
}

pub(crate) use trace;

/// What a server was when it was last told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    term: Term,
    role: &'static str,
    last_index: Index,
    commit_index: Index,
}

impl Told {
    pub(crate) fn of(core: &Core) -> Told {
        Told {
            term: core.current_term,
            role: core.role.name(),
            last_index: core.log.last_index(),
            commit_index: core.commit_index,
        }
    }

    /// Tells what has changed since, of which `persist` is to be saved.
    pub(crate) fn tell(&mut self, core: &Core, persist: Option<&Persist>) {
        let before = std::mem::replace(self, Told::of(core));
        if (self.term, self.role) != (before.term, before.role) {
            tell_role(core, before);
        }
        tell_log(core, before, persist);
        if self.commit_index > before.commit_index {
            tell_commit(core);
        }
    }
}

fn tell_role(core: &Core, before: Told) {
    match core.role {
        Role::Follower if core.current_term > before.term => trace!(core, "TERM", "newer term seen"),
        // Back from a candidacy: its term has found another leader.
        Role::Follower => {}
        Role::Candidate(_) => trace!(core, "VOTE", "candidate"),
        Role::Leader(_) => trace!(core, "LEADER", last_log_index = core.log.last_index(), "elected"),
    }
}

fn tell_log(core: &Core, before: Told, persist: Option<&Persist>) {
    let last_log_index = core.log.last_index();
    let from = match persist {
        Some(Persist { entries, .. }) if entries.is_empty() => return,
        Some(Persist { from, .. }) => *from,
        // Nothing is saved at all before Lab 2C.
        None if last_log_index == before.last_index => return,
        None => last_log_index.min(before.last_index + 1),
    };
    if matches!(core.role, Role::Leader(_)) && from > before.last_index {
        (from..=last_log_index).for_each(|index| trace!(core, "LOG", index, "appended as leader"));
    } else {
        trace!(core, "LOG", from, last_log_index, "stored");
    }
}

fn tell_commit(core: &Core) {
    let (index, entry_term) = (core.commit_index, core.log.term(core.commit_index));
    if matches!(core.role, Role::Leader(_)) {
        trace!(core, "COMMIT", index, entry_term, "by majority");
    } else {
        trace!(core, "COMMIT", index, entry_term, "by leader");
    }
}

/// Tells the answer to a candidate.
pub(crate) fn tell_vote(core: &Core, args: &RequestVoteArgs, reply: &RequestVoteReply) {
    trace!(
        core,
        "VOTE",
        candidate = args.candidate_id,
        candidate_term = args.term,
        candidate_last_index = args.last_log_index,
        candidate_last_term = args.last_log_term,
        last_index = core.log.last_index(),
        last_term = core.log.last_term(),
        vote_granted = reply.vote_granted,
        "asked for a vote"
    );
}

/// Tells that a leader's request did not fit.
pub(crate) fn tell_append(core: &Core, prev: Index, reply: &AppendEntriesReply) {
    if let Some(Conflict { conflict_index: at, .. }) = reply.conflict {
        trace!(core, "LOG", prev, at, "append refused");
    }
}
