//! What has ever happened, and the properties of Figure 3 that must hold for it.

use std::collections::BTreeMap;

use raft::{Index, ServerId, Term, log::Entry, log::Log, state::Core};

use crate::server::{COMMAND_BYTES, Server};

/// What no server may contradict.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// Who led each term, and in which of its lives.
    leaders: BTreeMap<Term, (ServerId, u32)>,
    /// Every entry that was ever committed, from index 1 on, with the term in which it was.
    committed: Vec<(Entry, Term)>,
    /// The commands of these entries, one after the other.
    commands: Vec<u8>,
    /// Highest commit index of each server in its present life.
    seen: Vec<(u32, Index)>,
    pub(crate) count: Count,
}

/// How much has happened: a simulation in which nothing does proves nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) elections: usize,
    pub(crate) commits: usize,
    pub(crate) installs: usize,
    pub(crate) crashes: usize,
}

impl Count {
    pub(crate) fn add(&mut self, other: Count) {
        self.elections += other.elections;
        self.commits += other.commits;
        self.installs += other.installs;
        self.crashes += other.crashes;
    }
}

impl History {
    pub(crate) fn new(servers: usize) -> Self {
        History { seen: vec![(0, 0); servers], ..History::default() }
    }

    /// Checks all properties after an event on server `me`.
    pub(crate) fn check(&mut self, servers: &[Server], me: ServerId) {
        let server = &servers[me];
        let Some((core, status)) = server.up() else { return };
        let mut news = false;
        if status.role == "leader" {
            news |= self.election_safety(status.term, (me, server.life));
        }
        news |= self.note_committed(core, me, server.life);
        self.state_machine_safety(&server.state);
        for other in servers.iter().filter_map(|other| other.core.as_ref()) {
            log_matching(core.log(), other.log());
        }
        if news {
            let leaders = servers.iter().filter_map(Server::up).filter(|(_, status)| status.role == "leader");
            leaders.for_each(|(core, status)| self.leader_completeness(core.log(), status.term));
        }
    }

    /// §5.2: at most one leader can be elected in a given term. True if this is its first event as one.
    fn election_safety(&mut self, term: Term, leader: (ServerId, u32)) -> bool {
        let is_new = !self.leaders.contains_key(&term);
        let first = *self.leaders.entry(term).or_insert(leader);
        assert_eq!(first, leader, "Election Safety: two leaders in term {term}");
        self.count.elections += usize::from(is_new);
        is_new
    }

    /// Takes down what `me` knows to be committed beyond what all knew; no two may differ in it. True if it is news.
    fn note_committed(&mut self, core: &Core, me: ServerId, life: u32) -> bool {
        let status = core.status();
        let (seen_in, seen) = self.seen[me];
        assert!(seen_in != life || status.commit_index >= seen, "the commit index goes back");
        self.seen[me] = (life, status.commit_index);
        let known = self.committed.len() as Index;
        for index in status.first_index..=status.commit_index.min(known) {
            let entry = core.log().entry(index).expect("a committed entry in the log");
            assert_eq!(entry, &self.committed[index as usize - 1].0, "State Machine Safety at {index}");
        }
        for index in known + 1..=status.commit_index {
            let entry = core.log().entry(index).expect("only what was committed can be in a snapshot");
            self.commands.extend_from_slice(&entry.command);
            self.committed.push((entry.clone(), status.term));
            self.count.commits += 1;
        }
        status.commit_index > known
    }

    /// §5.4.3: no two servers apply different commands for the same index.
    fn state_machine_safety(&self, state: &[u8]) {
        assert!(
            self.commands.starts_with(state),
            "State Machine Safety: {} commands",
            state.len() / COMMAND_BYTES
        );
    }

    /// §5.4: an entry that was committed in a term is in the logs of the leaders of all higher terms.
    fn leader_completeness(&self, log: &Log, term: Term) {
        for (index, (entry, _)) in
            (1..).zip(&self.committed).filter(|(_, (_, committed_in))| *committed_in < term)
        {
            let holds_it = index <= log.last_included_index() || log.entry(index) == Some(entry);
            assert!(holds_it, "Leader Completeness: the leader of term {term} lacks entry {index}");
        }
    }
}

/// §5.3: if two logs contain an entry with the same index and term, they are identical up to that index.
fn log_matching(one: &Log, other: &Log) {
    let first = one.last_included_index().max(other.last_included_index()) + 1;
    let last = one.last_index().min(other.last_index());
    let Some(meeting) = (first..=last).rev().find(|&index| one.term(index) == other.term(index)) else {
        return;
    };
    for index in first..=meeting {
        assert_eq!(
            one.entry(index),
            other.entry(index),
            "Log Matching at {index}, since they meet at {meeting}"
        );
    }
}
