//! The shared contract of both ends of a Holdfast room link: messages, codes, limits and timing.
//!
//! The wire format is documented in `docs/protocol.md`; `tests/vectors/` holds one golden
//! message per line, read by this crate, the server and the SDK.

pub mod code;
pub mod id;
pub mod limit;
pub mod message;
pub mod sabotage;
pub mod time;
pub mod timing;

pub use code::{CloseCode, Code, DeleteReason};
pub use message::{
    Change, ClientMessage, Hello, Login, Node, Resume, RoomExtra, ServerMessage, Snapshot, Stream,
    User,
};
pub use time::Millis;

/// The WebSocket subprotocol of the room link, offered first and answered by the server.
pub const SUBPROTOCOL: &str = "holdfast.v1";

/// The prefix of the second subprotocol entry; base64url of the [`Login`] JSON follows.
pub const LOGIN_ENTRY_PREFIX: &str = "login.";
