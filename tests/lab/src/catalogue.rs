//! `lab list`.

use std::io::{self, Write};

use protocol::TestCase;
use runner::{exit::PASSED, select::select, suites};
use serde::Serialize;

use super::{cli, plan::Refusal};

/// Lists the tests. A reader that has seen enough (`lab list | head`) is no error.
pub(super) fn list(question: &cli::List) -> io::Result<u8> {
    let cases = match select(&suites::cases(), &question.choice.patterns, question.choice.extra) {
        Ok(cases) => cases,
        Err(unmatched) => return Ok(Refusal::Unmatched(unmatched).told()),
    };
    let text = match question.format {
        cli::Format::Text => table(&cases),
        cli::Format::Jsonl => lines(&cases),
    };
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(PASSED),
    }
}

fn table(cases: &[TestCase]) -> String {
    let width =
        |text: fn(&TestCase) -> &'static str| cases.iter().map(|case| text(case).len()).max().unwrap_or(0);
    let (parts, names, functions) =
        (width(|case| case.part), width(|case| case.name), width(TestCase::function_name));
    let line = |case: &TestCase| {
        let (part, name, function) = (case.part, case.name, case.function_name());
        let line = format!("{part:parts$}  {name:names$}  {function:functions$}  {}", case.title);
        format!("{}\n", line.trim_end())
    };
    cases.iter().map(line).collect()
}

#[derive(Serialize)]
struct Line {
    part: &'static str,
    name: &'static str,
    function: &'static str,
    title: &'static str,
    kind: &'static str,
}

fn lines(cases: &[TestCase]) -> String {
    let line = |case: &TestCase| {
        let (function, kind) = (case.function_name(), case.kind.name());
        let line = Line { part: case.part, name: case.name, function, title: case.title, kind };
        serde_json::to_string(&line).expect("plain strings always encode") + "\n"
    };
    cases.iter().map(line).collect()
}
