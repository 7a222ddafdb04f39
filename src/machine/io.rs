//! The inputs and outputs of the brain.

use super::{Config, Difference};
use holdfast_protocol::{ClientMessage, Code, Login, ServerMessage, User};

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
    /// `loginRoom`.
    Login {
        /// Settled by [`Event::LoginSettled`].
        call: CallId,
        /// The request, without `resume`.
        login: Box<Login>,
    },
    /// `logoutRoom`; no room means whichever there is.
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
        /// The room; none means whichever there is.
        room: Option<String>,
        /// The new token.
        token: String,
    },
    /// A message or extra info for the room.
    Send {
        /// Settled by [`Event::SendSettled`].
        call: CallId,
        /// The room; none means whichever there is.
        room: Option<String>,
        /// What to send.
        request: Request,
    },
    /// `startPublishingStream`.
    StartPublishing {
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
    /// All obstacles, each with its name for the shell and the app, and its code.
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

    /// The obstacle with this name.
    pub fn named(name: &str) -> Option<Obstacle> {
        Obstacle::TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum PeerInput {
    /// Media can flow.
    Connected,
    /// ICE lost its path; it may come back by itself.
    Disconnected,
    /// The connection is dead.
    Failed,
    /// The node answered the offer with an HTTP error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header, if there was one.
        retry_after_ms: Option<u64>,
    },
    /// Setting the session up failed on our side of the wire.
    Broken(Stage),
    /// The node cannot restart ICE, or did not.
    RestartFailed,
    /// The answer to [`Effect::SamplePeer`]: the total bytes of media received; for a publisher,
    /// the total bytes its transports received (MEDIA-09).
    Received(u64),
    /// Comes before a player's `Received`: the total bytes its transports received, RTCP included,
    /// so that a silent publisher can be told from a dead path.
    Heard(u64),
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

/// Everything the brain says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Output {
    /// To be carried out by the shell.
    Effect(Effect),
    /// To be told to the app.
    Event(Event),
}

/// An effect: an action that the shell carries out for the brain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Effect {
    /// Open a room link with this login in its handshake.
    OpenSocket(SocketId, Box<Login>),
    /// Send on a room link.
    SendMessage(SocketId, ClientMessage),
    /// Close and forget a room link.
    CloseSocket(SocketId),
    /// Find out what answers at the server's address, because this try for a link failed. Answered
    /// by [`Input::Obstacle`], or not at all.
    ProbeServer(SocketId),
    /// Open a media session: make an offer, post it, take the answer.
    OpenPeer {
        /// The session's generation.
        peer: PeerId,
        /// WHIP or WHEP.
        direction: Direction,
        /// The stream.
        stream: String,
        /// The endpoint.
        url: String,
        /// The value of the `Authorization` header for the request; empty for none.
        authorization: String,
    },
    /// Post a session's offer once more if there is no answer: the first request may hang on a dead
    /// pooled connection. The first answer is taken.
    RepeatPost(PeerId),
    /// Put a connected session's tracks into the app's MediaStream (PLAY-06).
    AttachTracks(PeerId),
    /// Restart ICE by PATCH (RFC 9725 section 4.3.3). Answered by Connected, or RestartFailed.
    RestartPeer(PeerId),
    /// Ask the browser how many bytes a session has received. Answered by Received, or not at all.
    SamplePeer(PeerId),
    /// Close and forget a media session, and end it at the node.
    ClosePeer(PeerId),
    /// The app's stream of this ID and direction is no longer needed.
    ReleaseStream(Direction, String),
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

/// An event for the app.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Event {
    /// `roomStateChanged` and `roomStateUpdate`.
    RoomState {
        /// The room.
        room: String,
        /// The new state.
        reason: RoomReason,
        /// 0, or the reason.
        code: Code,
        /// The server's words, if it had any.
        message: String,
    },
    /// `roomUserUpdate` or `roomStreamUpdate`.
    RoomChanged {
        /// The room.
        room: String,
        /// What came or went.
        difference: Difference,
    },
    /// `publisherStateUpdate` or `playerStateUpdate`.
    MediaState {
        /// Which of the two.
        direction: Direction,
        /// The stream.
        stream: String,
        /// The new state.
        state: MediaState,
        /// 0, or the reason.
        code: Code,
    },
    /// Someone in the room sent something.
    Received {
        /// The room.
        room: String,
        /// What.
        item: Received,
    },
    /// `tokenWillExpire` (ROOM-12).
    TokenWillExpire {
        /// The room.
        room: String,
    },
    /// `retryUpdate` (BEY-01).
    Retry(RetryUpdate),
    /// The promise of a message or extra info is settled. `Ok` holds the number of the event it
    /// made, or 0 if it made none.
    SendSettled(CallId, Result<u32, Refusal>),
    /// The promise of `loginRoom` or `switchRoom` is settled.
    LoginSettled(CallId, Result<(), Refusal>),
    /// The promise of `startPlayingStream` is settled.
    PlaySettled(CallId, Result<String, Refusal>),
}

/// Something sent to the room's users that changes no list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Received {
    /// `IMRecvBroadcastMessage`.
    Broadcast {
        /// The message's number.
        seq: u32,
        /// Who sent it.
        from: User,
        /// The message.
        text: String,
        /// When it was sent, in milliseconds since 1970.
        at_ms: u64,
    },
    /// `IMRecvBarrageMessage`.
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
    /// `IMRecvCustomCommand`.
    Command {
        /// Who sent it.
        from: User,
        /// The message.
        text: String,
    },
    /// `roomOnlineUserCountUpdate`.
    Count {
        /// Users in the room, including oneself.
        users: u32,
    },
}

/// A layer tries, or waits before a try (BEY-01).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub struct RetryUpdate {
    /// Which layer.
    pub layer: Layer,
    /// Its room or stream.
    pub id: String,
    /// Why.
    pub cause: RetryCause,
    /// The likely obstacle between us and a server that was never reached, once it is known.
    pub reason: Option<Obstacle>,
    /// Tries of this outage, including this one.
    pub attempt: u32,
    /// Time until the next try; 0 if it starts now.
    pub wait_ms: u64,
    /// Time since the outage, or the start, began.
    pub elapsed_ms: u64,
    /// The retry window; 0 = no retry.
    pub window_ms: u64,
}

/// The layers that retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Layer {
    /// The room's link.
    Room,
    /// A publisher.
    Publish,
    /// A player.
    Play,
}

impl Layer {
    /// The layer's name for the app (BEY-01).
    pub fn name(self) -> &'static str {
        match self {
            Layer::Room => "room",
            Layer::Publish => "publish",
            Layer::Play => "play",
        }
    }
}

impl From<Direction> for Layer {
    fn from(direction: Direction) -> Layer {
        match direction {
            Direction::Publish => Layer::Publish,
            Direction::Play => Layer::Play,
        }
    }
}

/// Why a layer tries or waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum RetryCause {
    /// The app started it.
    Start,
    /// Our own network came back or changed, the page woke up, or our link or media fell silent.
    Local,
    /// The far end closed, refused or failed.
    Remote,
    /// The far end said how long to wait.
    Told,
    /// The browser says there is no network.
    Offline,
    /// Too many tries at one origin (MEDIA-10).
    Limited,
    /// Started again too soon after it had failed (PUB-07).
    TooSoon,
}

/// Room states (ROOM-01); the discriminants are the documented numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum RoomReason {
    /// Logging in.
    Logining = 0,
    /// Logged in.
    Logined = 1,
    /// Not logged in; final.
    LoginFailed = 2,
    /// The link is lost; retrying.
    Reconnecting = 3,
    /// In the room again.
    Reconnected = 4,
    /// The window ended; final.
    ReconnectFailed = 5,
    /// Thrown out by the server; final.
    KickOut = 6,
    /// Logged out; also the state before any login.
    Logout = 7,
    /// Logged out, but the server could not be told.
    LogoutFailed = 8,
}

impl RoomReason {
    /// All there are, in the order of their numbers.
    pub const ALL: [RoomReason; 9] = [
        RoomReason::Logining,
        RoomReason::Logined,
        RoomReason::LoginFailed,
        RoomReason::Reconnecting,
        RoomReason::Reconnected,
        RoomReason::ReconnectFailed,
        RoomReason::KickOut,
        RoomReason::Logout,
        RoomReason::LogoutFailed,
    ];

    /// The name of its constant in the package's `RoomStateChangedReason`.
    pub fn constant(self) -> &'static str {
        match self {
            RoomReason::KickOut => "KICK_OUT",
            other => other.name(),
        }
    }

    /// The state's name for the app (ROOM-01).
    pub fn name(self) -> &'static str {
        match self {
            RoomReason::Logining => "LOGINING",
            RoomReason::Logined => "LOGINED",
            RoomReason::LoginFailed => "LOGIN_FAILED",
            RoomReason::Reconnecting => "RECONNECTING",
            RoomReason::Reconnected => "RECONNECTED",
            RoomReason::ReconnectFailed => "RECONNECT_FAILED",
            // Spelt as in the seeds' web edition.
            RoomReason::KickOut => "KICKOUT",
            RoomReason::Logout => "LOGOUT",
            RoomReason::LogoutFailed => "LOGOUT_FAILED",
        }
    }
}

/// Publisher and player states (PUB-01, PLAY-01); the discriminants are the documented numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum MediaState {
    /// NO_PUBLISH or NO_PLAY.
    Stopped = 0,
    /// PUBLISH_REQUESTING or PLAY_REQUESTING.
    Requesting = 1,
    /// PUBLISHING or PLAYING.
    Flowing = 2,
}

impl MediaState {
    /// All there are, in the order of their numbers.
    pub const ALL: [MediaState; 3] =
        [MediaState::Stopped, MediaState::Requesting, MediaState::Flowing];

    /// The state's name for the app (PUB-01, PLAY-01).
    pub fn name(self, direction: Direction) -> &'static str {
        match (direction, self) {
            (Direction::Publish, MediaState::Stopped) => "NO_PUBLISH",
            (Direction::Publish, MediaState::Requesting) => "PUBLISH_REQUESTING",
            (Direction::Publish, MediaState::Flowing) => "PUBLISHING",
            (Direction::Play, MediaState::Stopped) => "NO_PLAY",
            (Direction::Play, MediaState::Requesting) => "PLAY_REQUESTING",
            (Direction::Play, MediaState::Flowing) => "PLAYING",
        }
    }
}
