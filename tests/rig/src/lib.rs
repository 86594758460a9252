//! What tests of the commands share: the programs as they are now, `lab` in a folder of its own, pages in a real browser.
//!
//! `cargo test` builds the programs of the crate that it tests, and no other: a test of `lab` would find no suites, or those of last week. So
//! whoever asks for a program here, or for the catalogue, gets what cargo builds of the present sources.
//!
//! This crate must not know what is tested. Start reading at [`lab`].

mod browser;
mod command;
mod programs;

pub use browser::load;
pub use command::{Lab, contains, expect, refused, text};
pub use programs::{cases, folder, lab};
