//! The page that explains a verdict: one file, readable from disk, with no request to any network.
//!
//! Everything the reader sees is computed here, from the history and the report ([`data`], [`order`]); the scripts only show it:
//! `page.js` draws, `page_controls.js` follows the reader. Texts are data and never become markup: the scripts set them as
//! text, and [`text`] makes sure that no `<` reaches the file.
mod data;
mod order;
mod text;

use std::io;
use std::path::Path;

use super::annotation::Annotation;
use super::history::Operation;
use super::model::Model;
use super::report::Report;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(include_str!("page.js"), include_str!("page_controls.js"));

/// Writes the page: a lane per client and one for the annotations, the orders that were found, and the first operation that fits into
/// none (the element `first-bad`). `report` must be that of `history`. An existing file is replaced.
pub fn write_html<M: Model>(
    path: &Path,
    model: &M,
    history: &[Operation<M::Input, M::Output>],
    report: &Report,
    annotations: &[Annotation],
    title: &str,
) -> io::Result<()> {
    let page = data::Page::new(model, history, report, annotations, title);
    let json = serde_json::to_string(&page)?;
    std::fs::write(path, assemble(&text::embeddable(&json)))
}

/// The template with style, script and data in their places. The template is cut once, before anything is put in: a history that
/// contains a mark must not be replaced in turn.
fn assemble(json: &str) -> String {
    let (head, rest) = TEMPLATE.split_once("/*STYLE*/").expect("the template has a place for the style");
    let (middle, rest) = rest.split_once("/*DATA*/").expect("the template has a place for the data");
    let (last, tail) = rest.split_once("/*SCRIPT*/").expect("the template has a place for the script");
    [head, STYLE, middle, json, last, SCRIPT, tail].concat()
}
