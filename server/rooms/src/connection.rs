//! Whose link is lost and back, for those who asked (BEY-03).

use super::session::{Presence, Session};
use super::{Mint, Output, Rooms, SessionId};
use holdfast_protocol::ServerMessage;

impl<M: Mint> Rooms<M> {
    pub(super) fn tell_connection(&mut self, id: &SessionId, up: bool) {
        let heartbeat_at = self.now + self.settings.heartbeat_ms;
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let user = session.user.id.clone();
        let Some(room) = self.rooms.get(&session.room) else {
            return;
        };
        let mut links = Vec::new();
        for other in room.members().filter(|other| *other != id) {
            let other = self.sessions.get_mut(other).filter(|other| other.connections);
            links.extend(other.and_then(|other| other.sent(heartbeat_at)));
        }
        if !links.is_empty() {
            let message = ServerMessage::Connection { user, up };
            self.outputs.push_back(Output::Send { links, message });
        }
    }

    /// The users of a room that are in their grace.
    pub(super) fn away(&self, room: &str) -> Vec<String> {
        let is_away = |session: &&Session| matches!(session.presence, Presence::Away { .. });
        let members = self.rooms.get(room).into_iter().flat_map(|room| room.members());
        let away = members.filter_map(|id| self.sessions.get(id)).filter(is_away);
        away.map(|session| session.user.id.clone()).collect()
    }
}
