use crate::{Application, Border, Combiner, Emit, Values, words::for_each_word};

/// Counts how often each word occurs.
pub(super) struct WordCount;

impl Application for WordCount {
    fn map(&self, _file: &str, contents: &[u8], emit: &mut Emit<'_>) {
        for_each_word(contents, |word| emit(word, "1"));
    }

    /// Without the combiner every value is a 1, and the sum is the number of values.
    fn reduce(&self, _word: &str, counts: &Values) -> String {
        counts.iter().map(number).sum::<u64>().to_string()
    }

    fn combiner(&self) -> Option<Combiner> {
        Some(add)
    }

    fn border(&self) -> Border {
        Border::Space
    }
}

fn number(count: &str) -> u64 {
    if count == "1" { 1 } else { count.parse().expect("counts are numbers") }
}

/// Adds to a decimal number.
fn add(total: &mut String, count: &str, times: u64) {
    *total = (number(total) + number(count) * times).to_string();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adding_is_adding() {
        let mut total = "99".to_owned();
        add(&mut total, "1", 1);
        assert_eq!(total, "100");
        add(&mut total, "70", 3);
        assert_eq!(total, "310");
    }
}
