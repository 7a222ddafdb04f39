//! One device: a brain in a browser that may sleep, be wrong, and be throttled.

use crate::app::Goal;
use crate::check::ClientCheck;
use crate::network::Path;
use holdfast_protocol::{Millis, User};
use holdfast_rtc::machine::{Brain, Input, MediaState, RoomReason};
use std::collections::BTreeMap;

/// How the names of devices' second rooms begin.
pub(crate) const SIDE_ROOM: &str = "side-of-";

/// Whether the device runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleep {
    /// It runs.
    Awake,
    /// The lid is closed: no timers, no network.
    Laptop,
    /// The page is frozen: no timers, and arriving messages wait; the browser answers pings.
    Frozen,
}

/// A device with its browser, its brain and its app.
pub struct Client {
    /// Unique in the world.
    pub name: String,
    /// The user it logs in as.
    pub user: User,
    /// The SDK.
    pub brain: Brain,
    /// Its network.
    pub path: Path,
    /// Whether it runs.
    pub sleep: Sleep,
    /// Timers fire at multiples of this; 0 = to the millisecond.
    pub throttle_ms: u64,
    /// How far its clock is ahead of the world's.
    pub clock_ahead_ms: u64,
    /// Whether its browser last reported that there is no network.
    pub(crate) is_said_offline: bool,
    /// Since when it has been awake with its timers on time.
    pub(crate) punctual_since: u64,
    /// Since when nothing has been able to arrive.
    pub(crate) deaf_since: Option<u64>,
    /// When the brain's timer is set to fire.
    pub(crate) armed_at: Option<u64>,
    /// Input that arrived while the page was frozen.
    pub(crate) inbox: Vec<Input>,
    pub(crate) links: Vec<usize>,
    pub(crate) sessions: Vec<usize>,
    pub(crate) goal: Goal,
    /// A second room of the device, where nobody else is (ROOM-17). It has no streams.
    pub(crate) side_room: Option<String>,
    /// What its app has muted in each of its published streams.
    pub(crate) muted: BTreeMap<String, u8>,
    pub(crate) seen: ClientCheck,
    /// What the app was told, if that is kept.
    pub(crate) story: Option<Vec<(u64, String)>>,
}

impl Client {
    pub(crate) fn new(name: &str, user: User, seed: u64, path: Path) -> Client {
        Client {
            name: name.to_owned(),
            user,
            brain: Brain::new(seed),
            path,
            sleep: Sleep::Awake,
            throttle_ms: 0,
            clock_ahead_ms: 0,
            is_said_offline: false,
            punctual_since: 0,
            deaf_since: None,
            armed_at: None,
            inbox: Vec::new(),
            links: Vec::new(),
            sessions: Vec::new(),
            goal: Goal::default(),
            side_room: None,
            muted: BTreeMap::new(),
            seen: ClientCheck::new(),
            story: None,
        }
    }

    /// The time of its own clock.
    pub(crate) fn time(&self, now: u64) -> Millis {
        Millis(now + self.clock_ahead_ms)
    }

    pub(crate) fn may_send(&self) -> bool {
        self.path.up && self.sleep != Sleep::Laptop
    }

    pub(crate) fn may_receive(&self) -> bool {
        self.path.down && self.sleep != Sleep::Laptop
    }

    pub(crate) fn is_side_room(&self, room: &str) -> bool {
        self.side_room.as_deref() == Some(room)
    }

    /// The room that a call must name if the device may be in two.
    pub(crate) fn room_to_name(&self) -> Option<String> {
        self.side_room.as_ref().map(|_| self.seen.room.room.clone())
    }

    /// The room state its app was told last.
    pub fn room_state(&self) -> RoomReason {
        self.seen.room.told
    }

    /// Whether its app was told that it is in a room now.
    pub fn is_in(&self) -> bool {
        matches!(self.room_state(), RoomReason::Logined | RoomReason::Reconnected)
    }

    /// Whether its app was told that it is not in a room, either finally or before its first login.
    pub fn is_out(&self) -> bool {
        use RoomReason::*;
        matches!(self.room_state(), Logout | LogoutFailed | LoginFailed | ReconnectFailed | KickOut)
    }

    /// The state that its app was last told of one of its streams.
    pub fn media_state(
        &self,
        direction: holdfast_rtc::machine::Direction,
        stream: &str,
    ) -> MediaState {
        self.seen.media.state(direction, stream)
    }
}
