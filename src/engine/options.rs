//! What a call may ask for besides what it needs.

use crate::media::{Codec, Kinds};

/// What [`Engine::login_room`](crate::Engine::login_room) may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// Refuse the login if this many users are in the room already; 0 for no limit.
    pub max_members: u32,
    /// Tell who enters and leaves the room (ROOM-15).
    pub user_update: bool,
    /// Tell who loses the connection, and who is back (BEY-03).
    pub user_connection_update: bool,
}

/// What [`Engine::start_publishing`](crate::Engine::start_publishing) may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishOptions {
    /// The room, which must be named after
    /// [`Engine::enable_multi_room`](crate::Engine::enable_multi_room).
    pub room: Option<String>,
    /// Text for the others that goes with the stream.
    pub extra_info: String,
    /// The video codec to send if the node takes it.
    pub video_codec: Option<Codec>,
    /// The most kbps of sound; None for the browser's own limit.
    pub audio_kbps: Option<u32>,
    /// The most kbps of pictures; None for the browser's own limit.
    pub video_kbps: Option<u32>,
}

/// What [`Engine::start_playing`](crate::Engine::start_playing) may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayOptions {
    /// What is received; both by default.
    pub kinds: Kinds,
    /// Stop when the stream ends, and start again when it is back (PLAY-07).
    pub follow: bool,
    /// The room; by default the one that has the stream, or else the first.
    pub room: Option<String>,
}

impl Default for PlayOptions {
    fn default() -> PlayOptions {
        PlayOptions { kinds: Kinds { audio: true, video: true }, follow: false, room: None }
    }
}
