//! What the brain is told.

use super::super::Config;
use super::{CallId, PeerId, SocketId};
#[cfg(doc)]
use super::{Effect, Event};
use holdfast_protocol::{Code, Login, ServerMessage};

/// Everything that can happen to the brain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Input {
    /// The app called.
    Call(Call),
    /// Something happened to a room link.
    Socket(SocketId, SocketInput),
    /// An obstacle to a room link was found: by the browser, or by [`Effect::ProbeServer`].
    Obstacle(SocketId, Obstacle),
    /// Something happened to a media session.
    Peer(PeerId, PeerInput),
    /// The browser said something about the network or the page.
    Network(NetworkInput),
    /// Time passed; harmless if early, late or spurious.
    Timeout,
}

/// Calls of the app, with arguments already of the right types.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Call {
    /// `enableMultiRoom` (ROOM-17).
    EnableMultiRoom(bool),
    /// `loginRoom`.
    Login {
        /// Settled by [`Event::LoginSettled`].
        call: CallId,
        /// The request, without `resume`.
        login: Box<Login>,
    },
    /// `logoutRoom`; no room means all there are.
    Logout {
        /// The room to leave.
        room: Option<String>,
    },
    /// `switchRoom`: out of one room, into another (ROOM-14).
    Switch {
        /// The room to leave.
        from: String,
        /// Settled by [`Event::LoginSettled`].
        call: CallId,
        /// The request for the other room, without `resume`.
        login: Box<Login>,
    },
    /// `retryNow` (ROOM-06).
    RetryNow,
    /// `renewToken` (ROOM-12).
    RenewToken {
        /// The room; none means the only one.
        room: Option<String>,
        /// The new token.
        token: String,
    },
    /// A message or extra info for the room.
    Send {
        /// Settled by [`Event::SendSettled`].
        call: CallId,
        /// The room; none means the only one.
        room: Option<String>,
        /// What to send.
        request: Request,
    },
    /// `startPublishingStream`.
    StartPublishing {
        /// The room; none means the only one.
        #[cfg_attr(
            any(test, feature = "trace"),
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        room: Option<String>,
        /// The stream.
        stream: String,
        /// Free text for the others.
        extra: String,
    },
    /// Sets which media of a published stream are muted (PUB-08). Does nothing for any other
    /// stream.
    Mute {
        /// The stream.
        stream: String,
        /// As [`Stream::muted`](holdfast_protocol::Stream::muted).
        muted: u8,
    },
    /// `stopPublishingStream`.
    StopPublishing {
        /// The stream.
        stream: String,
    },
    /// `startPlayingStream`.
    StartPlaying {
        /// Settled by [`Event::PlaySettled`].
        call: CallId,
        /// The room; none means the one that has the stream, or else the first.
        #[cfg_attr(
            any(test, feature = "trace"),
            serde(default, skip_serializing_if = "Option::is_none")
        )]
        room: Option<String>,
        /// The stream.
        stream: String,
        /// Stop on the stream's deletion and start again when it is back (PLAY-07).
        follow: bool,
    },
    /// `stopPlayingStream`.
    StopPlaying {
        /// The stream.
        stream: String,
    },
    /// `setEngineConfig`.
    Configure(Config),
}

/// A request of the app to its room. Everything but a barrage is kept through a reconnect until the
/// server has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Request {
    /// `sendBroadcastMessage`: in order and once, across a reconnect.
    Broadcast {
        /// The message.
        text: String,
    },
    /// `sendBarrageMessage`: reaches only those present.
    Barrage {
        /// The message.
        text: String,
    },
    /// `sendCustomCommand`.
    Command {
        /// The message.
        text: String,
        /// Users by their IDs; empty = everyone else.
        to: Vec<String>,
    },
    /// `setRoomExtraInfo`.
    RoomExtra {
        /// The key.
        key: String,
        /// The value; empty removes the key.
        value: String,
    },
    /// `setStreamExtraInfo`.
    StreamExtra {
        /// One of the app's own streams.
        stream: String,
        /// Free text for the others.
        extra: String,
    },
}

/// An input about a room link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
// Moved once, from the reader into the room. A box would cost an allocation for every heartbeat.
#[allow(clippy::large_enum_variant)]
pub enum SocketInput {
    /// A message arrived and was understood.
    Message(ServerMessage),
    /// A message that this build does not know arrived. It only proves that the link lives.
    Unknown,
    /// It could not be opened, or was closed.
    Closed,
    /// The server closed it because too much was sent on it, too little was read from it, or
    /// nothing was sent for too long.
    OverLimit,
}

/// An obstacle between the browser and a server that was never reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Obstacle {
    /// Nothing answers: the name, the port or the network is wrong, or the server is down.
    NoServer,
    /// A server answers, but has nothing at this path.
    WrongPath,
    /// The server that answers is not a Holdfast room server.
    NotHoldfast,
    /// A Holdfast server that speaks another version of the protocol.
    OtherVersion,
    /// A Holdfast server of this version, but the WebSocket fails.
    NoWebsocket,
    /// The page was loaded over https, but the server's URL is not secure.
    MixedContent,
    /// The page's Content-Security-Policy forbids the connection.
    Csp,
}

impl Obstacle {
    /// All obstacles, each with its name for the app, and its code.
    pub const TABLE: [(Obstacle, &str, Code); 7] = [
        (Obstacle::NoServer, "no-server", Code::SERVER_NOT_FOUND),
        (Obstacle::WrongPath, "wrong-path", Code::SERVER_PATH_WRONG),
        (Obstacle::NotHoldfast, "not-holdfast", Code::SERVER_NOT_HOLDFAST),
        (Obstacle::OtherVersion, "other-version", Code::SERVER_OTHER_VERSION),
        (Obstacle::NoWebsocket, "no-websocket", Code::SERVER_NO_WEBSOCKET),
        (Obstacle::MixedContent, "mixed-content", Code::MIXED_CONTENT),
        (Obstacle::Csp, "csp", Code::CSP_FORBIDS),
    ];

    /// The name the app is told in `retryUpdate`.
    pub fn name(self) -> &'static str {
        Obstacle::TABLE[self as usize].1
    }

    /// The code for this obstacle.
    pub fn code(self) -> Code {
        Obstacle::TABLE[self as usize].2
    }

    /// Whether the obstacle lasts as long as the page. The others may go away by themselves.
    pub fn is_final(self) -> bool {
        matches!(self, Obstacle::MixedContent | Obstacle::Csp)
    }
}

/// An input about a media session.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum PeerInput {
    /// Media can flow.
    Connected,
    /// ICE lost its path; it may come back by itself.
    Disconnected,
    /// The connection is dead.
    Failed,
    /// The browser made the offer that [`Effect::MakeOffer`] asks for.
    Offered {
        /// The number of the ICE restart; 0 = the session's first offer.
        restart: u32,
        /// The offer, as SDP.
        offer: String,
    },
    /// The browser could not open the connection, make an offer or take an answer.
    Broken {
        /// The number of the ICE restart; 0 = while the session was set up.
        restart: u32,
        /// [`Stage::Offer`] or [`Stage::Answer`].
        stage: Stage,
    },
    /// An [`Effect::Post`] has ended; none = the node could not be reached.
    Answered(Option<Reply>),
    /// An [`Effect::Patch`] has ended; none = the node could not be reached.
    Patched {
        /// The number of the ICE restart.
        restart: u32,
        /// The node's reply.
        reply: Option<Reply>,
    },
    /// The answer to [`Effect::SamplePeer`]: the total bytes of media received; for a publisher,
    /// the total bytes its transports received (MEDIA-09).
    Received(u64),
    /// Comes before a player's `Received`: the total bytes its transports received, RTCP included,
    /// so that a silent publisher can be told from a dead path.
    Heard(u64),
}

/// A node's reply to a request of WHIP or WHEP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Its body; empty if the body did not arrive.
    pub body: String,
    /// The session's address; empty if the node named none.
    pub session: String,
    /// Only a node that names its ICE sessions can restart them (RFC 9725 section 4.3.3).
    pub can_restart: bool,
    /// The reply came from another origin than the node's, after a redirect. The node's
    /// authorization must not go there.
    pub is_redirected: bool,
    /// The `Retry-After` header, if there was one.
    pub retry_after_ms: Option<u64>,
}

impl Reply {
    /// Whether the node did what was asked for.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Where setting up a media session broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Stage {
    /// The browser made no offer.
    Offer,
    /// The node could not be reached.
    Request,
    /// The browser did not take the node's answer.
    Answer,
}

/// A report of the browser about the network or the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum NetworkInput {
    /// `online` fired.
    Online,
    /// `offline` fired.
    Offline,
    /// `navigator.connection` changed. On desktops that may be no more than a new estimate: check
    /// whether the link still lives.
    Changed,
    /// The page woke up: check whether the link still lives, or retry at once.
    Woke,
}
