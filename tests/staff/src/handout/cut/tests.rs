use super::*;
use crate::handout::scope::Lab;

/// Cuts a file whose modules say `calls_may()`.
fn solve(source: &str, part: &str) -> CutFile {
    let scope = Scope::new(Lab::Two, Some(part)).expect("a part of Lab 2");
    solution(source, &scope, &|_| "fn it() { calls(may()) }".into()).expect("valid Rust")
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
    fn calls() {
        assert!(core.may());
    }
}
";

#[test]
fn bodies_go_and_the_rest_stays() {
    let cut = solve(SOURCE, "2A");
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
    let cut = solve(SOURCE, "2B");
    assert_eq!(cut.text, SOURCE.replace("{ self.log() }", "{\n        todo!(\"Lab 2B: Appends.\")\n    }"));
}

#[test]
fn a_function_can_be_inert_in_the_tests_of_earlier_parts() {
    let source = "/// **Lab 2C, before that `None`.** Saves.\nfn save() -> Option<u8> {\n    Some(1)\n}\n";
    let cut = solve(source, "2A");
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
    assert!(stub.contains("word word\\n\\\n             word"), "{stub}");
}

#[test]
fn unit_tests_stay_unless_they_call_a_helper() {
    let other = SOURCE.replace("core.may()", "core.vote(), \"may\"");
    assert!(solve(&other, "2A").text.contains("mod tests"));
    let elsewhere =
        "/// **Lab 2A, helper.** X.\nfn may() {}\n\n#[cfg(test)]\n#[path = \"x.rs\"]\nmod tests;\n";
    let cut = solve(elsewhere, "2A");
    assert_eq!(cut.text, "\n");
    assert_eq!(cut.modules, [Module { name: "tests".into(), path: Some("x.rs".into()) }]);
    assert!(solve(&elsewhere.replace("may", "other"), "2A").text.contains("mod tests"));
}

#[test]
fn an_impl_of_helpers_goes_as_a_whole() {
    let source = "struct A;\n\nimpl A {\n    /// **Lab 2A, helper.** X.\n    fn x() {}\n}\n\nstruct B;\n";
    assert_eq!(solve(source, "2A").text, "struct A;\n\nstruct B;\n");
}
