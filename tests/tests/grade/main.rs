//! `lab grade` on submissions of every kind: good, half done, slow, hanging, cheating, broken.
//!
//! Goal: each scores what it deserves, and none of them hurts anybody. Method: make a submission from the reference by a small
//! patch, so that none can drift away from it; grade it with the real program; read the reports. One scratch workspace serves
//! all of them, so that each costs a compilation of `raft` and of what stands on it only.

mod cheats;
mod greedy;
mod honest;
mod interrupted;
mod refused;
mod rig;
