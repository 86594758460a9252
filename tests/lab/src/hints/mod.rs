//! `lab hint`: what a test is about, in three steps that a student can stop at.
//!
//! Hints are data, one file per part. They stand apart from the tests, so that `lab hint 4B` answers in a build without any
//! lab: whoever needs a hint may have code that does not compile.

mod lab1;
mod lab2a;
mod lab2b;
mod lab2c;
mod lab2d;
mod lab3a;
mod lab3b;
mod lab4a;
mod lab4b;
mod labgob;
mod labrpc;
mod ours;
mod text;

use std::io::{self, Write};

use protocol::{Kind, TestCase};
use runner::{
    exit::{NOTHING_MATCHED, PASSED, USAGE},
    output::note,
    select::{self, Unmatched, select},
    suites, workspace,
};

use super::cli::{self, Level};

/// What can be told about one official test.
pub(super) struct Hint {
    /// As in the registry, and so are name and function: a test compares them.
    part: &'static str,
    name: &'static str,
    function: &'static str,
    /// What it checks and how; which rule is usually broken; where it says what must hold.
    levels: [&'static str; 3],
}

/// What a level is called on the screen.
const HEADINGS: [&str; 3] = ["what it checks", "what is usually broken", "where it says so"];

/// Parts in the course's order.
const PARTS: [&[Hint]; 11] = [
    labgob::HINTS,
    labrpc::HINTS,
    lab1::HINTS,
    lab2a::HINTS,
    lab2b::HINTS,
    lab2c::HINTS,
    lab2d::HINTS,
    lab3a::HINTS,
    lab3b::HINTS,
    lab4a::HINTS,
    lab4b::HINTS,
];

/// The official tests of the whole course, whatever is in this build. They cannot be started.
pub(super) fn cases() -> Vec<TestCase> {
    PARTS.iter().copied().flatten().map(Hint::case).collect()
}

/// What means this test and no other. Those that are not in this build count too: the line is for any build.
pub(super) fn pattern(case: &TestCase) -> String {
    select::pattern(case, cases().iter().chain(&suites::cases()))
}

/// Whether there is a hint for `case`.
pub(super) fn is_hinted(case: &TestCase) -> bool {
    find(case).is_some()
}

fn find(case: &TestCase) -> Option<&'static Hint> {
    PARTS.iter().copied().flatten().find(|hint| (hint.part, hint.name) == (case.part, case.name))
}

impl Hint {
    /// The hint as a test that patterns can be matched against.
    fn case(&self) -> TestCase {
        TestCase {
            part: self.part,
            name: self.name,
            function: self.function,
            title: "",
            kind: Kind::Official,
            real_clock: false,
        }
    }
}

/// Shows the hints that were asked for. A reader that has seen enough is no error.
pub(super) fn show(question: &cli::Hint) -> io::Result<u8> {
    let found = match select(&cases(), &question.patterns, false) {
        Ok(found) => found,
        Err(unmatched) => {
            let Some(goal) = goal(&question.patterns) else { return Ok(refuse(&unmatched)) };
            return io::stdout().write_all(goal.told().as_bytes()).map(|()| PASSED);
        }
    };
    let mut text: String = found.iter().filter_map(find).map(|hint| told(hint, question.level)).collect();
    text += &text::next(&found, &question.patterns, question.level);
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(PASSED),
    }
}

/// The only pattern may mean a test of ours.
fn goal(patterns: &[String]) -> Option<ours::Goal> {
    let [pattern] = patterns else { return None };
    ours::find(&workspace::find()?, pattern)
}

fn told(hint: &Hint, level: Level) -> String {
    let mut text = format!("{} {}\n", hint.part, hint.name);
    for (index, (heading, words)) in HEADINGS.iter().zip(hint.levels).enumerate() {
        if level.includes(index + 1) {
            text += &format!("  {}. {heading}\n{}", index + 1, text::wrapped(words));
        }
    }
    text + "\n"
}

/// Says why there is no hint, and with which code to end.
fn refuse(unmatched: &Unmatched) -> u8 {
    let Unmatched::Nothing { pattern, nearest, parts } = unmatched else {
        note(&format!("error: {unmatched}"));
        return USAGE;
    };
    let patterns = [pattern.clone()];
    if let Ok(ours) = select(&suites::cases(), &patterns, true) {
        note(&format!("error: there are hints for the course's tests only, and `{pattern}` is ours"));
        if let Some(case) = ours.first() {
            let function = case.function_name();
            note(&format!("  its goal and method stand above `fn {function}` below tests"));
        }
        return NOTHING_MATCHED;
    }
    note(&format!("error: no official test matches `{pattern}`"));
    if !nearest.is_empty() {
        note(&format!("  did you mean: {}?", nearest.join(", ")));
    }
    note(&format!("  parts: {}; names: lab hint PART", parts.join(", ")));
    NOTHING_MATCHED
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest level, in sentences' worth of characters: a hint is read at a glance.
    const CHARS_MAX: usize = 420;

    #[test]
    fn every_level_says_something_and_not_too_much() {
        for hint in PARTS.iter().copied().flatten() {
            for words in hint.levels {
                let chars = words.chars().count();
                assert!((40..=CHARS_MAX).contains(&chars), "{}/{}: {chars}: {words}", hint.part, hint.name);
                assert!(words.ends_with('.') && !words.contains("  "), "{}: {words}", hint.name);
            }
        }
    }

    #[test]
    fn no_hint_contains_code() {
        for words in PARTS.iter().copied().flatten().flat_map(|hint| hint.levels) {
            assert!(!words.contains(['{', '}', ';', '=', '`']) || !words.contains("=="), "{words}");
            assert!(!words.contains("()") && !words.contains('`'), "{words}");
        }
    }

    #[test]
    fn levels_come_one_by_one_or_all() {
        let hint = &lab2a::HINTS[0];
        let one = told(hint, Level::One);
        assert!(one.contains("1. what it checks") && !one.contains("2. what"), "{one}");
        let all = told(hint, Level::All);
        assert!(HEADINGS.iter().all(|heading| all.contains(heading)), "{all}");
    }
}
