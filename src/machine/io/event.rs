//! What the app is told.

use super::super::Difference;
use super::{CallId, Direction, Obstacle, Refusal};
use holdfast_protocol::{Code, User};

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
