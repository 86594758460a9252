//! `lab grade` on submissions of every kind: good, half done, slow, hanging, cheating, broken.
//!
//! Goal: each scores what it deserves, and none of them hurts anybody. Method: make a submission from the reference by a small
//! patch, so that none can drift away from it; grade it with the real program; read the reports. All of them are the same
//! program, which is told at run time what to do (`submission/mischief.rs`), and one scratch workspace serves all of them: it
//! is built once. Those that must not compile differ in Lab 1, which nothing of Lab 2 stands on.

mod batch;
mod cheats;
mod greedy;
mod honest;
mod interrupted;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod machines;
mod refused;
mod rig;
