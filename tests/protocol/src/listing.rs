//! What a suite says of itself.

use serde::{Deserialize, Serialize};

use crate::{Kind, TestCase};

/// Who speaks another version is told so, instead of being misunderstood.
const VERSION: u32 = 1;

/// A suite's answer to [`LIST_ARGUMENT`](crate::LIST_ARGUMENT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    protocol: u32,
    /// Whether everything that the code under test may ask of the system follows the seed: hash maps, `rand::rng()`.
    pub seedable: bool,
    /// Its tests, in the course's order.
    pub tests: Vec<TestCase>,
}

/// The same as it comes in.
#[derive(Deserialize)]
struct Answer {
    protocol: u32,
    seedable: bool,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    part: String,
    name: String,
    function: String,
    title: String,
    kind: Kind,
    real_clock: bool,
}

impl Listing {
    /// A suite with these tests.
    pub fn new(seedable: bool, tests: Vec<TestCase>) -> Listing {
        Listing { protocol: VERSION, seedable, tests }
    }

    /// The answer as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("plain strings always encode")
    }

    /// Reads an answer. The tests' texts are never freed: a catalogue is read once, and lives as long as its process.
    ///
    /// # Errors
    /// If it is none, or that of another version.
    pub fn from_json(text: &str) -> Result<Listing, String> {
        let answer: Answer =
            serde_json::from_str(text).map_err(|error| format!("no list of tests: {error}"))?;
        if answer.protocol != VERSION {
            return Err(format!("it speaks version {} of the protocol, not {VERSION}", answer.protocol));
        }
        Ok(Listing::new(answer.seedable, answer.tests.into_iter().map(Test::keep).collect()))
    }
}

impl Test {
    fn keep(self) -> TestCase {
        let Test { part, name, function, title, kind, real_clock } = self;
        TestCase {
            part: part.leak(),
            name: name.leak(),
            function: function.leak(),
            title: title.leak(),
            kind,
            real_clock,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_suite_says_is_read_back() {
        let case = TestCase {
            part: "2A",
            name: "TestX",
            function: "part_2a::x",
            title: "Test (2A): \"x\"",
            kind: Kind::Extra,
            real_clock: true,
        };
        let listing = Listing::new(true, vec![case]);
        assert_eq!(Listing::from_json(&listing.to_json()), Ok(listing));
        assert_eq!(case.function_name(), "x");
    }

    #[test]
    fn rubbish_and_other_versions_are_refused() {
        assert!(Listing::from_json("PASS").is_err_and(|why| why.starts_with("no list of tests")));
        let other = Listing::new(true, Vec::new()).to_json().replace(":1,", ":2,");
        assert!(Listing::from_json(&other).is_err_and(|why| why.contains("version 2")));
    }
}
