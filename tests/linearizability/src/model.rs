//! The sequential specification: what one client alone would see.
use std::fmt::Debug;
use std::hash::Hash;

/// What the service does when operations come one after the other.
pub trait Model {
    /// Everything later outputs depend on. Cloned, hashed and compared for every explored state, so keep all three cheap.
    type State: Clone + Eq + Hash + Debug;
    /// What a client asks.
    type Input: Clone + Debug;
    /// What it is told.
    type Output: Clone + Debug;

    /// The state before the first operation (of every part, if the history is partitioned).
    fn init(&self) -> Self::State;

    /// The state after `input` was answered by `output`. `None`: this output is illegal in this state.
    fn step(&self, state: &Self::State, input: &Self::Input, output: &Self::Output) -> Option<Self::State>;

    /// The key of the independent part this operation belongs to. Operations of different parts must not influence each
    /// other. Default: one part.
    fn partition(&self, input: &Self::Input) -> Option<String> {
        let _ = input;
        None
    }

    /// True if this operation never changes any state, whatever the state is. Not needed for the verdict, but it makes the search
    /// much shorter: where such an operation fits, no other place for it needs to be tried.
    fn only_reads(&self, input: &Self::Input) -> bool {
        let _ = input;
        false
    }

    /// One operation for the reader, such as `get('k') -> 'v'`.
    fn describe_operation(&self, input: &Self::Input, output: &Self::Output) -> String;

    /// One state for the reader.
    fn describe_state(&self, state: &Self::State) -> String;
}
