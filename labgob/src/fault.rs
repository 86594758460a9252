//! An error on its way up through the type being decoded.
//!
//! Every item returns a `Result`, so the error is one pointer wide; it learns where it happened and what
//! was being decoded only at the top, where both are known anyway.

use std::fmt;

use bincode::error::DecodeError as BincodeError;

use crate::{DEPTH_MAX, DecodeError, EMPTY_ELEMENTS_MAX};

#[derive(Debug)]
pub(crate) struct Fault(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Truncated { missing: usize },
    Length { claimed: u64, remaining: usize },
    TooManyEmpty,
    TooDeep,
    Invalid(String),
}

impl Fault {
    #[cold]
    fn new(kind: Kind) -> Self {
        Self(Box::new(kind))
    }

    pub(crate) fn truncated(missing: usize) -> Self {
        Self::new(Kind::Truncated { missing })
    }

    pub(crate) fn length(claimed: u64, remaining: usize) -> Self {
        Self::new(Kind::Length { claimed, remaining })
    }

    pub(crate) fn too_many_empty() -> Self {
        Self::new(Kind::TooManyEmpty)
    }

    pub(crate) fn too_deep() -> Self {
        Self::new(Kind::TooDeep)
    }

    pub(crate) fn invalid(reason: String) -> Self {
        Self::new(Kind::Invalid(reason))
    }

    /// The format carries no field names and no types, so it can only be read by who knows what is in it.
    pub(crate) fn not_self_describing() -> Self {
        Self::invalid(
            "the type asks what comes next (untagged, flatten, ...): the bytes cannot tell".to_owned(),
        )
    }

    /// The error the caller sees.
    pub(crate) fn locate(self, type_name: &'static str, offset: usize) -> DecodeError {
        match *self.0 {
            Kind::Truncated { missing } => DecodeError::Truncated { type_name, offset, missing },
            Kind::Length { claimed, remaining } => {
                DecodeError::LengthTooLarge { type_name, offset, claimed, remaining }
            }
            Kind::TooManyEmpty => {
                DecodeError::TooManyEmpty { type_name, offset, count_max: EMPTY_ELEMENTS_MAX }
            }
            Kind::TooDeep => DecodeError::TooDeep { type_name, offset, depth_max: DEPTH_MAX },
            Kind::Invalid(reason) => DecodeError::Invalid { type_name, offset, reason },
        }
    }
}

impl From<BincodeError> for Fault {
    #[cold]
    fn from(error: BincodeError) -> Self {
        match error {
            BincodeError::UnexpectedEnd { additional } => Self::truncated(additional),
            BincodeError::InvalidBooleanValue(byte) => {
                Self::invalid(format!("{byte} is neither false (0) nor true (1)"))
            }
            BincodeError::InvalidIntegerType { expected, found } => {
                Self::invalid(format!("an integer marked {found:?} where {expected:?} is wanted"))
            }
            BincodeError::InvalidCharEncoding(bytes) => {
                Self::invalid(format!("{bytes:02x?} does not start with a character in UTF-8"))
            }
            other => Self::invalid(other.to_string()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self::invalid(reason.to_string())
    }
}
