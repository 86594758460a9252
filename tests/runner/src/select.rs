//! Which tests does a pattern mean?

use std::fmt;

use protocol::{Kind, TestCase};
use regex_lite::Regex;

/// How many names are suggested when nothing matched.
const SUGGESTIONS_MAX: usize = 4;
/// Names less alike than this are not worth suggesting.
const LIKENESS_MIN: f64 = 0.6;
/// Nor are names that much less alike than the best.
const LIKENESS_GAP_MAX: f64 = 0.1;

/// Why a pattern means no test.
#[derive(Debug, PartialEq)]
pub enum Unmatched {
    /// There is no such test in this build.
    Nothing {
        /// What was asked for.
        pattern: String,
        /// Names that were probably meant, the most alike first.
        nearest: Vec<String>,
        /// All parts there are.
        parts: Vec<String>,
    },
    /// Not a regular expression either.
    BadExpression {
        /// What was asked for.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadExpression { pattern, reason } => {
                write!(f, "`{pattern}` is neither a name nor a regular expression\n{reason}")
            }
            Self::Nothing { pattern, nearest, parts } => {
                write!(f, "no test matches `{pattern}`")?;
                if !nearest.is_empty() {
                    write!(f, "\n  did you mean: {}?", nearest.join(", "))?;
                }
                write!(f, "\n  parts in this build: {}; all names: lab list --extra", parts.join(", "))
            }
        }
    }
}

/// The tests that any of `patterns` means, in the order of `all`. Without a pattern: the whole catalogue.
///
/// # Errors
/// If one of the patterns means no test.
pub fn select(all: &[TestCase], patterns: &[String], extra: bool) -> Result<Vec<TestCase>, Unmatched> {
    if patterns.is_empty() {
        return Ok(keep(all, |case| in_part(case, extra)));
    }
    let mut wanted = vec![false; all.len()];
    for pattern in patterns {
        for index in matching(all, pattern, extra)? {
            wanted[index] = true;
        }
    }
    Ok(all.iter().zip(wanted).filter(|(_, wanted)| *wanted).map(|(case, _)| *case).collect())
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}

fn keep(all: &[TestCase], condition: impl Fn(&TestCase) -> bool) -> Vec<TestCase> {
    all.iter().filter(|case| condition(case)).copied().collect()
}

/// Whether a part stands for this test.
fn in_part(case: &TestCase, extra: bool) -> bool {
    case.kind == Kind::Official || (extra && matches!(case.kind, Kind::Extra | Kind::Scenario))
}

/// Indices of the tests one pattern means. The first reading that fits wins: part, name, part and name, function,
/// expression.
fn matching(all: &[TestCase], pattern: &str, extra: bool) -> Result<Vec<usize>, Unmatched> {
    let readings = [of_part, of_name, of_part_and_name, of_function];
    for reading in readings {
        let found = reading(all, pattern, extra);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let found = of_expression(all, pattern)?;
    if found.is_empty() { Err(nothing(all, pattern)) } else { Ok(found) }
}

fn indices(all: &[TestCase], condition: impl Fn(&TestCase) -> bool) -> Vec<usize> {
    (0..all.len()).filter(|index| condition(&all[*index])).collect()
}

fn of_part(all: &[TestCase], pattern: &str, extra: bool) -> Vec<usize> {
    let number = !pattern.is_empty() && pattern.bytes().all(|byte| byte.is_ascii_digit());
    let named = |case: &TestCase| {
        case.part.eq_ignore_ascii_case(pattern) || (number && case.part.starts_with(pattern))
    };
    let found = indices(all, |case| named(case) && in_part(case, extra));
    // A part that consists of extra tests only can mean nothing else.
    if found.is_empty() { indices(all, |case| named(case) && in_part(case, true)) } else { found }
}

fn of_name(all: &[TestCase], pattern: &str, _extra: bool) -> Vec<usize> {
    indices(all, |case| case.name == pattern)
}

/// `4A/TestBasic`: the course has given some names twice.
fn of_part_and_name(all: &[TestCase], pattern: &str, _extra: bool) -> Vec<usize> {
    let Some((part, name)) = pattern.split_once('/') else { return Vec::new() };
    indices(all, |case| case.part.eq_ignore_ascii_case(part) && case.name == name)
}

fn of_function(all: &[TestCase], pattern: &str, _extra: bool) -> Vec<usize> {
    let wanted = last_segment(pattern);
    indices(all, |case| case.kind != Kind::Fixture && case.function_name() == wanted)
}

/// As `go test -run` and cargo read it: a part of a name is enough.
fn of_expression(all: &[TestCase], pattern: &str) -> Result<Vec<usize>, Unmatched> {
    let bad = |error: regex_lite::Error| Unmatched::BadExpression {
        pattern: pattern.to_owned(),
        reason: error.to_string(),
    };
    let expression = Regex::new(pattern).map_err(bad)?;
    Ok(indices(all, |case| case.kind != Kind::Fixture && expression.is_match(case.name)))
}

fn nothing(all: &[TestCase], pattern: &str) -> Unmatched {
    Unmatched::Nothing { pattern: pattern.to_owned(), nearest: nearest(all, pattern), parts: parts(all) }
}

fn parts(all: &[TestCase]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for case in all.iter().filter(|case| in_part(case, true)) {
        if !parts.iter().any(|part| part == case.part) {
            parts.push(case.part.to_owned());
        }
    }
    parts
}

fn nearest(all: &[TestCase], pattern: &str) -> Vec<String> {
    let cases = || all.iter().filter(|case| in_part(case, true));
    let names = cases().flat_map(|case| [case.name, case.function_name()]).map(str::to_owned);
    let mut scored: Vec<(f64, String)> =
        parts(all).into_iter().chain(names).map(|name| (likeness(&name, pattern), name)).collect();
    // A stable sort: what is equally near stays in the course's order.
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let score_min = scored.first().map_or(0.0, |best| best.0 - LIKENESS_GAP_MAX).max(LIKENESS_MIN);
    let near = scored.into_iter().filter(|(score, _)| *score >= score_min);
    let mut names: Vec<String> = Vec::new();
    for (_, name) in near {
        // The course has given some names twice.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.truncate(SUGGESTIONS_MAX);
    names
}

/// A pattern that means this test and no other among `known`, in a line that a shell and make can read.
pub fn pattern<'a>(case: &TestCase, known: impl IntoIterator<Item = &'a TestCase>) -> String {
    // In an expression a dot fits a space, which make would take for the end of the name.
    let name = case.name.replace(' ', ".");
    let namesake = |other: &TestCase| other.name == case.name && other.part != case.part;
    if known.into_iter().any(namesake) { format!("{}/{name}", case.part) } else { name }
}

/// The name that was probably meant by `typed`; none, if none is like it.
pub fn most_alike<'a>(names: impl Iterator<Item = &'a str>, typed: &str) -> Option<&'a str> {
    let scored = names.map(|name| (likeness(name, typed), name));
    let nearest = scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score >= LIKENESS_MIN);
    nearest.map(|(_, name)| name)
}

/// From 0 to 1. A name that contains what was typed is nearer than any that is merely spelt alike.
fn likeness(name: &str, pattern: &str) -> f64 {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    if pattern.len() > 2 && name.contains(&pattern) {
        return 1.0;
    }
    strsim::normalized_damerau_levenshtein(&name, &pattern).max(strsim::jaro_winkler(&name, &pattern) - 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn case(part: &'static str, kind: Kind, name: &'static str, function: &'static str) -> TestCase {
        TestCase { part, name, function, title: "", kind, real_clock: false }
    }

    const ALL: [TestCase; 9] = [
        case("labrpc", Kind::Official, "TestBasic", "suite::basic"),
        case("2A", Kind::Official, "TestInitialElection2A", "basic_2a::initial_election_2a"),
        case("2A", Kind::Extra, "TestVotes2A", "basic_2a::votes_2a"),
        case("2C", Kind::Official, "TestFigure82C", "persist_2c::figure8_2c"),
        case("2C", Kind::Official, "TestFigure8Unreliable2C", "persist_2c::figure8_unreliable_2c"),
        case("3A", Kind::Official, "TestBasic3A", "kv::basic_3a"),
        case("4A", Kind::Official, "TestBasic", "ctrler::basic_4a"),
        case("sim", Kind::Extra, "TestCarelessCode", "sim_suite::careless_code"),
        case("sim", Kind::Fixture, "TestFixtureSpin", "sim_suite::spin"),
    ];

    fn names(patterns: &[&str], extra: bool) -> Result<Vec<&'static str>, Unmatched> {
        let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
        Ok(select(&ALL, &patterns, extra)?.iter().map(|case| case.name).collect())
    }

    fn means(pattern: &str, expected: &[&str]) {
        assert_eq!(names(&[pattern], false).as_deref(), Ok(expected), "{pattern}");
    }

    #[test]
    fn parts_stand_for_their_official_tests() {
        means("2A", &["TestInitialElection2A"]);
        means("2a", &["TestInitialElection2A"]);
        means("2", &["TestInitialElection2A", "TestFigure82C", "TestFigure8Unreliable2C"]);
        means("LabRPC", &["TestBasic"]);
    }

    #[test]
    fn extra_tests_come_on_demand_or_where_there_are_no_others() {
        assert_eq!(names(&["2A"], true), Ok(vec!["TestInitialElection2A", "TestVotes2A"]));
        means("sim", &["TestCarelessCode"]);
        assert_eq!(names(&[], true).map(|all| all.len()), Ok(8));
        assert_eq!(names(&[], false).map(|all| all.len()), Ok(6));
    }

    #[test]
    fn names_are_exact() {
        means("TestFigure82C", &["TestFigure82C"]);
        means("TestBasic", &["TestBasic", "TestBasic"]);
        means("TestFixtureSpin", &["TestFixtureSpin"]);
    }

    #[test]
    fn a_name_that_is_there_twice_can_be_told_apart_by_its_part() {
        means("4A/TestBasic", &["TestBasic"]);
        means("4a/TestBasic", &["TestBasic"]);
        assert!(names(&["2A/TestBasic"], false).is_err());
    }

    #[test]
    fn functions_may_carry_their_path() {
        means("figure8_2c", &["TestFigure82C"]);
        means("tests::raft_suite::persist_2c::figure8_2c", &["TestFigure82C"]);
        assert!(names(&["spin"], true).is_err(), "fixtures answer to their official name only");
    }

    #[test]
    fn a_part_of_a_name_is_enough_and_never_means_a_fixture() {
        means("TestFigure8.*", &["TestFigure82C", "TestFigure8Unreliable2C"]);
        means("Figure8", &["TestFigure82C", "TestFigure8Unreliable2C"]);
        means("Election|Basic.A", &["TestInitialElection2A", "TestBasic3A"]);
        means("^TestFigure8.C$", &["TestFigure82C"]);
        assert!(names(&["TestFixture"], true).is_err());
        assert!(names(&["ixtureSp"], true).is_err());
    }

    #[test]
    fn several_patterns_are_united_in_the_order_of_the_course() {
        assert_eq!(names(&["2C", "2A", "TestFigure82C"], false), names(&["2"], false));
    }

    #[test]
    fn every_pattern_must_mean_something() {
        let error = names(&["2A", "TestFigure9"], false).expect_err("there is no such test");
        assert!(error.to_string().starts_with("no test matches `TestFigure9`"), "{error}");
    }

    fn suggestions(pattern: &str) -> Vec<String> {
        match names(&[pattern], false) {
            Err(Unmatched::Nothing { nearest, .. }) => nearest,
            other => panic!("{pattern}: {other:?}"),
        }
    }

    #[test]
    fn near_names_are_suggested() {
        assert_eq!(suggestions("TestInitialElecton2A"), ["TestInitialElection2A"]);
        assert_eq!(suggestions("TestFigure9"), ["TestFigure82C", "TestFigure8Unreliable2C"]);
        assert_eq!(suggestions("figure8_2"), ["figure8_2c"]);
        assert_eq!(suggestions("2E"), ["2A", "2C"]);
        assert_eq!(suggestions("qqq"), Vec::<String>::new());
    }

    #[test]
    fn a_broken_expression_is_explained() {
        for pattern in ["Test(", "a)|(b"] {
            let error = names(&[pattern], false).expect_err("it does not parse");
            assert!(matches!(&error, Unmatched::BadExpression { .. }), "{error}");
        }
    }
}
