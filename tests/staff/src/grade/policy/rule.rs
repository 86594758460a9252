//! How runs become points.

/// The rule of one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::grade) enum Rule {
    /// Every run must pass.
    All,
    /// So many must pass.
    AtLeast(u64),
    /// By the share of runs that pass.
    Fraction,
}

impl Rule {
    /// Reads `all`, `fraction` or `4 of 5` for a test with so many runs.
    pub(super) fn parse(text: &str, runs: u64) -> Result<Self, String> {
        match text.trim() {
            "all" => return Ok(Self::All),
            "fraction" => return Ok(Self::Fraction),
            _ => {}
        }
        let (needed, of) = text.split_once(" of ").ok_or_else(|| unknown(text))?;
        let number = |word: &str| word.trim().parse::<u64>().map_err(|_| unknown(text));
        let (needed, of) = (number(needed)?, number(of)?);
        if of != runs {
            return Err(format!(
                "rule `{text}` speaks of {of} runs, but the test has {runs}, hidden ones included"
            ));
        }
        if needed == 0 || needed > of {
            return Err(format!("rule `{text}` must want at least 1 run and at most {of}"));
        }
        Ok(Self::AtLeast(needed))
    }

    /// The share of the points, 0 to 1, of a test with `planned` runs of which `passed` passed.
    pub(in crate::grade) fn share(self, passed: u64, planned: u64) -> f64 {
        let holds = |holds: bool| if holds { 1.0 } else { 0.0 };
        match self {
            Self::All => holds(passed == planned),
            Self::AtLeast(needed) => holds(passed >= needed),
            // Counts of runs are far below 2^52.
            Self::Fraction => passed as f64 / planned as f64,
        }
    }

    /// Whether more runs could not change the points any more.
    pub(in crate::grade) fn is_settled(self, passed: u64, failed: u64, planned: u64) -> bool {
        match self {
            Self::All => failed > 0,
            Self::AtLeast(needed) => passed >= needed || failed > planned - needed,
            Self::Fraction => false,
        }
    }

    /// In words, `planned` being the number of runs.
    pub(in crate::grade) fn words(self, planned: u64) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::AtLeast(needed) => format!("{needed} of {planned}"),
            Self::Fraction => "fraction".to_owned(),
        }
    }
}

fn unknown(text: &str) -> String {
    format!("rule `{text}` is none of `all`, `fraction`, `4 of 5`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_and_fit_the_runs() {
        assert_eq!(Rule::parse("all", 3), Ok(Rule::All));
        assert_eq!(Rule::parse("fraction", 3), Ok(Rule::Fraction));
        assert_eq!(Rule::parse("2 of 3", 3), Ok(Rule::AtLeast(2)));
        for (bad, part) in [
            ("2 of 4", "the test has 3"),
            ("0 of 3", "at least 1"),
            ("4 of 3", "at most 3"),
            ("x of 3", "none of"),
            ("some", "none of"),
        ] {
            let error = Rule::parse(bad, 3).expect_err(bad);
            assert!(error.contains(part), "{bad}: {error}");
        }
    }

    #[test]
    fn shares_follow_the_rule() {
        assert_eq!([0, 2, 3].map(|passed| Rule::All.share(passed, 3)), [0.0, 0.0, 1.0]);
        assert_eq!([1, 2, 3].map(|passed| Rule::AtLeast(2).share(passed, 3)), [0.0, 1.0, 1.0]);
        assert_eq!([0, 1, 4].map(|passed| Rule::Fraction.share(passed, 4)), [0.0, 0.25, 1.0]);
    }

    #[test]
    fn no_more_runs_than_the_points_need() {
        assert!(Rule::All.is_settled(5, 1, 20) && !Rule::All.is_settled(5, 0, 20));
        assert!(Rule::AtLeast(2).is_settled(2, 0, 3) && Rule::AtLeast(2).is_settled(0, 2, 3));
        assert!(!Rule::AtLeast(2).is_settled(1, 1, 3));
        assert!(!Rule::Fraction.is_settled(0, 19, 20));
    }
}
