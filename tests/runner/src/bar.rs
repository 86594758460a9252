//! The progress bar, on standard error and only if that is a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// In braces what indicatif fills in; `UNIT` is what is counted.
const TEMPLATE: &str = "{bar:30} {pos}/{len} UNIT  {msg}  {elapsed} (eta {eta})";

/// How far something long has come.
pub struct Bar(ProgressBar);

impl Bar {
    /// No bar at all, for what is over in a moment.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// A bar for so many things of a kind.
    pub fn of(length: u64, unit: &str) -> Self {
        // Draws nothing unless standard error is a terminal.
        let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(&TEMPLATE.replace("UNIT", unit));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        // Things that take minutes would leave the time on it standing still.
        bar.enable_steady_tick(Duration::from_secs(1));
        Self(bar)
    }

    /// So many things are over.
    pub fn show(&self, done: u64, message: String) {
        self.0.set_position(done);
        self.0.set_message(message);
    }

    /// Writes something else without the bar in its way.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }

    /// Takes the bar off the screen.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}
