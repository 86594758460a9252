//! The words in which the course's own tests report, and ours beside them.

use protocol::{Clock, Section};

/// How a person calls a clock.
pub fn clock_name(clock: Clock) -> &'static str {
    match clock {
        Clock::Virtual => "virtual clock",
        Clock::Real => "real clock",
    }
}

/// What must be added to a replay to get the same clock.
pub fn clock_option(clock: Clock) -> &'static str {
    match clock {
        Clock::Virtual => "",
        Clock::Real => " CLOCK=real",
    }
}

/// The line by which a section begins.
pub fn title_line(title: &str) -> String {
    // Lab 1's titles are sentences already.
    if title.ends_with('.') { format!("{title}\n") } else { format!("{title} ...\n") }
}

/// The line by which a section ends well. The original prints its warnings without a line break.
pub fn passed_line(section: &Section) -> String {
    format!("{}{}\n", section.warning, section.line)
}

/// Tests that print no title of their own get the line Go prints for them when asked to be verbose.
pub fn pass_line(title: &str, name: &str, seconds: f64) -> String {
    if title.is_empty() { format!("--- PASS: {name} ({seconds:.2}s)\n") } else { String::new() }
}

/// The lines by which the tests of a package end.
pub fn package_end(package: &str, seconds: f64, failed: bool) -> String {
    if failed {
        format!("FAIL\nexit status 1\nFAIL\t{package}\t{seconds:.3}s\n")
    } else {
        format!("PASS\nok  \t{package}\t{seconds:.3}s\n")
    }
}
