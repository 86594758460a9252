//! The tester's questions: is there one leader, is this committed, does a command get through.
//!
//! Each names its caller's file and line if it fails, and says meanwhile what it waits for.

use std::{collections::BTreeMap, future::Future, panic::Location, time::Duration};

use protocol::FailureKind;
use raft::{Index, Term};
use tokio::time::Instant;

use super::{config::Config, logs::Value};

type Place = &'static Location<'static>;

/// What [`Config::wait`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waited {
    /// The command that was committed.
    Committed(Value),
    /// A server has moved on to a later term: the command may never be committed.
    MovedOn,
}

impl Config {
    fn fail_at(&self, at: Place, message: impl std::fmt::Display) -> ! {
        self.sim().fail_at(FailureKind::Check, message, at)
    }

    /// Waits until there is a leader among the connected servers, and returns the one of the latest term. A stale
    /// leader of an earlier term is tolerated, two in one term are not.
    #[track_caller]
    pub fn check_one_leader(&self) -> impl Future<Output = usize> + Send + use<> {
        let (config, at) = (self.clone(), Location::caller());
        async move {
            let _step = config.sim().step_at("waiting for one leader", at);
            for _ in 0..10 {
                config.sleep_ms(450 + config.random(99)).await;
                if let Some(leader) = config.leader_now(at) {
                    return leader;
                }
            }
            config.fail_at(at, "expected one leader, got none")
        }
    }

    fn leader_now(&self, at: Place) -> Option<usize> {
        let mut leaders: BTreeMap<Term, Vec<usize>> = BTreeMap::new();
        for (i, (term, is_leader)) in self.connected_states() {
            if is_leader {
                leaders.entry(term).or_default().push(i);
            }
        }
        for (term, servers) in &leaders {
            if servers.len() > 1 {
                self.fail_at(at, format!("term {term} has {} (>1) leaders: {servers:?}", servers.len()));
            }
        }
        leaders.last_entry().map(|latest| latest.get()[0])
    }

    fn connected_states(&self) -> Vec<(usize, (Term, bool))> {
        (0..self.servers())
            .filter(|&i| self.is_connected(i))
            .filter_map(|i| Some((i, self.raft(i)?.get_state())))
            .collect()
    }

    /// All connected servers must agree on the term.
    #[track_caller]
    pub fn check_terms(&self) -> Term {
        let states = self.connected_states();
        let term = states.first().map_or(0, |(_, (term, _))| *term);
        if states.iter().any(|(_, (other, _))| *other != term) {
            self.sim().fail(format!("servers disagree on term: {states:?}"));
        }
        term
    }

    /// No connected server may claim to be the leader.
    #[track_caller]
    pub fn check_no_leader(&self) {
        for (i, (_, is_leader)) in self.connected_states() {
            if is_leader {
                self.sim()
                    .fail(format!("expected no leader among connected servers, but {i} claims to be leader"));
            }
        }
    }

    /// How many servers, dead ones included, have delivered `index`, and what.
    #[track_caller]
    pub fn n_committed(&self, index: Index) -> (usize, Option<Value>) {
        self.n_committed_at(index, Location::caller())
    }

    fn n_committed_at(&self, index: Index, at: Place) -> (usize, Option<Value>) {
        let committed = self.logs().committed(index);
        committed.unwrap_or_else(|error| self.fail_at(at, error))
    }

    /// Waits for at least `servers` of them to deliver `index`. If `start_term` is given, gives up when a server has
    /// moved on to a later term.
    #[track_caller]
    pub fn wait(
        &self,
        index: Index,
        servers: usize,
        start_term: Option<Term>,
    ) -> impl Future<Output = Waited> + Send + use<> {
        let (config, at) = (self.clone(), Location::caller());
        async move {
            let _step =
                config.sim().step_at(format!("waiting for {servers} servers to commit index {index}"), at);
            let mut pause = 10;
            for _ in 0..30 {
                if config.n_committed_at(index, at).0 >= servers {
                    break;
                }
                config.sleep_ms(pause).await;
                if pause < 1000 {
                    pause *= 2;
                }
                if start_term.is_some_and(|start| config.any_term_after(start)) {
                    return Waited::MovedOn;
                }
            }
            let (count, value) = config.n_committed_at(index, at);
            if count < servers {
                config.fail_at(at, format!("only {count} decided for index {index}; wanted {servers}"));
            }
            Waited::Committed(value.expect("a counted command is there"))
        }
    }

    fn any_term_after(&self, start: Term) -> bool {
        (0..self.servers()).filter_map(|i| self.raft(i)).any(|raft| raft.get_state().0 > start)
    }

    /// Gets one command through: submits it to whoever says to be the leader, and waits until `expected` servers have
    /// delivered it. With `retry`, a command that does not get through in two seconds is submitted again, and may end
    /// up in the log twice. Returns the index.
    #[track_caller]
    pub fn one(
        &self,
        command: impl Into<Value>,
        expected: usize,
        retry: bool,
    ) -> impl Future<Output = Index> + Send {
        let (config, at) = (self.clone(), Location::caller());
        one(config, command.into(), expected, retry, at)
    }

    /// Submits `command` directly to server `i`.
    pub fn start_on(&self, i: usize, command: impl Into<Value>) -> Option<(Index, Term, bool)> {
        Some(self.raft(i)?.start(encode(&command.into())))
    }
}

fn encode(value: &Value) -> Vec<u8> {
    labgob::encode(value).expect("a command can be encoded")
}

async fn one(config: Config, command: Value, expected: usize, retry: bool, at: Place) -> Index {
    let _step = config.sim().step_at(format!("one({command}, {expected} servers)"), at);
    let start = Instant::now();
    let mut server = 0;
    // The ten seconds are looked at only here: the last attempt may take two more.
    while start.elapsed() < Duration::from_secs(10) && !config.is_finished() {
        let Some(index) = submit(&config, &command, &mut server) else {
            config.sleep_ms(50).await;
            continue;
        };
        let submitted = Instant::now();
        while submitted.elapsed() < Duration::from_secs(2) {
            let (count, value) = config.n_committed_at(index, at);
            if count > 0 && count >= expected && value.as_ref() == Some(&command) {
                return index;
            }
            config.sleep_ms(20).await;
        }
        if !retry {
            config.fail_at(at, format!("one({command}) failed to reach agreement"));
        }
    }
    if config.is_finished() {
        return 0;
    }
    config.fail_at(at, format!("one({command}) failed to reach agreement"))
}

/// Offers the command to each connected server once, beginning after the last one tried.
fn submit(config: &Config, command: &Value, server: &mut usize) -> Option<Index> {
    for _ in 0..config.servers() {
        *server = (*server + 1) % config.servers();
        if config.is_connected(*server)
            && let Some((index, _, true)) = config.start_on(*server, command.clone())
        {
            return Some(index);
        }
    }
    None
}
