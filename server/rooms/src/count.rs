//! The number of users in a room, told at most once a second.

use super::deadline::Wake;
use super::{Mint, Rooms};
use holdfast_protocol::ServerMessage;

/// How long changes are gathered.
const GATHER_MS: u64 = 1_000;

impl<M: Mint> Rooms<M> {
    /// Members came or went: tell their number soon.
    pub(super) fn count_changed(&mut self, name: &str) {
        let at = self.now + GATHER_MS;
        if let Some(room) = self.rooms.get_mut(name)
            && room.count_at.is_none()
        {
            room.count_at = Some(at);
            self.deadlines.insert((at, Wake::Count(name.to_owned())));
        }
    }

    /// Tell those who know another number.
    pub(super) fn tell_count(&mut self, name: &str) {
        let Some(room) = self.rooms.get_mut(name) else {
            return;
        };
        room.count_at = None;
        let count = room.len();
        let message = ServerMessage::Count { users: u32::try_from(count).unwrap_or(u32::MAX) };
        self.send_to(name, message, |session| {
            std::mem::replace(&mut session.known_count, count) != count
        });
    }
}
