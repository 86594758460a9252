//! What the run did to the servers while the clients were busy.

/// Something that happened besides the operations: drawn in a lane of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// When it began, a stamp of the same [`Stamps`](super::Stamps) as the operations.
    pub at: u64,
    /// When it ended; `None` for a moment without length.
    pub until: Option<u64>,
    /// One line for the reader, such as `partition {0, 1} | {2, 3, 4}`.
    pub text: String,
    /// What sort of event it is: it chooses the colour.
    pub kind: AnnotationKind,
}

/// The sorts of event that the page tells apart by colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationKind {
    /// Servers could not reach each other.
    Partition,
    /// A server died.
    Crash,
    /// A server came back.
    Restart,
    /// A server became leader.
    Leader,
    /// Anything else worth a mark.
    Note,
}

impl AnnotationKind {
    /// The name that the page's style sheet knows.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Partition => "partition",
            Self::Crash => "crash",
            Self::Restart => "restart",
            Self::Leader => "leader",
            Self::Note => "note",
        }
    }
}
