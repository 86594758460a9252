//! What becomes of a trace on its way into the page.
//!
//! Goal: nothing is lost, nothing is invented, nothing breaks out. Method: small traces, written down here.

use std::io::Write;

use protocol::trace::read::Trace;
use serde_json::{Value, json};

use super::{data::Page, html};

const HEADER: &str =
    r#"{"trace":1,"part":"2A","test":"TestMine","seed":18446744073709551615,"clock":"virtual"}"#;

fn trace(lines: &[String]) -> Trace {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    writeln!(file, "{HEADER}\n{}", lines.join("\n")).expect("a temporary file");
    Trace::read(file.path()).expect("a trace")
}

/// The page's data, as its script sees them.
fn page(events: &[Value]) -> Value {
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    serde_json::to_value(Page::new(&trace(&lines))).expect("data")
}

fn raft(t: u64, server: &str, topic: &str, event: &str, role: &str, term: u64) -> Value {
    json!({"t": t, "server": server, "topic": topic, "event": event, "role": role, "term": term, "commit": 0, "log": "1:1"})
}

fn message(t: u64, call: u64, event: &str) -> Value {
    json!({"t": t, "topic": "NET", "event": event, "call": call})
}

fn send(t: u64, call: u64, from: &str, to: &str) -> Value {
    json!({"t": t, "topic": "NET", "event": "send", "call": call, "from": from, "to": to, "method": "m", "bytes": 3})
}

fn server(t: u64, server: &str, topic: &str, event: &str) -> Value {
    json!({"t": t, "server": server, "topic": topic, "event": event})
}

fn names(page: &Value) -> Vec<&str> {
    page["lanes"].as_array().expect("lanes").iter().map(|lane| lane["name"].as_str().expect("name")).collect()
}

/// A seed of 64 bits survives, and times and lines are differences.
#[test]
fn events_become_columns() {
    let page = page(&[server(5, "1", "CRASH", "crash"), server(25, "0", "CRASH", "start")]);
    assert_eq!(page["seed"], "18446744073709551615");
    assert_eq!(page["events"]["t"], json!([5, 20]));
    assert_eq!(page["events"]["line"], json!([2, 1]));
    assert_eq!(page["events"]["lane"], json!([1, 0]));
    assert_eq!(page["failure"], Value::Null);
}

/// Events written out of order are shown in order.
#[test]
fn time_never_goes_back() {
    let page = page(&[server(25, "0", "CRASH", "crash"), server(5, "1", "CRASH", "start")]);
    assert_eq!(page["events"]["t"], json!([5, 20]));
    assert_eq!(page["events"]["line"], json!([3, -1]));
}

/// Clients on top, then groups, each with its shards; who only gets messages has a lane too.
#[test]
fn lanes_stand_in_groups() {
    let page = page(&[
        server(0, "server-101-0", "CRASH", "start"),
        server(0, "server-100-1", "CRASH", "start"),
        server(0, "ctrler0", "CRASH", "start"),
        json!({"t": 1, "topic": "SHARD", "event": "pulled", "gid": 100, "shard": 3}),
        send(2, 0, "client 0", "server-100-0"),
    ]);
    assert_eq!(
        names(&page),
        ["clients", "ctrler0", "shards", "server-100-1", "server-101-0", "server-100-0"]
    );
    assert_eq!(page["lanes"][2]["group"], "group 100");
    assert_eq!(page["events"]["lane"][3], 2);
}

/// The five stations of a message, the reason of a loss, an unknown sender, and a call whose beginning is missing.
#[test]
fn calls_are_put_together() {
    let page = page(&[
        send(0, 7, "0", "1"),
        message(1, 7, "deliver"),
        message(2, 7, "reply"),
        message(3, 7, "return"),
        send(4, 8, "", "0"),
        json!({"t": 5, "topic": "NET", "event": "drop", "call": 8, "why": "request lost"}),
        message(6, 99, "return"),
        server(6, "0", "CRASH", "start"),
    ]);
    let messages = &page["messages"];
    assert_eq!(messages["send"], json!([0, 4]));
    assert_eq!(messages["deliver"], json!([1, -1]));
    assert_eq!(messages["reply"], json!([2, -1]));
    assert_eq!(messages["back"], json!([3, -1]));
    assert_eq!(messages["lost"], json!([-1, 5]));
    assert_eq!(messages["from"], json!([0, -1]));
    let why = usize::try_from(messages["why"][1].as_u64().expect("a number")).expect("small");
    assert_eq!(page["strings"][why], "request lost");
}

/// A candidacy ends with the election, leading ends with a newer term or a crash, and what never ends has no end.
#[test]
fn roles_and_faults_last() {
    let page = page(&[
        raft(0, "0", "VOTE", "candidate", "candidate", 1),
        raft(1, "0", "LEADER", "elected", "leader", 1),
        raft(2, "0", "COMMIT", "by majority", "leader", 1),
        raft(3, "0", "TERM", "newer term seen", "follower", 2),
        raft(4, "0", "LEADER", "elected", "leader", 3),
        server(5, "0", "CRASH", "crash"),
        server(6, "0", "CRASH", "crash"),
        server(7, "0", "CRASH", "start"),
        server(8, "0", "NET", "disconnect"),
    ]);
    let spans: Vec<Value> = page["spans"]
        .as_array()
        .expect("spans")
        .iter()
        .map(|s| json!([s["kind"], s["from"], s["to"], s["term"]]))
        .collect();
    assert_eq!(
        spans,
        [
            json!(["candidate", 0, 1, 1]),
            json!(["leader", 1, 3, 1]),
            json!(["leader", 4, 5, 3]),
            json!(["down", 5, 7, 0]),
            json!(["cut", 8, null, 0]),
        ]
    );
    assert_eq!(page["states"].as_array().expect("states").len(), 4, "equal states are kept once");
}

#[test]
fn operations_last_from_call_to_return() {
    let client = |t: u64, client: &str, event: &str| json!({"t": t, "topic": "CLIENT", "event": event, "client": client, "op": "Put", "key": "k"});
    let page = page(&[client(0, "a", "call"), client(1, "b", "call"), client(2, "a", "return")]);
    let ends: Vec<&Value> =
        page["operations"].as_array().expect("operations").iter().map(|op| &op["to"]).collect();
    assert_eq!(ends, [&json!(2), &Value::Null]);
    assert_eq!(names(&page), ["clients"]);
}

/// What a student reads in the diagram.
#[test]
fn events_say_what_happened() {
    let mut refused = raft(0, "0", "VOTE", "asked for a vote", "follower", 2);
    refused["candidate"] = json!(1);
    refused["vote_granted"] = json!(false);
    let failure = json!({"t": 9, "topic": "TEST", "event": "failure", "why": "two leaders\nmore"});
    let page = page(&[refused, raft(1, "0", "LEADER", "elected", "leader", 3), failure]);
    let text = |at: usize| {
        let place = page["events"]["label"][at].as_u64().expect("a number");
        page["strings"][usize::try_from(place).expect("small")].as_str().expect("a text")
    };
    assert_eq!([text(0), text(1), text(2)], ["no vote for 1", "leads term 3", "FAILURE: two leaders"]);
    assert_eq!(page["failure"], 2);
}

/// No text of a trace becomes markup, nor is a mark of the template replaced in it.
#[test]
fn texts_cannot_break_out() {
    let hostile = "</script><script>throw 1</script>/*SCRIPT*/<!--";
    let text = html(&trace(&[server(0, hostile, "CRASH", hostile).to_string()])).expect("a page");
    assert!(!text.contains("throw 1<"), "the text is in the page as it is");
    assert_eq!(text.matches("</script>").count(), 2, "the two of the template");
    assert_eq!(
        text.matches("/*SCRIPT*/").count(),
        3,
        "name and group of the server, and the event: not replaced"
    );
}

#[test]
fn broken_lines_are_named_and_the_rest_is_there() {
    let lines = ["{".to_owned(), server(1, "0", "CRASH", "start").to_string(), "[]".to_owned()];
    let page = serde_json::to_value(Page::new(&trace(&lines))).expect("data");
    assert_eq!(page["broken"], json!([2, 4]));
    assert_eq!(page["events"]["t"], json!([1]));
}
