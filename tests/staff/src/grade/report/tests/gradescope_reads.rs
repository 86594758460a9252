//! `results.json` against the specification: fields, types, words.

use super::*;

const TOP: [&str; 11] = [
    "score",
    "execution_time",
    "output",
    "output_format",
    "test_output_format",
    "test_name_format",
    "visibility",
    "stdout_visibility",
    "extra_data",
    "tests",
    "leaderboard",
];
const TEST: [&str; 11] = [
    "score",
    "max_score",
    "status",
    "name",
    "name_format",
    "number",
    "output",
    "output_format",
    "tags",
    "visibility",
    "extra_data",
];
const WHO: [&str; 4] = ["visible", "hidden", "after_due_date", "after_published"];
const FORMATS: [&str; 5] = ["text", "html", "simple_format", "md", "ansi"];

fn known<'a>(value: &'a Value, fields: &[&str]) -> &'a serde_json::Map<String, Value> {
    let object = value.as_object().expect("an object");
    for key in object.keys() {
        assert!(fields.contains(&key.as_str()), "{key} is no field of the specification");
    }
    object
}

fn word(value: &Value, words: &[&str]) {
    let text = value.as_str().expect("a word");
    assert!(words.contains(&text), "{text} is none of {words:?}");
}

fn check_test(test: &Value) {
    let fields = known(test, &TEST);
    let (score, max) =
        (fields["score"].as_f64().expect("a number"), fields["max_score"].as_f64().expect("a number"));
    assert!(score <= max, "{score} of {max}");
    word(&fields["status"], &["passed", "failed"]);
    word(&fields["visibility"], &WHO);
    for text in ["name", "number", "output"] {
        assert!(fields[text].is_string(), "{text}");
    }
    assert!(fields["tags"].as_array().expect("tags").iter().all(Value::is_string));
}

/// Goal: Gradescope takes the file. Method: a strict reading of its specification; unknown fields are errors.
#[test]
fn it_is_what_the_specification_says() {
    for grade in examples() {
        let results: Value = serde_json::from_str(&report(&grade, "results.json")).expect("JSON");
        let fields = known(&results, &TOP);
        assert!(fields["execution_time"].is_u64() && fields["output"].is_string());
        for format in ["output_format", "test_output_format", "test_name_format"] {
            word(&fields[format], &FORMATS);
        }
        let tests = fields["tests"].as_array().expect("tests");
        tests.iter().for_each(check_test);
        // A score for all would override those of the tests; without tests there must be one.
        assert_eq!(fields.contains_key("score"), tests.is_empty());
        for entry in fields.get("leaderboard").and_then(Value::as_array).into_iter().flatten() {
            let entry = known(entry, &["name", "value", "order"]);
            assert!(entry["name"].is_string() && entry["value"].is_number());
            word(&entry["order"], &["asc", "desc"]);
        }
    }
}

#[test]
fn tests_are_numbered_within_their_parts() {
    let results: Value = serde_json::from_str(&report(&mixed(), "results.json")).expect("JSON");
    let numbers: Vec<_> =
        results["tests"].as_array().expect("tests").iter().map(|test| &test["number"]).collect();
    assert_eq!(numbers, ["2A.1", "2A.2", "2B.1", "2B.2", "2B.3"]);
}

#[test]
fn what_was_not_run_says_so() {
    let results: Value = serde_json::from_str(&report(&fresh(), "results.json")).expect("JSON");
    for test in results["tests"].as_array().expect("tests") {
        assert_eq!((&test["status"], &test["score"]), (&Value::from("failed"), &Value::from(0.0)));
        assert!(test["output"].as_str().expect("text").starts_with("not run"));
    }
}
