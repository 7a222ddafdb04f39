//! The admin API's side of a room: users and streams removed by the server (ROOM-11).

use super::{Membership, Mint, Rooms, SessionId};
use holdfast_protocol::{CloseCode, Code, DeleteReason, ServerMessage, limit, timing};

impl<M: Mint> Rooms<M> {
    /// End a user's sessions; if a room is named, only the one in that room.
    pub(super) fn on_kick(&mut self, room: Option<&str>, user: &str, message: &str) {
        let sessions = self.sessions_of_user(user);
        let meant = sessions.filter(|(_, session)| room.is_none_or(|room| session.room == room));
        let meant: Vec<SessionId> = meant.map(|(id, _)| id.clone()).collect();
        for id in &meant {
            self.kick(id, user, message);
        }
    }

    fn kick(&mut self, id: &SessionId, user: &str, message: &str) {
        let code = Code::KICKED_BY_SERVER;
        let message = match message {
            "" => code.message(),
            message => clip(message),
        };
        tracing::info!(session = %id, user, "kicked");
        self.bury(id, code, message);
        self.ban_guest(id, "", code);
        self.end_with(id, code, message, DeleteReason::KICKED, Membership::Ends);
    }

    /// Send a session its last message, close its link, and end it.
    pub(super) fn end_with(
        &mut self,
        id: &SessionId,
        code: Code,
        message: &str,
        reason: DeleteReason,
        membership: Membership,
    ) {
        if let Some(link) = self.sessions.get(id).and_then(|session| session.link()) {
            let message = ServerMessage::End { code, message: message.to_owned() };
            self.end_link(link, message, CloseCode::ENDED);
        }
        self.end_session(id, reason, membership);
    }

    /// Remember a session that is about to end, for as long as its device may still come back.
    pub(super) fn bury(&mut self, id: &SessionId, code: Code, message: &str) {
        let until = self.now + timing::WINDOW_MS + self.settings.grace_ms;
        if let Some(session) = self.sessions.get(id) {
            let when = (self.now, until);
            self.tombstones.bury(id.as_str(), session, (code, message), when);
        }
    }

    pub(super) fn on_remove_stream(&mut self, stream: &str) {
        let Some(id) = self.claims.get(stream).cloned() else {
            return;
        };
        if let Some(session) = self.sessions.get_mut(&id) {
            session.forbid(stream);
        }
        self.ban_guest(&id, stream, Code::PUBLISH_FORBIDDEN);
        self.end_stream(&id, stream, DeleteReason::REMOVED);
    }
}

/// The beginning of a text that is too long, cut at a character boundary.
fn clip(text: &str) -> &str {
    &text[..text.floor_char_boundary(limit::MESSAGE_BYTES_MAX)]
}
