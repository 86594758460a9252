//! A test with its body, as a suite's tables have it.

use std::{future::Future, pin::Pin};

use protocol::TestCase;

use crate::context::Sim;

/// A running test body.
pub type Body = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One test of a suite.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What everybody may know of it.
    pub about: TestCase,
    /// Starts the body.
    pub start: fn(Sim) -> Body,
}

impl Case {
    /// The same test, always on the real clock.
    pub const fn on_real_clock(self) -> Self {
        Self { about: TestCase { real_clock: true, ..self.about }, ..self }
    }
}

/// Builds a [`Case`] from an async function, so that its Rust name is written once: part, kind, official name, function, title.
#[macro_export]
macro_rules! case {
    ($part:literal, $kind:ident, $name:literal, $function:ident, $title:literal) => {
        $crate::Case {
            about: $crate::TestCase {
                part: $part,
                name: $name,
                function: stringify!($function),
                title: $title,
                kind: $crate::Kind::$kind,
                real_clock: false,
            },
            start: |sim| Box::pin($function(sim)),
        }
    };
}
