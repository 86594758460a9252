//! The `lab` command: choose tests, run each in a process of its own, report.
