//! Eight books that nobody wrote, for machines that do not have the course's.

use std::{fs, io, path::Path};

use rand::{RngExt, SeedableRng, rngs::SmallRng};

/// Names and sizes of the course's books.
pub const BOOKS: [(&str, usize); 8] = [
    ("pg-being_ernest.txt", 138_885),
    ("pg-dorian_gray.txt", 453_168),
    ("pg-frankenstein.txt", 441_033),
    ("pg-grimm.txt", 540_174),
    ("pg-huckleberry_finn.txt", 594_262),
    ("pg-metamorphosis.txt", 139_054),
    ("pg-sherlock_holmes.txt", 581_863),
    ("pg-tom_sawyer.txt", 412_665),
];

const VOCABULARY: usize = 20_000;
const LINE_CHARS: usize = 70;
const SYLLABLES: [&str; 20] = [
    "ba", "con", "da", "el", "fi", "gor", "hu", "in", "ka", "lo", "mer", "na", "or", "pe", "qui", "ras",
    "so", "ta", "un", "ve",
];

/// Writes the books into `folder`. The same seed makes the same books.
///
/// # Errors
/// If a file cannot be written.
pub fn generate(folder: &Path, seed: u64) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut rng = SmallRng::seed_from_u64(seed);
    let words: Vec<String> = (0..VOCABULARY).map(word).collect();
    for (name, bytes) in BOOKS {
        fs::write(folder.join(name), book(&words, bytes, &mut rng))?;
    }
    Ok(())
}

/// The word of this rank: short ones first, as in a language.
fn word(rank: usize) -> String {
    let mut word = SYLLABLES[rank % SYLLABLES.len()].to_owned();
    let mut rest = rank / SYLLABLES.len();
    while rest > 0 {
        word += SYLLABLES[rest % SYLLABLES.len()];
        rest /= SYLLABLES.len();
    }
    word
}

/// Zipf's law: the word of rank r comes 1/r times as often as the first. So does a rank whose logarithm is evenly distributed.
fn book(words: &[String], bytes: usize, rng: &mut SmallRng) -> String {
    let mut text = String::with_capacity(bytes + LINE_CHARS);
    let mut line = 0;
    while text.len() < bytes {
        let rank = (words.len() as f64).powf(rng.random::<f64>()) as usize;
        let word = &words[rank.min(words.len()) - 1];
        text += word;
        line += word.len() + 1;
        text += match rng.random_range(0..12) {
            _ if line > LINE_CHARS => "\r\n",
            0 => ". ",
            1 => ", ",
            _ => " ",
        };
        line %= LINE_CHARS;
    }
    text.truncate(bytes - 1);
    text + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_books() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        generate(one.path(), 1).unwrap();
        generate(two.path(), 1).unwrap();
        for (name, bytes) in BOOKS {
            let text = fs::read(one.path().join(name)).unwrap();
            assert_eq!(text.len(), bytes, "{name}");
            assert!(text == fs::read(two.path().join(name)).unwrap(), "{name}");
        }
    }
}
