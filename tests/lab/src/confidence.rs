//! What a number of runs proves: the failure rate that is excluded by them.

/// How sure the bound is: it is too low for one soak in twenty at most.
const CONFIDENCE: f64 = 0.95;
/// Each step halves the interval; after so many, a `f64` has no more to halve.
const STEPS: usize = 60;

/// The greatest failure rate (0 to 1) that `failed` of `runs` leave possible with 95 % confidence: the exact one-sided bound of
/// Clopper and Pearson. 1 if there were no runs.
pub(super) fn rate_below(failed: u64, runs: u64) -> f64 {
    if failed >= runs {
        return 1.0;
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..STEPS {
        let middle = low.midpoint(high);
        // The higher the rate, the less likely so few failures.
        if at_most(failed, runs, middle) > 1.0 - CONFIDENCE { low = middle } else { high = middle }
    }
    high
}

/// The probability of at most `failed` failures in `runs`, if each fails with probability `rate`.
fn at_most(failed: u64, runs: u64, rate: f64) -> f64 {
    // In logarithms: a term may be far too small for a number, and the next one not.
    let odds = rate.ln() - (-rate).ln_1p();
    let mut term = runs as f64 * (-rate).ln_1p();
    let (mut largest, mut sum) = (term, 1.0);
    for failures in 1..=failed {
        term += ((runs - failures + 1) as f64 / failures as f64).ln() + odds;
        if term > largest {
            sum = sum * (largest - term).exp() + 1.0;
            largest = term;
        } else {
            sum += (term - largest).exp();
        }
    }
    largest.exp() * sum
}

/// The sentence at the end of a soak, without a line break.
pub(super) fn sentence(failed: u64, runs: u64) -> String {
    let found = format!("{} of {} failed", grouped(failed), grouped(runs));
    if failed >= runs {
        return format!("{found}: nothing is excluded");
    }
    format!("{found}: failure rate below {} with 95 % confidence", percent(rate_below(failed, runs)))
}

/// A rate in per cent, rounded up to two digits that count, so that "below" stays true.
pub(super) fn percent(rate: f64) -> String {
    let percent = 100.0 * rate;
    let exponent = percent.log10().floor();
    let unit = 10_f64.powf(exponent - 1.0);
    // What is two digits already must not be rounded up for an error in the sixteenth.
    let rounded = (percent / unit - 1e-9).ceil() * unit;
    let places = if exponent >= 1.0 { 0 } else { (1.0 - exponent) as usize };
    let text = format!("{rounded:.places$}");
    let text = if places > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: the bound is the exact one. Method: without failures it is 1 - 0.05^(1/n); with them, figures that were computed
    /// with sixty decimal digits.
    #[test]
    fn the_bound_is_the_exact_one() {
        for runs in [1_u64, 2, 10, 59, 1000, 3000, 1_000_000] {
            let exact = -(0.05_f64.ln() / runs as f64).exp_m1();
            assert!((rate_below(0, runs) - exact).abs() < 1e-12 + 1e-9 * exact, "{runs}");
        }
        for (failed, runs, exact) in KNOWN {
            let bound = rate_below(failed, runs);
            assert!((bound - exact).abs() < 1e-9, "{failed} of {runs}: {bound}, not {exact}");
        }
    }

    /// Failed, runs, bound.
    const KNOWN: [(u64, u64, f64); 9] = [
        (1, 2, 0.974_679_434_481),
        (1, 10, 0.394_163_302_437),
        (2, 20, 0.282_618_524_886),
        (1, 100, 0.046_559_811_454),
        (3, 100, 0.075_710_793_750),
        (10, 1000, 0.016_903_175_121),
        (1, 3000, 0.001_580_301_827),
        (50, 100, 0.586_378_285_369),
        (990, 1000, 0.994_564_859_855),
    ];

    #[test]
    fn what_always_fails_excludes_nothing() {
        assert_eq!(rate_below(0, 0), 1.0);
        assert_eq!(rate_below(7, 7), 1.0);
        assert_eq!(sentence(7, 7), "7 of 7 failed: nothing is excluded");
    }

    #[test]
    fn more_runs_prove_more_and_more_failures_less() {
        for runs in [10, 100, 5000] {
            assert!(rate_below(0, 2 * runs) < rate_below(0, runs));
            assert!(rate_below(1, runs) > rate_below(0, runs));
        }
    }

    #[test]
    fn it_says_what_was_proved() {
        let said = "0 of 3,000 failed: failure rate below 0.1 % with 95 % confidence";
        assert_eq!(sentence(0, 3000), said);
        assert!(rate_below(0, 3000) < 0.001);
        assert!(sentence(0, 2000).contains("below 0.15 %"), "{}", sentence(0, 2000));
        assert!(sentence(0, 1).contains("below 95 %"), "{}", sentence(0, 1));
    }

    #[test]
    fn rates_are_rounded_up() {
        for (rate, text) in [(1.0, "100 %"), (0.5, "50 %"), (0.1234, "13 %"), (0.012_01, "1.3 %")] {
            assert_eq!(percent(rate), text);
        }
        for (rate, text) in [(0.000_998, "0.1 %"), (0.001, "0.1 %"), (0.000_020_1, "0.0021 %")] {
            assert_eq!(percent(rate), text);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        let texts = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "1,234,567"]);
    }
}
