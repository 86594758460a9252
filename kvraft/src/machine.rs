//! What a service brings along: its state, and what a command does to it.

use labgob::{DecodeError, Decoder};
use serde::{Serialize, de::DeserializeOwned};

/// A deterministic state machine. Every server has a copy and feeds it the same commands in the same order, so all copies
/// are in the same states: **no clock, no randomness, no order of a hash map may show in an output or in a later state.**
///
/// Nothing in it knows of Raft, of networks or of retries: a machine is an ordinary value, tested with ordinary calls.
pub trait StateMachine: Send + 'static {
    /// What clients ask for. Goes through the log.
    type Command: Clone + Serialize + DeserializeOwned + Send + 'static;
    /// What they get.
    type Output: Clone + Serialize + DeserializeOwned + Send + 'static;

    /// Carries out one command.
    fn apply(&mut self, command: Self::Command) -> Self::Output;

    /// Appends the whole state to `out`, by [`labgob::encode_into`]: nothing is copied but into the snapshot itself.
    fn snapshot(&self, out: &mut Vec<u8>);

    /// Replaces the whole state by what [`StateMachine::snapshot`] has written, and reads no further.
    ///
    /// # Errors
    /// If the bytes are not such a snapshot.
    fn restore(&mut self, from: &mut Decoder<'_>) -> Result<(), DecodeError>;

    /// Whether the command leaves the state as it is. The answer to such a command is not worth remembering: if it was
    /// lost, the command may as well be carried out again.
    fn is_read(_command: &Self::Command) -> bool {
        false
    }
}
