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
/// Frames a second one user may send in the long run.
pub const FRAMES_PER_SECOND: u64 = 100;
/// Frames one user may send at once.
pub const FRAMES_AT_ONCE: u64 = 200;
/// Logins and resumes a second of one user in the long run.
pub const LOGINS_PER_SECOND: u64 = 1;
/// Logins and resumes of one user at once: a page that reloads, or a network that flaps.
pub const LOGINS_AT_ONCE: u64 = 20;
/// Users in one room, whatever the login asks for.
pub const ROOM_USERS_MAX: usize = 10_000;
/// Rooms one client is in at a time (ROOM-17).
pub const USER_ROOMS_MAX: usize = 5;
/// Streams one user publishes at a time in one room.
pub const USER_STREAMS_MAX: usize = 16;
/// Streams in one room.
pub const ROOM_STREAMS_MAX: usize = 4_096;
/// A broadcast, barrage or command.
pub const MESSAGE_BYTES_MAX: usize = 1024;
/// Users one command names.
pub const COMMAND_USERS_MAX: usize = 100;
/// A key of a room's extra info, and a value.
pub const ROOM_EXTRA_BYTES_MAX: usize = 128;
/// Keys of a room's extra info.
pub const ROOM_EXTRA_KEYS_MAX: usize = 16;
/// Messages and extra info of a client that may wait for their replies; also how many the server
/// takes at once from one user.
pub const REQUESTS_WAITING_MAX: usize = 32;
/// Messages a second one user may send in the long run.
pub const MESSAGES_PER_SECOND: u64 = 10;
