//! Lab 3: a fault-tolerant key/value service on Raft.
//!
//! This room is still empty: the crate holds its place in the workspace so that the layout is final.
//! No `make test-2*` target builds it.
