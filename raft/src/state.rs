//! *State*, as in Figure 2.

use std::time::Duration;

use bytes::Bytes;
use rand::{SeedableRng, rngs::SmallRng};

use crate::{
    Index, ServerId, Status, Term, Time,
    log::{Entry, Log},
    ready::{Head, Message},
    timing::{COMMIT_NOTICE_DELAY, PROBE_ENTRIES_MAX},
    trace::trace,
};

/// One Raft server without its surroundings: no clock, no socket, no storage. Time, randomness and messages come in by
/// method calls; [`Ready`](crate::ready::Ready) comes out.
#[derive(Debug)]
pub struct Core {
    // --- Persistent state on all servers (Figure 2) ---
    pub(crate) current_term: Term,
    pub(crate) voted_for: Option<ServerId>,
    pub(crate) log: Log,
    /// The service's state up to `log.last_included_index()` (§7); empty without a snapshot.
    pub(crate) snapshot: Bytes,

    // --- Volatile state on all servers (Figure 2) ---
    pub(crate) commit_index: Index,
    /// Index of the last entry handed over to the service.
    pub(crate) last_applied: Index,

    // --- Which of the three rules apply ---
    pub(crate) role: Role,

    // --- Who and when ---
    pub(crate) me: ServerId,
    /// What events call it: on a network with several groups, a number says too little.
    pub(crate) name: String,
    /// Which of its lives this is, for events: a server that has crashed may go on for a while, and be taken for the next one.
    pub(crate) life: u64,
    pub(crate) servers: usize,
    pub(crate) election_deadline: Time,
    pub(crate) rng: SmallRng,

    // --- Work the shell has not taken yet ---
    pub(crate) unsaved: Unsaved,
    pub(crate) messages: Vec<Message>,
    pub(crate) next_seq: u64,
    /// A snapshot from a leader that the service has not seen yet.
    pub(crate) snapshot_to_apply: bool,
}

/// What differs from the state in storage.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) head: bool,
    /// The log differs from this index on.
    pub(crate) log_from: Option<Index>,
    pub(crate) snapshot: bool,
}

/// A server's role, with the state that only this role has.
#[derive(Debug)]
pub(crate) enum Role {
    Follower,
    Candidate(Votes),
    Leader(LeaderState),
}

/// Who has voted for this candidate.
#[derive(Debug)]
pub(crate) struct Votes(pub(crate) Vec<bool>);

/// Volatile state on leaders, reinitialised after election (Figure 2). Indexed by server.
#[derive(Debug)]
pub(crate) struct LeaderState {
    /// Index of the next log entry to send to each server.
    pub(crate) next_index: Vec<Index>,
    /// Highest log entry known to be replicated on each server.
    pub(crate) match_index: Vec<Index>,
    /// The latest request to each server, while no answer to it has come. New entries wait for that answer and then
    /// travel together; only a heartbeat does not wait.
    pub(crate) awaiting: Vec<Option<u64>>,
    /// When each server must next hear from us.
    pub(crate) heartbeat_due: Vec<Time>,
    /// `leader_commit` of the latest request to each server.
    pub(crate) commit_sent: Vec<Index>,
    /// The last `commit_index` we have taken notice of, and when.
    pub(crate) commit_noticed: (Index, Time),
}

impl LeaderState {
    /// **Lab 2A, helper.** Takes notice of a new `commit_index`: the time from which followers may wait to be told of it.
    pub(crate) fn notice_commit(&mut self, commit_index: Index, now: Time) {
        if commit_index > self.commit_noticed.0 {
            self.commit_noticed = (commit_index, now);
        }
    }

    /// **Lab 2A, helper.** When `peer` must hear from us even if there is no entry for it: at the heartbeat, or soon after a commit that it has
    /// not been told of.
    pub(crate) fn due(&self, peer: ServerId, commit_index: Index) -> Time {
        let is_behind = self.awaiting[peer].is_none() && self.commit_sent[peer] < commit_index;
        let notice = if is_behind { self.commit_noticed.1 + COMMIT_NOTICE_DELAY } else { Time::MAX };
        notice.min(self.heartbeat_due[peer])
    }

    /// **Lab 2A, helper.** How many entries one request to `peer` may carry.
    pub(crate) fn entries_max(&self, peer: ServerId, most: usize) -> usize {
        let has_matched = self.match_index[peer] + 1 == self.next_index[peer];
        if has_matched { most } else { PROBE_ENTRIES_MAX }
    }
}

impl Role {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Role::Follower => "follower",
            Role::Candidate(_) => "candidate",
            Role::Leader(_) => "leader",
        }
    }
}

/// What was found in storage at the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Term, vote, and where the log begins.
    pub head: Head,
    /// The entries after `head.last_included_index`.
    pub entries: Vec<Entry>,
    /// The snapshot, empty if there is none.
    pub snapshot: Bytes,
}

impl Core {
    /// A server as it comes up: a follower with what was saved, or with nothing (term 0, empty log).
    ///
    /// `me` is its number among `servers`; `seed` feeds its election timeouts; `now` is the time on any clock that
    /// only goes forward, the same one as in all later calls.
    pub fn new(me: ServerId, servers: usize, saved: Saved, seed: u64, now: Time) -> Self {
        let Saved { head, entries, snapshot } = saved;
        let mut core = Core {
            current_term: head.current_term,
            voted_for: head.voted_for,
            log: Log::restore(head.last_included_index, head.last_included_term, entries),
            snapshot,
            // What a snapshot covers was committed, and the service restores it by itself.
            commit_index: head.last_included_index,
            last_applied: head.last_included_index,
            role: Role::Follower,
            me,
            name: me.to_string(),
            life: 0,
            servers,
            election_deadline: Duration::ZERO,
            rng: SmallRng::seed_from_u64(seed),
            unsaved: Unsaved::default(),
            messages: Vec::new(),
            next_seq: 0,
            snapshot_to_apply: false,
        };
        core.reset_election_timer(now);
        core
    }

    /// The same under another name than its number in events, and with a number that no other life of any server has.
    pub fn named(mut self, name: String, life: u64) -> Self {
        self.name = name;
        self.life = life;
        trace!(self, "TERM", "comes up");
        self
    }

    /// The current term, and whether this server believes it is the leader.
    pub fn state(&self) -> (Term, bool) {
        (self.current_term, matches!(self.role, Role::Leader(_)))
    }

    /// Whether this server leads, and all that is uncommitted in its log is of older terms (§5.4.2).
    pub fn needs_entry_of_own(&self) -> bool {
        let (term, is_leader) = self.state();
        is_leader && self.log.last_index() > self.commit_index && self.log.last_term() < term
    }

    /// The state that a report of a failing test shows.
    pub fn status(&self) -> Status {
        Status {
            server: self.me,
            role: self.role.name(),
            term: self.current_term,
            voted_for: self.voted_for,
            commit_index: self.commit_index,
            last_applied: self.last_applied,
            first_index: self.log.last_included_index() + 1,
            last_index: self.log.last_index(),
            last_term: self.log.last_term(),
        }
    }

    /// The log, for tests and reports.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// More than half of the servers.
    pub(crate) fn majority(&self) -> usize {
        self.servers / 2 + 1
    }

    pub(crate) fn peers(&self) -> impl Iterator<Item = ServerId> + use<> {
        let me = self.me;
        (0..self.servers).filter(move |&peer| peer != me)
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            current_term: self.current_term,
            voted_for: self.voted_for,
            last_included_index: self.log.last_included_index(),
            last_included_term: self.log.last_included_term(),
        }
    }

    /// Notes that the stored log is out of date from `index` on.
    pub(crate) fn log_changed_from(&mut self, index: Index) {
        let from = self.unsaved.log_from.map_or(index, |earlier| earlier.min(index));
        self.unsaved.log_from = Some(from);
    }
}
