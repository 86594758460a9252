//! The applications: a table of names. A new one is a file here, and a line in [`APPLICATIONS`].

mod crash;
mod early_exit;
mod grep;
mod indexer;
mod jobcount;
mod parallel;
mod timing;
mod wc;

use anyhow::{Result, bail};

use crate::Application;

/// An application by name, with what comes behind the colon in `name:argument`.
pub type Make = fn(argument: Option<&str>) -> Result<Box<dyn Application>>;

/// All applications: name, what it does, and how it is made.
pub const APPLICATIONS: &[(&str, &str, Make)] = &[
    ("wc", "counts words", |argument| plain(argument, wc::WordCount)),
    ("indexer", "lists the files in which a word occurs", |argument| plain(argument, indexer::Indexer)),
    ("grep", "finds the lines that match; grep:EXPRESSION", grep::make),
    ("mtiming", "test: do maps run in parallel?", |argument| plain(argument, timing::MapTiming)),
    ("rtiming", "test: do reduces run in parallel?", |argument| plain(argument, timing::ReduceTiming)),
    ("jobcount", "test: how often do maps run?", |argument| plain(argument, jobcount::JobCount::default())),
    ("early_exit", "test: does a worker leave too early?", |argument| plain(argument, early_exit::EarlyExit)),
    ("crash", "test: dies or delays at random", |argument| plain(argument, crash::Crash { may_crash: true })),
    ("nocrash", "test: as crash, without harm", |argument| {
        plain(argument, crash::Crash { may_crash: false })
    }),
];

/// Names less alike than this are not worth suggesting.
const LIKENESS_MIN: f64 = 0.5;

fn plain(argument: Option<&str>, app: impl Application + 'static) -> Result<Box<dyn Application>> {
    match argument {
        Some(argument) => bail!("this application takes no argument, but was given `{argument}`"),
        None => Ok(Box::new(app)),
    }
}

/// Makes the application called `name`, or `name:argument`.
///
/// # Errors
/// If there is none of that name, or it does not like its argument.
pub fn application(name: &str) -> Result<Box<dyn Application>> {
    let (name, argument) =
        name.split_once(':').map_or((name, None), |(name, argument)| (name, Some(argument)));
    match APPLICATIONS.iter().find(|(known, ..)| *known == name) {
        Some((_, _, make)) => make(argument),
        None => bail!("{}", unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    let likeness = |known: &str| strsim::jaro_winkler(known, name);
    let names = APPLICATIONS.iter().map(|(known, ..)| *known);
    let nearest = names.clone().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let mut text = format!("no application is called `{name}`");
    if let Some(nearest) = nearest.filter(|nearest| likeness(nearest) >= LIKENESS_MIN) {
        text += &format!("; did you mean `{nearest}`?");
    }
    text + &format!(" There are: {}", names.collect::<Vec<_>>().join(", "))
}

/// The table as text, for `--help`.
pub fn list() -> String {
    let mut text = "Applications:\n".to_owned();
    for (name, what, _) in APPLICATIONS {
        text += &format!("  {name:<11} {what}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(name: &str) -> String {
        application(name).err().expect("refused").to_string()
    }

    #[test]
    fn every_name_is_known_and_typing_errors_are_answered() {
        for (name, ..) in APPLICATIONS {
            let argument = if *name == "grep" { "grep:x" } else { name };
            assert!(application(argument).is_ok(), "{name}");
        }
        assert!(error("wcc").contains("did you mean `wc`?"));
        assert!(error("indxer").contains("did you mean `indexer`?"));
        assert!(!error("qqqq").contains("did you mean"));
        assert!(error("wc:x").contains("takes no argument"));
        assert!(error("grep").contains("grep:EXPRESSION"));
        assert!(error("grep:(").contains("no regular expression"));
    }
}
