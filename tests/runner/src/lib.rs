//! Runs of suites' programs, from outside: which tests there are, one run in a process of its own, and what is to be believed of it.
//!
//! | file | its question |
//! | --- | --- |
//! | `suites` | which programs have tests, and which tests are these? |
//! | `stale` | is a program still what its sources say? |
//! | `build` | how does cargo make them? |
//! | `select` | which tests does a pattern mean? |
//! | `order` | what is a run told? |
//! | `child`, `source`, `family` | what did one process do, and what has it left? |
//! | `verdict` | does that count as passed? |
//! | `workspace`, `seed` | where are we, and with which seed does one begin? |
//! | `by_name` | how do cargo, nextest and an editor call an official test? |
//! | `failure`, `words` | how is it told? |
//! | `usage`, `exit`, `output`, `signals`, `bar` | how does a command speak to people, and how does it end? |
//!
//! A student's code may panic, exit, abort, print a forged success or never come back. So it is never trusted
//! to report on itself: each run is a process group of its own, its result comes over a private socket
//! together with a secret, and whatever else happens is a failure of that one run.
//!
//! This crate must not know any lab, nor which runs are wanted: that is for the commands `lab` and `lab-staff`. Start reading at
//! [`child::run`].

pub mod bar;
pub mod build;
pub mod by_name;
pub mod child;
pub mod exit;
pub mod failure;
pub mod family;
pub mod order;
pub mod output;
pub mod seed;
pub mod select;
pub mod signals;
pub mod source;
mod stale;
pub mod suites;
pub mod usage;
mod verdict;
pub mod words;
pub mod workspace;
