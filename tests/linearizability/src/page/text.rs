//! Texts of bearable length that cannot break out of the page.

/// The longest text of an operation or a state on the chart, in characters.
pub(super) const SHORT_MAX: usize = 160;

/// The longest text in the explanation, in characters.
pub(super) const FULL_MAX: usize = 20_000;

/// The text, or its two ends with a note on what is missing. The end is kept longer: values that grow differ there.
pub(super) fn abbreviate(text: &str, characters_max: usize) -> String {
    let characters = text.chars().count();
    if characters <= characters_max {
        return text.to_owned();
    }
    let (front, back) = (characters_max / 3, characters_max / 2);
    let start: String = text.chars().take(front).collect();
    let end: String = text.chars().skip(characters - back).collect();
    format!("{start} … {} characters … {end}", characters - front - back)
}

/// JSON that may stand in an HTML script element: without `<` there is no `</script>` and no `<!--`.
pub(super) fn embeddable(json: &str) -> String {
    json.replace('<', "\\u003c")
}
