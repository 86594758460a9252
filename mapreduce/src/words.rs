//! What a word is: letters in a row.

use std::sync::LazyLock;

/// Which ASCII bytes are letters, as a table: one load per byte instead of two comparisons.
const ASCII_LETTERS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte as usize] = (byte as u8).is_ascii_alphabetic();
        byte += 1;
    }
    table
};

/// All letters, as ranges in ascending order.
///
/// The course means Unicode's general category L. `char::is_alphabetic` is wider: it has letter-like numbers and some marks.
static LETTERS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let letters = regex_syntax::parse(r"\p{L}").expect("a class that Unicode has");
    let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = letters.kind() else {
        unreachable!("a class is parsed to a class");
    };
    class.ranges().iter().map(|range| (range.start(), range.end())).collect()
});

fn is_letter(letter: char) -> bool {
    let index = LETTERS.partition_point(|(_, last)| *last < letter);
    LETTERS.get(index).is_some_and(|(first, _)| *first <= letter)
}

/// Calls `each` for every word of `contents`, in order. Bytes that are not UTF-8 stand between words.
pub fn for_each_word(contents: &[u8], mut each: impl FnMut(&str)) {
    for chunk in contents.utf8_chunks() {
        for_each_word_of(chunk.valid(), &mut each);
    }
}

fn for_each_word_of(text: &str, each: &mut impl FnMut(&str)) {
    let mut at = 0;
    loop {
        at += text.as_bytes()[at..].iter().take_while(|byte| is_ascii_gap(**byte)).count();
        let start = at;
        at += letters_at(text, at);
        if at > start {
            each(&text[start..at]);
        } else if let Some(gap) = text[at..].chars().next() {
            at += gap.len_utf8();
        } else {
            return;
        }
    }
}

fn is_ascii_gap(byte: u8) -> bool {
    byte < 128 && !ASCII_LETTERS[byte as usize]
}

/// How many bytes of letters begin at `start`.
#[inline]
fn letters_at(text: &str, start: usize) -> usize {
    let rest = &text.as_bytes()[start..];
    let ascii = rest.iter().position(|byte| !ASCII_LETTERS[*byte as usize]).unwrap_or(rest.len());
    match rest.get(ascii) {
        Some(128..) => letters_of_any_script(text, start + ascii) - start,
        _ => ascii,
    }
}

/// Where the word ends that goes on at `at`. Rare in the books, so kept out of the loop over the others.
#[cold]
fn letters_of_any_script(text: &str, at: usize) -> usize {
    text[at..].char_indices().find(|(_, letter)| !is_letter(*letter)).map_or(text.len(), |(end, _)| at + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(contents: &[u8]) -> Vec<String> {
        let mut words = Vec::new();
        for_each_word(contents, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn letters_make_words() {
        assert_eq!(words(b"Don't  stop_me\n42nd"), ["Don", "t", "stop", "me", "nd"]);
        assert_eq!(words("naïve 日本語,Ωmega".as_bytes()), ["naïve", "日本語", "Ωmega"]);
        assert_eq!(words(b"one\xfftwo\xc3"), ["one", "two"]);
        assert_eq!(words(b""), [""; 0]);
    }

    #[test]
    fn letters_are_category_l_and_nothing_wider() {
        // A letter-like number and a mark that `char::is_alphabetic` takes for letters.
        assert!('Ⅷ'.is_alphabetic() && '\u{345}'.is_alphabetic());
        assert_eq!(words("aⅧb\u{345}c".as_bytes()), ["a", "b", "c"]);
        assert_eq!(words("ǅʰªא".as_bytes()), ["ǅʰªא"]);
    }
}
