//! Limits on what either end accepts, in bytes or counts.

/// A text frame on the room link.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// A room ID.
pub const ROOM_ID_BYTES_MAX: usize = 128;
/// A user ID.
pub const USER_ID_BYTES_MAX: usize = 64;
/// A user name.
pub const USER_NAME_BYTES_MAX: usize = 256;
/// A stream ID.
pub const STREAM_ID_BYTES_MAX: usize = 256;
/// A stream's extra info.
pub const EXTRA_INFO_BYTES_MAX: usize = 1024;
/// A login token.
pub const TOKEN_BYTES_MAX: usize = 4096;
/// An SDP offer sent to WHIP or WHEP.
pub const SDP_BYTES_MAX: usize = 64 * 1024;
/// Users in one room, whatever the login asks for.
pub const ROOM_USERS_MAX: usize = 10_000;
/// Streams one user publishes at a time.
pub const USER_STREAMS_MAX: usize = 16;
