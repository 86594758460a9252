//! The book's page *A test of your own* shows what this crate has, and all of it compiles.

use std::{fs, path::Path};

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    fs::read_to_string(folder().join("../../docs/src/your-own-test.md")).expect("the page is text")
}

/// All that stands between these marks of a page.
fn blocks(page: &str) -> Vec<&str> {
    page.split("```rust\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect()
}

fn sources() -> Vec<String> {
    let files = fs::read_dir(folder().join("src")).expect("the sources can be listed");
    let read = |file: fs::DirEntry| fs::read_to_string(file.path()).expect("a source is text");
    files.map(|file| read(file.expect("a file can be named"))).collect()
}

/// Goal: what the page shows has been compiled. Method: look for each block among the sources, word for word.
#[test]
fn what_the_page_shows_is_compiled() {
    let (page, sources) = (page(), sources());
    let blocks = blocks(&page);
    assert!(!blocks.is_empty(), "the page shows nothing");
    for block in blocks {
        let stands = sources.iter().any(|source| source.contains(block));
        assert!(stands, "this stands nowhere in the sources:\n{block}");
    }
}

/// Goal: the page has an example for each lab. Method: the part of each is among these tests, and the page shows the body of each.
#[test]
fn the_page_shows_a_test_of_each_lab() {
    let page = page();
    let shown = blocks(&page).concat();
    let cases = own_suite::cases();
    for lab in ["1", "2", "3", "4A", "4B"] {
        assert!(cases.iter().any(|case| case.about.part.starts_with(lab)), "there is no test of Lab {lab}");
    }
    for case in cases {
        let body = format!("async fn {}(", case.about.function);
        assert!(shown.contains(&body), "the page does not show {}", case.about.name);
    }
}
