//! A policy as it is written: every key may be missing, none may be unknown.

use std::collections::BTreeMap;

use protocol::Clock;
use serde::Deserialize;
use toml::Spanned;

use crate::grade::result::Visibility;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) labs: Option<Vec<Spanned<String>>>,
    pub(super) extra: Option<bool>,
    pub(super) visibility: Option<Visibility>,
    pub(super) leaderboard: Option<bool>,
    #[serde(default)]
    pub(super) seeds: Seeds,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) defaults: Entry,
    #[serde(default)]
    pub(super) part: BTreeMap<Spanned<String>, Entry>,
    #[serde(default)]
    pub(super) test: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seeds {
    pub(super) first: Option<u64>,
    pub(super) public: Option<Spanned<Vec<u64>>>,
    pub(super) hidden_file: Option<Spanned<String>>,
    pub(super) reveal_hidden: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) total_seconds: Option<Spanned<f64>>,
    pub(super) build_seconds: Option<Spanned<f64>>,
    pub(super) file_mb: Option<Spanned<u64>>,
    pub(super) processes: Option<Spanned<u64>>,
}

/// What can be said of all tests, of a part, or of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) runs: Option<Spanned<u64>>,
    pub(super) hidden_runs: Option<Spanned<u64>>,
    pub(super) rule: Option<Spanned<String>>,
    pub(super) points: Option<Spanned<f64>>,
    pub(super) clock: Option<Clock>,
    pub(super) wall_seconds: Option<Spanned<f64>>,
    pub(super) cpu_seconds: Option<Spanned<f64>>,
    pub(super) memory_mb: Option<Spanned<u64>>,
    pub(super) visibility: Option<Visibility>,
    pub(super) skip: Option<bool>,
}

impl Entry {
    /// What is said here, or else in `general`; but points are not inherited: a part's are not a test's.
    pub(super) fn over(&self, general: &Self) -> Self {
        macro_rules! first {
            ($($key:ident),*) => { Self { points: None, $($key: self.$key.clone().or_else(|| general.$key.clone())),* } };
        }
        first!(runs, hidden_runs, rule, clock, wall_seconds, cpu_seconds, memory_mb, visibility, skip)
    }
}
