//! Timing, sizes and media servers of the rooms.

use holdfast_protocol::{limit, timing};

/// The name of the server's own media server.
pub const OWN_NODE: &str = "own";

/// Timing, sizes and media servers of the rooms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a session without a link is kept (CFG-02).
    pub grace_ms: u64,
    /// How long a link may stay quiet before the server sends a heartbeat (ROOM-05); at least 1.
    pub heartbeat_ms: u64,
    /// How often a link is pinged, so that a working link shows a sign of life; at least 1.
    pub ping_ms: u64,
    /// How long a link may send nothing, pongs included, before it counts as lost.
    pub silence_ms: u64,
    /// Users in one room.
    pub room_users_max: usize,
    /// How many frames one user may send at once.
    pub frames_at_once: u64,
    /// How many frames per second one user may send in the long run.
    pub frames_per_second: u64,
    /// How much of a token's life is leeway for wrong clocks. The user is not told about this part.
    pub token_leeway_ms: u64,
    /// The names of the media servers, best first (BEY-06). The names are all different; the
    /// [`Mint`](crate::Mint) knows the addresses.
    pub nodes: Vec<String>,
}

impl Settings {
    /// Raises intervals of 0, which would cause endless work.
    pub(super) fn checked(mut self) -> Settings {
        self.heartbeat_ms = self.heartbeat_ms.max(1);
        self.ping_ms = self.ping_ms.max(1);
        self
    }

    /// How long an event may still be requested. A client may receive nothing for as long as it
    /// keeps trying, while its link still gives the server signs of life; its grace begins only
    /// after that.
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
