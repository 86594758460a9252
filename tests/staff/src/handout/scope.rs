//! What is handed out: which lab is to be written, from which part on, and so what is cut and what is left out.

use clap::ValueEnum;
use runner::suites;

/// The labs that can be handed out, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Lab {
    /// MapReduce
    #[value(name = "1")]
    One,
    /// Raft
    #[value(name = "2")]
    Two,
    /// Key/value service
    #[value(name = "3")]
    Three,
    /// Shard controller
    #[value(name = "4a")]
    FourA,
    /// Sharded key/value service
    #[value(name = "4b")]
    FourB,
}

impl Lab {
    /// All of them. A lab builds on those before it.
    pub const ALL: [Lab; 5] = [Lab::One, Lab::Two, Lab::Three, Lab::FourA, Lab::FourB];

    /// The folder in which its solution stands.
    pub fn folder(self) -> &'static str {
        ["mapreduce", "raft", "kvraft", "shardctrler", "shardkv"][self as usize]
    }

    /// The crate with its tests.
    pub fn suite(self) -> &'static str {
        suites::of_part(self.parts()[0])
    }

    /// Its parts, as the tests call them.
    pub fn parts(self) -> &'static [&'static str] {
        [&["1"][..], &["2A", "2B", "2C", "2D"], &["3A", "3B"], &["4A"], &["4B"]][self as usize]
    }

    /// What `lab test` and `make` call the whole lab.
    pub fn pattern(self) -> &'static str {
        ["1", "2", "3", "4A", "4B"][self as usize]
    }

    fn names(self) -> Vec<&'static str> {
        let mut names = self.parts().to_vec();
        names.extend(match self {
            Lab::One => None,
            Lab::Two => Some("2"),
            Lab::Three => Some("3"),
            Lab::FourA => None,
            // `make test-4` needs both.
            Lab::FourB => Some("4"),
        });
        names
    }
}

/// Crates that belong to no lab, and the first lab whose handout has them. What is not here is about the reference.
const SHARED: [(&str, Lab); 12] = [
    ("labgob", Lab::One),
    ("labrpc", Lab::One),
    ("tests/protocol", Lab::One),
    ("tests/invariants", Lab::One),
    ("tests/simulator", Lab::One),
    ("tests/runner", Lab::One),
    ("tests/ground-suite", Lab::One),
    ("tests/lab", Lab::One),
    ("tests/watch", Lab::One),
    ("tests/cluster", Lab::Two),
    ("tests/linearizability", Lab::Three),
    ("tests/service", Lab::Three),
];

/// One handout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    lab: Lab,
    /// Position of the first part to be written.
    from: usize,
}

impl Scope {
    /// `part` and the later parts of `lab`; all of `lab` without one. `None` if the lab has no such part.
    pub fn new(lab: Lab, part: Option<&str>) -> Option<Scope> {
        let from = match part {
            None => 0,
            Some(part) => lab.parts().iter().position(|known| known.eq_ignore_ascii_case(part))?,
        };
        Some(Scope { lab, from })
    }

    /// The lab to be written.
    pub fn lab(&self) -> Lab {
        self.lab
    }

    /// The parts to be written.
    pub fn parts(&self) -> &'static [&'static str] {
        &self.lab.parts()[self.from..]
    }

    /// The labs that stay out, because they build on this one.
    pub fn absent(&self) -> impl Iterator<Item = Lab> + use<> {
        let lab = self.lab;
        Lab::ALL.into_iter().filter(move |&other| other > lab)
    }

    /// The folders of the crates that are handed out: the labs up to this one with their tests, and what those stand on.
    pub fn folders(&self) -> Vec<String> {
        let labs = || Lab::ALL.into_iter().filter(|&lab| lab <= self.lab);
        let own = labs().map(|lab| lab.folder().to_owned());
        let suites = labs().map(|lab| format!("tests/{}", lab.suite()));
        let shared =
            SHARED.iter().filter(|(_, first)| *first <= self.lab).map(|(folder, _)| (*folder).to_owned());
        own.chain(suites).chain(shared).collect()
    }

    /// Whether this crate of the workspace stays out.
    pub fn leaves_out(&self, name: &str) -> bool {
        !self.folders().iter().any(|folder| folder.rsplit('/').next() == Some(name))
    }

    /// What `make` calls the parts and labs that stay out.
    pub fn absent_names(&self) -> Vec<&'static str> {
        self.absent().flat_map(Lab::names).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_for_itself_and_the_later_ones() {
        let parts = |lab, part| Scope::new(lab, part).map(|scope| scope.parts());
        assert_eq!(parts(Lab::Two, Some("2c")), Some(&["2C", "2D"][..]));
        assert_eq!(parts(Lab::Two, None), Some(Lab::Two.parts()));
        assert_eq!(parts(Lab::Two, Some("3A")), None);
    }

    #[test]
    fn upper_labs_stay_out() {
        let scope = Scope::new(Lab::Three, None).expect("there is a Lab 3");
        let stays_out = |name: &&str| scope.leaves_out(name);
        assert!(["shardkv", "shardkv-suite", "staff"].iter().all(stays_out));
        assert!(!["kvraft", "kvraft-suite", "raft-suite", "labrpc", "lab"].iter().any(stays_out));
        assert_eq!(scope.absent_names(), ["4A", "4B", "4"]);
    }
}
