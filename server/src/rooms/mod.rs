//! The rooms of one app as a pure state machine: no clock, no sockets, no randomness of its own.
//!
//! Feed it with [`Rooms::handle`], then drain [`Rooms::poll`] and call `handle` again with
//! [`Input::Timeout`] no later than [`Rooms::next_deadline`]. A late or needless timeout is
//! harmless. One owner drives it, so the order of inputs is the order of the rooms' events.

mod login;
mod media;
mod request;
mod room;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use login::{close_reason, end_message};
pub use media::{Direction, Grants, MediaEnd, MediaGrant, MediaRefusal, Mint};
pub use session::SessionId;

use holdfast_protocol::{
    Change, ClientMessage, CloseCode, DeleteReason, Login, Millis, ServerMessage, Stream, User,
    limit, timing,
};
use room::Room;
use session::{Presence, Session};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One WebSocket, numbered by the caller; a number is never used twice.
pub type LinkId = u64;

/// Timing and sizes of the rooms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a session without a link is kept (CFG-02).
    pub grace_ms: u64,
    /// How long a link may stay quiet before the server sends a heartbeat (ROOM-05).
    pub heartbeat_ms: u64,
    /// How often a link is pinged, so that a living one is heard of.
    pub ping_ms: u64,
    /// How long a link may send nothing, pongs included, before it counts as lost.
    pub silence_ms: u64,
    /// Users in one room.
    pub room_users_max: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            grace_ms: timing::GRACE_MS,
            heartbeat_ms: timing::HEARTBEAT_MS,
            ping_ms: 3_000,
            silence_ms: 10_000,
            room_users_max: limit::ROOM_USERS_MAX,
        }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// A link opened with a login whose IDs and token were found good.
    LinkOpened {
        /// The new link.
        link: LinkId,
        /// What it asks for.
        login: Login,
        /// What its token allows.
        grants: Grants,
    },
    /// A message came in on a link.
    MessageReceived {
        /// The link.
        link: LinkId,
        /// The message.
        message: ClientMessage,
    },
    /// Something that is no message came in on a link, such as a pong.
    LinkHeard {
        /// The link.
        link: LinkId,
    },
    /// A link is gone, however it went.
    LinkClosed {
        /// The link.
        link: LinkId,
    },
    /// Time passed.
    Timeout,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send one message on each of these links.
    Send {
        /// The links.
        links: Vec<LinkId>,
        /// The message.
        message: ServerMessage,
    },
    /// Send a ping frame.
    Ping {
        /// The link.
        link: LinkId,
    },
    /// Close a link once what was sent before is out.
    Close {
        /// The link.
        link: LinkId,
        /// The WebSocket close code.
        code: CloseCode,
        /// Why, in words.
        reason: String,
    },
    /// End media sessions.
    EndMedia(MediaEnd),
}

/// How many of what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rooms with at least one session.
    pub rooms: usize,
    /// Sessions, those in their grace included.
    pub sessions: usize,
    /// Sessions with a link.
    pub links: usize,
    /// Live streams and those only claimed.
    pub streams: usize,
}

/// The rooms of one app.
pub struct Rooms<M> {
    settings: Settings,
    mint: M,
    now: Millis,
    sessions: BTreeMap<SessionId, Session>,
    /// A user has one session at a time, whatever the room (ROOM-11).
    users: BTreeMap<String, SessionId>,
    links: BTreeMap<LinkId, SessionId>,
    rooms: BTreeMap<String, Room>,
    /// Who holds a stream ID; they are unique in the app.
    claims: BTreeMap<String, SessionId>,
    /// At most one entry a session, never later than what the session waits for.
    deadlines: BTreeSet<(Millis, SessionId)>,
    outputs: VecDeque<Output>,
}

impl<M: Mint> Rooms<M> {
    /// Rooms with nobody in them.
    pub fn new(settings: Settings, mint: M) -> Rooms<M> {
        Rooms {
            settings,
            mint,
            now: Millis::default(),
            sessions: BTreeMap::new(),
            users: BTreeMap::new(),
            links: BTreeMap::new(),
            rooms: BTreeMap::new(),
            claims: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Take in what happened. A `now` before an earlier one counts as that earlier one.
    pub fn handle(&mut self, now: Millis, input: Input) {
        self.now = self.now.max(now);
        self.expire();
        match input {
            Input::LinkOpened { link, login, grants } => self.on_link_opened(link, login, grants),
            Input::MessageReceived { link, message } => self.on_message(link, message),
            Input::LinkHeard { link } => self.on_heard(link),
            Input::LinkClosed { link } => self.on_link_closed(link),
            Input::Timeout => {}
        }
    }

    /// The next thing to be done, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Timeout`] is due at the latest.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    /// How many of what there is.
    pub fn counts(&self) -> Counts {
        Counts {
            rooms: self.rooms.len(),
            sessions: self.sessions.len(),
            links: self.links.len(),
            streams: self.claims.len(),
        }
    }

    /// The members of a room, in the order of their IDs.
    pub fn members(&self, room: &str) -> Vec<User> {
        let Some(room) = self.rooms.get(room) else {
            return Vec::new();
        };
        room.members().filter_map(|id| self.sessions.get(id)).map(|s| s.user.clone()).collect()
    }

    /// The live streams of a room, in the order of their publishers.
    pub fn streams(&self, room: &str) -> Vec<Stream> {
        let Some(room) = self.rooms.get(room) else {
            return Vec::new();
        };
        room.members()
            .filter_map(|id| self.sessions.get(id))
            .flat_map(Session::live_streams)
            .collect()
    }

    fn on_message(&mut self, link: LinkId, message: ClientMessage) {
        let Some(id) = self.links.get(&link).cloned() else {
            return;
        };
        self.on_heard(link);
        self.on_request(&id, message);
    }

    fn on_heard(&mut self, link: LinkId) {
        let now = self.now;
        let Some(id) = self.links.get(&link) else {
            return;
        };
        if let Some(session) = self.sessions.get_mut(id) {
            session.hear(now);
        }
    }

    fn on_link_closed(&mut self, link: LinkId) {
        let Some(id) = self.links.remove(&link) else {
            return;
        };
        let until = self.now + self.settings.grace_ms;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.presence = Presence::Away { until };
        tracing::info!(session = %id, user = session.user.id, "link lost, grace starts");
        self.arm(&id);
    }

    fn expire(&mut self) {
        while let Some((at, id)) = self.deadlines.first().cloned() {
            if at > self.now {
                return;
            }
            self.deadlines.remove(&(at, id.clone()));
            self.on_deadline(&id);
        }
    }

    fn on_deadline(&mut self, id: &SessionId) {
        let now = self.now;
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        session.armed_at = None;
        match session.presence {
            Presence::Away { until } if until <= now => {
                tracing::info!(session = %id, user = session.user.id, "grace ended");
                self.end_session(id, DeleteReason::HEARTBEAT_TIMEOUT, Membership::Ends);
                return;
            }
            Presence::Away { .. } => {}
            Presence::Linked(linked) if linked.heard + self.settings.silence_ms <= now => {
                tracing::info!(session = %id, link = linked.link, "link silent");
                let reason = "nothing was received for too long".to_owned();
                self.close(linked.link, CloseCode::OVER_LIMIT, reason);
                self.on_link_closed(linked.link);
                return;
            }
            Presence::Linked(linked) => self.keep_alive(id, linked),
        }
        self.arm(id);
    }

    fn keep_alive(&mut self, id: &SessionId, linked: session::Linked) {
        if linked.ping_at <= self.now {
            self.outputs.push_back(Output::Ping { link: linked.link });
            let ping_at = self.now + self.settings.ping_ms;
            if let Some(session) = self.sessions.get_mut(id) {
                session.pinged(ping_at);
            }
        }
        if linked.heartbeat_at <= self.now {
            self.send(id, ServerMessage::Heartbeat);
        }
    }

    /// Have [`Self::on_deadline`] called when the session needs it. Only ever moves the entry
    /// forward in time to an earlier moment: one that comes too early re-arms itself.
    fn arm(&mut self, id: &SessionId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let wake_at = session.wake_at(self.settings.silence_ms);
        if let Some(armed_at) = session.armed_at {
            if armed_at <= wake_at {
                return;
            }
            self.deadlines.remove(&(armed_at, id.clone()));
        }
        session.armed_at = Some(wake_at);
        self.deadlines.insert((wake_at, id.clone()));
    }

    fn send(&mut self, id: &SessionId, message: ServerMessage) {
        let heartbeat_at = self.now + self.settings.heartbeat_ms;
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        if let Some(link) = session.sent(heartbeat_at) {
            self.outputs.push_back(Output::Send { links: vec![link], message });
        }
    }

    fn close(&mut self, link: LinkId, code: CloseCode, reason: String) {
        self.outputs.push_back(Output::Close { link, code, reason });
    }

    /// Tell the others of the session's room about its user.
    fn tell_user(&mut self, id: &SessionId, change: Change) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let (room, users) = (session.room.clone(), vec![session.user.clone()]);
        let Some(seq) = self.rooms.get_mut(&room).map(Room::next_seq) else {
            return;
        };
        let message = ServerMessage::Users { seq, change, users };
        self.tell_others(&room, id, message, |other| other.user_update);
    }

    /// Tell the others of the session's room about some of its streams.
    fn tell_streams(
        &mut self,
        id: &SessionId,
        change: Change,
        streams: Vec<Stream>,
        reason: Option<DeleteReason>,
    ) {
        let Some(room) = self.sessions.get(id).map(|session| session.room.clone()) else {
            return;
        };
        let Some(seq) = self.rooms.get_mut(&room).map(Room::next_seq) else {
            return;
        };
        let message = ServerMessage::Streams { seq, change, streams, reason };
        self.tell_others(&room, id, message, |_| true);
    }

    fn tell_others(
        &mut self,
        room: &str,
        except: &SessionId,
        message: ServerMessage,
        wants: fn(&Session) -> bool,
    ) {
        let heartbeat_at = self.now + self.settings.heartbeat_ms;
        let Some(room) = self.rooms.get(room) else {
            return;
        };
        let mut links = Vec::new();
        for id in room.members().filter(|id| *id != except) {
            let Some(session) = self.sessions.get_mut(id) else {
                continue;
            };
            if wants(session) {
                links.extend(session.sent(heartbeat_at));
            }
        }
        if !links.is_empty() {
            self.outputs.push_back(Output::Send { links, message });
        }
    }

    /// Remove a session and tell the others. Its link, if any, is the caller's to close.
    fn end_session(&mut self, id: &SessionId, reason: DeleteReason, membership: Membership) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let streams: Vec<Stream> = session.live_streams().collect();
        for stream in std::mem::take(&mut session.streams).into_keys() {
            self.claims.remove(&stream);
            self.outputs.push_back(Output::EndMedia(MediaEnd::Stream(stream)));
        }
        if !streams.is_empty() {
            self.tell_streams(id, Change::Delete, streams, Some(reason));
        }
        if membership == Membership::Ends {
            self.tell_user(id, Change::Delete);
        }
        self.outputs.push_back(Output::EndMedia(MediaEnd::Session(id.clone())));
        let Some(session) = self.sessions.remove(id) else {
            return;
        };
        if let Some(link) = session.link() {
            self.links.remove(&link);
        }
        if let Some(at) = session.armed_at {
            self.deadlines.remove(&(at, id.clone()));
        }
        self.users.remove(&session.user.id);
        if let Some(room) = self.rooms.get_mut(&session.room) {
            if membership == Membership::Ends {
                room.remove(&session.user.id);
            }
            if room.is_empty() {
                self.rooms.remove(&session.room);
            }
        }
    }
}

/// Whether a user leaves the room with the session, or goes on with the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Membership {
    Ends,
    GoesOn,
}
