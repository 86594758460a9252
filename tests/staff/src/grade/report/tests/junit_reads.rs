//! `junit.xml` against the dialect: by its schema where `xmllint` is there, and by a strict reading of its structure anywhere.

use std::{collections::HashMap, io::Write, process::Command};

use quick_junit::{Report, TestCaseStatus};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::*;

/// The schema, beside the writer.
const SCHEMA: &str = include_str!("../junit/schema.xsd");

/// Attributes that an element must have, and those that it may have.
const ATTRIBUTES: [(&str, &str, &str); 11] = [
    ("testsuites", "name tests failures errors", "skipped uuid timestamp time"),
    ("testsuite", "name tests skipped errors failures", "timestamp time"),
    ("testcase", "name classname", "timestamp time"),
    ("properties", "", ""),
    ("property", "name value", ""),
    ("failure", "", "message type"),
    ("error", "", "message type"),
    ("skipped", "", "message type"),
    ("flakyFailure", "", "timestamp time message type"),
    ("rerunFailure", "", "timestamp time message type"),
    ("system-out", "", ""),
];
/// What may stand directly in what.
const CHILDREN: [(&str, &str); 5] = [
    ("", "testsuites"),
    ("testsuites", "testsuite"),
    ("testsuite", "testcase"),
    ("testcase", "properties failure error skipped flakyFailure rerunFailure system-out"),
    ("properties", "property"),
];

fn name(tag: &BytesStart<'_>) -> String {
    String::from_utf8(tag.name().as_ref().to_vec()).expect("names are text")
}

fn check(parent: &str, tag: &BytesStart<'_>) -> Result<(), String> {
    let name = name(tag);
    let children = CHILDREN.iter().find(|(of, _)| *of == parent).map_or("", |(_, children)| children);
    if !children.split(' ').any(|child| child == name) {
        return Err(format!("{name} in {parent:?}"));
    }
    let (_, must, may) =
        ATTRIBUTES.iter().find(|(of, ..)| *of == name).ok_or(format!("{name} is unknown"))?;
    let attributes: HashMap<String, String> = tag
        .attributes()
        .map(|attribute| attribute.expect("an attribute"))
        .map(|attribute| {
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).expect("text");
            (key, String::from_utf8(attribute.value.to_vec()).expect("text"))
        })
        .collect();
    if let Some(missing) = must.split_whitespace().find(|key| !attributes.contains_key(*key)) {
        return Err(format!("{name} lacks {missing}"));
    }
    let allowed = |key: &String| must.split(' ').chain(may.split(' ')).any(|allowed| allowed == key);
    if let Some(foreign) = attributes.keys().find(|key| !allowed(key)) {
        return Err(format!("{name} has {foreign}"));
    }
    for number in ["tests", "failures", "errors", "skipped", "time"] {
        let is_number = |text: &String| text.parse::<f64>().is_ok_and(|number| number >= 0.0);
        if attributes.get(number).is_some_and(|text| !is_number(text)) {
            return Err(format!("{name}: {number} is no number"));
        }
    }
    Ok(())
}

/// The first thing that is not of the dialect.
fn strictly(xml: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<String> = Vec::new();
    loop {
        let parent = open.last().map_or("", String::as_str);
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                check(parent, &tag)?;
                open.push(name(&tag));
            }
            Event::Empty(tag) => check(parent, &tag)?,
            Event::End(_) => drop(open.pop()),
            Event::Eof => return if open.is_empty() { Ok(()) } else { Err(format!("{open:?} is open")) },
            _ => {}
        }
    }
}

/// What `xmllint` has to say against it, unless it is not there.
fn by_schema(xml: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (schema, file) = (folder.path().join("schema.xsd"), folder.path().join("junit.xml"));
    fs::write(&schema, SCHEMA).expect("written");
    fs::write(&file, xml).expect("written");
    let mut command = Command::new("xmllint");
    match command.args(["--noout", "--schema"]).args([&schema, &file]).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(_) => {
            writeln!(std::io::stderr(), "skipped: there is no xmllint to check the schema with")
                .expect("written");
            strictly(xml)
        }
    }
}

#[test]
fn it_is_of_the_dialect() {
    for grade in examples() {
        let xml = report(&grade, "junit.xml");
        assert_eq!(strictly(&xml), Ok(()), "{xml}");
        assert_eq!(by_schema(&xml), Ok(()), "{xml}");
    }
}

/// Goal: the check above can fail. Method: break the file in ways that a careless writer would.
#[test]
fn what_is_not_of_the_dialect_is_noticed() {
    let xml = report(&mixed(), "junit.xml");
    for (from, to) in [
        (" classname=\"2A\"", ""),
        ("<testcase ", "<testcase points=\"1\" "),
        ("flakyFailure", "flaky"),
        ("time=\"0.750\"", "time=\"long\""),
        ("</testsuites>", ""),
    ] {
        let broken = xml.replace(from, to);
        assert_ne!(broken, xml, "{from} is not there");
        assert!(strictly(&broken).is_err() && by_schema(&broken).is_err(), "{from} became {to:?}");
    }
}

/// Goal: a reader counts what happened. Method: read it back with the crate of nextest.
#[test]
fn it_says_what_happened() {
    let report = Report::deserialize_from_str(&report(&mixed(), "junit.xml")).expect("JUnit");
    assert_eq!((report.tests, report.failures, report.errors), (6, 2, 0));
    let suites: Vec<_> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(suites, ["build", "2A", "2B"]);
    let case = |suite: usize, case: usize| &report.test_suites[suite].test_cases[case].status;
    assert!(matches!(case(1, 0), TestCaseStatus::Success { flaky_runs } if flaky_runs.is_empty()));
    assert!(matches!(case(1, 1), TestCaseStatus::Success { flaky_runs } if flaky_runs.len() == 1));
    assert!(matches!(case(2, 0), TestCaseStatus::NonSuccess { reruns, .. } if reruns.runs.len() == 1));
    assert!(matches!(case(2, 2), TestCaseStatus::Skipped { .. }));
    let uncompilable =
        Report::deserialize_from_str(&super::report(&uncompilable(), "junit.xml")).expect("JUnit");
    assert_eq!((uncompilable.errors, uncompilable.failures), (1, 0));
}
