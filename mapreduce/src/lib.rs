//! Lab 1: MapReduce with real coordinator and worker processes.
//!
//! This room is still empty: the crate holds its place in the workspace so that the layout is final.
//! No `make test-2*` target builds it.
