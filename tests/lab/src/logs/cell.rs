//! One event in words, and in colour.

use console::{Color, Style};
use protocol::trace::read::Event;
use serde_json::Value;

/// Fields that are shown elsewhere, or on every event of Raft.
const ELSEWHERE: [&str; 10] =
    ["t", "target", "topic", "event", "server", "life", "role", "log", "commit", "voted_for"];

/// Topic, event, and what belongs to it.
pub(crate) fn text(event: &Event) -> String {
    if let Some(text) = vote(event) {
        return text;
    }
    let mut text = format!("{} {}", event.topic(), event.name());
    if let Some(term) = event.number("term") {
        text = format!("{} T{term} {}", event.topic(), event.name());
    }
    for (field, value) in &event.fields {
        if !ELSEWHERE.contains(&field.as_str()) && field != "term" {
            text += &format!(" {field}={}", plain(value));
        }
    }
    text
}

/// A vote is what one looks at most: who, and whose log ends where (`index:term`).
fn vote(event: &Event) -> Option<String> {
    let granted = event.fields.get("vote_granted")?.as_bool()?;
    let number = |field| event.number(field);
    let answer = if granted { "grants" } else { "refuses" };
    Some(format!(
        "VOTE T{} {answer} {} (T{}) its log ends {}:{}, mine {}:{}",
        number("term")?,
        number("candidate")?,
        number("candidate_term")?,
        number("candidate_last_index")?,
        number("candidate_last_term")?,
        number("last_index")?,
        number("last_term")?
    ))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The colour of a topic.
pub(super) fn style(topic: &str) -> Style {
    let color = match topic {
        "TIMER" => Color::White,
        "VOTE" => Color::Yellow,
        "LEADER" => Color::Green,
        "TERM" => Color::Magenta,
        "LOG" => Color::Blue,
        "COMMIT" => Color::Cyan,
        "APPLY" => Color::Color256(37),
        "PERSIST" => Color::Color256(244),
        "SNAP" => Color::Color256(140),
        "NET" => Color::Color256(240),
        "CRASH" => Color::Red,
        "CLIENT" => Color::Color256(215),
        "SHARD" => Color::Color256(78),
        _ => Color::White,
    };
    let style = Style::new().fg(color);
    if matches!(topic, "LEADER" | "CRASH" | "TEST") { style.bold() } else { style }
}
