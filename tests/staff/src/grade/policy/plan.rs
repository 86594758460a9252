//! From what is written to what is to be done.

use std::{collections::BTreeMap, time::Duration};

use protocol::{Clock, Kind, TestCase};
use runner::select::most_alike;
use toml::Spanned;

use super::{
    DEFAULT, Policy, Rule, Source,
    file::{Entry, File},
    lab_of,
    seeds::Seeds,
};
use crate::{
    grade::{confine::Limits, result::Visibility},
    handout::Lab,
};

/// Eleven days: every sum of times stays in range.
const SECONDS_MAX: f64 = 1e6;
const RUNS_MAX: u64 = 100_000;

/// A seed, and whether students may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::grade) struct Seed {
    pub(in crate::grade) value: u64,
    pub(in crate::grade) hidden: bool,
}

/// One test, as it will be graded.
#[derive(Clone, Debug)]
pub(in crate::grade) struct Planned {
    pub(in crate::grade) case: TestCase,
    pub(in crate::grade) points: f64,
    pub(in crate::grade) rule: Rule,
    /// One per run, public ones first.
    pub(in crate::grade) seeds: Vec<Seed>,
    pub(in crate::grade) clock: Clock,
    /// Wall time of a run.
    pub(in crate::grade) wall: Duration,
    /// What else a run may use.
    pub(in crate::grade) limits: Limits,
    pub(in crate::grade) visibility: Visibility,
}

/// Turns a policy into tests.
pub(super) fn plan(source: &Source<'_>, all: &[TestCase]) -> Result<Policy, String> {
    let file: File = toml::from_str(&source.text)
        .map_err(|error| format!("{}: {}", source.name, plainly(error.to_string().trim_end())))?;
    let general: File = toml::from_str(DEFAULT).map_err(|error| format!("default policy: {error}"))?;
    let planner =
        Planner { source, seeds: Seeds::read(source, &file.seeds)?, file: &file, general: &general };
    planner.check_names(all)?;
    Ok(Policy {
        labs: file.labs.as_ref().map(|labs| planner.labs(labs)).transpose()?,
        tests: planner.tests(all)?,
        total: planner.limit("total_seconds", |file| file.limits.total_seconds.as_ref())?,
        build: planner.limit("build_seconds", |file| file.limits.build_seconds.as_ref())?,
        visibility: file.visibility.unwrap_or_default(),
        leaderboard: file.leaderboard.unwrap_or(false),
    })
}

/// Without the names of Rust's types.
fn plainly(complaint: &str) -> String {
    complaint
        .replace("expected u64", "expected a whole number, 0 or more")
        .replace("expected f64", "expected a number")
}

struct Planner<'a> {
    source: &'a Source<'a>,
    file: &'a File,
    /// The default policy, for what is not said.
    general: &'a File,
    seeds: Seeds,
}

/// For a name that no test has.
fn unknown(all: &[TestCase], name: &str) -> String {
    let named = all.iter().filter(|case| lab_of(case.part).is_some()).map(|case| case.name);
    let hint =
        most_alike(named, name).map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
    format!("there is no test {name}{hint} (`lab list --extra` lists them all)")
}

impl Planner<'_> {
    /// A misspelt name would silently be worth nothing.
    fn check_names(&self, all: &[TestCase]) -> Result<(), String> {
        for name in self.file.part.keys() {
            if lab_of(name.get_ref()).is_none() {
                let known: Vec<&str> = Lab::ALL.iter().flat_map(|lab| lab.parts()).copied().collect();
                let message = format!("there is no part {}; parts are {}", name.get_ref(), known.join(", "));
                return Err(self.source.complain(name.span().start, &message));
            }
        }
        for name in self.file.test.keys() {
            let found: Vec<&TestCase> = all.iter().filter(|case| is_called(case, name.get_ref())).collect();
            let message = match found.as_slice() {
                [_] => continue,
                [] => unknown(all, name.get_ref()),
                several => {
                    let names: Vec<String> = several.iter().map(|case| full_name(case)).collect();
                    format!("several tests are called {}; say {}", name.get_ref(), names.join(" or "))
                }
            };
            return Err(self.source.complain(name.span().start, &message));
        }
        Ok(())
    }

    fn labs(&self, names: &[Spanned<String>]) -> Result<Vec<Lab>, String> {
        let one = |name: &Spanned<String>| {
            let lab = Lab::ALL.into_iter().find(|lab| lab.pattern().eq_ignore_ascii_case(name.get_ref()));
            let message = format!("there is no lab {}; labs are 1, 2, 3, 4A and 4B", name.get_ref());
            lab.ok_or_else(|| self.source.complain(name.span().start, &message))
        };
        names.iter().map(one).collect()
    }

    fn tests(&self, all: &[TestCase]) -> Result<Vec<Planned>, String> {
        let extra = self.file.extra.unwrap_or(false);
        let wanted = |case: &&TestCase| {
            lab_of(case.part).is_some()
                && (case.kind == Kind::Official
                    || case.kind == Kind::Extra && (extra || self.named(case).is_some()))
                && !self.entry(case).skip.unwrap_or(false)
        };
        let cases: Vec<&TestCase> = all.iter().filter(wanted).collect();
        let mut sharing: BTreeMap<&str, u32> = BTreeMap::new();
        for case in cases.iter().filter(|case| self.own_points(case).is_none()) {
            *sharing.entry(case.part).or_default() += 1;
        }
        cases.iter().map(|case| self.test(case, sharing.get(case.part).copied().unwrap_or(1))).collect()
    }

    /// What is said of this very test.
    fn named(&self, case: &TestCase) -> Option<&Entry> {
        self.file.test.iter().find(|(name, _)| is_called(case, name.get_ref())).map(|(_, entry)| entry)
    }

    fn own_points(&self, case: &TestCase) -> Option<&Spanned<f64>> {
        self.named(case).and_then(|entry| entry.points.as_ref())
    }

    /// All that is said of this test, the most particular first.
    fn entry(&self, case: &TestCase) -> Entry {
        let nothing = Entry::default();
        let part = self.file.part.get(case.part).unwrap_or(&nothing);
        let shipped = self.general.part.get(case.part).unwrap_or(&nothing);
        let entry = self.named(case).unwrap_or(&nothing).over(part).over(&self.file.defaults);
        // What the default policy says of a part knows less than what this one says of all tests, except that Lab 1 is
        // slow by nature.
        if case.real_clock {
            let own = self.named(case).unwrap_or(&nothing).over(part);
            return own.over(shipped).over(&entry).over(&self.general.defaults);
        }
        entry.over(&self.general.defaults)
    }

    fn test(&self, case: &TestCase, sharing: u32) -> Result<Planned, String> {
        let entry = self.entry(case);
        let runs = entry.runs.as_ref().map_or(Ok(1), |runs| self.count("runs", runs))?;
        let (public, hidden) = (self.seeds.public(self.source, runs)?, self.hidden(&entry)?);
        let seeds: Vec<Seed> = public
            .into_iter()
            .map(|value| Seed { value, hidden: false })
            .chain(hidden.iter().map(|&value| Seed { value, hidden: !self.seeds.reveal }))
            .collect();
        if seeds.is_empty() {
            return Err(self
                .source
                .complain(0, &format!("{} has no runs; say `skip = true`", full_name(case))));
        }
        let rule = entry.rule.as_ref().map_or(Ok(Rule::All), |rule| {
            let read = Rule::parse(rule.get_ref(), seeds.len() as u64);
            read.map_err(|message| self.blame(rule, &format!("{}: {message}", full_name(case))))
        })?;
        let wall = self.seconds("wall_seconds", entry.wall_seconds.as_ref())?;
        let cpu = entry.cpu_seconds.as_ref().map(|cpu| self.seconds("cpu_seconds", Some(cpu))).transpose()?;
        Ok(Planned {
            case: *case,
            points: self.points(case, sharing)?,
            rule,
            seeds,
            clock: case.clock(entry.clock.unwrap_or(Clock::Virtual)),
            wall,
            limits: Limits {
                // Whoever burns time from first to last reaches both limits: the verdict should not depend on which is first.
                cpu_seconds: cpu.unwrap_or(wall * 4).as_secs_f64().ceil() as u64,
                memory_mb: entry.memory_mb.as_ref().map_or(Ok(512), |mb| self.size("memory_mb", mb))?,
                file_mb: self.shared_size("file_mb", |file| file.limits.file_mb.as_ref())?,
                processes: self.shared_size("processes", |file| file.limits.processes.as_ref())?,
            },
            visibility: entry.visibility.unwrap_or_default(),
        })
    }

    fn hidden(&self, entry: &Entry) -> Result<&[u64], String> {
        let there = self.seeds.hidden.as_slice();
        let Some(wanted) = &entry.hidden_runs else { return Ok(there) };
        let count = self.count("hidden_runs", wanted)?;
        usize::try_from(count).ok().and_then(|count| there.get(..count)).ok_or_else(|| {
            let message =
                format!("{count} hidden runs are wanted, but there are {} hidden seeds", there.len());
            self.blame(wanted, &message)
        })
    }

    fn points(&self, case: &TestCase, sharing: u32) -> Result<f64, String> {
        let check = |points: &Spanned<f64>| {
            let value = *points.get_ref();
            let message = format!("points must be 0 or more, not {value}");
            if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(self.blame(points, &message)) }
        };
        if let Some(points) = self.own_points(case) {
            return check(points);
        }
        let of_part = self.file.part.get(case.part).and_then(|entry| entry.points.as_ref());
        let of_all = self.file.defaults.points.as_ref();
        match (of_part, of_all) {
            (Some(points), _) => Ok(check(points)? / f64::from(sharing)),
            (None, Some(points)) => check(points),
            (None, None) => Ok(1.0),
        }
    }

    fn blame<T>(&self, value: &Spanned<T>, message: &str) -> String {
        // A value of the default policy cannot be wrong, so it stands in this file.
        self.source.complain(value.span().start, message)
    }

    fn count(&self, key: &str, value: &Spanned<u64>) -> Result<u64, String> {
        let message = format!("{key} must be at most {RUNS_MAX}");
        if *value.get_ref() <= RUNS_MAX { Ok(*value.get_ref()) } else { Err(self.blame(value, &message)) }
    }

    fn size(&self, key: &str, value: &Spanned<u64>) -> Result<u64, String> {
        let (number, most) = (*value.get_ref(), 1 << 24);
        let message = format!("{key} must be at least 1 and at most {most}");
        if (1..=most).contains(&number) { Ok(number) } else { Err(self.blame(value, &message)) }
    }

    fn shared_size(&self, key: &str, of: impl Fn(&File) -> Option<&Spanned<u64>>) -> Result<u64, String> {
        let value = of(self.file).or_else(|| of(self.general));
        value.map_or(Err(format!("the default policy has no {key}")), |value| self.size(key, value))
    }

    fn limit(&self, key: &str, of: impl Fn(&File) -> Option<&Spanned<f64>>) -> Result<Duration, String> {
        self.seconds(key, of(self.file).or_else(|| of(self.general)))
    }

    fn seconds(&self, key: &str, value: Option<&Spanned<f64>>) -> Result<Duration, String> {
        let value = value.ok_or_else(|| format!("the default policy has no {key}"))?;
        let seconds = *value.get_ref();
        if seconds > 0.0 && seconds <= SECONDS_MAX {
            return Ok(Duration::from_secs_f64(seconds));
        }
        Err(self.blame(value, &format!("{key} must be above 0 and at most {SECONDS_MAX}, not {seconds}")))
    }
}

/// The name that no other test has.
pub(in crate::grade) fn full_name(case: &TestCase) -> String {
    format!("{}/{}", case.part, case.name)
}

fn is_called(case: &TestCase, name: &str) -> bool {
    lab_of(case.part).is_some()
        && case.kind != Kind::Fixture
        && name.split_once('/').map_or(case.name == name, |(part, test)| {
            case.part.eq_ignore_ascii_case(part) && case.name == test
        })
}
