//! `lab doctor`: can this machine build and run the labs, and if not, which one command mends it?

mod machine;
mod programs;
mod trial;

use std::io::{self, Write};

use runner::exit::{FAILED, PASSED};

/// What became of one check.
struct Finding {
    state: State,
    what: &'static str,
    /// What was found, or what it would be good for.
    note: String,
    /// The command that mends it.
    mend: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    /// Nothing works without it.
    Missing,
    /// Something is less pleasant without it.
    Optional,
}

impl Finding {
    fn ok(what: &'static str, note: impl Into<String>) -> Self {
        Self { state: State::Ok, what, note: note.into(), mend: None }
    }

    fn missing(what: &'static str, note: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Missing, what, note: note.into(), mend: Some(mend.into()) }
    }

    fn optional(what: &'static str, note: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { state: State::Optional, what, note: note.into(), mend: Some(mend.into()) }
    }

    /// The same without its weight: the labs can be done without it.
    fn or_optional(self) -> Self {
        let state = if self.state == State::Missing { State::Optional } else { self.state };
        Self { state, ..self }
    }

    fn line(&self) -> String {
        let state = match self.state {
            State::Ok => "ok",
            State::Missing => "missing",
            State::Optional => "optional",
        };
        let mut line = format!("{state:8}  {:12}  {}\n", self.what, self.note);
        if let Some(mend) = &self.mend {
            line += &format!("{:24}mend: {mend}\n", "");
        }
        line
    }
}

/// Checks everything, one line each as it is found, and says in the end whether one can begin.
pub(super) fn examine() -> io::Result<u8> {
    let checks: [fn() -> Vec<Finding>; 3] = [programs::all, machine::all, trial::all];
    let mut missing = 0;
    let mut out = io::stdout();
    for finding in checks.into_iter().flat_map(|check| check()) {
        missing += usize::from(finding.state == State::Missing);
        out.write_all(finding.line().as_bytes())?;
        out.flush()?;
    }
    out.write_all(verdict(missing).as_bytes())?;
    Ok(if missing == 0 { PASSED } else { FAILED })
}

fn verdict(missing: usize) -> String {
    match missing {
        0 => "this machine is ready; begin with: make test-2A\n".to_owned(),
        1 => "one thing is missing, see above\n".to_owned(),
        _ => format!("{missing} things are missing, see above\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_thing_names_the_command_that_mends_it() {
        let line = Finding::missing("make", "not found", "apt install make").line();
        assert_eq!(
            line,
            "missing   make          not found\n                        mend: apt install make\n"
        );
        assert_eq!(Finding::ok("git", "2.43").line(), "ok        git           2.43\n");
    }

    #[test]
    fn an_optional_thing_is_never_missing() {
        assert!(Finding::missing("git", "", "x").or_optional().state == State::Optional);
        assert!(Finding::ok("git", "").or_optional().state == State::Ok);
    }
}
