//! Invariants between the parts of the rooms, for tests and simulations.

use super::Rooms;
use super::deadline::Wake;
use holdfast_protocol::limit;
use std::collections::BTreeSet;

impl<M> Rooms<M> {
    /// Check that all parts agree with each other.
    ///
    /// # Errors
    /// The invariant that does not hold.
    pub fn check(&self) -> Result<(), String> {
        self.check_sessions()?;
        self.check_rooms()?;
        self.check_guests()?;
        for (_, wake) in &self.deadlines {
            let lives = match wake {
                Wake::Session(id) => self.sessions.contains_key(id),
                Wake::Count(room) | Wake::LinkNews(room) => self.rooms.contains_key(room),
            };
            that(lives, || format!("deadline of nothing: {wake:?}"))?;
        }
        let waits = self.sessions.values().filter(|session| session.armed_at.is_some()).count()
            + self.rooms.values().filter(|room| room.count_at.is_some()).count()
            + self.rooms.values().filter(|room| room.link_news.at.is_some()).count();
        that(self.deadlines.len() == waits, || "a deadline too many".to_owned())
    }

    fn check_sessions(&self) -> Result<(), String> {
        let (mut links, mut streams) = (0, 0);
        for (id, session) in &self.sessions {
            let user = &session.user.id;
            let own = self.users.get(user).map_or(&[][..], Vec::as_slice);
            that(own.contains(id), || format!("{user} has another session"))?;
            // Only a client that is in several rooms at once has several sessions (ROOM-17).
            let is_of_client = own.len() == 1
                || session.client != 0
                    && self.sessions_of_user(user).all(|(_, other)| other.client == session.client);
            that(is_of_client, || format!("{user} has sessions of two clients"))?;
            let room = self.rooms.get(&session.room);
            let is_member = room.is_some_and(|room| room.session(user) == Some(id));
            that(is_member, || format!("{user} is in no room"))?;
            if let Some(link) = session.link() {
                links += 1;
                let is_its = self.links.get(&link) == Some(id);
                that(is_its, || format!("{user} has a link of another"))?;
            }
            for stream in session.streams.keys() {
                streams += 1;
                let is_its = self.claims.get(stream) == Some(id);
                that(is_its, || format!("{user} has a stream of another"))?;
            }
            let may = session.grants.publish || session.streams.is_empty();
            that(may, || format!("{user} publishes without the right"))?;
            let fits = session.streams.len() <= limit::USER_STREAMS_MAX;
            that(fits, || format!("{user} has too many streams"))?;
            let Some(wake_at) = session.wake_at(self.settings.silence_ms) else {
                that(session.armed_at.is_none(), || format!("{user} is waited for"))?;
                continue;
            };
            let at = session.armed_at.ok_or_else(|| format!("{user} is never looked after"))?;
            let is_armed = self.deadlines.contains(&(at, Wake::Session(id.clone())));
            that(is_armed && at <= wake_at, || format!("{user} is looked after too late"))?;
        }
        let of_users: usize = self.users.values().map(Vec::len).sum();
        that(of_users == self.sessions.len(), || "a user without a session".to_owned())?;
        let is_none = self.users.values().any(Vec::is_empty);
        that(!is_none, || "a user without sessions is kept".to_owned())?;
        that(self.links.len() == links, || "a link without a session".to_owned())?;
        that(self.claims.len() == streams, || "a claim without a session".to_owned())
    }

    fn check_guests(&self) -> Result<(), String> {
        let mut shown = BTreeSet::new();
        for (number, media) in &self.guests {
            let session = self.sessions.get(&media.session);
            let is_its = session.is_some_and(|session| {
                session.is_guest() && session.streams.contains_key(&media.stream)
            });
            that(is_its, || format!("media {number} is no guest's"))?;
            shown.insert((&media.session, &media.stream));
        }
        for (id, guest) in self.sessions.iter().filter(|(_, session)| session.is_guest()) {
            let user = &guest.user.id;
            that(!guest.streams.is_empty(), || format!("{user} is there for nothing"))?;
            let has_media = |stream: &String| shown.contains(&(id, stream));
            let lives = guest.streams.keys().all(has_media);
            that(lives, || format!("{user} has a stream without media"))?;
        }
        Ok(())
    }

    fn check_rooms(&self) -> Result<(), String> {
        let mut members = 0;
        for (name, room) in &self.rooms {
            members += room.len();
            that(!room.is_empty(), || format!("{name} is empty"))?;
            let sessions = room.members().filter_map(|id| self.sessions.get(id));
            let streams: usize = sessions.map(|session| session.streams.len()).sum();
            that(room.streams == streams, || format!("{name} has another number of streams"))?;
            let fits = room.extra.len() <= limit::ROOM_EXTRA_KEYS_MAX;
            that(fits, || format!("{name} has too many keys"))?;
            let is_clean = room.extra.values().all(|extra| !extra.value.is_empty());
            that(is_clean, || format!("{name} keeps a removed key"))?;
            if let Some(at) = room.count_at {
                let is_armed = self.deadlines.contains(&(at, Wake::Count(name.clone())));
                that(is_armed, || format!("{name} is never counted"))?;
            }
            if let Some(at) = room.link_news.at {
                let is_armed = self.deadlines.contains(&(at, Wake::LinkNews(name.clone())));
                that(is_armed, || format!("{name} never hears of links"))?;
            }
        }
        that(members == self.sessions.len(), || "a member without a session".to_owned())
    }
}

fn that(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}
