//! What a policy makes of the tests.

use protocol::{Clock, Kind};

use super::*;

fn policy(text: &str, hidden: Option<&str>) -> Result<Policy, String> {
    let source = Source {
        name: "p.toml".into(),
        text: text.into(),
        folder: Path::new("/nowhere"),
        hidden: hidden.map(str::to_owned),
    };
    plan::plan(&source, &rig::cases())
}

fn planned(text: &str, hidden: Option<&str>) -> Vec<Planned> {
    policy(text, hidden).expect("it is good").tests
}

fn points(tests: &[Planned], part: &str) -> Vec<f64> {
    tests.iter().filter(|test| test.case.part == part).map(|test| test.points).collect()
}

#[test]
fn the_default_grades_every_official_test_once() {
    let tests = planned(DEFAULT, None);
    let official =
        rig::cases().into_iter().filter(|case| case.kind == Kind::Official && lab_of(case.part).is_some());
    assert_eq!(tests.len(), official.count());
    assert!(tests.iter().all(|test| test.points == 1.0 && test.rule == Rule::All));
    for test in &tests {
        let (runs, clock) = if test.case.part == "1" { (1, Clock::Real) } else { (20, Clock::Virtual) };
        assert_eq!((test.seeds.len(), test.clock), (runs, clock), "{}", test.case.name);
    }
    assert_eq!(planned("", None).len(), tests.len(), "an empty policy is the default one");
}

#[test]
fn a_part_shares_its_points_among_those_without_their_own() {
    let text = "[part.2A]\npoints = 20\n[test.TestReElection2A]\npoints = 3\n";
    assert_eq!(points(&planned(text, None), "2A"), [10.0, 3.0, 10.0]);
    assert_eq!(points(&planned("[defaults]\npoints = 4\n", None), "2A"), [4.0; 3]);
    let skipped = planned("[part.2A]\npoints = 20\n[test.TestReElection2A]\nskip = true\n", None);
    assert_eq!(points(&skipped, "2A"), [10.0; 2]);
}

#[test]
fn the_more_particular_word_counts() {
    let text =
        "[defaults]\nruns = 2\n[part.2A]\nruns = 3\nwall_seconds = 5\n[test.TestReElection2A]\nruns = 4\n";
    let tests = planned(text, None);
    let runs = |part| tests.iter().filter(move |test| test.case.part == part).map(|test| test.seeds.len());
    assert_eq!(runs("2A").collect::<Vec<_>>(), [3, 4, 3]);
    assert!(runs("2B").all(|runs| runs == 2));
    let walls = tests.iter().filter(|test| test.case.part == "2A").map(|test| test.wall.as_secs());
    assert_eq!(walls.collect::<Vec<_>>(), [5; 3]);
}

#[test]
fn hidden_seeds_follow_the_public_ones() {
    let seeds = |text: &str, hidden| {
        let tests = planned(text, hidden);
        let test = tests.iter().find(|test| test.case.part == "2A").expect("there is a part 2A").clone();
        test.seeds.iter().map(|seed| (seed.value, seed.hidden)).collect::<Vec<_>>()
    };
    let two = "[defaults]\nruns = 2\n";
    assert_eq!(seeds(two, Some("70 71")), [(1, false), (2, false), (70, true), (71, true)]);
    assert_eq!(seeds(&format!("{two}hidden_runs = 1\n"), Some("70 71")).len(), 3);
    let listed = format!("{two}hidden_runs = 0\n[seeds]\npublic = [9, 8, 7]\n");
    assert_eq!(seeds(&listed, Some("70")), [(9, false), (8, false)]);
    let shown = format!("{two}[seeds]\nfirst = 5\nreveal_hidden = true\n");
    assert_eq!(seeds(&shown, Some("70")), [(5, false), (6, false), (70, false)]);
}

#[test]
fn strict_siblings_are_graded_if_they_are_asked_for() {
    let count = |text: &str| planned(text, None).len();
    assert_eq!(count("[test.TestVoteSurvivesCrash2C]\npoints = 5\n"), count("") + 1);
    assert!(count("extra = true\n") > count("") + 5);
}

#[test]
fn secrets_stay_out_of_complaints() {
    let error = policy("", Some("4711 secret")).expect_err("that is no seed");
    assert!(!error.contains("4711"), "{error}");
}
