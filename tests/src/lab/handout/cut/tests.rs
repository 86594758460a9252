use super::*;
use crate::lab::handout::scope::Lab;

fn scope(part: &str) -> Scope {
    Scope::new(Lab::Two, Some(part)).expect("a part of Lab 2")
}

const SOURCE: &str = "\
//! Module.

impl Core {
    /// **Lab 2A.** Votes {once} per \"term\" (§5.2).
    // A note.
    pub fn vote(&mut self) -> bool {
        // The answer.
        self.may()
    }

    /// **Lab 2A, helper.** Whether it may.
    fn may(&self) -> bool {
        true
    }

    /// **Lab 2B.** Appends.
    fn append(&mut self) { self.log() }
}

#[cfg(test)]
mod tests {
    fn calls_may() {}
}
";

#[test]
fn bodies_go_and_the_rest_stays() {
    let cut = solution(SOURCE, &scope("2A")).expect("valid Rust");
    let expected = "\
//! Module.

impl Core {
    /// **Lab 2A.** Votes {once} per \"term\" (§5.2).
    // A note.
    pub fn vote(&mut self) -> bool {
        todo!(\"Lab 2A: Votes {{once}} per \\\"term\\\" (§5.2).\")
    }

    /// **Lab 2B.** Appends.
    fn append(&mut self) {
        todo!(\"Lab 2B: Appends.\")
    }
}
";
    assert_eq!(cut.text, expected);
    assert_eq!(cut.stubs.iter().map(|stub| &*stub.function).collect::<Vec<_>>(), ["vote", "append"]);
    assert!(cut.removed.iter().any(|removed| removed.contains("// The answer.")));
}

#[test]
fn earlier_parts_stay_as_they_are() {
    let cut = solution(SOURCE, &scope("2B")).expect("valid Rust");
    assert_eq!(cut.text, SOURCE.replace("{ self.log() }", "{\n        todo!(\"Lab 2B: Appends.\")\n    }"));
}

#[test]
fn a_function_can_be_inert_in_the_tests_of_earlier_parts() {
    let source = "/// **Lab 2C, before that `None`.** Saves.\nfn save() -> Option<u8> {\n    Some(1)\n}\n";
    let cut = solution(source, &scope("2A")).expect("valid Rust");
    let body = "\
fn save() -> Option<u8> {
    // The tests of earlier parts do without this.
    if std::env::var(\"LAB_PART\").is_ok_and(|part| *part < *\"2C\") {
        return None;
    }
    todo!(\"Lab 2C: Saves.\")
}
";
    assert!(cut.text.ends_with(body), "{}", cut.text);
}

#[test]
fn long_words_are_wrapped() {
    let text = "word ".repeat(60).trim().to_owned();
    let stub = stub(&Marker { part: "2A".into(), is_helper: false, before: None, text }, "    ");
    assert!(stub.lines().all(|line| line.chars().count() <= WIDTH_MAX), "{stub}");
    syn::parse_str::<Block>(&stub).expect("a block of Rust");
}

#[test]
fn what_needs_an_absent_lab_goes() {
    let source = "\
#[cfg(feature = \"lab2\")]
pub mod two;
#[cfg(feature = \"lab3\")]
pub mod three;

fn all() {
    #[cfg(feature = \"lab2\")]
    cases.extend(two());
    #[cfg(all(feature = \"lab3\", unix))]
    cases.extend(three());
    end();
}
";
    let cut = absent_labs(source, &scope("2A")).expect("valid Rust");
    let expected = "\
#[cfg(feature = \"lab2\")]
pub mod two;

fn all() {
    #[cfg(feature = \"lab2\")]
    cases.extend(two());
    end();
}
";
    assert_eq!(cut.text, expected);
    assert_eq!(cut.modules, ["three"]);
}
