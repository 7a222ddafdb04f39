//! Guests: users who are in a room only because they publish there (BEY-06). Their clients speak
//! WHIP and know nothing about rooms. A guest has a session like others, but no link. It exists as
//! long as one of its media sessions does.

use super::room::Room;
use super::session::{Claim, Presence, RoomSession};
use super::{Grants, Membership, Mint, OWN_NODE, Output, Rooms, SessionId};
use holdfast_protocol::{Change, Code, DeleteReason, Millis, User, limit};

/// One media session of a guest, numbered by the caller; a number is never used twice.
pub type GuestMediaId = u64;

/// The contents of a stream token, for a client that speaks only WHIP.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The room its stream is for.
    pub room: String,
    /// The user who publishes.
    pub user: User,
    /// The stream's ID.
    pub stream: String,
    /// How old the token is, if it says.
    pub age_ms: Option<u64>,
    /// How long the token is still valid, leeway included.
    pub ttl_ms: u64,
}

/// The stream that a guest's media session publishes.
#[derive(Debug)]
pub(super) struct GuestMedia {
    pub(super) session: SessionId,
    pub(super) stream: String,
    /// When its token expires.
    expires_at: Millis,
}

impl<M: Mint> Rooms<M> {
    /// A guest's client asks to publish; its token is valid.
    pub(super) fn on_guest_opened(&mut self, media: GuestMediaId, guest: Guest) {
        let Guest { room, user, stream, age_ms, ttl_ms } = guest;
        // A token without an issue time may be as old as the rooms.
        let issued_at = Millis(age_ms.map_or(0, |age_ms| self.now - Millis(age_ms)));
        let expires_at = self.now + ttl_ms;
        // Nobody is told about a stream that the guest publishes already.
        let holder = self.claims.get(&stream);
        let mut sessions = self.users.get(&user.id).into_iter().flatten();
        let is_back = holder.is_some_and(|holder| sessions.any(|id| id == holder));
        let is_soon = is_back || self.allowances.of(&user.id, self.now).logins.take(self.now, 1);
        let result = match self.bans.find(&user.id, &stream, issued_at, self.now) {
            Some(code) => Err(code),
            None if !is_soon => Err(Code::PUBLISH_SESSION),
            None => self.admit_guest(&room, user, &stream),
        };
        if let Ok(session) = &result {
            let (session, stream) = (session.clone(), stream.clone());
            self.guests.insert(media, GuestMedia { session, stream, expires_at });
        }
        self.outputs.push_back(Output::GuestAnswered { media, stream, result });
    }

    /// The session under which the guest may publish the stream. If the guest has an older session,
    /// that one is used, and nobody is told that it came back.
    fn admit_guest(&mut self, room: &str, user: User, stream: &str) -> Result<SessionId, Code> {
        if self.draining.is_some() {
            return Err(Code::PUBLISH_SESSION);
        }
        if !self.settings.nodes.iter().any(|name| name == OWN_NODE) {
            return Err(Code::PUBLISH_NO_NODE);
        }
        // A user that is in several rooms is a guest in none.
        let known = self.sessions_of_user(&user.id).next();
        let known = match known {
            // A replaced client would come back and replace the other in turn, without end.
            Some((_, other)) if !other.is_guest() || other.room != room => {
                return Err(Code::REPLACED_WHILE_AWAY);
            }
            known => known.map(|(id, session)| (id.clone(), session)),
        };
        let holder = self.claims.get(stream);
        if holder.is_some() && holder != known.as_ref().map(|(id, _)| id) {
            return Err(Code::STREAM_ID_TAKEN);
        }
        let id = match known {
            Some((id, _)) if holder.is_some() => return Ok(id),
            Some((_, guest)) if guest.streams.len() >= limit::USER_STREAMS_MAX => {
                return Err(Code::PUBLISH_REFUSED);
            }
            _ if self.has_all_streams(room) => return Err(Code::PUBLISH_REFUSED),
            Some((id, _)) => id,
            None if self.has_no_place(room) => return Err(Code::ROOM_FULL),
            None => self.add_guest(room, user),
        };
        if let Some(session) = self.sessions.get_mut(&id) {
            session.streams.insert(stream.to_owned(), Claim::default());
        }
        if let Some(room) = self.rooms.get_mut(room) {
            room.streams += 1;
        }
        self.claims.insert(stream.to_owned(), id.clone());
        Ok(id)
    }

    fn has_all_streams(&self, room: &str) -> bool {
        self.rooms.get(room).is_some_and(Room::has_all_streams)
    }

    fn has_no_place(&self, room: &str) -> bool {
        self.rooms.get(room).is_some_and(|room| room.len() >= self.settings.room_users_max)
    }

    fn add_guest(&mut self, room: &str, user: User) -> SessionId {
        let id = SessionId::from(self.mint.secret());
        tracing::info!(session = %id, room, user = user.id, "guest came");
        let since = self.enter(room, &user.id, &id);
        // Nobody learns the secret, so nobody can resume the session.
        let secret = self.mint.secret();
        let session = RoomSession {
            room: room.to_owned(),
            user,
            grants: Grants { publish: true, play: false },
            ..RoomSession::new(secret, Presence::Guest, since)
        };
        self.sessions.insert(id.clone(), session);
        self.tell_user(&id, Change::Add);
        self.count_changed(room);
        id
    }

    /// Media flows in a guest's stream. If a newer media session reports it again, nothing changes.
    pub(super) fn on_guest_live(&mut self, media: GuestMediaId) {
        let Some(GuestMedia { session, stream, .. }) = self.guests.get(&media) else {
            return;
        };
        let (session, stream) = (session.clone(), stream.clone());
        if let Err(code) = self.live(&session, &stream, OWN_NODE) {
            tracing::info!(session = %session, stream, code = code.0, "guest's stream refused");
            self.end_stream(&session, &stream, DeleteReason::REMOVED);
        }
    }

    /// A guest's media session is over. With the last one of a stream, the stream ends.
    pub(super) fn on_guest_closed(&mut self, media: GuestMediaId, reason: DeleteReason) {
        let Some(GuestMedia { session, stream, .. }) = self.guests.remove(&media) else {
            return;
        };
        let is_same = |other: &GuestMedia| other.session == session && other.stream == stream;
        if !self.guests.values().any(is_same) {
            self.end_stream(&session, &stream, reason);
        }
    }

    /// Ban a guest's current tokens for one stream or, if `stream` is empty, for all.
    pub(super) fn ban_guest(&mut self, id: &SessionId, stream: &str, code: Code) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let is_meant = |media: &&GuestMedia| {
            media.session == *id && (stream.is_empty() || media.stream == stream)
        };
        let ends = self.guests.values().filter(is_meant).map(|media| media.expires_at);
        if let Some(until) = ends.max() {
            self.bans.note(&session.user.id, stream, code, (self.now, until));
        }
    }

    /// Forget a guest's affected media sessions; with its last stream, forget the guest.
    pub(super) fn settle_guest(&mut self, id: &SessionId, reason: DeleteReason) {
        let Some(session) = self.sessions.get(id).filter(|session| session.is_guest()) else {
            return;
        };
        let has = |stream: &str| session.streams.contains_key(stream);
        self.guests.retain(|_, media| media.session != *id || has(&media.stream));
        if session.streams.is_empty() {
            tracing::info!(session = %id, user = session.user.id, "guest gone");
            self.end_session(id, reason, Membership::Ends);
        }
    }
}
