//! What the page is given; how it looks is the browser's test.
use super::{get, put};
use crate::kv::KvModel;
use crate::{Annotation, AnnotationKind, Budget, Operation, check, write_html};

fn page(history: &[super::Kv], annotations: &[Annotation], title: &str) -> (String, serde_json::Value) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("page.html");
    let report = check(&KvModel, history, &Budget::default());
    write_html(&path, &KvModel, history, &report, annotations, title)
        .expect("a page in a temporary directory");
    let html = std::fs::read_to_string(path).expect("just written");
    let begin = html.find("id=\"data\">").expect("the data") + "id=\"data\">".len();
    let json = &html[begin..begin + html[begin..].find("</script>").expect("an end")];
    let data = serde_json::from_str(json).expect("the data is JSON to its end");
    (html, data)
}

/// Goal: no text can leave its place. Method: texts that look like the end of the data, and like the template's own marks.
#[test]
fn texts_stay_data() {
    let hostile = "</script><b>&\"'/*SCRIPT*//*DATA*/<!--\u{2028}";
    let (html, data) = page(&[put("k", hostile, 1, 2)], &[], hostile);
    assert_eq!(data["title"], hostile);
    assert_eq!(data["operations"][0]["text"], format!("put('k', '{hostile}')"));
    assert!(!html.contains("<b>&") && html.matches("</html>").count() == 1);
}

/// Goal: the file asks nothing of a network.
#[test]
fn the_page_is_self_contained() {
    let (html, _) = page(&[put("k", "x", 1, 2)], &[], "title");
    for reference in ["http:", "https:", "//cdn", "src=", "@import", "url(", "fetch("] {
        assert!(!html.contains(reference), "{reference}");
    }
}

/// Goal: times are positions; pending operations end after everything; the reason names the states the answer could have seen.
#[test]
fn times_marks_and_reasons() {
    let pending =
        Operation::pending(4, put("other", "x", 0, 0).input, String::new(), 5_000_000_000_000_000_003);
    let history = [put("k", "old", 10, 20), put("k", "new", 30, 40), get("k", "old", 50, 60), pending];
    let crash = Annotation { at: 20, until: Some(30), text: "crash".into(), kind: AnnotationKind::Crash };
    let (_, data) = page(&history, &[crash], "title");
    assert_eq!(data["stamps"].as_array().expect("a list").len(), 7);
    assert_eq!(data["stamps"][6], "5000000000000000003");
    assert_eq!((&data["operations"][1]["from"], &data["operations"][1]["to"]), (&2.into(), &3.into()));
    assert_eq!((&data["operations"][3]["from"], &data["operations"][3]["to"]), (&6.into(), &7.into()));
    assert_eq!(data["operations"][3]["pending"], true);
    assert_eq!((&data["annotations"][0]["from"], &data["annotations"][0]["to"]), (&1.into(), &2.into()));
    assert_eq!((&data["verdict"], &data["first_bad"]), (&"illegal".into(), &2.into()));
    assert_eq!(data["explanation"]["operation"], "get('k') -> 'old'");
    assert_eq!(data["explanation"]["states"], serde_json::json!(["'new'"]));
}

/// Goal: long values do not make an enormous page.
#[test]
fn long_texts_are_abbreviated() {
    let (html, data) = page(&[put("k", &"long ".repeat(100_000), 1, 2)], &[], "title");
    assert!(html.len() < 60_000, "{} bytes", html.len());
    let text = data["operations"][0]["text"].as_str().expect("a text");
    assert!(
        text.starts_with("put('k', 'long ") && text.ends_with("long ')") && text.contains(" characters …"),
        "{text}"
    );
}
