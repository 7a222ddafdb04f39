//! Shared by the room and media machines: outputs, ids, randomness, settings.

use super::exchange::Exchanges;
use super::io::{Effect, Event, Output, RoomReason, SocketId};
use super::limiter::Limiter;
use super::pace::Pace;
use super::rng::Rng;
use super::roster::Difference;
use super::{Config, Millis};
use holdfast_protocol::{Change, Code};

/// Lent to a machine for one input.
#[derive(Debug)]
pub(crate) struct Context {
    /// When the input came.
    pub(crate) now: Millis,
    pub(crate) config: Config,
    pub(crate) rng: Rng,
    pub(crate) limiter: Limiter,
    pub(crate) pace: Pace,
    pub(crate) exchanges: Exchanges,
    /// The room's link to send requests on, while there is one.
    pub(crate) link: Option<SocketId>,
    /// The browser's last word on the network. It can be wrong either way.
    pub(crate) online: bool,
    /// Streams that came or went with this input, for players that wait for them.
    pub(crate) stream_changes: Vec<(Change, String)>,
    /// The room state the app was told last.
    last_reported: RoomReason,
    outputs: Vec<Output>,
    last_id: u32,
}

impl Context {
    pub(crate) fn new(seed: u64) -> Context {
        Context {
            now: Millis(0),
            config: Config::default(),
            rng: Rng::new(seed),
            limiter: Limiter::default(),
            pace: Pace::default(),
            exchanges: Exchanges::default(),
            link: None,
            online: true,
            stream_changes: Vec::new(),
            last_reported: RoomReason::Logout,
            outputs: Vec::new(),
            last_id: 0,
        }
    }

    /// A number for a socket, peer or request, never used before.
    pub(crate) fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// The number given out last.
    pub(crate) fn last_id(&self) -> u32 {
        self.last_id
    }

    pub(crate) fn effect(&mut self, effect: Effect) {
        if let Effect::SendMessage(..) = effect {
            self.pace.note(self.now);
        }
        self.outputs.push(Output::Effect(effect));
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.outputs.push(Output::Event(event));
    }

    /// Tells the app of a room state; only the moves of ROOM-02 exist.
    pub(crate) fn tell_room(&mut self, room: &str, reason: RoomReason, code: Code, message: &str) {
        debug_assert!(
            may_follow(self.last_reported, reason),
            "{:?} after {:?}",
            reason,
            self.last_reported
        );
        self.last_reported = reason;
        let (room, message) = (String::from(room), String::from(message));
        self.event(Event::RoomState { room, reason, code, message });
    }

    /// Tells the app of a change of the room's lists.
    pub(crate) fn tell_difference(&mut self, room: &str, difference: Difference) {
        if let Difference::Streams(change, streams, _) = &difference {
            for stream in streams {
                self.stream_changes.push((*change, stream.id.clone()));
            }
        }
        self.event(Event::RoomChanged { room: String::from(room), difference });
    }

    pub(crate) fn take_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }
}

/// ROOM-02. A final state is also where the next login starts from.
fn may_follow(from: RoomReason, to: RoomReason) -> bool {
    use RoomReason::*;
    let is_out = matches!(from, Logout | LogoutFailed | LoginFailed | ReconnectFailed | KickOut);
    match to {
        Logining => is_out,
        Logined | LoginFailed => from == Logining,
        Reconnecting => matches!(from, Logined | Reconnected),
        Reconnected | ReconnectFailed => from == Reconnecting,
        KickOut => matches!(from, Logined | Reconnecting | Reconnected),
        Logout | LogoutFailed => !is_out,
    }
}
