//! Tells those who asked whose link was lost or came back (BEY-03). A change is told at once;
//! further changes within a second are gathered and told as their outcome.

use super::deadline::Wake;
use super::session::{Presence, RoomSession};
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::{Millis, ServerMessage};
use std::collections::BTreeMap;

/// How long changes are gathered after one was told.
const GATHER_MS: u64 = 1_000;
/// How many users' link changes a room is told at a time. A proxy that fails cuts thousands of
/// links, and each change goes to everybody.
const TOLD_MAX: usize = 256;

/// What a room's members were told of each other's links.
#[derive(Debug, Default)]
pub(super) struct LinkNews {
    /// Users whose link was lost or came back since the last report, with the state that the others
    /// know.
    known: BTreeMap<String, bool>,
    /// When the next changes are told; `None` = at once.
    pub(super) at: Option<Millis>,
}

impl LinkNews {
    /// Whether the others believe that a user's link is up. `is_up` says whether it is.
    fn knows_up(&self, user: &str, is_up: bool) -> bool {
        self.known.get(user).copied().unwrap_or(is_up)
    }

    /// The user is no longer in the room.
    pub(super) fn forget(&mut self, user: &str) {
        self.known.remove(user);
    }
}

impl<M: Mint> Rooms<M> {
    /// A user's link was lost or came back.
    pub(super) fn connection_changed(&mut self, id: &SessionId, up: bool) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let (name, user) = (session.room.clone(), session.user.id.clone());
        let Some(room) = self.rooms.get_mut(&name) else {
            return;
        };
        room.link_news.known.entry(user).or_insert(!up);
        if room.link_news.at.is_none() {
            self.tell_connections(&name);
        }
    }

    /// Tell the room what changed, and delay the next report.
    pub(super) fn tell_connections(&mut self, name: &str) {
        let Some(room) = self.rooms.get_mut(name) else {
            return;
        };
        room.link_news.at = None;
        let mut known = std::mem::take(&mut room.link_news.known);
        if let Some(first_late) = known.keys().nth(TOLD_MAX).cloned() {
            room.link_news.known = known.split_off(&first_late);
        }
        let mut is_news = !room.link_news.known.is_empty();
        for (user, was_up) in known {
            let Some(up) = self.is_up(name, &user).filter(|up| *up != was_up) else {
                continue;
            };
            is_news = true;
            let message = ServerMessage::Connection { user: user.clone(), up };
            self.send_to(name, message, |other| other.connections && other.user.id != user);
        }
        if is_news && let Some(room) = self.rooms.get_mut(name) {
            let at = self.now + GATHER_MS;
            room.link_news.at = Some(at);
            self.deadlines.insert((at, Wake::LinkNews(name.to_owned())));
        }
    }

    fn is_up(&self, room: &str, user: &str) -> Option<bool> {
        self.session_in(user, room).map(|(_, session)| !is_away(session))
    }

    /// The other users of a room whose link is lost, as far as the room was told.
    pub(super) fn away(&self, room: &str, of: &str) -> Vec<String> {
        let Some(room) = self.rooms.get(room) else {
            return Vec::new();
        };
        let members = room.members().filter_map(|id| self.sessions.get(id));
        let others = members.filter(|session| session.user.id != of);
        let away =
            others.filter(|session| !room.link_news.knows_up(&session.user.id, !is_away(session)));
        away.map(|session| session.user.id.clone()).collect()
    }
}

fn is_away(session: &RoomSession) -> bool {
    matches!(session.presence, Presence::Away { .. })
}
