//! The rooms of one app as a pure state machine: no clock, no sockets, no randomness of its own.
//!
//! Feed it with [`Rooms::handle`], then drain [`Rooms::poll`] and call `handle` again with
//! [`Input::Timeout`] no later than [`Rooms::next_deadline`]. A late or needless timeout is
//! harmless. One owner drives it, so the order of inputs is the order of the rooms' events.

mod allowance;
mod answered;
mod ban;
mod bucket;
mod connection;
mod count;
mod deadline;
mod drain;
mod event;
mod extra;
mod fan_out;
mod guest;
mod hello;
mod inspect;
#[cfg(any(test, feature = "sim"))]
mod invariant;
mod kick;
mod late;
mod leave;
mod log;
mod login;
mod media;
mod message;
mod missed;
mod moment;
mod request;
mod room;
mod session;
mod settings;
mod share;
#[cfg(test)]
mod tests;
mod token;
mod tombstone;

pub use guest::{Guest, GuestMediaId};
pub use inspect::Counts;
pub use login::{close_reason, end_message};
pub use media::{Direction, Grants, MediaEnd, MediaGrant, MediaRefusal, Mint};
pub use moment::Moment;
pub use session::SessionId;
pub use settings::{OWN_NODE, Settings};
pub use token::Pass;

use allowance::Allowances;
use ban::Bans;
use deadline::Wake;
use guest::GuestMedia;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{
    Change, ClientMessage, CloseCode, Code, DeleteReason, Login, Millis, ServerMessage,
};
use late::LateTries;
use leave::Membership;
use room::Room;
use session::{Presence, RoomSession};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use tombstone::Tombstones;

/// One WebSocket, numbered by the caller; a number is never used twice.
pub type LinkId = u64;

/// An input of the rooms.
#[derive(Debug)]
pub enum Input {
    /// A link opened with a login whose IDs and token are valid.
    LinkOpened {
        /// The new link.
        link: LinkId,
        /// What it requests.
        login: Login,
        /// What its token allows, and for how long.
        pass: Pass,
    },
    /// A message arrived on a link. `renew` arrives as [`Input::TokenRenewed`] instead, since the
    /// rooms have no keys.
    MessageReceived {
        /// The link.
        link: LinkId,
        /// The message.
        message: ClientMessage,
    },
    /// Something other than a message arrived on a link, such as a pong.
    LinkHeard {
        /// The link.
        link: LinkId,
    },
    /// A link is gone, for whatever reason.
    LinkClosed {
        /// The link.
        link: LinkId,
    },
    /// A `renew` arrived on a link, and its token was checked.
    TokenRenewed {
        /// The link.
        link: LinkId,
        /// The request's number.
        id: u32,
        /// What the new token allows, or why it is invalid.
        result: Result<Pass, Code>,
    },
    /// A client that speaks WHIP and has a stream token asks to publish. The answer is
    /// [`Output::GuestAnswered`].
    GuestOpened {
        /// The requested media session.
        media: GuestMediaId,
        /// The contents of its token.
        guest: Guest,
    },
    /// Media flows in a guest's media session.
    GuestLive {
        /// The media session.
        media: GuestMediaId,
    },
    /// A guest's media session is over, or was never opened.
    GuestClosed {
        /// The media session.
        media: GuestMediaId,
        /// The reason that the others are told if it was the stream's last media session.
        reason: DeleteReason,
    },
    /// Remove a user (ROOM-11).
    Kick {
        /// Only if the user is in this room; `None` = any room.
        room: Option<String>,
        /// The user's ID.
        user: String,
        /// The message for the user; empty = the code's own message.
        message: String,
    },
    /// Remove a stream. Its publisher keeps its session, but cannot get the stream again (1003025).
    RemoveStream {
        /// The stream's ID.
        stream: String,
    },
    /// A page that is closing ends its session. Whoever knows the secret may do so (ROOM-13).
    Farewell {
        /// The session.
        session: String,
        /// The session's secret.
        secret: String,
    },
    /// The server is stopping: send all clients away, spread over some time.
    Drain,
    /// Time passed.
    Timeout,
}

/// An action for the caller.
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
    /// Close a link once all earlier messages are sent.
    Close {
        /// The link.
        link: LinkId,
        /// The WebSocket close code.
        code: CloseCode,
        /// The reason in words.
        reason: String,
    },
    /// End media sessions.
    EndMedia(MediaEnd),
    /// Whether a guest may publish.
    GuestAnswered {
        /// The requested media session.
        media: GuestMediaId,
        /// The requested stream.
        stream: String,
        /// The guest's session in the room, or why it is refused: 1002034 (the room is full),
        /// 1002055 (it was kicked after its token was made), 1002086 (the user is in a room
        /// otherwise), 1003025 (the stream was removed after its token was made), 1003028 (the
        /// stream is another's), 1103019 (too many streams), 1103020 (this server's own node is
        /// switched off), 1103021 (the server is stopping).
        result: Result<SessionId, Code>,
    },
}

/// The rooms of one app.
pub struct Rooms<M> {
    settings: Settings,
    mint: M,
    now: Millis,
    /// The time of day, in milliseconds since 1970.
    unix_ms: u64,
    /// Never iterated, since its order is undefined.
    sessions: HashMap<SessionId, RoomSession>,
    /// The sessions of each user, at least one, the oldest first. All but one are of a client that
    /// is in several rooms at once, each in a room of its own (ROOM-11, ROOM-17).
    users: BTreeMap<String, Vec<SessionId>>,
    links: BTreeMap<LinkId, SessionId>,
    guests: BTreeMap<GuestMediaId, GuestMedia>,
    allowances: Allowances,
    bans: Bans,
    rooms: BTreeMap<String, Room>,
    /// The session that holds each stream ID; IDs are unique in the app.
    claims: BTreeMap<String, SessionId>,
    /// At most one entry for each session, never later than what the session waits for, and at most
    /// one of each kind for a room.
    deadlines: BTreeSet<(Millis, Wake)>,
    tombstones: Tombstones,
    late_tries: LateTries,
    /// Set once the server is stopping.
    draining: Option<drain::Range>,
    outputs: VecDeque<Output>,
}

impl<M: Mint> Rooms<M> {
    /// Empty rooms.
    pub fn new(settings: Settings, mint: M) -> Rooms<M> {
        let settings = settings.checked();
        Rooms {
            allowances: Allowances::new(&settings),
            settings,
            mint,
            now: Millis::default(),
            unix_ms: 0,
            sessions: HashMap::new(),
            users: BTreeMap::new(),
            links: BTreeMap::new(),
            guests: BTreeMap::new(),
            bans: Bans::default(),
            rooms: BTreeMap::new(),
            claims: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            tombstones: Tombstones::default(),
            late_tries: LateTries::default(),
            draining: None,
            outputs: VecDeque::new(),
        }
    }

    /// Process an input. A time before an earlier one counts as that earlier one; the time of day
    /// may be anything.
    pub fn handle(&mut self, now: impl Into<Moment>, input: Input) {
        let Moment { at, unix_ms } = now.into();
        self.now = self.now.max(at);
        self.unix_ms = unix_ms;
        self.expire();
        match input {
            Input::LinkOpened { link, login, pass } => self.on_link_opened(link, login, pass),
            Input::MessageReceived { link, message } => self.on_message(link, message),
            Input::LinkHeard { link } => drop(self.on_heard(link)),
            Input::LinkClosed { link } => self.on_link_closed(link),
            Input::TokenRenewed { link, id, result } => self.on_token_renewed(link, id, result),
            Input::GuestOpened { media, guest } => self.on_guest_opened(media, guest),
            Input::GuestLive { media } => self.on_guest_live(media),
            Input::GuestClosed { media, reason } => self.on_guest_closed(media, reason),
            Input::Kick { room, user, message } => self.on_kick(room.as_deref(), &user, &message),
            Input::RemoveStream { stream } => self.on_remove_stream(&stream),
            Input::Farewell { session, secret } => self.on_farewell(&session.into(), &secret),
            Input::Drain => self.on_drain(),
            Input::Timeout => {}
        }
    }

    /// Set the grace of sessions that lose their link from now on (CFG-02).
    pub fn set_grace_ms(&mut self, grace_ms: u64) {
        self.settings.grace_ms = grace_ms;
    }

    /// The next action, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn on_message(&mut self, link: LinkId, message: ClientMessage) {
        let Some(id) = self.links.get(&link).cloned() else {
            return;
        };
        if self.on_heard(link) {
            self.on_request(&id, message);
        }
    }

    /// Counts a frame. Returns whether to process it. If the user sends too many, it is not
    /// processed and the link is closed.
    fn on_heard(&mut self, link: LinkId) -> bool {
        let now = self.now;
        let Some(session) = self.links.get(&link).and_then(|id| self.sessions.get_mut(id)) else {
            return false;
        };
        session.hear(now);
        let has_more = self.allowances.of(&session.user.id, now).frames.take(now, 1);
        if !has_more {
            self.close(link, CloseCode::OVER_LIMIT, "too many messages".to_owned());
            self.on_link_closed(link);
        }
        has_more
    }

    /// Only those who asked are told (BEY-03). For the others the user stays in the room until its
    /// grace ends (ROOM-08).
    fn on_link_closed(&mut self, link: LinkId) {
        let Some(id) = self.links.remove(&link) else {
            return;
        };
        let grace_ms = self.grace_ms();
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.presence = Presence::Away { until: self.now + grace_ms };
        tracing::info!(session = %id, user = session.user.id, "link lost, grace starts");
        if grace_ms == 0 {
            return self.end_session(&id, DeleteReason::CONNECTION_LOST, Membership::Ends);
        }
        if sabotage::is(Mutant::TellBlip) {
            self.tell_user(&id, Change::Delete);
        }
        self.connection_changed(&id, false);
        self.arm(&id);
    }

    fn send(&mut self, id: &SessionId, message: ServerMessage) {
        let heartbeat_at = self.now + self.settings.heartbeat_ms;
        let Some(link) = self.sessions.get_mut(id).and_then(|session| session.sent(heartbeat_at))
        else {
            return;
        };
        if message == ServerMessage::Heartbeat && sabotage::is(Mutant::NoHeartbeat) {
            return;
        }
        self.outputs.push_back(Output::Send { links: vec![link], message });
    }

    fn close(&mut self, link: LinkId, code: CloseCode, reason: String) {
        self.outputs.push_back(Output::Close { link, code, reason });
    }
}
