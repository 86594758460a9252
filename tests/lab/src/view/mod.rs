//! `lab view`: a trace as a space-time diagram, in one HTML file that opens from disk and asks no network for anything.
//!
//! | file | its question |
//! | --- | --- |
//! | `data` | what does the page need to know of every event, in as few bytes as possible? |
//! | `lanes` | who has a line of its own, and in which order? |
//! | `messages` | which events belong to the same message? |
//! | `spans` | who led, asked for votes, was down or cut off, from when to when? |
//! | `strings` | how does a text stand there only once? |
//! | `label` | what is said of an event in three words, and what in full? |
//! | `model.js`, `draw.js`, `arrows.js`, `state.js`, `controls.js` | and how does it look? |
//!
//! The scripts set texts as text, never as markup, and no `<` of a trace reaches the file: see `without_markup`.

mod data;
mod label;
mod lanes;
mod messages;
mod spans;
mod strings;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use protocol::trace::read::Trace;
use runner::{
    exit::{PASSED, USAGE},
    output,
};

use super::cli;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(
    include_str!("model.js"),
    include_str!("draw.js"),
    include_str!("arrows.js"),
    include_str!("state.js"),
    include_str!("controls.js")
);

/// How many broken lines are named.
const BROKEN_MAX: usize = 5;

/// `lab view FILE [--out FILE.html]`.
pub(super) fn view(question: &cli::View) -> io::Result<u8> {
    Ok(write(question).unwrap_or_else(|complaint| {
        output::note(&format!("error: {complaint}"));
        USAGE
    }))
}

/// Writes the page of `trace` to `page`.
pub(super) fn draw(trace: &Trace, page: &Path) -> Result<(), String> {
    let text = html(trace).map_err(|error| error.to_string())?;
    fs::write(page, text).map_err(|error| format!("{} cannot be written: {error}", page.display()))
}

fn write(question: &cli::View) -> Result<u8, String> {
    let file = &question.file;
    let page = question.out.clone().unwrap_or_else(|| file.with_extension("html"));
    let trace = Trace::read(file).map_err(|refusal| format!("{}: {refusal}", file.display()))?;
    if same_file(file, &page) {
        return Err(format!(
            "the page would overwrite the trace {}; name it with --out FILE.html",
            file.display()
        ));
    }
    note_broken(file, &trace);
    draw(&trace, &page)?;
    println!("{}", page.display());
    Ok(PASSED)
}

/// The whole page.
fn html(trace: &Trace) -> serde_json::Result<String> {
    Ok(assemble(&without_markup(&serde_json::to_string(&data::Page::new(trace))?)))
}

/// The template is cut once, before anything is put in: a trace that contains a mark must not be replaced in turn.
fn assemble(json: &str) -> String {
    let (head, rest) = TEMPLATE.split_once("/*STYLE*/").expect("the template has a place for the style");
    let (middle, rest) = rest.split_once("/*DATA*/").expect("the template has a place for the data");
    let (last, tail) = rest.split_once("/*SCRIPT*/").expect("the template has a place for the script");
    [head, STYLE, middle, json, last, SCRIPT, tail].concat()
}

fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| -> PathBuf { path.canonicalize().unwrap_or_else(|_| path.to_owned()) };
    real(one) == real(other)
}

/// Broken lines are no reason to show nothing, but nobody shall believe that the picture is whole.
fn note_broken(file: &Path, trace: &Trace) {
    for (line, why) in trace.broken.iter().take(BROKEN_MAX) {
        output::note(&format!("note: {}, line {line}: {why}", file.display()));
    }
    if let count @ 1.. = trace.broken.len() {
        output::note(&format!("note: {count} broken lines are left out; the rest is shown"));
    }
}

/// JSON that may stand in an HTML script element: without `<` there is no `</script>` and no `<!--`.
fn without_markup(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests;
