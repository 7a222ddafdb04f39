//! Logging in and coming back (ROOM-03, ROOM-08, ROOM-09, ROOM-11).

use super::session::{Linked, Presence, Session};
use super::{Grants, LinkId, Membership, Mint, Output, Rooms, SessionId};
use holdfast_protocol::{
    Change, CloseCode, Code, DeleteReason, Hello, Login, Resume, ServerMessage, Snapshot,
};
use std::collections::BTreeMap;

/// The longest session ID and secret, taken together, that are kept for a lost `hello`.
const RESUME_BYTES_MAX: usize = 256;

/// What a resume request finds.
enum Found {
    /// The session, and the right secret.
    Own(SessionId),
    /// The session that was made because the one to resume is gone; its `hello` was lost.
    Successor(SessionId),
    /// No such session, but a newer one of the same user.
    Replaced,
    /// Nothing.
    Nothing,
}

impl<M: Mint> Rooms<M> {
    pub(super) fn on_link_opened(&mut self, link: LinkId, login: Login, grants: Grants) {
        debug_assert!(!self.links.contains_key(&link), "link numbers are never used twice");
        match self.find(&login) {
            Found::Own(id) => self.take_over(&id, link, login, grants, true),
            Found::Successor(id) => self.take_over(&id, link, login, grants, false),
            Found::Replaced => self.refuse(link, Code::REPLACED_WHILE_AWAY),
            Found::Nothing if self.is_full(&login) => self.refuse(link, Code::ROOM_FULL),
            Found::Nothing => self.log_in(link, login, grants),
        }
    }

    fn find(&self, login: &Login) -> Found {
        let Some(resume) = &login.resume else {
            return Found::Nothing;
        };
        if let Some((id, session)) = self.sessions.get_key_value(resume.session.as_str()) {
            let is_theirs = session.user.id == login.user.id && session.room == login.room;
            if is_theirs && session.has_secret(&resume.secret) {
                return Found::Own(id.clone());
            }
            tracing::warn!(session = %id, user = login.user.id, "resume with a wrong secret");
        }
        let Some(id) = self.users.get(&login.user.id) else {
            return Found::Nothing;
        };
        // Sessions are not reused: whatever the user has now is newer than one that is gone.
        match self.sessions.get(id) {
            Some(newer) if newer.room == login.room && newer.is_made_for(resume) => {
                Found::Successor(id.clone())
            }
            _ => Found::Replaced,
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

    fn refuse(&mut self, link: LinkId, code: Code) {
        tracing::info!(link, code = code.0, "login refused");
        self.end_link(link, code, CloseCode::REFUSED);
    }

    /// The last word on a link, and its close.
    fn end_link(&mut self, link: LinkId, code: Code, close: CloseCode) {
        let message = end_message(code);
        self.outputs.push_back(Output::Send { links: vec![link], message });
        self.close(link, close, close_reason(code));
    }

    /// Nobody else is told: the user never left (ROOM-08). `resumed` is whether the client knows
    /// the session already.
    fn take_over(
        &mut self,
        id: &SessionId,
        link: LinkId,
        login: Login,
        grants: Grants,
        resumed: bool,
    ) {
        let presence = self.linked(link);
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let old_link = session.link();
        session.presence = presence;
        session.user_update = login.user_update;
        session.grants = grants;
        if let Some(old_link) = old_link {
            self.links.remove(&old_link);
            let reason = "a newer link of this session took over".to_owned();
            self.close(old_link, CloseCode::SUPERSEDED, reason);
        }
        tracing::info!(session = %id, user = login.user.id, link, resumed, "session taken over");
        self.links.insert(link, id.clone());
        self.arm(id);
        self.greet(id, resumed);
    }

    fn log_in(&mut self, link: LinkId, login: Login, grants: Grants) {
        let membership = self.retire_older(&login);
        let id = SessionId::from(self.mint.secret());
        let Login { room, user, user_update, resume, .. } = login;
        tracing::info!(session = %id, room, user = user.id, link, "logged in");
        self.rooms.entry(room.clone()).or_default().insert(user.id.clone(), id.clone());
        self.users.insert(user.id.clone(), id.clone());
        self.links.insert(link, id.clone());
        let session = Session {
            secret: self.mint.secret(),
            made_for: resume.filter(is_rememberable),
            room,
            user,
            user_update,
            grants,
            streams: BTreeMap::new(),
            presence: self.linked(link),
            armed_at: None,
        };
        self.sessions.insert(id.clone(), session);
        self.arm(&id);
        if membership == Membership::Ends {
            self.tell_user(&id, Change::Add);
        }
        self.greet(&id, false);
    }

    /// End the user's older session, if there is one. For the room the user goes on being a
    /// member if nothing that others see of it changes; only its streams are gone.
    fn retire_older(&mut self, login: &Login) -> Membership {
        let Some(id) = self.users.get(&login.user.id).cloned() else {
            return Membership::Ends;
        };
        let Some(old) = self.sessions.get(&id) else {
            return Membership::Ends;
        };
        let membership = match old.room == login.room && old.user == login.user {
            true => Membership::GoesOn,
            false => Membership::Ends,
        };
        tracing::info!(session = %id, user = login.user.id, "replaced by a new login");
        if let Some(link) = old.link() {
            self.end_link(link, Code::KICKED_BY_LOGIN, CloseCode::ENDED);
        }
        self.end_session(&id, DeleteReason::REPLACED, membership);
        membership
    }

    fn linked(&self, link: LinkId) -> Presence {
        Presence::Linked(Linked {
            link,
            heard: self.now,
            heartbeat_at: self.now + self.settings.heartbeat_ms,
            ping_at: self.now + self.settings.ping_ms,
        })
    }

    fn greet(&mut self, id: &SessionId, resumed: bool) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let Some(room) = self.rooms.get(&session.room) else {
            return;
        };
        let users = match session.user_update {
            true => self.members(&session.room),
            false => Vec::new(),
        };
        let hello = Hello {
            session: id.as_str().to_owned(),
            secret: session.secret.clone(),
            seq: room.seq(),
            resumed,
            heartbeat_ms: self.settings.heartbeat_ms,
            snapshot: Some(Snapshot { users, streams: self.streams(&session.room) }),
        };
        self.send(id, ServerMessage::Hello(hello));
    }
}

/// Whether it is short enough to have been given out by a server like this one.
fn is_rememberable(resume: &Resume) -> bool {
    resume.session.len() + resume.secret.len() <= RESUME_BYTES_MAX
}

/// The message before a link is closed for good.
pub(crate) fn end_message(code: Code) -> ServerMessage {
    ServerMessage::End { code, message: code.message().to_owned() }
}

/// A close frame's reason for a code, well below the 123 bytes there are.
pub(crate) fn close_reason(code: Code) -> String {
    format!("{} {}", code.0, code.message())
}
