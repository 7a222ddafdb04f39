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
    /// The link to send requests on, while there is one, of the room that the input is for.
    pub(crate) link: Option<SocketId>,
    /// Drawn by `enableMultiRoom`; 0 = one room at a time (ROOM-17).
    pub(crate) client: u32,
    /// The browser's last word on the network. It can be wrong either way.
    pub(crate) online: bool,
    /// Streams that came or went with this input, for players that wait for them.
    pub(crate) stream_changes: Vec<(Change, String)>,
    /// The state that the app was told last of each room that is not over, to check the moves.
    last_reported: Vec<(String, RoomReason)>,
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
            client: 0,
            online: true,
            stream_changes: Vec::new(),
            last_reported: Vec::new(),
            outputs: Vec::new(),
            last_id: 0,
        }
    }

    /// A number for a socket, peer or request, never used before.
    pub(crate) fn next_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }

    /// A random number that is not 0.
    pub(crate) fn draw_number(&mut self) -> u32 {
        1 + self.rng.up_to(u64::from(u32::MAX) - 2) as u32
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
        if cfg!(debug_assertions) {
            self.check_move(room, reason);
        }
        let (room, message) = (String::from(room), String::from(message));
        self.event(Event::RoomState { room, reason, code, message });
    }

    /// A room that is over counts as one before its first login.
    fn check_move(&mut self, room: &str, to: RoomReason) {
        let known = self.last_reported.iter().position(|(of, _)| of == room);
        let from = known.map_or(RoomReason::Logout, |index| self.last_reported.remove(index).1);
        assert!(may_follow(from, to), "{to:?} after {from:?}");
        if !is_out(to) {
            self.last_reported.push((room.into(), to));
        }
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
    match to {
        Logining => is_out(from),
        Logined | LoginFailed => from == Logining,
        Reconnecting => matches!(from, Logined | Reconnected),
        Reconnected | ReconnectFailed => from == Reconnecting,
        KickOut => matches!(from, Logined | Reconnecting | Reconnected),
        Logout | LogoutFailed => !is_out(from),
    }
}

fn is_out(state: RoomReason) -> bool {
    use RoomReason::*;
    matches!(state, Logout | LogoutFailed | LoginFailed | ReconnectFailed | KickOut)
}
