//! Timing, sizes and media servers of the rooms.

use holdfast_protocol::{limit, timing};

/// What the server's own media server is called.
pub const OWN_NODE: &str = "own";

/// Timing, sizes and media servers of the rooms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a session without a link is kept (CFG-02).
    pub grace_ms: u64,
    /// How long a link may stay quiet before the server sends a heartbeat (ROOM-05); at least 1.
    pub heartbeat_ms: u64,
    /// How often a link is pinged, so that a living one is heard of; at least 1.
    pub ping_ms: u64,
    /// How long a link may send nothing, pongs included, before it counts as lost.
    pub silence_ms: u64,
    /// Users in one room.
    pub room_users_max: usize,
    /// Frames one user may send at once, and a second in the long run.
    pub frames_at_once: u64,
    /// See `frames_at_once`.
    pub frames_per_second: u64,
    /// How much of a token's life is leeway for wrong clocks, of which its user is not told.
    pub token_leeway_ms: u64,
    /// The media servers by their names, best first (BEY-06). The names are all different; where
    /// each one is, the [`Mint`](crate::Mint) knows.
    pub nodes: Vec<String>,
}

impl Settings {
    /// With no interval of nothing, in which there would be no end of things to do.
    pub(super) fn checked(mut self) -> Settings {
        self.heartbeat_ms = self.heartbeat_ms.max(1);
        self.ping_ms = self.ping_ms.max(1);
        self
    }

    /// How long an event may be asked for again. A client may be deaf for as long as it keeps
    /// trying while its link still brings us signs of life, and only then does its grace begin.
    pub(super) fn log_ms(&self) -> u64 {
        timing::WINDOW_MS.saturating_add(self.grace_ms)
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            grace_ms: timing::GRACE_MS,
            heartbeat_ms: timing::HEARTBEAT_MS,
            ping_ms: 3_000,
            silence_ms: 10_000,
            room_users_max: limit::ROOM_USERS_MAX,
            frames_at_once: limit::FRAMES_AT_ONCE,
            frames_per_second: limit::FRAMES_PER_SECOND,
            token_leeway_ms: 0,
            nodes: vec![OWN_NODE.to_owned()],
        }
    }
}
