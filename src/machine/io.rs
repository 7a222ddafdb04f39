//! What goes into the brain and what comes out.

use super::{Config, Difference};
use holdfast_protocol::{ClientMessage, Code, Login, ServerMessage};

/// One attempt at a room link; also its generation: what arrives from an older one is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketId(pub u32);

/// One attempt at a media session; also its generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerId(pub u32);

/// A promise the app is waiting on, numbered by the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallId(pub u32);

/// Whether media goes out by WHIP or comes in by WHEP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// WHIP.
    Publish,
    /// WHEP.
    Play,
}

/// Everything that can happen to the brain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The app called.
    Call(Call),
    /// Something happened to a room link.
    Socket(SocketId, SocketInput),
    /// Something happened to a media session.
    Peer(PeerId, PeerInput),
    /// The browser said something about the network or the page.
    Network(NetworkInput),
    /// Time passed; harmless if early, late or spurious.
    Timeout,
}

/// Calls of the app, arguments already of the right types.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// `startPublishingStream`.
    StartPublishing {
        /// The stream.
        stream: String,
        /// Free text for the others.
        extra: String,
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
    },
    /// `stopPlayingStream`.
    StopPlaying {
        /// The stream.
        stream: String,
    },
    /// `setEngineConfig`.
    Configure(Config),
}

/// What happens to a room link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketInput {
    /// A message arrived and was understood.
    Message(ServerMessage),
    /// Something arrived that this build does not know: a sign of life, no more.
    Unknown,
    /// It could not be opened, or was closed.
    Closed,
}

/// What happens to a media session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// Where setting up a media session broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The browser made no offer.
    Offer,
    /// The node could not be reached.
    Request,
    /// The browser did not take the node's answer.
    Answer,
}

/// What the browser says about the network and the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkInput {
    /// `online` fired.
    Online,
    /// `offline` fired.
    Offline,
    /// `navigator.connection` changed, on desktops perhaps by an estimate only: look whether the
    /// link still lives.
    Changed,
    /// The page came back to life: look whether the link still lives, or try again at once.
    Woke,
}

/// Everything the brain says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// To be carried out by the shell.
    Effect(Effect),
    /// To be told to the app.
    Event(Event),
}

/// What the shell does for the brain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Open a room link with this login in its handshake.
    OpenSocket(SocketId, Box<Login>),
    /// Send on a room link.
    SendMessage(SocketId, ClientMessage),
    /// Close and forget a room link.
    CloseSocket(SocketId),
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
        /// Its bearer token.
        token: String,
    },
    /// Make a connected session's tracks those of the app's MediaStream (PLAY-06).
    AttachTracks(PeerId),
    /// Close and forget a media session, and end it at the node.
    ClosePeer(PeerId),
    /// The app's stream of this ID and direction is no longer needed.
    ReleaseStream(Direction, String),
}

/// A refused call, told to the app as an `Error`.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What the app is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// `roomStateChanged` and `roomStateUpdate`.
    RoomState {
        /// The room.
        room: String,
        /// The new state.
        reason: RoomReason,
        /// 0 or why.
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
        /// 0 or why.
        code: Code,
    },
    /// The promise of `loginRoom` is settled.
    LoginSettled(CallId, Result<(), Refusal>),
    /// The promise of `startPlayingStream` is settled.
    PlaySettled(CallId, Result<String, Refusal>),
}

/// Room states (ROOM-01); the discriminants are the documented numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomReason {
    /// Logging in.
    Logining = 0,
    /// Logged in.
    Logined = 1,
    /// Not logged in; final.
    LoginFailed = 2,
    /// The link is lost, trying again.
    Reconnecting = 3,
    /// Back.
    Reconnected = 4,
    /// The window ended; final.
    ReconnectFailed = 5,
    /// Thrown out by the server; final.
    KickOut = 6,
    /// Out; also the state before any login.
    Logout = 7,
    /// Out, but the server could not be told.
    LogoutFailed = 8,
}

/// Publisher and player states (PUB-01, PLAY-01); the discriminants are the documented numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaState {
    /// NO_PUBLISH or NO_PLAY.
    Stopped = 0,
    /// PUBLISH_REQUESTING or PLAY_REQUESTING.
    Requesting = 1,
    /// PUBLISHING or PLAYING.
    Flowing = 2,
}
