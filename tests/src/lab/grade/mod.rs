//! `lab grade`: a submission, its points, and reports for whoever asked for them.

#![allow(dead_code)]

mod result;
