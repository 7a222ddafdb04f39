//! Messages of the room link. JSON text frames; `t` names the type. Unknown fields are ignored.

use crate::{Code, DeleteReason};
use serde::{Deserialize, Deserializer, Serialize};

/// A member of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its publisher.
    pub user: User,
    /// Free text of the publisher's app.
    #[serde(default)]
    pub extra: String,
    /// The media that its publisher has muted: a sum of [`Stream::MICROPHONE`] and
    /// [`Stream::CAMERA`].
    #[serde(default, skip_serializing_if = "is_none_muted")]
    pub muted: u8,
}

impl Stream {
    /// In `muted`: its sound.
    pub const MICROPHONE: u8 = 1;
    /// In `muted`: its pictures.
    pub const CAMERA: u8 = 2;
}

/// The login or resume request; it rides in the handshake, so the server speaks first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// The app's number.
    pub app: u32,
    /// The room to enter.
    pub room: String,
    /// The user who enters.
    pub user: User,
    /// A JWT of the app's server, or the AppSign (the app's secret in hex).
    pub token: String,
    /// Whether `users` messages and the snapshot's users are wanted (ROOM-15).
    #[serde(default)]
    pub user_update: bool,
    /// Whether `connection` messages are wanted (BEY-03).
    #[serde(default, skip_serializing_if = "is_false")]
    pub connections: bool,
    /// Refuse the login if the room holds this many users already; 0 = no limit of the app's.
    #[serde(default)]
    pub max_members: u32,
    /// A number that a client in several rooms at once draws once for all of them. Their sessions do
    /// not end each other. 0 = the client is in one room only.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub client: u32,
    /// A number the client draws for each login the app makes; 0 = none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub device: u32,
    /// Rises with each try of that login, so that a late try can be told from a newer one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempt: u32,
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

/// The messages of a client in the room. `id` numbers a request; the reply repeats it.
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
        /// As [`Stream::muted`].
        #[serde(default, skip_serializing_if = "is_none_muted")]
        muted: u8,
    },
    /// The media of a claimed stream flows: show it to the others. Reply: `done`.
    Live {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
        /// The name of the node it flows at; empty = the first.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        node: String,
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
    /// Swap the login's token for a newer one (ROOM-12). Replies: `renewed`, or `done` with a code.
    Renew {
        /// Request number.
        id: u32,
        /// The new token.
        token: String,
    },
    /// A message for everyone else in the room, including users in their grace: in order and once.
    /// Sent again under the same number after a resume, it is still delivered once. Reply: `done`
    /// with the event's number.
    Broadcast {
        /// Request number; rises with each of a session's broadcasts and commands.
        id: u32,
        /// The message.
        text: String,
    },
    /// A message for those present; it may be dropped. Reply: `done`.
    Barrage {
        /// Request number.
        id: u32,
        /// The message.
        text: String,
    },
    /// A message for some users of the room, with the guarantees of `broadcast`. Reply: `done`.
    Command {
        /// Request number; rises with each of a session's broadcasts and commands.
        id: u32,
        /// The message.
        text: String,
        /// Users by their IDs; empty = everyone else.
        to: Vec<String>,
    },
    /// Set one key of the room's extra info; an empty value removes it. Reply: `done`.
    SetRoomExtra {
        /// Request number.
        id: u32,
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// Change the extra info of the sender's own stream. Reply: `done`.
    SetStreamExtra {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
        /// Free text for the others.
        extra: String,
    },
    /// Say which media of the sender's own stream are muted from now on. Reply: `done`.
    SetMuted {
        /// Request number.
        id: u32,
        /// The stream.
        stream: String,
        /// As [`Stream::muted`].
        muted: u8,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The server's name for it; `live` repeats it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// WHIP or WHEP endpoint; a path is relative to the room server's origin.
    pub url: String,
    /// The value of the `Authorization` header, scheme included: as a rule a bearer token for this
    /// stream and direction. Empty if the node asks for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub authorization: String,
}

/// Everything in the room right now, the receiver's own entries included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Members; empty if the login did not ask for user updates.
    pub users: Vec<User>,
    /// Live streams.
    pub streams: Vec<Stream>,
    /// The room's extra info.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<RoomExtra>,
}

/// One key of a room's extra info.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomExtra {
    /// The key.
    pub key: String,
    /// The value; empty if it was removed.
    pub value: String,
    /// The user who set it last.
    pub user: User,
    /// When it was set, in milliseconds since 1970.
    pub at_ms: u64,
}

/// The server's first message: the login or resume was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The session's ID.
    pub session: String,
    /// Proves the session is ours when resuming. Never logged, never in a URL.
    pub secret: String,
    /// The number of the room's last event. This message brings the receiver up to it.
    pub seq: u32,
    /// Whether the session of the request's `resume` lives on.
    pub resumed: bool,
    /// How often the server sends something, in milliseconds.
    pub heartbeat_ms: u64,
    /// The room's state; absent if `missed` says it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// What the receiver missed, to be taken as if it arrived right afterwards: only messages if
    /// there is a snapshot, otherwise the net changes as well (ROOM-08).
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub missed: Vec<ServerMessage>,
    /// Members without a link at this moment, if the login asked for `connections`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub away: Vec<String>,
    /// How many users are in the room, the receiver included.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub users: u32,
    /// How long the login's token is still good; absent if it never expires (ROOM-12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_ttl_ms: Option<u64>,
}

/// Declares [`ServerMessage`] and, from the same variants, the two forms that serde reads.
macro_rules! server_message {
    ($(#[$about:meta])* pub enum ServerMessage $variants:tt) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "t", rename_all = "snake_case")]
        pub enum ServerMessage $variants

        #[derive(Deserialize)]
        #[serde(remote = "ServerMessage", tag = "t", rename_all = "snake_case")]
        enum Tagged $variants

        #[derive(Deserialize)]
        #[serde(remote = "ServerMessage", rename_all = "snake_case")]
        enum Named $variants
    };
}

server_message! {
    /// The messages of a server. `seq` numbers a room's events and only rises. A receiver sees gaps
    /// where an event was not for it (its own, or users' events it did not ask for).
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
        /// The outcome of a request: code 0, or what went wrong. `id` is 0 for a message without a
        /// number.
        Done {
            /// The request's number.
            id: u32,
            /// 0 or an error.
            code: Code,
            /// What went wrong.
            #[serde(default)]
            message: String,
            /// The number of the event the request made, if it made one.
            #[serde(default, skip_serializing_if = "is_zero")]
            seq: u32,
        },
        /// The token was swapped; the reply to `renew`.
        Renewed {
            /// The request's number.
            id: u32,
            /// How long the new token is good; absent if it never expires.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            token_ttl_ms: Option<u64>,
        },
        /// Someone's `broadcast`.
        Message {
            /// Event number; also the message's own.
            seq: u32,
            /// Who sent it.
            from: User,
            /// The message.
            text: String,
            /// When it was sent, in milliseconds since 1970.
            at_ms: u64,
        },
        /// Someone's `barrage`; never repeated, so it has no event number.
        Barrage {
            /// The message's number.
            n: u32,
            /// Who sent it.
            from: User,
            /// The message.
            text: String,
            /// When it was sent, in milliseconds since 1970.
            at_ms: u64,
        },
        /// Someone's `command` to the receiver.
        Command {
            /// Event number.
            seq: u32,
            /// Who sent it.
            from: User,
            /// The message.
            text: String,
        },
        /// Keys of the room's extra info changed.
        RoomExtra {
            /// Event number.
            seq: u32,
            /// The keys.
            extra: Vec<RoomExtra>,
        },
        /// The extra info of streams changed, or which of their media are muted.
        StreamExtra {
            /// Event number.
            seq: u32,
            /// The streams as they are now.
            streams: Vec<Stream>,
        },
        /// How many users are in the room, the receiver included.
        Count {
            /// The number.
            users: u32,
        },
        /// Another user lost its link, or is back (BEY-03). Only if the login asked for it.
        Connection {
            /// The user.
            user: String,
            /// Whether it has a link.
            up: bool,
        },
        /// The server is going away, or is too busy: come back after a random time in this range.
        /// It may also come in place of `hello`. The link is closed next.
        Goaway {
            /// The shortest wait in milliseconds.
            min_ms: u64,
            /// The longest.
            max_ms: u64,
        },
        /// The answer to `ping`.
        Pong {
            /// The ping's number.
            n: u32,
        },
        /// Nothing happened. The link lives.
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
}

/// In text any field may come before `t`, so serde copies a message before it reads its fields.
/// The code for that adds 11 KB of gzip to what a page loads (docs/benchmarks.md). The SDK's
/// deserialiser (`src/web/value.rs`) looks `t` up by itself and needs no copy; it says that it is
/// not human-readable, as binary formats do, and gets the second form.
impl<'de> Deserialize<'de> for ServerMessage {
    fn deserialize<D: Deserializer<'de>>(message: D) -> Result<ServerMessage, D::Error> {
        match message.is_human_readable() {
            true => Tagged::deserialize(message),
            false => Named::deserialize(message),
        }
    }
}

/// Reads a list of messages and leaves out those that this build does not know, so that they do not
/// spoil the `hello`. A `hello` within a `hello` is left out too.
fn known<'de, D: Deserializer<'de>>(messages: D) -> Result<Vec<ServerMessage>, D::Error> {
    struct Known(Option<ServerMessage>);

    impl<'de> Deserialize<'de> for Known {
        fn deserialize<D: Deserializer<'de>>(message: D) -> Result<Known, D::Error> {
            Ok(Known(ServerMessage::deserialize(message).ok()))
        }
    }

    let mut known = Vec::new();
    for Known(message) in Vec::deserialize(messages)? {
        known.extend(message.filter(|message| !matches!(message, ServerMessage::Hello(_))));
    }
    Ok(known)
}

impl ServerMessage {
    /// The number of a room event; `None` for any other message.
    pub fn seq(&self) -> Option<u32> {
        match self {
            ServerMessage::Users { seq, .. }
            | ServerMessage::Streams { seq, .. }
            | ServerMessage::Message { seq, .. }
            | ServerMessage::Command { seq, .. }
            | ServerMessage::RoomExtra { seq, .. }
            | ServerMessage::StreamExtra { seq, .. } => Some(*seq),
            _ => None,
        }
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_none_muted(muted: &u8) -> bool {
    *muted == 0
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
