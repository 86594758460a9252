use anyhow::{Context, Result};
use regex::bytes::Regex;

use crate::{Application, Border, Emit, Values};

/// Finds the lines that match an expression: `grep:EXPRESSION`. One output line per file and different line, with the number
/// of times it occurs.
struct Grep {
    expression: Regex,
}

pub(super) fn make(argument: Option<&str>) -> Result<Box<dyn Application>> {
    let expression = argument.context("what shall be searched for? Say grep:EXPRESSION")?;
    let expression =
        Regex::new(expression).with_context(|| format!("`{expression}` is no regular expression"))?;
    Ok(Box::new(Grep { expression }))
}

impl Application for Grep {
    fn map(&self, file: &str, contents: &[u8], emit: &mut Emit<'_>) {
        let lines = contents.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| self.expression.is_match(line)) {
            let line = String::from_utf8_lossy(line);
            emit(&format!("{file}: {}", line.trim_end_matches('\r')), "1");
        }
    }

    fn reduce(&self, _line: &str, ones: &Values) -> String {
        format!("({}x)", ones.len())
    }

    fn border(&self) -> Border {
        Border::Line
    }
}
