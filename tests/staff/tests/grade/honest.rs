//! Those who try.

use std::{
    fs::{self, File},
    hint::black_box,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::Value;

use crate::rig::{POLICY, Rig, all_failed, all_passed, notes, points, tests, text};

/// What must be the same whenever the same is graded: all but wall time.
fn figures(grade: &Value) -> Vec<Value> {
    let mut tests = tests(grade).clone();
    for run in tests.iter_mut().filter_map(|test| test["runs"].as_array_mut()).flatten() {
        run.as_object_mut().expect("a run is an object").remove("wall_seconds");
    }
    tests
}

#[test]
fn a_good_one_has_all_points_and_the_same_figures_each_time() {
    let rig = Rig::reference();
    let first = rig.grade();
    all_passed(&first);
    assert_eq!(points(&first), 10.0);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        // A neighbour who takes all there is.
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    black_box(0);
                }
            });
        }
        let again = [rig.grade(), rig.grade()];
        stop.store(true, Ordering::Relaxed);
        again.iter().for_each(|again| assert_eq!(figures(again), figures(&first)));
    });
}

#[test]
fn half_a_lab_has_the_points_of_its_half() {
    let policy = "
        labs = [\"2\"]
        [limits]
        total_seconds = 7200
        build_seconds = 3600
        [defaults]
        runs = 1
        [part.2A]
        points = 30
        [part.2B]
        points = 70
        [part.2C]
        skip = true
        [part.2D]
        skip = true
    ";
    let grade = Rig::half().policy(policy).grade();
    assert_eq!(points(&grade).round(), 30.0, "{grade:#}");
    for test in tests(&grade) {
        assert_eq!(test["status"], if test["part"] == "2A" { "passed" } else { "failed" }, "{test:#}");
    }
    assert!(!notes(&grade).contains("edited"), "a handout is not an edited workspace:\n{}", notes(&grade));
    let failure =
        &tests(&grade).iter().find(|test| test["part"] == "2B").expect("2B is graded")["runs"][0]["failure"];
    assert!(
        failure["message"].as_str().is_some_and(|text| text.contains("not yet implemented")),
        "{failure:#}"
    );
}

#[test]
fn a_slow_one_is_not_worse_than_a_fast_one() {
    all_passed(&Rig::with("slow").grade());
}

#[test]
fn what_is_not_the_students_is_named_and_ignored() {
    let rig = Rig::reference();
    rig.write("tests/simulator/src/lib.rs", "compile_error!(\"mine\");");
    rig.write("raft/build.rs", "fn main() { panic!() }");
    rig.patch("raft/Cargo.toml", "[lints]\nworkspace = true\n", "[lints.rust]\nunsafe_code = \"allow\"\n");
    // Two gigabytes that nobody reads.
    let junk = File::create(rig.submission().join("junk")).expect("a file can be made");
    junk.set_len(2 << 30).expect("a file may have holes");
    let grade = rig.grade();
    all_passed(&grade);
    for part in ["tests/simulator/src/lib.rs: edited", "raft/Cargo.toml: edited", "raft/build.rs: has no say"]
    {
        assert!(notes(&grade).contains(part), "`{part}` is missing in\n{}", notes(&grade));
    }
}

#[test]
fn hidden_seeds_count_and_are_out_of_reach() {
    let rig = Rig::with("look for seeds");
    let mut command = rig.command();
    let grade = rig.grade_by(command.env("LAB_HIDDEN_SEEDS", "777777 888888").arg("--fingerprint"));
    all_passed(&grade);
    for test in tests(&grade) {
        let runs: Vec<_> = test["runs"]
            .as_array()
            .expect("it was run")
            .iter()
            .map(|run| (&run["seed"], &run["hidden"]))
            .collect();
        let expected = [(1, false), (2, false), (777_777, true), (888_888, true)]
            .map(|(seed, hidden)| (Value::from(seed), Value::from(hidden)));
        assert_eq!(runs, expected.iter().map(|(seed, hidden)| (seed, hidden)).collect::<Vec<_>>());
    }
    let prints = std::fs::read_to_string(rig.out().join("fingerprint.json")).expect("it was asked for");
    let prints: Value = serde_json::from_str(&prints).expect("it is whole");
    assert_eq!(prints["raft/src/mischief.rs"].as_str().map(str::len), Some(64), "{prints:#}");
}

/// Goal: a failed hidden run costs points, and tells students nothing that they could replay. Method: fail on hidden seeds alone, with
/// words on every way out.
#[test]
fn a_failed_hidden_run_gives_no_seed_away() {
    let policy = POLICY.replace("runs = 2", "runs = 0");
    for (trick, kind) in [("panic", "panic"), ("close and panic", "panic"), ("exit", "died")] {
        let rig = Rig::with_word(trick, "word 4713").policy(&policy);
        let grade = rig.grade_by(rig.command().env("LAB_HIDDEN_SEEDS", "777777 888888"));
        all_failed(&grade, kind);
        assert_eq!(tests(&grade)[0]["runs"][0]["seed"], 777_777);
        for entry in fs::read_dir(rig.out()).expect("reports were written").flatten() {
            let report = fs::read_to_string(entry.path()).expect("reports are text");
            let is_staffs = entry.file_name() == "grade.json";
            assert_eq!(report.contains("777777"), is_staffs, "{}", entry.path().display());
            assert!(is_staffs || !report.contains("this was before"), "{}", entry.path().display());
        }
        let page = fs::read_to_string(rig.out().join("summary.md")).expect("a report");
        assert!(page.contains("hidden seed"), "{page}");
    }
}

#[test]
fn the_fastest_stand_on_a_table_if_the_policy_wants_one() {
    let rig = Rig::reference().policy(&format!("leaderboard = true\n{POLICY}"));
    all_passed(&rig.grade());
    let results = fs::read_to_string(rig.out().join("results.json")).expect("a report");
    let results: Value = serde_json::from_str(&results).expect("JSON");
    let entries = results["leaderboard"].as_array().expect("there is a table");
    let names: Vec<_> = entries.iter().map(|entry| (&entry["name"], &entry["order"])).collect();
    assert_eq!(names, [(&"RPCs".into(), &"asc".into()), (&"bytes".into(), &"asc".into())]);
    for entry in entries {
        assert!(entry["value"].as_f64().is_some_and(|value| value > 100.0), "{entry}");
        assert_eq!(entry.as_object().map(serde_json::Map::len), Some(3), "{entry}");
    }
    // Who has not all points is not on it: doing nothing would be fastest.
    let rig = Rig::with("panic").policy(&format!("leaderboard = true\n{POLICY}"));
    all_failed(&rig.grade(), "panic");
    let results = fs::read_to_string(rig.out().join("results.json")).expect("a report");
    assert!(!results.contains("leaderboard"), "{results}");
}

#[test]
fn a_gate_closes_below_its_mark_only() {
    let rig = Rig::with("panic");
    for (mark, code) in [("0", 0), ("50", 1)] {
        let output = rig.command().args(["--fail-under", mark]).output().expect("lab can be started");
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        assert!(text(&output).contains("points: 0 of 10 (0.0 %)"), "{}", text(&output));
    }
}

#[test]
fn runs_do_what_the_rig_orders() {
    // Whoever passes because a trick was held back would pass without an order too.
    let grade = Rig::with_word("panic", "word 4711").grade();
    all_failed(&grade, "panic");
    for test in tests(&grade) {
        let message = test["runs"][0]["failure"]["message"].as_str();
        assert!(message.is_some_and(|text| text.contains("not today: word 4711")), "{test:#}");
    }
}
