//! Messages of the room link. JSON text frames; `t` names the type. Unknown fields are ignored.
//!
//! The SDK only ever serialises [`Login`] and [`ClientMessage`] and reads [`ServerMessage`] with
//! its own small readers: serde's deserialiser would triple the size of the wasm.

use crate::{Code, DeleteReason};
use serde::{Deserialize, Serialize};

/// A member of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Unique in the app.
    pub id: String,
    /// Shown to people; may be empty.
    #[serde(default)]
    pub name: String,
}

/// A published stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    /// Unique in the app.
    pub id: String,
    /// Who publishes it.
    pub user: User,
    /// Free text of the publisher's app.
    #[serde(default)]
    pub extra: String,
}

/// The login or resume request; it rides in the handshake, so the server speaks first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The app's number.
    pub app: u32,
    /// The room to enter.
    pub room: String,
    /// Who enters.
    pub user: User,
    /// A JWT of the app's server, or the AppSign (the app's secret in hex).
    pub token: String,
    /// Whether `users` messages and the snapshot's users are wanted (ROOM-15).
    #[serde(default)]
    pub user_update: bool,
    /// Refuse the login if the room holds this many users already; 0 = no limit of the app's.
    #[serde(default)]
    pub max_members: u32,
    /// Set when the client comes back to a session it had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
}

/// A session to come back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The session's ID from [`Hello`].
    pub session: String,
    /// The session's secret from [`Hello`].
    pub secret: String,
    /// The last sequence number seen.
    pub seq: u32,
}

/// What a client sends once it is in the room. `id` numbers a request; the reply repeats it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Claim a stream ID and ask where to publish it. Replies: `nodes` or `done` with a code.
    Publish {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
        /// Free text for the others.
        #[serde(default)]
        extra: String,
    },
    /// The media of a claimed stream flows: show it to the others. Reply: `done`.
    Live {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
    },
    /// Give a claimed stream up. Reply: `done`.
    Unpublish {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
    },
    /// Ask where a stream can be played. Replies: `nodes` or `done` with a code.
    Play {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
    },
    /// Is the link alive? Reply: `pong` with the same number.
    Ping {
        /// Any number.
        n: u32,
    },
    /// Leave the room for good. Reply: `bye`, then the link is closed.
    Logout,
}

/// Whether a list grew or shrank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// New in the room.
    Add,
    /// Gone from the room.
    Delete,
}

/// A media server for one stream and direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// WHIP or WHEP endpoint; a path is relative to the room server's origin.
    pub url: String,
    /// Bearer token for this stream and direction.
    pub token: String,
}

/// Everything in the room right now, the receiver's own entries included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Members; empty if the login did not ask for user updates.
    pub users: Vec<User>,
    /// Live streams.
    pub streams: Vec<Stream>,
}

/// The server's first message: the login or resume was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The session's ID.
    pub session: String,
    /// Proves the session is ours when resuming. Never logged, never in a URL.
    pub secret: String,
    /// The room's sequence number that the snapshot stands at.
    pub seq: u32,
    /// Whether the session of the request's `resume` lives on.
    pub resumed: bool,
    /// How often the server sends something, in milliseconds.
    pub heartbeat_ms: u64,
    /// The room's state; absent where missed events follow one by one instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
}

/// What a server sends. `seq` numbers a room's events and only rises; a receiver sees gaps where
/// an event was not for it (its own, or users' events it did not ask for).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Accepted; always the first message of an accepted link.
    Hello(Hello),
    /// Members came or went.
    Users {
        /// Event number.
        seq: u32,
        /// Came or went.
        change: Change,
        /// Who.
        users: Vec<User>,
    },
    /// Streams came or went.
    Streams {
        /// Event number.
        seq: u32,
        /// Came or went.
        change: Change,
        /// Which.
        streams: Vec<Stream>,
        /// Why they went.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<DeleteReason>,
    },
    /// Where to publish or play, in order of preference; the reply to `publish` and `play`.
    Nodes {
        /// The request's number.
        id: u32,
        /// At least one.
        nodes: Vec<Node>,
    },
    /// A request's end: code 0, or what went wrong. `id` 0: a message that had no number.
    Done {
        /// The request's number.
        id: u32,
        /// 0 or an error.
        code: Code,
        /// What went wrong.
        #[serde(default)]
        message: String,
    },
    /// The answer to `ping`.
    Pong {
        /// The ping's number.
        n: u32,
    },
    /// Nothing happened, the link lives.
    Heartbeat,
    /// Logged out.
    Bye,
    /// Login refused or session ended for good; the link is closed next. Never try again.
    End {
        /// Why.
        code: Code,
        /// Why, in words.
        #[serde(default)]
        message: String,
    },
}
