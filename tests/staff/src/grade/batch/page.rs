//! `index.html`: the summary as one page without anything from outside. A click on a heading sorts.

use html_escape::{encode_double_quoted_attribute, encode_text};

use super::row::{GRADED, NOT_GRADED, NOT_YET, Row, count, parts};

const STYLE: &str = "\
body { font: 15px sans-serif; margin: 2em; color: #222; background: #fff }
table { border-collapse: collapse }
th, td { padding: .3em .8em; border-bottom: 1px solid #ccc; text-align: right }
th { cursor: pointer; background: #eee; position: sticky; top: 0 }
th:first-child, td:first-child, td:last-child { text-align: left }
tr.not-graded td { background: #fdd }
tr.not-yet td { color: #777 }";

/// Numbers sort as numbers, by the attribute that carries them; the rest as text.
const SCRIPT: &str = "\
for (const head of document.querySelectorAll('th')) {
  let down = false;
  head.onclick = () => {
    const body = document.querySelector('tbody'), at = head.cellIndex;
    const value = row => row.cells[at].textContent;
    const order = (a, b) => value(a).localeCompare(value(b), undefined, { numeric: true });
    const number = row => parseFloat(value(row));
    const numbers = (a, b) => isNaN(number(a) - number(b)) ? order(a, b) : number(a) - number(b);
    const rows = [...body.rows].sort(at === 0 ? order : numbers);
    body.replaceChildren(...(down ? rows.reverse() : rows));
    down = !down;
  };
}";

/// The page.
pub(super) fn page(rows: &[Row]) -> String {
    let parts = parts(rows);
    let heads = ["submission", "points", "of"].into_iter().chain(parts.iter().copied());
    let heads = heads.chain(["passed", "failed", "not run", "seconds", "state"]);
    let heads: String = heads.map(|head| format!("<th>{}</th>", encode_text(head))).collect();
    let body: String = rows.iter().map(|row| line(row, &parts)).collect();
    let [graded, failed, left] = [GRADED, NOT_GRADED, NOT_YET].map(|state| count(rows, state));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Grades</title>\n\
         <style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>Grades</h1>\n\
         <p>{graded} graded, {failed} not graded, {left} not yet</p>\n\
         <table>\n<thead>\n<tr>{heads}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n\
         <script>\n{SCRIPT}\n</script>\n</body>\n</html>\n"
    )
}

fn line(row: &Row, parts: &[&str]) -> String {
    let link = encoded(&row.link);
    let name = encode_text(&row.name);
    let mut cells = vec![format!("<a href=\"{}\">{name}</a>", encode_double_quoted_attribute(&link))];
    cells.extend([row.points.0, row.points.1].map(|points| format!("{points:.2}")));
    cells.extend(
        parts.iter().map(|part| row.part(part).map_or_else(String::new, |points| format!("{points:.2}"))),
    );
    cells.extend([row.passed, row.failed, row.not_run].map(|count| count.to_string()));
    cells.push(format!("{:.0}", row.seconds));
    let build = if matches!(row.build, "" | "done") { "" } else { row.build };
    let state = [row.state, build, row.reason.as_str()].into_iter().filter(|word| !word.is_empty());
    cells.push(encode_text(&state.collect::<Vec<_>>().join(": ")).into_owned());
    let cells: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    format!("<tr class=\"{}\">{cells}</tr>\n", row.state.replace(' ', "-"))
}

/// A path as part of a link: what means something in a link is written by its number.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    let letter = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(letter).collect()
}
