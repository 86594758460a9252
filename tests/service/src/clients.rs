//! What clients do, as events of the trace.

use std::fmt::{Debug, Display};

use linearizability::kv::Op;

/// A client calls. Of a long value, the tape keeps the end.
pub fn client_calls(client: impl Display, op: Op, key: &str, value: &str) {
    tracing::trace!(target: "tests", topic = "CLIENT", %client, ?op, key, value, "call");
}

/// A client's call returns.
pub fn client_returns(client: impl Display, op: Op, key: &str, output: &str) {
    tracing::trace!(target: "tests", topic = "CLIENT", %client, ?op, key, output, "return");
}

/// A client of whatever machine calls: `command` is the whole of it.
pub fn client_submits(client: impl Display, command: &str) {
    tracing::trace!(target: "tests", topic = "CLIENT", %client, op = command, key = "", value = "", "call");
}

/// The call of [`client_submits`] returns.
pub fn client_is_answered(client: impl Display, command: &str, output: &impl Debug) {
    tracing::trace!(target: "tests", topic = "CLIENT", %client, op = command, key = "", ?output, "return");
}
