//! What a call of the app ends with if it fails.

use crate::machine::Refusal;
use holdfast_protocol::Code;
use std::fmt::{self, Display, Formatter};

/// A failed call: its code, and what is wrong in words.
///
/// Codes are those of the compatible API ([`Code::TABLE`] has them all).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub code: Code,
    /// What is wrong, in words.
    pub message: String,
}

impl Error {
    /// An error with words of its own.
    pub(crate) fn new(code: Code, message: &str) -> Error {
        Error { code, message: String::from(message) }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code.0)
    }
}

impl std::error::Error for Error {}

impl From<Code> for Error {
    fn from(code: Code) -> Error {
        Error::new(code, code.message())
    }
}

impl From<Refusal> for Error {
    fn from(Refusal { code, message }: Refusal) -> Error {
        Error { code, message }
    }
}
