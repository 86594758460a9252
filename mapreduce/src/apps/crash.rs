use std::{thread, time::Duration};

use crate::{Application, Emit, Values};

/// Says something about each file; and one call in three ends the worker, one in three dawdles.
pub(super) struct Crash {
    pub(super) may_crash: bool,
}

impl Crash {
    fn maybe_crash(&self) {
        if !self.may_crash {
            return;
        }
        match rand::random_range(0..1000) {
            0..330 => std::process::exit(1),
            330..660 => thread::sleep(Duration::from_millis(rand::random_range(0..10_000))),
            _ => {}
        }
    }
}

impl Application for Crash {
    fn map(&self, file: &str, contents: &[u8], emit: &mut Emit<'_>) {
        self.maybe_crash();
        emit("a", file);
        emit("b", &file.len().to_string());
        emit("c", &contents.len().to_string());
        emit("d", "xyzzy");
    }

    fn reduce(&self, _key: &str, values: &Values) -> String {
        self.maybe_crash();
        values.sorted().join(" ")
    }
}
