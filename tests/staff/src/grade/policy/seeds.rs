//! Which seeds there are.

use std::fs;

use super::{HIDDEN_SEEDS, Source, file};

/// The seeds of a policy.
pub(super) struct Seeds {
    first: u64,
    listed: Option<(usize, Vec<u64>)>,
    pub(super) hidden: Vec<u64>,
    pub(super) reveal: bool,
}

impl Seeds {
    /// Reads hidden seeds from the environment, or else from their file.
    pub(super) fn read(source: &Source<'_>, seeds: &file::Seeds) -> Result<Self, String> {
        let hidden =
            match (source.hidden.as_deref().filter(|text| !text.trim().is_empty()), &seeds.hidden_file) {
                (Some(text), _) => numbers(text)
                    .map_err(|_| format!("{HIDDEN_SEEDS}: not all that is in it are seeds (numbers)"))?,
                (None, Some(name)) => {
                    let path = source.folder.join(name.get_ref());
                    let at = name.span().start;
                    let complain =
                        |problem: String| source.complain(at, &format!("{}: {problem}", path.display()));
                    let text = fs::read_to_string(&path).map_err(|error| complain(error.to_string()))?;
                    // The word itself stays unsaid: it may be part of a secret.
                    numbers(&text)
                        .map_err(|_| complain("not all that is in it are seeds (numbers)".into()))?
                }
                (None, None) => Vec::new(),
            };
        let listed = seeds.public.as_ref().map(|list| (list.span().start, list.get_ref().clone()));
        Ok(Self {
            first: seeds.first.unwrap_or(1),
            listed,
            hidden,
            reveal: seeds.reveal_hidden.unwrap_or(false),
        })
    }

    /// So many public ones.
    pub(super) fn public(&self, source: &Source<'_>, count: u64) -> Result<Vec<u64>, String> {
        let Some((at, listed)) = &self.listed else {
            return Ok((0..count).map(|index| self.first.wrapping_add(index)).collect());
        };
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        listed.get(..wanted).map(<[u64]>::to_vec).ok_or_else(|| {
            source.complain(
                *at,
                &format!("{} public seeds are listed, but a test has {count} runs", listed.len()),
            )
        })
    }
}

/// Numbers with anything but letters between them; or the first word that is none.
fn numbers(text: &str) -> Result<Vec<u64>, String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| word.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn seeds_may_be_separated_by_anything() {
        assert_eq!(numbers("1, 2;3\n4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(numbers(" \n"), Ok(vec![]));
        assert_eq!(numbers("1 two 3"), Err("two".into()));
    }
}
