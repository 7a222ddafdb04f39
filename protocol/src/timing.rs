//! Timing defaults, in milliseconds, with the rule that asks for each.

/// How often the server sends something on a quiet link (ROOM-05).
pub const HEARTBEAT_MS: u64 = 1_000;
/// A link silent for this many heartbeats is probed (ROOM-05).
pub const SUSPECT_HEARTBEATS_X10: u64 = 15;
/// How long a probe may stay unanswered before the link is dead: 1.5 s of silence and this
/// are under the 3 s of ROOM-05.
pub const PROBE_TIMEOUT_MS: u64 = 1_000;
/// How long one try to open a link may take, handshake and hello together.
pub const CONNECT_TIMEOUT_MS: u64 = 8_000;
/// How long a request on a live link may wait for its reply.
pub const REQUEST_TIMEOUT_MS: u64 = 5_000;
/// How long `logoutRoom` waits for the server's word (ROOM-13).
pub const LOGOUT_TIMEOUT_MS: u64 = 3_000;
/// How long the server keeps a session without a link (CFG-02).
pub const GRACE_MS: u64 = 90_000;
/// How long the SDK keeps trying (CFG-01).
pub const WINDOW_MS: u64 = 1_200_000;
/// Jitter's base, doubled with each try (ROOM-06).
pub const RETRY_BASE_MS: u64 = 500;
/// Jitter's cap (ROOM-06).
pub const RETRY_CAP_MS: u64 = 8_000;
/// What held this long counts as recovered; trouble before that goes on as the same trouble.
pub const CALM_MS: u64 = 10_000;
/// Pause between tries while the browser says offline, since that flag can lie (ROOM-06).
pub const OFFLINE_PROBE_MS: u64 = 10_000;
/// How long one media session may take from its offer to connected media.
pub const MEDIA_CONNECT_TIMEOUT_MS: u64 = 8_000;
/// Rounds over all nodes before a publisher or player gives up (PUB-05, PLAY-05).
pub const MEDIA_ROUNDS: u32 = 3;
/// How long a media token is good for: it only has to open a session.
pub const MEDIA_TOKEN_MS: u64 = 120_000;
