//! `classroom.json` as the reporter reads it: base64, `max_score`, and for each test `name`, `status`, `score`, `message`.

use base64::{Engine, engine::general_purpose::STANDARD};

use super::*;

fn results(grade: &Grade) -> Vec<(Value, Value)> {
    let file: Value = serde_json::from_str(&report(grade, CLASSROOM)).expect("JSON");
    let parts = file["parts"].as_array().expect("parts").clone();
    let decode = |part: &Value| STANDARD.decode(part["result"].as_str().expect("text")).expect("base64");
    parts.into_iter().map(|part| (serde_json::from_slice(&decode(&part)).expect("JSON"), part)).collect()
}

#[test]
fn the_reporter_finds_what_it_adds_up() {
    let results = results(&mixed());
    let (a, b) = (&results[0], &results[1]);
    assert_eq!(
        (&a.1["part"], &a.0["status"], &a.0["max_score"]),
        (&"2A".into(), &"pass".into(), &3.5.into())
    );
    assert_eq!(
        (&b.1["part"], &b.0["status"], &b.0["max_score"]),
        (&"2B".into(), &"error".into(), &7.0.into())
    );
    let words: Vec<_> = b.0["tests"].as_array().expect("tests").iter().map(|test| &test["status"]).collect();
    assert_eq!(words, ["fail", "fail", "error"]);
    for (result, _) in results {
        for test in result["tests"].as_array().expect("tests") {
            assert!(test["name"].is_string() && test["score"].is_number() && test["message"].is_string());
        }
    }
}

/// Goal: the results of a job fit into its environment. Method: the worst that students can say, in every test.
#[test]
fn results_stay_small() {
    let mut grade = mixed();
    let long = "word ".repeat(100_000);
    grade.tests = (0..13)
        .map(|number| {
            test("2B", &format!("Test{number}"), 0.0, 1.0, vec![run(1, Some(&long)), run(2, Some(&long))])
        })
        .collect();
    for (_, part) in results(&grade) {
        let bytes = part["result"].as_str().expect("text").len();
        assert!(bytes < 64 << 10, "{bytes}");
    }
}
