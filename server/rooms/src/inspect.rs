//! Views of the rooms from outside, for counts, tests and simulations.

use super::session::RoomSession;
use super::{LinkId, Rooms, SessionId, Settings};
use holdfast_protocol::{RoomExtra, Stream, User};

/// Counts of rooms, sessions, links and streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rooms with at least one session.
    pub rooms: usize,
    /// Sessions, those in their grace included.
    pub sessions: usize,
    /// Sessions with a link.
    pub links: usize,
    /// Streams, whether live or only claimed.
    pub streams: usize,
}

impl<M> Rooms<M> {
    /// Counts of rooms, sessions, links and streams.
    pub fn counts(&self) -> Counts {
        Counts {
            rooms: self.rooms.len(),
            sessions: self.sessions.len(),
            links: self.links.len(),
            streams: self.claims.len(),
        }
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The members of a room, in the order of their IDs.
    pub fn members(&self, room: &str) -> Vec<User> {
        self.sessions_of(room).map(|session| session.user.clone()).collect()
    }

    /// The live streams of a room, in the order of their publishers.
    pub fn streams(&self, room: &str) -> Vec<Stream> {
        self.sessions_of(room).flat_map(RoomSession::live_streams).collect()
    }

    /// A room's extra info, in the order of its keys.
    pub fn extra(&self, room: &str) -> Vec<RoomExtra> {
        let room = self.rooms.get(room);
        room.map(|room| room.extra.values().cloned().collect()).unwrap_or_default()
    }

    /// The number of a room's last event.
    pub fn seq(&self, room: &str) -> Option<u32> {
        self.rooms.get(room).map(|room| room.seq())
    }

    /// The session that has this link.
    pub fn session_of(&self, link: LinkId) -> Option<&SessionId> {
        self.links.get(&link)
    }

    /// Whether a user has a session, with or without a link.
    pub fn has_session(&self, user: &str) -> bool {
        self.users.contains_key(user)
    }

    /// Whether a user is in a room, with or without a link.
    pub fn is_in(&self, user: &str, room: &str) -> bool {
        self.session_in(user, room).is_some()
    }

    /// A user's sessions, each with its link if it has one.
    pub fn places_of(&self, user: &str) -> Vec<(SessionId, Option<LinkId>)> {
        let sessions = self.sessions_of_user(user);
        sessions.map(|(id, session)| (id.clone(), session.link())).collect()
    }

    pub(super) fn sessions_of_user(
        &self,
        user: &str,
    ) -> impl Iterator<Item = (&SessionId, &RoomSession)> {
        let ids = self.users.get(user).into_iter().flatten();
        ids.filter_map(|id| self.sessions.get_key_value(id))
    }

    /// A user's session in a room.
    pub(super) fn session_in(&self, user: &str, room: &str) -> Option<(&SessionId, &RoomSession)> {
        self.sessions_of_user(user).find(|(_, session)| session.room == room)
    }

    /// The session that holds a stream ID.
    pub fn holder(&self, stream: &str) -> Option<&SessionId> {
        self.claims.get(stream)
    }

    fn sessions_of(&self, room: &str) -> impl Iterator<Item = &RoomSession> {
        let members = self.rooms.get(room).into_iter().flat_map(|room| room.members());
        members.filter_map(|id| self.sessions.get(id))
    }
}
