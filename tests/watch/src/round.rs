//! Which runs come next: pure decisions.

/// One run: a test by its unmistakable name, and its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) test: String,
    pub(super) seed: u64,
}

/// What is known from the rounds before.
#[derive(Default)]
pub(super) struct Memory {
    failing: Option<Run>,
}

impl Memory {
    /// The runs of a round, in order: first the one that failed, with the seed it failed with, so that the same failure
    /// shows whether it is mended; then all tests in the course's order.
    pub(super) fn round(&self, tests: &[String], seed: u64) -> Vec<Run> {
        let again = self.failing.iter().filter(|run| tests.contains(&run.test)).cloned();
        let all = tests.iter().map(|test| Run { test: test.clone(), seed });
        let mut runs: Vec<Run> = again.collect();
        let first = runs.first().cloned();
        // Twice the same run would be the same twice.
        runs.extend(all.filter(|run| first.as_ref() != Some(run)));
        runs
    }

    /// Takes note of how a run ended. Says whether the round goes on.
    pub(super) fn ended(&mut self, run: &Run, passed: bool) -> bool {
        if !passed {
            self.failing = Some(run.clone());
        } else if self.failing.as_ref() == Some(run) {
            self.failing = None;
        }
        passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(test: &str, seed: u64) -> Run {
        Run { test: test.into(), seed }
    }

    fn tests() -> Vec<String> {
        ["2A/A", "2A/B", "2A/C"].map(str::to_owned).to_vec()
    }

    #[test]
    fn without_a_failure_all_run_in_order() {
        let runs = Memory::default().round(&tests(), 7);
        assert_eq!(runs, [run("2A/A", 7), run("2A/B", 7), run("2A/C", 7)]);
    }

    #[test]
    fn what_failed_comes_first_and_with_its_seed() {
        let mut memory = Memory::default();
        assert!(memory.ended(&run("2A/A", 7), true));
        assert!(!memory.ended(&run("2A/B", 7), false), "the first failure ends the round");
        assert_eq!(
            memory.round(&tests(), 8),
            [run("2A/B", 7), run("2A/A", 8), run("2A/B", 8), run("2A/C", 8)]
        );
        assert_eq!(memory.round(&tests(), 7), [run("2A/B", 7), run("2A/A", 7), run("2A/C", 7)]);
    }

    #[test]
    fn a_failure_is_remembered_until_its_own_seed_passes() {
        let mut memory = Memory::default();
        memory.ended(&run("2A/B", 7), false);
        memory.ended(&run("2A/B", 8), true);
        assert_eq!(memory.round(&tests(), 8)[0], run("2A/B", 7));
        memory.ended(&run("2A/B", 7), true);
        assert_eq!(memory.round(&tests(), 9)[0], run("2A/A", 9));
    }

    #[test]
    fn a_test_that_is_gone_is_not_run() {
        let mut memory = Memory::default();
        memory.ended(&run("2A/Old", 7), false);
        assert_eq!(memory.round(&tests(), 8)[0], run("2A/A", 8));
    }
}
