//! Events in words: short ones for the diagram, all there is for whoever clicks.

use std::fmt::Write as _;

use protocol::trace::read::Event;

/// Values are cut here; a page is no place for whole databases.
const VALUE_MAX: usize = 300;

/// Fields that are shown elsewhere: as position, lane, colour or state.
const ELSEWHERE: [&str; 12] =
    ["t", "target", "topic", "event", "server", "life", "term", "role", "voted_for", "commit", "log", "call"];

/// A few words for the diagram.
pub(super) fn short(event: &Event) -> String {
    let text = |field| event.text(field).unwrap_or("?");
    let number = |field| event.number(field).map_or("?".to_owned(), |number| number.to_string());
    match (event.topic(), event.name()) {
        ("VOTE", "candidate") => format!("candidate of term {}", number("term")),
        ("VOTE", "asked for a vote") => vote(event),
        ("LEADER", "elected") => format!("leads term {}", number("term")),
        ("TERM", _) => format!("term {}", number("term")),
        ("COMMIT", _) => format!("commits {}", number("index")),
        ("LOG", "appended as leader") => format!("appends {}", number("index")),
        ("LOG", "stored") => format!("stores {}", range(event, "from", "last_log_index")),
        ("LOG", "append refused") => format!("lacks entry {}", number("prev")),
        ("APPLY", "commands") => format!("applies {}", range(event, "from", "to")),
        ("APPLY", "snapshot") => format!("takes over snapshot {}", number("index")),
        ("PERSIST", _) => "saves".to_owned(),
        ("SNAP", "taken by the service") => format!("snapshot up to {}", number("index")),
        ("SNAP", _) => format!("installs snapshot {}", number("index")),
        ("SHARD", "configuration") => format!("configuration {}", number("num")),
        ("SHARD", step) => format!("shard {} {step}", number("shard")),
        ("CLIENT", _) => format!("{} {}", text("op"), event.text("key").unwrap_or("")),
        ("TEST", "scene") => cut(text("text"), 120),
        ("TEST", "begin") => text("title").to_owned(),
        ("TEST", "failure") => cut(&format!("FAILURE: {}", text("why").lines().next().unwrap_or("")), 120),
        ("NET", "partition") => format!("partition {} | {}", text("one"), text("other")),
        (_, name) => name.to_owned(),
    }
}

fn vote(event: &Event) -> String {
    let granted = event.fields.get("vote_granted").and_then(serde_json::Value::as_bool) == Some(true);
    let candidate = event.number("candidate").map_or("?".to_owned(), |number| number.to_string());
    format!("{} {candidate}", if granted { "votes for" } else { "no vote for" })
}

/// `7`, or `7–9`.
fn range(event: &Event, from: &str, to: &str) -> String {
    match (event.number(from), event.number(to)) {
        (Some(from), Some(to)) if from < to => format!("{from}–{to}"),
        (_, Some(to)) => to.to_string(),
        _ => "?".to_owned(),
    }
}

/// Every field that has no place of its own, one per line.
pub(super) fn detail(event: &Event) -> String {
    event.fields.iter().filter(|(field, _)| !ELSEWHERE.contains(&field.as_str())).fold(
        String::new(),
        |mut text, (field, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            writeln!(text, "{field}: {}", cut(&value, VALUE_MAX)).expect("a String takes everything");
            text
        },
    )
}

/// The first characters, and a sign that there were more.
pub(super) fn cut(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
