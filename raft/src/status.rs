//! A server at a glance, for reports.

use crate::{Index, ServerId, Term};

/// One server at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its number.
    pub server: ServerId,
    /// `follower`, `candidate` or `leader`.
    pub role: &'static str,
    /// Latest term it has seen.
    pub term: Term,
    /// Its vote in that term.
    pub voted_for: Option<ServerId>,
    /// Highest entry it knows to be committed.
    pub commit_index: Index,
    /// Highest entry it has handed to its service.
    pub last_applied: Index,
    /// First index after its snapshot.
    pub first_index: Index,
    /// Last index of its log.
    pub last_index: Index,
    /// Term of the last entry.
    pub last_term: Term,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Status {
            server, role, term, commit_index, last_applied, first_index, last_index, last_term, ..
        } = self;
        write!(f, "server {server}: {role:9} term {term}, ")?;
        match self.voted_for {
            Some(candidate) => write!(f, "voted for {candidate}, ")?,
            None => write!(f, "no vote, ")?,
        }
        write!(f, "log {first_index}..={last_index} (last term {last_term}), ")?;
        write!(f, "committed {commit_index}, applied {last_applied}")
    }
}
