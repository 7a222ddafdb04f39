//! Sends one message to many members of a room.

use super::session::RoomSession;
use super::{Mint, Output, Rooms};
use holdfast_protocol::ServerMessage;

impl<M: Mint> Rooms<M> {
    /// Send a message to those members of a room who have a link and match the filter.
    pub(super) fn send_to(
        &mut self,
        room: &str,
        message: ServerMessage,
        mut is_meant: impl FnMut(&mut RoomSession) -> bool,
    ) {
        let heartbeat_at = self.now + self.settings.heartbeat_ms;
        let mut links = Vec::new();
        for id in self.rooms.get(room).into_iter().flat_map(|room| room.members()) {
            if let Some(session) = self.sessions.get_mut(id)
                && session.link().is_some()
                && is_meant(session)
            {
                links.extend(session.sent(heartbeat_at));
            }
        }
        if !links.is_empty() {
            self.outputs.push_back(Output::Send { links, message });
        }
    }
}
