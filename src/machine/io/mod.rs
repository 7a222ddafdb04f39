//! The inputs and outputs of the brain.

mod effect;
mod event;
mod input;

pub use effect::Effect;
pub use event::{Event, Layer, MediaState, Received, RetryCause, RetryUpdate, RoomReason};
pub use input::{
    Call, Input, NetworkInput, Obstacle, PeerInput, Reply, Request, SocketInput, Stage,
};

use holdfast_protocol::Code;

/// One attempt at a room link; also its generation: what arrives from an older one is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct SocketId(pub u32);

/// One attempt at a media session; also its generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct PeerId(pub u32);

/// A promise the app is waiting on, numbered by the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct CallId(pub u32);

/// Whether media goes out by WHIP or comes in by WHEP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Direction {
    /// WHIP.
    Publish,
    /// WHEP.
    Play,
}

/// Everything the brain says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Output {
    /// To be carried out by the shell.
    Effect(Effect),
    /// To be told to the app.
    Event(Event),
}

/// A refused call, told to the app as an `Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct Refusal {
    /// What is wrong.
    pub code: Code,
    /// What is wrong, in words.
    pub message: String,
}

impl Refusal {
    /// A refusal with words of its own.
    pub fn new(code: Code, message: &str) -> Refusal {
        Refusal { code, message: String::from(message) }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Refusal {
        Refusal::new(code, code.message())
    }
}
