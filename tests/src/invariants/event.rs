//! What a check sees of an event.

use std::collections::BTreeMap;

/// An event, live or recorded.
pub trait Event {
    /// A field that is text; empty text counts as missing.
    fn text(&self, field: &str) -> Option<&str>;
    /// A field that is a number.
    fn number(&self, field: &str) -> Option<u64>;
    /// A field that is true or false.
    fn flag(&self, field: &str) -> Option<bool>;
}

impl Event for crate::trace::read::Event {
    fn text(&self, field: &str) -> Option<&str> {
        crate::trace::read::Event::text(self, field)
    }
    fn number(&self, field: &str) -> Option<u64> {
        crate::trace::read::Event::number(self, field)
    }
    fn flag(&self, field: &str) -> Option<bool> {
        self.fields.get(field)?.as_bool()
    }
}

/// Who: numbers instead of names, since there are many events and few servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
pub(super) struct State<'a> {
    pub(super) who: Who,
    pub(super) server: &'a str,
    pub(super) topic: &'a str,
    pub(super) name: &'a str,
    pub(super) term: u64,
    pub(super) is_leader: bool,
    pub(super) voted_for: Option<u64>,
    pub(super) commit: u64,
    /// The last entries of the log, as `index:term index:term …`
    log: &'a str,
}

impl<'a> State<'a> {
    pub(super) fn read(names: &mut Names, event: &'a impl Event) -> Option<Self> {
        let server = event.text("server")?;
        Some(State {
            who: names.of(server),
            server,
            topic: event.text("topic")?,
            name: event.text("event").unwrap_or_default(),
            term: event.number("term")?,
            is_leader: event.text("role") == Some("leader"),
            voted_for: event.number("voted_for"),
            commit: event.number("commit")?,
            log: event.text("log").unwrap_or_default(),
        })
    }

    /// The last entries of the log: index and term. Read when it is asked for: most events are not.
    pub(super) fn tail(&self) -> impl Iterator<Item = (u64, u64)> + 'a {
        self.log.split(' ').filter_map(entry)
    }

    /// The last index of the log. If all of it has gone into a snapshot, that is committed.
    pub(super) fn last_index(&self) -> u64 {
        self.log.rsplit(' ').next().and_then(entry).map_or(self.commit, |(index, _)| index)
    }
}

fn entry(text: &str) -> Option<(u64, u64)> {
    let (index, term) = text.split_once(':')?;
    Some((index.parse().ok()?, term.parse().ok()?))
}
