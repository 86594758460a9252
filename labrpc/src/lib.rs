//! The fake network.
