//! The checker's page in a real browser. Where none is installed, the test says so on stderr and shows nothing.

use std::path::Path;

use linearizability::{
    Annotation, AnnotationKind, Budget, Operation, Verdict, check,
    generate::{Shape, illegal, linearizable},
    kv::{Input, KvModel, Op},
    write_html,
};

/// The page draws in animation frames, which a browser without a screen makes only on a clock of its own, in milliseconds.
const BUDGET: &str = "--virtual-time-budget=3000";

/// Markup that would show up as an error or as an element if any text were taken for markup.
const HOSTILE: &str = "</script><script>throw 1</script><img id='broken-out' src=x onerror='throw 2'><!--";

fn kv(client: usize, op: Op, text: &str, call: u64, ret: u64) -> Operation<Input, String> {
    let (value, output) = if op == Op::Get { ("", text) } else { (text, "") };
    Operation {
        client,
        input: Input { op, key: "k".into(), value: value.into() },
        output: output.into(),
        call,
        ret,
    }
}

/// A stale read among harmless operations, with texts that try to break out of the page.
fn stale_read() -> Vec<Operation<Input, String>> {
    vec![
        kv(0, Op::Put, HOSTILE, 1, 2),
        kv(1, Op::Append, "second", 4, 6),
        kv(2, Op::Get, HOSTILE, 7, 9),
        kv(1, Op::Put, "third", 8, 20),
        Operation::pending(3, kv(3, Op::Append, "never answered", 0, 0).input, String::new(), 3),
    ]
}

fn write_page(path: &Path, history: &[Operation<Input, String>], expected: Verdict) {
    let report = check(&KvModel, history, &Budget::default());
    assert_eq!(report.verdict, expected, "{report:?}");
    let annotations = [
        Annotation { at: 3, until: Some(8), text: HOSTILE.into(), kind: AnnotationKind::Partition },
        Annotation { at: 5, until: None, text: "server 2 leads".into(), kind: AnnotationKind::Leader },
    ];
    write_html(path, &KvModel, history, &report, &annotations, HOSTILE)
        .expect("a page in a temporary directory");
}

fn assert_loaded_without_errors(dom: &str, log: &str) {
    assert!(dom.contains("data-state=\"ready\""), "the script did not run to its end: {log}");
    assert!(dom.contains("<pre id=\"errors\" role=\"alert\"></pre>"), "errors on the page: {log}");
    assert!(!log.contains("CONSOLE"), "the console was written to: {log}");
    assert!(!dom.contains("<img"), "text became markup");
}

/// The start tag of the element with this id.
fn tag<'a>(dom: &'a str, id: &str) -> &'a str {
    let at = dom.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no element {id}"));
    let begin = dom[..at].rfind('<').expect("an element begins with <");
    &dom[begin..begin + dom[begin..].find('>').expect("and ends with >")]
}

/// Goal: the page of an illegal history loads without errors, and the operation that fits nowhere is marked on it, in sight.
#[test]
fn the_page_marks_the_first_bad_operation() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let page = directory.path().join("illegal.html");
    write_page(&page, &stale_read(), Verdict::Illegal);
    let Some((dom, log)) = rig::load(&page, directory.path(), &[BUDGET]) else { return };
    assert_loaded_without_errors(&dom, &log);
    let marker = tag(&dom, "first-bad");
    assert!(marker.contains("data-operation=\"2\""), "{marker}");
    assert!(marker.contains("cannot be placed: client 2, get('k') -"), "{marker}");
    assert!(!marker.contains("hidden"), "the page opens where the mark is: {marker}");
    assert!(!tag(&dom, "why").contains("hidden"), "the reason is told");
}

/// What a reader does: look at the marked operation, zoom, move, choose another part and come back.
const READER: &str = r#"<script>
const middle = (box) => ({ clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true, cancelable: true });
const told = (name, text) => { document.body.dataset[name] = text; };
hover(new PointerEvent("pointermove", middle(element("first-bad").getBoundingClientRect())));
told("tip", tip.textContent);
const before = view.scale;
element("zoom-in").click();
chart.dispatchEvent(new WheelEvent("wheel", { deltaY: -100, ...middle(chart.getBoundingClientRect()) }));
told("zoomed", String(view.scale > before));
element("fit").click();
told("fitted", String(x(0) >= GUTTER && x(end) <= view.width));
element("part").value = String(ALL);
element("part").dispatchEvent(new Event("change"));
told("all", String(data.operations.every(isDrawn)));
window.dispatchEvent(new KeyboardEvent("keydown", { key: "b" }));
told("back", String(view.part === data.operations[data.first_bad].part));
draw();
</script>"#;

/// Goal: hover, zoom, fit, part selector and keys work. Method: a script at the end of the page does what a reader does.
#[test]
fn the_page_answers_its_reader() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let page = directory.path().join("read.html");
    let other_key = Operation {
        input: Input { key: "other".into(), ..kv(0, Op::Put, "x", 1, 2).input },
        ..kv(0, Op::Put, "x", 30, 31)
    };
    write_page(&page, &[stale_read(), vec![other_key]].concat(), Verdict::Illegal);
    let text = std::fs::read_to_string(&page)
        .expect("written above")
        .replace("</body>", &format!("{READER}</body>"));
    std::fs::write(&page, text).expect("a temporary directory");
    let Some((dom, log)) = rig::load(&page, directory.path(), &[BUDGET]) else { return };
    assert_loaded_without_errors(&dom, &log);
    let body = &dom[dom.find("<body").expect("a body")..];
    let body = &body[..body.find("<header").expect("a header")];
    assert!(body.contains("no order explains this answer") && body.contains("client 2, key k"), "{body}");
    for told in ["data-zoomed=\"true\"", "data-fitted=\"true\"", "data-all=\"true\"", "data-back=\"true\""] {
        assert!(body.contains(told), "{told}: {body}");
    }
}

/// Goal: 5,000 operations load and draw, legal or not, and a legal history has nothing marked.
#[test]
fn large_histories_load() {
    let shape = Shape { clients: 10, operations: 5_000, keys: 5, seed: 3 };
    for (history, verdict) in [(linearizable(&shape), Verdict::Ok), (illegal(&shape), Verdict::Illegal)] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let page = directory.path().join("large.html");
        write_page(&page, &history, verdict);
        let Some((dom, log)) = rig::load(&page, directory.path(), &[BUDGET]) else { return };
        assert_loaded_without_errors(&dom, &log);
        assert_eq!(dom.contains("id=\"first-bad\""), verdict == Verdict::Illegal);
    }
}
