//! Markers: what the doc comment of a function says about whose work it is.

use syn::{Attribute, Expr, Lit, Meta};

/// The first words of a function's documentation: `**Lab 2A.** What to do …` or `**Lab 2A, helper.** …`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// The part in which the function is written, e.g. `2A`.
    pub(super) part: String,
    /// Only our solution needs the function: students find another way.
    pub(super) is_helper: bool,
    /// What it returns in the tests of earlier parts, which do without it: `**Lab 2C, before that `None`.**`
    pub(super) before: Option<String>,
    /// What to do, in one line.
    pub(super) text: String,
}

impl Marker {
    /// The marker among the attributes of a function.
    pub(super) fn of(attributes: &[Attribute]) -> Option<Marker> {
        let lines: Vec<String> = attributes.iter().filter_map(documentation).collect();
        Self::parse(&lines.join("\n"))
    }

    fn parse(documentation: &str) -> Option<Marker> {
        let rest = documentation.trim_start().strip_prefix("**Lab ")?;
        let (name, text) = rest.split_once(".**")?;
        let (part, addition) = name.split_once(", ").unwrap_or((name, ""));
        let before = addition.strip_prefix("before that `").and_then(|value| value.strip_suffix('`'));
        let paragraph = text.split("\n\n").next().unwrap_or_default();
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        Some(Marker {
            part: part.to_owned(),
            is_helper: addition == "helper",
            before: before.map(str::to_owned),
            text: plain(&words.join(" ")),
        })
    }
}

fn documentation(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(literal) = &pair.value else { return None };
    match &literal.lit {
        Lit::Str(text) if pair.path.is_ident("doc") => Some(text.value().trim().to_owned()),
        _ => None,
    }
}

/// The text without Markdown's links and emphasis.
fn plain(text: &str) -> String {
    let link = regex_lite::Regex::new(r"\[(`?[^\]]*`?)\](\([^)]*\))?").expect("a valid expression");
    link.replace_all(text, "$1").replace("**", "").replace("*", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_markers_say() {
        let marker =
            Marker::parse("**Lab 2A.** Do [`this`](that)\n*well* (§5.2).\n\nAnd more.").expect("a marker");
        let text = "Do `this` well (§5.2).".to_owned();
        assert_eq!(marker, Marker { part: "2A".into(), is_helper: false, before: None, text });
        let inert = Marker::parse("**Lab 2C, before that `None`.** Saves.").expect("a marker");
        assert_eq!((&*inert.part, inert.before.as_deref()), ("2C", Some("None")));
        assert!(Marker::parse("**Lab 3B, helper.** Adds.").expect("a marker").is_helper);
        assert_eq!(Marker::parse("Not **Lab 2A.** here"), None);
    }
}
