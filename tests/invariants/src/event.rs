//! What a check sees of an event.

use std::collections::BTreeMap;

use serde_json::Value;

/// A field of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    /// A number.
    Number(u64),
    /// True or false.
    Flag(bool),
    /// Anything else.
    Text(&'a str),
}

/// An event, live or recorded.
pub trait Event {
    /// Shows every field with its name. Fields of no use to the checks may be left out.
    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Field<'a>));

    /// A field that is text; empty text counts as missing.
    fn text(&self, field: &str) -> Option<&str> {
        let mut found = None;
        self.each(&mut |name, value| match value {
            Field::Text(text) if name == field && !text.is_empty() => found = Some(text),
            _ => {}
        });
        found
    }

    /// A field that is a number.
    fn number(&self, field: &str) -> Option<u64> {
        let mut found = None;
        self.each(&mut |name, value| match value {
            Field::Number(number) if name == field => found = Some(number),
            _ => {}
        });
        found
    }

    /// A field that is true or false.
    fn flag(&self, field: &str) -> Option<bool> {
        let mut found = None;
        self.each(&mut |name, value| match value {
            Field::Flag(flag) if name == field => found = Some(flag),
            _ => {}
        });
        found
    }
}

impl Event for protocol::trace::read::Event {
    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Field<'a>)) {
        for (name, value) in &self.fields {
            match value {
                Value::String(text) => show(name, Field::Text(text)),
                Value::Bool(flag) => show(name, Field::Flag(*flag)),
                other => other.as_u64().into_iter().for_each(|number| show(name, Field::Number(number))),
            }
        }
    }
}

/// Who: numbers instead of names, since there are many events and few servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Who {
    pub(super) server: usize,
    /// The servers whose names differ in the number at the end only.
    pub(super) group: usize,
    /// That number.
    pub(super) place: u64,
}

/// All names so far.
#[derive(Default)]
pub(super) struct Names {
    servers: BTreeMap<String, Who>,
    groups: BTreeMap<String, usize>,
}

impl Names {
    pub(super) fn of(&mut self, server: &str) -> Who {
        if let Some(known) = self.servers.get(server) {
            return *known;
        }
        let group = server.trim_end_matches(|c: char| c.is_ascii_digit());
        let place = server[group.len()..].parse().unwrap_or(0);
        let next = self.groups.len();
        let group = *self.groups.entry(group.to_owned()).or_insert(next);
        let who = Who { server: self.servers.len(), group, place };
        self.servers.insert(server.to_owned(), who);
        who
    }
}

/// What an event of `raft` says about its server: the state after the event.
#[derive(Default)]
pub(super) struct State<'a> {
    pub(super) who: Who,
    pub(super) server: &'a str,
    pub(super) topic: &'a str,
    pub(super) name: &'a str,
    /// Which life of the server this is, if the event says so.
    pub(super) life: Option<u64>,
    pub(super) term: u64,
    pub(super) is_leader: bool,
    pub(super) voted_for: Option<u64>,
    pub(super) commit: u64,
    /// The last entries of the log, as `index:term index:term …`
    log: &'a str,
    last_log_index: Option<u64>,
}

impl<'a> State<'a> {
    pub(super) fn read(names: &mut Names, event: &'a impl Event) -> Option<Self> {
        let (mut server, mut term, mut commit) = (None, None, None);
        let mut state = State::default();
        event.each(&mut |name, field| match (name, field) {
            ("server", Field::Text(text)) => server = Some(text),
            ("topic", Field::Text(text)) => state.topic = text,
            ("event", Field::Text(text)) => state.name = text,
            ("role", Field::Text(text)) => state.is_leader = text == "leader",
            ("log", Field::Text(text)) => state.log = text,
            ("term", Field::Number(number)) => term = Some(number),
            ("commit", Field::Number(number)) => commit = Some(number),
            ("voted_for", Field::Number(number)) => state.voted_for = Some(number),
            ("life", Field::Number(number)) => state.life = Some(number),
            ("last_log_index", Field::Number(number)) => state.last_log_index = Some(number),
            _ => {}
        });
        let server = server?;
        Some(State { who: names.of(server), server, term: term?, commit: commit?, ..state })
    }

    /// The last entries of the log: index and term. Read when it is asked for: most events are not.
    pub(super) fn tail(&self) -> impl Iterator<Item = (u64, u64)> + 'a {
        self.log.split(' ').filter_map(entry)
    }

    /// The last index of the log. If all of it has gone into a snapshot, that is committed.
    pub(super) fn last_index(&self) -> u64 {
        let last_shown = || self.log.rsplit(' ').next().and_then(entry).map(|(index, _)| index);
        self.last_log_index.or_else(last_shown).unwrap_or(self.commit)
    }
}

fn entry(text: &str) -> Option<(u64, u64)> {
    let (index, term) = text.split_once(':')?;
    Some((index.parse().ok()?, term.parse().ok()?))
}
