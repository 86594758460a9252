//! The first event at which something is wrong: Raft's promises, checked event by event.
//!
//! Only what the events say is checked, so a trace without a finding proves nothing. But an event found here is wrong by itself,
//! whatever the test complained about, and however much later.

use std::collections::BTreeMap;

use super::read::{Event, Trace};

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Index of the event among [`Trace::events`].
    pub event: usize,
    /// What is wrong with it, and where the paper says so.
    pub why: String,
}

/// The first event that breaks a promise; or else the one at which the test failed; `None` if there is neither.
pub fn first_bad(trace: &Trace) -> Option<Finding> {
    let mut seen = Seen::default();
    let broken = trace.events.iter().enumerate().find_map(|(event, fields)| {
        let why = seen.look(fields)?;
        Some(Finding { event, why })
    });
    broken.or_else(|| failure(trace))
}

fn failure(trace: &Trace) -> Option<Finding> {
    let failed = |event: &Event| event.topic() == "TEST" && event.name() == "failure";
    let event = trace.events.iter().position(failed)?;
    let message = trace.events[event].text("message").unwrap_or("it failed").to_owned();
    Some(Finding { event, why: format!("here the test noticed: {message}") })
}

/// A server, by its full name.
type Server = String;
/// A group of servers.
type Group = String;

/// What earlier events have said.
#[derive(Default)]
struct Seen {
    terms: BTreeMap<Server, u64>,
    votes: BTreeMap<(Server, u64), u64>,
    leaders: BTreeMap<(Group, u64), Server>,
    /// The term of each committed entry.
    committed: BTreeMap<(Group, u64), u64>,
    commits: BTreeMap<Server, u64>,
}

impl Seen {
    fn look(&mut self, event: &Event) -> Option<String> {
        let server = event.text("server")?;
        if event.topic() == "CRASH" {
            // A server forgets what it knew to be committed.
            self.commits.remove(server);
            return None;
        }
        let (term, group) = (event.number("term")?, event.group()?);
        self.term_goes_back(server, term)
            .or_else(|| self.vote(event, server))
            .or_else(|| self.leader(event, server, group, term))
            .or_else(|| self.commit_goes_back(event, server))
            .or_else(|| self.committed_entries(event, server, group))
    }

    fn term_goes_back(&mut self, server: &str, term: u64) -> Option<String> {
        let before = self.terms.insert(server.into(), term)?;
        (term < before).then(|| {
            format!("server {server} was in term {before} and is in {term}: current_term must survive a crash (Figure 2)")
        })
    }

    fn vote(&mut self, event: &Event, server: &str) -> Option<String> {
        if event.topic() != "VOTE" || event.fields.get("vote_granted")?.as_bool() != Some(true) {
            return None;
        }
        let (candidate, term) = (event.number("candidate")?, event.number("candidate_term")?);
        let theirs = (event.number("candidate_last_term")?, event.number("candidate_last_index")?);
        let ours = (event.number("last_term")?, event.number("last_index")?);
        if theirs < ours {
            return Some(format!(
                "server {server} votes for {candidate}, whose log ends at {}:{}, while its own ends at {}:{}: the candidate is \
                 not up-to-date (§5.4.1)",
                theirs.1, theirs.0, ours.1, ours.0
            ));
        }
        let first = *self.votes.entry((server.into(), term)).or_insert(candidate);
        (first != candidate).then(|| {
            format!("server {server} votes for {candidate} in term {term}, and has voted for {first} (§5.2; voted_for must survive a crash)")
        })
    }

    fn leader(&mut self, event: &Event, server: &str, group: &str, term: u64) -> Option<String> {
        if event.topic() != "LEADER" {
            return None;
        }
        let first = self.leaders.entry((group.into(), term)).or_insert_with(|| server.into());
        if first != server {
            return Some(format!(
                "servers {first} and {server} both lead term {term}: Election Safety (Figure 3)"
            ));
        }
        let last = event.number("last_log_index")?;
        let missing = self.committed.range((group.into(), last + 1)..=(group.into(), u64::MAX)).next();
        missing.map(|((_, index), _)| {
            format!("server {server} leads term {term} without entry {index}, which is committed: Leader Completeness (Figure 3)")
        })
    }

    fn commit_goes_back(&mut self, event: &Event, server: &str) -> Option<String> {
        let commit = event.number("commit")?;
        let before = self.commits.insert(server.into(), commit)?;
        (commit < before)
            .then(|| format!("server {server} had committed up to {before}, and now {commit}: commit_index never decreases (Figure 2)"))
    }

    /// Every entry that a server counts as committed is the same on all.
    fn committed_entries(&mut self, event: &Event, server: &str, group: &str) -> Option<String> {
        let commit = event.number("commit")?;
        let tail = event.fields.get("log")?.as_str()?;
        let entries = tail.split(' ').filter_map(|entry| entry.split_once(':'));
        let entries = entries.filter_map(|(index, term)| Some((index.parse().ok()?, term.parse().ok()?)));
        for (index, term) in entries.filter(|&(index, _): &(u64, u64)| index <= commit) {
            let first = *self.committed.entry((group.into(), index)).or_insert(term);
            if first != term {
                return Some(format!(
                    "server {server} has committed entry {index} of term {term}, and somebody else of term {first}: State Machine \
                     Safety (Figure 3)"
                ));
            }
        }
        None
    }
}
