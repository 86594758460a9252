//! Points are the same in every format.

use std::collections::BTreeMap;

use quick_junit::Report;

use super::*;

/// Points and possible points by test.
type Points = BTreeMap<String, (f64, f64)>;

fn expected(grade: &Grade) -> Points {
    grade.tests.iter().map(|test| (test.name.clone(), (test.points, test.points_max))).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn by_gradescope(grade: &Grade) -> Points {
    let results: Value = serde_json::from_str(&report(grade, "results.json")).expect("JSON");
    let tests = results["tests"].as_array().expect("tests").iter().filter(|test| test["name"] != "build");
    let name = |test: &Value| test["name"].as_str().expect("a name").split(':').next().map(str::to_owned);
    tests
        .map(|test| (name(test).expect("a name"), (number(&test["score"]), number(&test["max_score"]))))
        .collect()
}

fn by_junit(grade: &Grade) -> Points {
    let report = Report::deserialize_from_str(&report(grade, "junit.xml")).expect("JUnit");
    let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let property = |case: &quick_junit::TestCase, name: &str| {
        let found = case.properties.iter().find(|property| property.name.as_str() == name);
        found.map(|property| property.value.as_str().parse::<f64>().expect("a number"))
    };
    let points = |case| Some((property(case, "points")?, property(case, "points_max")?));
    cases.filter_map(|case| Some((case.name.as_str().to_owned(), points(case)?))).collect()
}

fn by_csv(grade: &Grade) -> Points {
    let text = report(grade, "results.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(|row| row.expect("a row"));
    let number = |text: &str| text.parse::<f64>().expect("a number");
    rows.map(|row| (row["test"].clone(), (number(&row["points"]), number(&row["points_max"])))).collect()
}

fn by_lines(grade: &Grade) -> Points {
    let text = report(grade, "results.jsonl");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (header, summary) = (&lines[0], &lines[lines.len() - 1]);
    assert_eq!(header["tests"], lines.len() - 2);
    assert_eq!(
        (number(&summary["points"]), number(&summary["points_max"])),
        (grade.points(), grade.points_max())
    );
    let of = |test: &Value| (number(&test["points"]), number(&test["points_max"]));
    let tests = lines[1..lines.len() - 1].iter();
    tests.map(|test| (test["test"].as_str().expect("a name").to_owned(), of(test))).collect()
}

/// Goal: whoever reads whichever file gives the same points. Method: parse each as its readers do, and compare.
#[test]
fn every_format_has_the_same_points() {
    for grade in examples() {
        let expected = expected(&grade);
        for (format, points) in [
            ("Gradescope", by_gradescope(&grade)),
            ("JUnit", by_junit(&grade)),
            ("CSV", by_csv(&grade)),
            ("JSON lines", by_lines(&grade)),
        ] {
            assert_eq!(points, expected, "{format}");
        }
    }
}

/// Goal: the sums that people and Classroom are shown are those of the tests.
#[test]
fn sums_are_the_same() {
    for grade in examples() {
        let read: classroom::Classroom = serde_json::from_str(&report(&grade, CLASSROOM)).expect("JSON");
        let score = read.parts.iter().fold(0.0, |sum, part| sum + part.score);
        let tests = read.parts.iter().flat_map(|part| part.tests().expect("a result"));
        assert_eq!(crate::grade::result::sum(tests.map(|test| test.score)), grade.points());
        // Each part's sum is rounded to a millionth, and so is that of all.
        let margin = 0.5e-6 * (read.parts.len() + 1) as f64 + 1e-9;
        assert!((score - grade.points()).abs() < margin, "{score}");
        let (points, of) = (story::points(grade.points()), story::points(grade.points_max()));
        let summary = report(&grade, "summary.md");
        assert!(summary.contains(&format!(": {points} of {of} points\n")), "{summary}");
        assert!(summary.contains(&format!("| all | {points} | {of} |")), "{summary}");
    }
}
