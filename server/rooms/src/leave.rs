//! How sessions end.

use super::deadline::Wake;
use super::{MediaEnd, Mint, Output, Rooms, SessionId};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Change, CloseCode, DeleteReason, ServerMessage, Stream};

/// Whether a user leaves the room with this session or stays in it with the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Membership {
    Ends,
    GoesOn,
}

impl<M: Mint> Rooms<M> {
    pub(super) fn on_farewell(&mut self, id: &SessionId, secret: &str) {
        // Guests have no secret that anyone could know.
        if self.sessions.get(id).is_some_and(|s| !s.is_guest() && s.has_secret(secret)) {
            self.log_out(id);
        }
    }

    pub(super) fn log_out(&mut self, id: &SessionId) {
        tracing::info!(session = %id, "logged out");
        self.send(id, ServerMessage::Bye);
        if let Some(link) = self.sessions.get(id).and_then(|session| session.link()) {
            self.close(link, CloseCode::LOGGED_OUT, "logged out".to_owned());
        }
        // Refuse any attempt of this login that arrives after this.
        if let Some(session) = self.sessions.get_mut(id) {
            session.attempt = u32::MAX;
        }
        self.end_session(id, DeleteReason::STOPPED, Membership::Ends);
    }

    /// Remove a session and tell the others. The caller closes its link, if any.
    pub(super) fn end_session(
        &mut self,
        id: &SessionId,
        reason: DeleteReason,
        membership: Membership,
    ) {
        self.end_streams(id, reason);
        if membership == Membership::Ends {
            self.tell_user(id, Change::Delete);
        }
        self.outputs.push_back(Output::EndMedia(MediaEnd::Session(id.clone())));
        let Some(session) = self.sessions.remove(id) else {
            return;
        };
        self.late_tries.note(&session, self.now);
        if let Some(link) = session.link() {
            self.links.remove(&link);
        }
        if let Some(at) = session.armed_at {
            self.deadlines.remove(&(at, Wake::Session(id.clone())));
        }
        self.forget(&session.user.id, id);
        if session.is_guest() {
            self.guests.retain(|_, media| media.session != *id);
        }
        if membership == Membership::Ends {
            self.leave_room(&session.room, &session.user.id);
        }
    }

    fn forget(&mut self, user: &str, id: &SessionId) {
        if let Some(sessions) = self.users.get_mut(user) {
            sessions.retain(|known| known != id);
            if sessions.is_empty() {
                self.users.remove(user);
            }
        }
    }

    /// Remove all claims of a session, with their media.
    pub(super) fn end_streams(&mut self, id: &SessionId, reason: DeleteReason) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let mut streams: Vec<Stream> = session.live_streams().collect();
        if reason == DeleteReason::REPLACED && sabotage::is(Mutant::KeepReplacedStreams) {
            streams.clear();
        }
        let claims = std::mem::take(&mut session.streams);
        if let Some(room) = self.rooms.get_mut(&session.room) {
            room.streams -= claims.len();
        }
        for stream in claims.into_keys() {
            self.claims.remove(&stream);
            self.outputs.push_back(Output::EndMedia(MediaEnd::Stream(stream)));
        }
        self.tell_streams(id, Change::Delete, streams, Some(reason));
    }

    /// Remove one claim of a session, with its media, and tell those who saw the stream.
    pub(super) fn end_stream(&mut self, id: &SessionId, stream: &str, reason: DeleteReason) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let live: Vec<Stream> = session.live_stream(stream).into_iter().collect();
        if session.streams.remove(stream).is_some()
            && let Some(room) = self.rooms.get_mut(&session.room)
        {
            room.streams -= 1;
        }
        self.claims.remove(stream);
        tracing::info!(session = %id, stream, reason = reason.message(), "stream ended");
        self.tell_streams(id, Change::Delete, live, Some(reason));
        self.outputs.push_back(Output::EndMedia(MediaEnd::Stream(stream.to_owned())));
        self.settle_guest(id, reason);
    }

    fn leave_room(&mut self, name: &str, user: &str) {
        let Some(room) = self.rooms.get_mut(name) else {
            return;
        };
        room.remove(user);
        room.link_news.forget(user);
        if !room.is_empty() {
            return self.count_changed(name);
        }
        if let Some(at) = room.count_at {
            self.deadlines.remove(&(at, Wake::Count(name.to_owned())));
        }
        if let Some(at) = room.link_news.at {
            self.deadlines.remove(&(at, Wake::LinkNews(name.to_owned())));
        }
        self.rooms.remove(name);
    }
}
