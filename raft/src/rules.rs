//! *Rules for Servers*, as in Figure 2, and the methods by which time and commands come in.

use bytes::Bytes;
use rand::RngExt;

use crate::{
    Index, ServerId, Term, Time,
    apply::ApplyMsg,
    log::Entry,
    ready::{Message, Persist, Ready, Request},
    state::{Core, LeaderState, Role, Unsaved, Votes},
    timing::{ELECTION_TIMEOUT, HEARTBEAT_INTERVAL},
    trace::trace,
};

impl Core {
    /// **Lab 2A.** Lets time pass: a follower or candidate whose election timeout has elapsed starts an election
    /// (§5.2). A leader's heartbeats are sent by [`Core::take_ready`].
    pub fn tick(&mut self, now: Time) {
        if !matches!(self.role, Role::Leader(_)) && now >= self.election_deadline {
            trace!(self, "TIMER", "election timeout");
            self.become_candidate(now);
        }
    }

    /// **Lab 2A.** The election timeout, or for a leader the next heartbeat (§5.2), if it has peers: when [`Core::tick`] and
    /// [`Core::take_ready`] must be called next, if nothing else happens.
    pub fn next_deadline(&self) -> Time {
        match &self.role {
            Role::Leader(leader) => {
                self.peers().map(|peer| leader.due(peer, self.commit_index)).min().unwrap_or(Time::MAX)
            }
            _ => self.election_deadline,
        }
    }

    /// **Lab 2B.** If this server is the leader: appends the command to its log and returns its index (§5.3). Nothing is
    /// sent before [`Core::take_ready`], so that commands which arrive together travel together.
    pub fn start(&mut self, command: Bytes) -> Option<Index> {
        if !matches!(self.role, Role::Leader(_)) {
            return None;
        }
        let index = self.log.append(Entry { term: self.current_term, command });
        self.log_changed_from(index);
        Some(index)
    }

    /// Takes the work that has come together: what to save, then what to send.
    pub fn take_ready(&mut self, now: Time) -> Ready {
        self.replicate(now);
        let persist = self.take_unsaved();
        if self.servers == 1 {
            // A lone server is its own majority, and no reply will ever come: what it saves now is committed.
            self.advance_commit_index();
        }
        Ready { persist, messages: std::mem::take(&mut self.messages), committed: self.has_committed() }
    }

    /// Whether [`Core::take_committed`] has something to hand over.
    pub fn has_committed(&self) -> bool {
        self.snapshot_to_apply || self.last_applied < self.commit_index
    }

    /// **Lab 2B.** *All servers*: if `commit_index` > `last_applied`, the entries between go to the state machine (§5.3).
    /// Takes at most `count_max` of them; a snapshot from the leader comes before the entries after it.
    pub fn take_committed(&mut self, count_max: usize) -> Vec<ApplyMsg> {
        let mut messages = Vec::new();
        if self.snapshot_to_apply {
            messages.push(self.take_snapshot());
        }
        let last = self.commit_index.min(self.last_applied.saturating_add(count_max as Index));
        for index in self.last_applied + 1..=last {
            let entry = self.log.entry(index).expect("a committed entry is in the log until it is applied");
            messages.push(ApplyMsg::Command { index, command: entry.command.clone() });
        }
        if last > self.last_applied {
            trace!(self, "APPLY", from = self.last_applied + 1, to = last, "commands");
        }
        self.last_applied = last;
        messages
    }

    /// **Lab 2D.** The service gets the snapshot that the leader has sent (Figure 13, step 8): everything up to it counts as
    /// applied.
    fn take_snapshot(&mut self) -> ApplyMsg {
        self.snapshot_to_apply = false;
        let (index, term) = (self.log.last_included_index(), self.log.last_included_term());
        self.last_applied = index;
        trace!(self, "APPLY", index, "snapshot");
        ApplyMsg::Snapshot { index, term, snapshot: self.snapshot.clone() }
    }

    // --- All servers ---

    /// **Lab 2A.** *All servers*: if an RPC carries a term above ours, that term is ours now, we are a follower, and
    /// nobody has our vote yet (§5.1). A leader has had no election timer: from now on it needs one.
    pub(crate) fn observe_term(&mut self, term: Term, now: Time) {
        if term > self.current_term {
            self.become_follower(term, now);
        }
    }

    /// **Lab 2A.** Draws a new election timeout, different for every server and every time, so that votes rarely split (§5.2).
    pub(crate) fn reset_election_timer(&mut self, now: Time) {
        let timeout =
            self.rng.random_range(ELECTION_TIMEOUT.start.as_micros()..ELECTION_TIMEOUT.end.as_micros());
        self.election_deadline = now + Time::from_micros(timeout as u64);
    }

    /// **Lab 2A, helper.** A newer term: nobody is voted for in it yet.
    fn become_follower(&mut self, term: Term, now: Time) {
        let was_leader = matches!(self.role, Role::Leader(_));
        self.current_term = term;
        self.voted_for = None;
        self.unsaved.head = true;
        self.role = Role::Follower;
        // A leader had no election timer; everybody else keeps theirs, or a server that cannot win could put off
        // the ones that can by its ever new terms.
        if was_leader {
            self.reset_election_timer(now);
        }
    }

    // --- Candidates (§5.2) ---

    /// **Lab 2A.** On conversion to candidate: new term, vote for self, new timer, ask everybody (Figure 2, *Candidates*).
    fn become_candidate(&mut self, now: Time) {
        self.current_term += 1;
        self.voted_for = Some(self.me);
        self.unsaved.head = true;
        let mut votes = Votes(vec![false; self.servers]);
        votes.0[self.me] = true;
        self.role = Role::Candidate(votes);
        self.reset_election_timer(now);
        for peer in self.peers() {
            self.send_request_vote(peer);
        }
        self.become_leader_if_elected(now);
    }

    /// **Lab 2A.** A candidate with the votes of a majority becomes the leader, and says so at once: every peer's
    /// heartbeat is due (Figure 2, *Candidates* and *Leaders*). What `LeaderState` has besides Figure 2 and `heartbeat_due` matters
    /// from Lab 2B on.
    pub(crate) fn become_leader_if_elected(&mut self, now: Time) {
        let Role::Candidate(votes) = &self.role else { return };
        if votes.0.iter().filter(|&&granted| granted).count() < self.majority() {
            return;
        }
        self.role = Role::Leader(LeaderState {
            next_index: vec![self.log.last_index() + 1; self.servers],
            match_index: vec![0; self.servers],
            awaiting: vec![None; self.servers],
            heartbeat_due: vec![now; self.servers],
            commit_sent: vec![0; self.servers],
            commit_noticed: (self.commit_index, now),
        });
    }

    // --- Leaders (§5.3, §5.4) ---

    /// **Lab 2A.** *Leaders* (Figure 2): a follower that heard nothing for a heartbeat interval hears from us (§5.2), and its next
    /// heartbeat is due an interval later. From Lab 2B on, one that lacks entries gets them as soon as the last request to it is
    /// answered (§5.3).
    fn replicate(&mut self, now: Time) {
        if let Role::Leader(leader) = &mut self.role {
            leader.notice_commit(self.commit_index, now);
        }
        for peer in self.peers() {
            let Role::Leader(leader) = &mut self.role else { return };
            let lacks_entries = leader.next_index[peer] <= self.log.last_index();
            let wants_entries = lacks_entries && leader.awaiting[peer].is_none();
            let is_due = now >= leader.due(peer, self.commit_index);
            if !(wants_entries || is_due) {
                continue;
            }
            leader.awaiting[peer] = Some(self.next_seq);
            leader.heartbeat_due[peer] = now + HEARTBEAT_INTERVAL;
            leader.commit_sent[peer] = self.commit_index;
            if leader.next_index[peer] <= self.log.last_included_index() {
                self.send_install_snapshot(peer);
            } else {
                self.send_append_entries(peer);
            }
        }
    }

    /// **Lab 2B.** *Leaders*: if a majority has an entry of the current term, it is committed, and all before it are. An
    /// entry of an older term is never committed by counting replicas: it may still be overwritten (§5.4.2,
    /// Figure 8).
    pub(crate) fn advance_commit_index(&mut self) {
        let Role::Leader(leader) = &mut self.role else { return };
        leader.match_index[self.me] = self.log.last_index();
        let mut replicated = leader.match_index.clone();
        replicated.sort_unstable_by(|a, b| b.cmp(a));
        let candidate = replicated[self.majority() - 1];
        if candidate > self.commit_index && self.log.term(candidate) == Some(self.current_term) {
            self.commit_index = candidate;
        }
    }

    /// **Lab 2A, helper.** Notes that the request `seq` to `peer` was answered, or never will be.
    pub(crate) fn request_ended(&mut self, peer: ServerId, seq: u64) {
        if let Role::Leader(leader) = &mut self.role
            && leader.awaiting[peer] == Some(seq)
        {
            leader.awaiting[peer] = None;
        }
    }

    /// **Lab 2A.** A request was lost, or its answer was. A lost vote request is repeated at once (§5.1: servers retry RPCs). Lost
    /// entries need nothing here: if they still matter, the next [`Core::take_ready`] sends them again.
    pub fn no_answer(&mut self, from: ServerId, seq: u64, request_term: Term) {
        self.request_ended(from, seq);
        if let Role::Candidate(votes) = &self.role
            && request_term == self.current_term
            && !votes.0[from]
        {
            self.send_request_vote(from);
        }
    }

    pub(crate) fn send(&mut self, to: ServerId, request: Request) {
        let seq = self.next_seq;
        self.next_seq += 1;
        self.messages.push(Message { to, seq, request });
    }

    // --- Persistence ---

    /// **Lab 2C, before that `None`.** The one place where it is decided what is saved: whatever of Figure 2's *Persistent state* has changed.
    fn take_unsaved(&mut self) -> Option<Persist> {
        let Unsaved { head, log_from, snapshot } = std::mem::take(&mut self.unsaved);
        if !head && log_from.is_none() && !snapshot {
            return None;
        }
        let first = self.log.last_included_index() + 1;
        let from = log_from.unwrap_or(self.log.last_index() + 1).max(first);
        Some(Persist {
            head: self.head(),
            from,
            entries: self.log.slice(from, usize::MAX, usize::MAX),
            snapshot: snapshot.then(|| self.snapshot.clone()),
        })
    }
}
