//! Login and resume (ROOM-03, ROOM-08, ROOM-09, ROOM-11).

use super::drain::Range;
use super::hello::Knows;
use super::room::Room;
use super::session::{Linked, Presence, RoomSession};
use super::share::Share;
use super::{LinkId, Membership, Mint, Output, Pass, Rooms, SessionId};
use holdfast_protocol::sabotage::{self, Whim};
use holdfast_protocol::{
    Change, CloseCode, Code, DeleteReason, Login, Resume, ServerMessage, limit,
};

/// The longest session ID and secret together that are kept in case a `hello` is lost.
const RESUME_BYTES_MAX: usize = 256;

/// The outcome of a resume request.
enum Found {
    /// The session with the right secret, and the last event that the client saw.
    Own(SessionId, u32),
    /// The session that an earlier attempt of this login made, because the session to resume was
    /// gone or there was none. The client had not received its `hello` when it tried again.
    OfEarlierTry(SessionId),
    /// The session was ended for good, or the same user has a newer session.
    Ended(ServerMessage),
    /// No session.
    Nothing,
}

/// What became of the user's older session, as the others see it.
enum Retired {
    /// There was none: the user enters the room.
    Nobody,
    /// It had a link, or was a guest.
    Present,
    /// It was in its grace.
    Away,
}

impl<M: Mint> Rooms<M> {
    pub(super) fn on_link_opened(&mut self, link: LinkId, login: Login, pass: Pass) {
        debug_assert!(!self.links.contains_key(&link), "link numbers are never used twice");
        if let Some(range) = self.draining {
            return self.send_away(link, range);
        }
        if sabotage::whim(Whim::Busy) {
            return self.send_away(link, Range::BUSY);
        }
        if !self.allowances.of(&login.user.id, self.now).logins.take(self.now, 1) {
            tracing::debug!(link, user = login.user.id, "too many logins");
            return self.send_away(link, Range::TOO_MANY);
        }
        let session = self.session_in(&login.user.id, &login.room);
        let is_overtaken = session.is_some_and(|(_, session)| session.has_overtaken(&login));
        if is_overtaken || self.late_tries.has(&login, self.now) {
            let reason = "a later try of this login was in already".to_owned();
            return self.close(link, CloseCode::SUPERSEDED, reason);
        }
        match self.find(&login) {
            Found::Own(id, seq) => self.take_over(&id, link, login, pass, Some(seq)),
            Found::OfEarlierTry(id) => self.take_over(&id, link, login, pass, None),
            Found::Ended(message) => self.refuse(link, message),
            Found::Nothing if self.is_full(&login) => {
                self.refuse(link, end_message(Code::ROOM_FULL));
            }
            Found::Nothing if self.has_all_rooms(&login) => {
                self.refuse(link, end_message(Code::TOO_MANY_ROOMS));
            }
            Found::Nothing => self.log_in(link, login, pass),
        }
    }

    fn find(&self, login: &Login) -> Found {
        let Some(resume) = &login.resume else {
            return self.find_earlier_try(login);
        };
        if let Some((id, session)) = self.sessions.get_key_value(resume.session.as_str()) {
            let is_theirs = session.user.id == login.user.id && session.room == login.room;
            if is_theirs && session.has_secret(&resume.secret) {
                return Found::Own(id.clone(), resume.seq);
            }
            tracing::debug!(session = %id, user = login.user.id, "resume with a wrong secret");
        } else if let Some(end) = self.tombstones.find(resume, &login.user.id, self.now) {
            let (code, message) = (end.code, end.message.clone());
            return Found::Ended(ServerMessage::End { code, message });
        }
        // A removed session never comes back, so a session that takes its place is newer.
        let mut newer = self.sessions_of_user(&login.user.id);
        match newer.find(|(_, newer)| newer.excludes(login)) {
            None => Found::Nothing,
            Some((id, newer)) if newer.room == login.room && newer.is_made_for(resume) => {
                Found::OfEarlierTry(id.clone())
            }
            _ => Found::Ended(end_message(Code::REPLACED_WHILE_AWAY)),
        }
    }

    fn find_earlier_try(&self, login: &Login) -> Found {
        match self.session_in(&login.user.id, &login.room) {
            Some((id, session)) if session.is_of(login) && session.user == login.user => {
                Found::OfEarlierTry(id.clone())
            }
            _ => Found::Nothing,
        }
    }

    fn is_full(&self, login: &Login) -> bool {
        let Some(room) = self.rooms.get(&login.room) else {
            return false;
        };
        let others = room.len() - usize::from(room.has(&login.user.id));
        let asked = match login.max_members {
            0 => usize::MAX,
            max => usize::try_from(max).unwrap_or(usize::MAX),
        };
        others >= asked.min(self.settings.room_users_max)
    }

    /// More than the rooms of one client are let in, because a room that was left just now may still
    /// be in its grace.
    fn has_all_rooms(&self, login: &Login) -> bool {
        let sessions = self.sessions_of_user(&login.user.id);
        let others = sessions.filter(|(_, session)| !session.excludes(login));
        others.count() >= 2 * limit::USER_ROOMS_MAX
    }

    fn refuse(&mut self, link: LinkId, message: ServerMessage) {
        tracing::debug!(link, ?message, "login refused");
        self.end_link(link, message, CloseCode::REFUSED);
    }

    /// Send the last message on a link and close it.
    pub(super) fn end_link(&mut self, link: LinkId, message: ServerMessage, close: CloseCode) {
        let reason = match &message {
            ServerMessage::End { code, .. } => close_reason(*code),
            _ => String::new(),
        };
        self.outputs.push_back(Output::Send { links: vec![link], message });
        self.close(link, close, reason);
    }

    /// Nobody else is told: the user never left (ROOM-08). `seen` is the last event that the client
    /// saw, if it knows the session already.
    fn take_over(
        &mut self,
        id: &SessionId,
        link: LinkId,
        login: Login,
        pass: Pass,
        seen: Option<u32>,
    ) {
        let presence = self.linked(link);
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let old_link = session.link();
        // A client that was not told about users until now has no list that changes would apply to.
        let has_list = session.user_update || !login.user_update;
        session.presence = presence;
        session.user_update = login.user_update;
        session.connections = login.connections;
        session.client = login.client;
        (session.device, session.attempt) = (login.device, login.attempt);
        tracing::info!(session = %id, user = login.user.id, link, ?seen, "session taken over");
        self.links.insert(link, id.clone());
        self.set_pass(id, pass);
        let knows = match seen {
            Some(seq) if has_list => Knows::UpTo(seq),
            Some(seq) => Knows::NoList(seq),
            None => Knows::Nothing,
        };
        // The client gets the hello of its new link before it hears of the old link's end.
        self.greet(id, knows);
        match old_link {
            Some(old_link) => {
                self.links.remove(&old_link);
                let reason = "a newer link of this session took over".to_owned();
                self.close(old_link, CloseCode::SUPERSEDED, reason);
            }
            None => self.connection_changed(id, true),
        }
    }

    fn log_in(&mut self, link: LinkId, login: Login, pass: Pass) {
        let retired = self.retire_older(&login);
        let id = SessionId::from(self.mint.secret());
        let Login { room: name, user, user_update, connections, resume, .. } = login;
        let Login { client, device, attempt, .. } = login;
        tracing::info!(session = %id, room = name, user = user.id, link, "logged in");
        let since = self.enter(&name, &user.id, &id);
        self.links.insert(link, id.clone());
        let secret = self.mint.secret();
        let mut session = RoomSession {
            made_for: resume.filter(is_rememberable),
            client,
            device,
            attempt,
            room: name.clone(),
            user,
            user_update,
            connections,
            // If there is an event for its own entry, it does not receive that anyway.
            ..RoomSession::new(secret, self.linked(link), since)
        };
        session.set_pass(self.now, pass);
        self.sessions.insert(id.clone(), session);
        self.arm(&id);
        match retired {
            Retired::Nobody => {
                self.tell_user(&id, Change::Add);
                self.count_changed(&name);
            }
            Retired::Present => {}
            Retired::Away => self.connection_changed(&id, true),
        }
        self.greet(&id, Knows::Nothing);
    }

    /// Make a session the user's, as a member of the room. Returns the number of the room's last
    /// event.
    pub(super) fn enter(&mut self, room: &str, user: &str, id: &SessionId) -> u32 {
        self.users.entry(user.to_owned()).or_default().push(id.clone());
        let new = || Room::new(Share::new(&self.settings, self.now));
        let room = self.rooms.entry(room.to_owned()).or_insert_with(new);
        room.insert(user.to_owned(), id.clone());
        room.seq()
    }

    /// End the user's older sessions that the login cannot be beside. If nothing visible to the
    /// others changes, the user stays a member of the room, and only its streams are gone.
    fn retire_older(&mut self, login: &Login) -> Retired {
        let mut outcome = Retired::Nobody;
        let sessions = self.sessions_of_user(&login.user.id);
        let older = sessions.filter(|(_, session)| session.excludes(login));
        let older: Vec<SessionId> = older.map(|(id, _)| id.clone()).collect();
        for id in &older {
            let Some(old) = self.sessions.get(id) else { continue };
            let membership = match (old.room == login.room && old.user == login.user, old.presence)
            {
                (false, _) => Membership::Ends,
                (true, Presence::Away { .. }) => {
                    outcome = Retired::Away;
                    Membership::GoesOn
                }
                (true, _) => {
                    outcome = Retired::Present;
                    Membership::GoesOn
                }
            };
            tracing::info!(session = %id, user = login.user.id, "replaced by a new login");
            let back_later = Code::REPLACED_WHILE_AWAY;
            self.bury(id, back_later, back_later.message());
            let code = Code::KICKED_BY_LOGIN;
            self.end_with(id, code, code.message(), DeleteReason::REPLACED, membership);
        }
        outcome
    }

    fn linked(&self, link: LinkId) -> Presence {
        Presence::Linked(Linked {
            link,
            heard: self.now,
            heartbeat_at: self.now + self.settings.heartbeat_ms,
            ping_at: self.now + self.settings.ping_ms,
        })
    }
}

/// Whether it is short enough to have been issued by a server like this one.
fn is_rememberable(resume: &Resume) -> bool {
    resume.session.len() + resume.secret.len() <= RESUME_BYTES_MAX
}

/// The last message before a link is closed for good.
pub fn end_message(code: Code) -> ServerMessage {
    ServerMessage::End { code, message: code.message().to_owned() }
}

/// The reason in a close frame for a code, well below the limit of 123 bytes.
pub fn close_reason(code: Code) -> String {
    format!("{} {}", code.0, code.message())
}
