//! All values of one key, in two allocations however many they are.

/// The values of one key, in the order in which they were pushed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    text: String,
    lengths: Vec<u32>,
}

impl Values {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The values, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let mut end = 0;
        self.lengths.iter().map(move |length| {
            let start = end;
            end += *length as usize;
            &self.text[start..end]
        })
    }

    /// The values in byte order.
    pub fn sorted(&self) -> Vec<&str> {
        let mut values: Vec<&str> = self.iter().collect();
        values.sort_unstable();
        values
    }

    /// Adds a value.
    ///
    /// # Panics
    /// If the value has 4 GiB or more; files with such values could not be written either.
    pub fn push(&mut self, value: &str) {
        self.text.push_str(value);
        self.lengths.push(length(value));
    }

    /// Merges `value`, which came `times` times, into the only value there is, or makes it that. `combine` is the application's
    /// `Combiner`, but values know nothing of applications.
    pub(crate) fn merge(
        &mut self,
        value: &str,
        mut times: u64,
        combine: impl FnOnce(&mut String, &str, u64),
    ) {
        if self.lengths.is_empty() {
            self.push(value);
            times -= 1;
        }
        if times > 0 {
            combine(&mut self.text, value, times);
        }
        self.lengths[0] = length(&self.text);
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.lengths.clear();
    }
}

/// The length of a key or a value, as it is stored.
pub(crate) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).expect("keys and values are smaller than 4 GiB")
}

impl<'a> FromIterator<&'a str> for Values {
    fn from_iter<I: IntoIterator<Item = &'a str>>(items: I) -> Self {
        let mut values = Values::default();
        items.into_iter().for_each(|value| values.push(value));
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let values: Values = ["b", "", "a c\n", "é"].into_iter().collect();
        assert_eq!(values.len(), 4);
        assert_eq!(values.iter().collect::<Vec<_>>(), ["b", "", "a c\n", "é"]);
        assert_eq!(values.sorted(), ["", "a c\n", "b", "é"]);
    }

    #[test]
    fn merged_values_are_one() {
        let mut values = Values::default();
        for value in ["a", "b", "c"] {
            values.merge(value, 1, |so_far, value, _| so_far.insert_str(0, value));
        }
        assert_eq!(values.iter().collect::<Vec<_>>(), ["cba"]);
    }
}
