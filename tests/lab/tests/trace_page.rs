//! The page of `lab view` in a real browser. Where none is installed, the tests say so on stderr and show nothing.
//!
//! Method: the command writes the page, a browser loads it, and what was drawn is read from the page's elements: counts, never times.

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Output},
};

use rig::load;
use tempfile::TempDir;

/// Markup that would show up as an error or as an element if any text were taken for markup.
const HOSTILE: &str = "</script><script>throw 1</script><img src=x onerror='throw 2'><!--";

const HEADER: &str = r#"{"trace":1,"part":"2A","test":"TestMine","seed":7,"clock":"virtual"}"#;

/// What a reader does: zoom in and out, move, fold, filter, click on the election. What is drawn then is told on the body.
const READER: &str = r#"<script>
const told = (name, value) => { document.body.dataset[name] = String(value); };
const loadMs = performance.now();
told("all", `${arrowsDrawn.length} ${marksDrawn.length}`);
nextElection();
showRange(place(view.selected) - 3000, place(view.selected) + 3000);
draw();
told("near", `${arrowsDrawn.length} ${marksDrawn.length}`);
told("election", marksDrawn.some((mark) => mark.at === view.selected && topicOf(mark.at) === "LEADER"));
told("leads", element("all").textContent.includes("leader"));
const box = canvas.getBoundingClientRect(), mark = marksDrawn.find((one) => one.at === view.selected);
const there = { clientX: box.left + mark.x, clientY: box.top + mark.y, bubbles: true, cancelable: true };
canvas.dispatchEvent(new PointerEvent("pointermove", there));
told("tip", !tip.hidden && tip.textContent.includes("leads term"));
click({ clientX: box.left + 300, clientY: there.clientY });
told("clicked", view.selected !== mark.at && view.cursor !== null);
click(there);
told("again", view.selected === mark.at);
const before = view.scale;
canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, ...there }));
told("zoomed", view.scale > before);
setFold(true);
draw();
setFold(false);
fit();
draw();
topicShown[data.topics.indexOf("NET")] = false;
draw();
told("filtered", document.body.dataset.messages);
told("cycle", `${Math.round(performance.now() - loadMs)}`);
</script>"#;

fn lab(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(rig::lab()).args(arguments).current_dir(folder.path()).output().expect("lab can be started")
}

#[track_caller]
fn expect(code: i32, folder: &TempDir, arguments: &[&str]) -> (String, String) {
    let output = lab(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "lab {arguments:?}\n{stdout}{stderr}");
    (stdout, stderr)
}

/// A folder with `run.jsonl` in it.
fn folder(trace: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(folder.path().join("run.jsonl"), trace).expect("a temporary directory");
    folder
}

/// Draws `run.jsonl`, has [`READER`] read the page, and returns the start tag of its body.
fn read(folder: &TempDir) -> Option<String> {
    let (stdout, _) = expect(0, folder, &["view", "run.jsonl"]);
    assert_eq!(stdout, "run.html\n", "where the page is");
    let page = folder.path().join("run.html");
    let text = std::fs::read_to_string(&page).expect("just written");
    std::fs::write(&page, text.replace("</body>", &format!("{READER}</body>")))
        .expect("a temporary directory");
    let (dom, log) = load(&page, folder.path(), &[])?;
    assert!(dom.contains("data-state=\"ready\""), "the script did not run to its end: {log}");
    assert!(dom.contains("<pre id=\"errors\" role=\"alert\"></pre>"), "errors on the page: {log}");
    assert!(!log.contains("CONSOLE"), "the console was written to: {log}");
    assert!(!dom.contains("<img"), "text became markup");
    let body = &dom[dom.find("<body").expect("a body")..];
    Some(body[..body.find('>').expect("it ends")].to_owned())
}

/// The numbers the page tells under this name.
fn told(body: &str, name: &str) -> Vec<u64> {
    let begin = format!("data-{name}=\"");
    let at = body.find(&begin).unwrap_or_else(|| panic!("{name} is not told: {body}")) + begin.len();
    let text = &body[at..at + body[at..].find('"').expect("an end")];
    text.split(' ').map(|number| number.parse().unwrap_or_else(|_| panic!("{name}: {text}"))).collect()
}

/// Goal: a real run is on its page: the messages of the election are drawn as arrows, its LEADER event as a mark, and the state tells
/// who leads.
#[test]
fn an_election_is_on_the_page() {
    let folder = folder("");
    expect(0, &folder, &["test", "TestInitialElection2A", "--seed=1", "--trace=run.jsonl"]);
    let Some(body) = read(&folder) else { return };
    for name in ["election", "leads", "tip", "clicked", "again", "zoomed"] {
        assert!(body.contains(&format!("data-{name}=\"true\"")), "{name}: {body}");
    }
    let near = told(&body, "near");
    assert!(near[0] >= 4 && near[1] >= 4, "two votes, there and back, and who cast them: {body}");
    assert_eq!(told(&body, "filtered"), [0], "without NET there are no messages: {body}");
}

/// A cluster of five in which everybody talks: `events` lines, an election every thousand.
fn synthetic(events: u64) -> String {
    let mut trace = format!("{HEADER}\n");
    for at in 0..events {
        let (t, call, server) = (at * 137, at / 4, at / 4 % 5);
        let hop = ["send", "deliver", "reply", "return"][usize::try_from(at % 4).expect("small")];
        if at % 1000 == 999 {
            writeln!(
                trace,
                r#"{{"t":{t},"topic":"LEADER","event":"elected","server":"{server}","role":"leader","term":{at},"commit":{at},"log":"{at}:1"}}"#
            )
        } else if at % 4 == 0 {
            let to = (server + 1 + at % 3) % 5;
            writeln!(
                trace,
                r#"{{"t":{t},"topic":"NET","event":"send","call":{call},"from":"{server}","to":"{to}","method":"m","bytes":9}}"#
            )
        } else if at % 7 == 0 {
            writeln!(
                trace,
                r#"{{"t":{t},"topic":"COMMIT","event":"by majority","server":"{server}","role":"leader","term":1,"commit":{at},"index":{at},"log":"{at}:1"}}"#
            )
        } else {
            writeln!(trace, r#"{{"t":{t},"topic":"NET","event":"{hop}","call":{call}}}"#)
        }
        .expect("a String takes everything");
    }
    trace
}

/// Goal: 200,000 events do not freeze the page. Method: what is drawn stays within what a screen can show, from afar and near by; the
/// times are printed, and only looked at by people.
#[test]
fn two_hundred_thousand_events_are_drawn_with_measure() {
    let folder = folder(&synthetic(200_000));
    let Some(body) = read(&folder) else { return };
    let (all, near) = (told(&body, "all"), told(&body, "near"));
    assert!((100..10_000).contains(&all[0]), "arrows from afar: {body}");
    assert!((20..10_000).contains(&all[1]), "marks from afar: {body}");
    assert!((10..1_000).contains(&near[0]), "arrows near by: {body}");
    assert!(body.contains("data-election=\"true\""), "{body}");
    let size = std::fs::metadata(folder.path().join("run.html")).expect("the page").len();
    assert!(size < 20_000_000, "{size} bytes");
    let cycle = told(&body, "cycle")[0];
    writeln!(std::io::stderr(), "200,000 events: a page of {size} bytes, six views in {cycle} ms")
        .expect("stderr");
}

/// Goal: a failed test opens where it failed, broken lines are named, and texts stay texts.
#[test]
fn a_failure_is_where_the_page_opens() {
    let hostile = serde_json::Value::from(HOSTILE);
    let folder = folder(&format!(
        "{HEADER}\n\
         {{\"t\":1,\"topic\":\"LEADER\",\"event\":{hostile},\"server\":{hostile},\"role\":\"leader\",\"term\":1}}\n\
         {{broken\n\
         {{\"t\":9000000,\"topic\":\"TEST\",\"event\":\"failure\",\"why\":{hostile},\"file\":\"a.rs\",\"line\":3}}\n"
    ));
    let (_, stderr) = expect(0, &folder, &["view", "run.jsonl", "--out=other.html"]);
    assert!(stderr.contains("run.jsonl, line 3: "), "{stderr}");
    let Some((dom, log)) = load(&folder.path().join("other.html"), folder.path(), &[]) else { return };
    assert!(dom.contains("data-state=\"ready\"") && !log.contains("CONSOLE"), "{log}");
    assert!(dom.contains("FAILURE: &lt;/script&gt;"), "the failure is told");
    assert!(dom.contains("<h2 id=\"moment\">At 9.000 s</h2>"), "and the page opens at it");
    assert!(dom.contains("1 broken lines left out, the first is line 3"), "and says what is missing");
    assert!(!dom.contains("<img"), "text became markup");
}

/// Goal: whatever is wrong with the files is said, with code 2.
#[test]
fn bad_files_are_refused() {
    let folder = folder("{\"trace\":99}\n");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("prose.txt", "no trace at all\n");
    write("good.jsonl", &format!("{HEADER}\n"));
    write("good.html", &format!("{HEADER}\n"));
    for (arguments, complaint) in [
        (&["view", "missing.jsonl"][..], "missing.jsonl: No such file"),
        (&["view", "run.jsonl"], "a trace of version 99"),
        (&["view", "prose.txt"], "not a trace"),
        (&["view", "good.jsonl", "--out=no/such/folder.html"], "cannot be written"),
        (&["view", "good.html"], "would overwrite the trace"),
    ] {
        let (stdout, stderr) = expect(2, &folder, arguments);
        assert!(stderr.contains(complaint) && stdout.is_empty(), "{arguments:?}: {stderr}{stdout}");
    }
}

/// Goal: a run without events is a page without events.
#[test]
fn an_empty_trace_is_an_empty_page() {
    let folder = folder(&format!("{HEADER}\n"));
    expect(0, &folder, &["view", "run.jsonl"]);
    let Some((dom, log)) = load(&folder.path().join("run.html"), folder.path(), &[]) else { return };
    assert!(dom.contains("data-state=\"ready\"") && !log.contains("CONSOLE"), "{log}");
}
