//! Whose link is lost and back, for those who asked (BEY-03).

use super::session::{Presence, Session};
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::ServerMessage;

impl<M: Mint> Rooms<M> {
    pub(super) fn tell_connection(&mut self, id: &SessionId, up: bool) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let (room, user) = (session.room.clone(), session.user.id.clone());
        let message = ServerMessage::Connection { user: user.clone(), up };
        self.send_to(&room, message, |other| other.connections && other.user.id != user);
    }

    /// The users of a room that are in their grace.
    pub(super) fn away(&self, room: &str) -> Vec<String> {
        let is_away = |session: &&Session| matches!(session.presence, Presence::Away { .. });
        let members = self.rooms.get(room).into_iter().flat_map(|room| room.members());
        let away = members.filter_map(|id| self.sessions.get(id)).filter(is_away);
        away.map(|session| session.user.id.clone()).collect()
    }
}
