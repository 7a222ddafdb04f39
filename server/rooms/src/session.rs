//! The session of a logged-in user. It outlives its link by the grace.

use super::answered::Answered;
use super::{Grants, LinkId, Pass};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Login, Millis, Resume, Stream, User};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// How many streams are remembered that a session cannot get again.
const FORBIDDEN_MAX: usize = 64;

/// A session's public ID. Knowing it proves nothing; the session's secret does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// The ID as it appears in `hello`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SessionId {
    fn from(id: String) -> SessionId {
        SessionId(id.into())
    }
}

impl Borrow<str> for SessionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A claim of a session on a stream ID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// Free text for the others.
    pub(super) extra: String,
    /// Which of its tracks are muted.
    pub(super) muted: u8,
    /// Whether the others see it.
    pub(super) live: bool,
    /// The stream's node, as an index into the settings' nodes.
    pub(super) node: usize,
}

/// The state of a session's link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Linked {
    pub(super) link: LinkId,
    /// When something last arrived.
    pub(super) heard: Millis,
    pub(super) heartbeat_at: Millis,
    pub(super) ping_at: Millis,
}

/// Whether a session has a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presence {
    Linked(Linked),
    /// In its grace.
    Away {
        until: Millis,
    },
    /// A guest, present through its media.
    Guest,
}

#[derive(Debug)]
pub(super) struct RoomSession {
    pub(super) secret: String,
    /// The session that its login failed to resume. A client whose `hello` was lost asks for that
    /// one again, and so proves that this session was made for it.
    pub(super) made_for: Option<Resume>,
    /// The number of its client, if that is in several rooms at once; 0 = it is in this one.
    pub(super) client: u32,
    /// The login that made it or took it over last, and which of its attempts that was.
    pub(super) device: u32,
    pub(super) attempt: u32,
    pub(super) room: String,
    pub(super) user: User,
    pub(super) user_update: bool,
    /// Whether it is told about the others' links (BEY-03).
    pub(super) connections: bool,
    /// What its token allows.
    pub(super) grants: Grants,
    /// When its token expires, if ever.
    pub(super) expires_at: Option<Millis>,
    /// The room's last event before the session entered; earlier events are not for it.
    pub(super) since: u32,
    /// The last event that was sent to it.
    pub(super) sent: u32,
    pub(super) streams: BTreeMap<String, Claim>,
    /// Streams that an admin removed and that it cannot get again.
    pub(super) forbidden: BTreeSet<String>,
    pub(super) presence: Presence,
    /// The number of members that its client was told last.
    pub(super) known_count: usize,
    pub(super) answered: Answered,
    /// The session's entry among the deadlines.
    pub(super) armed_at: Option<Millis>,
}

impl RoomSession {
    /// A session without a user yet. `since` is the room's last event before it.
    pub(super) fn new(secret: String, presence: Presence, since: u32) -> RoomSession {
        RoomSession {
            secret,
            made_for: None,
            client: 0,
            device: 0,
            attempt: 0,
            room: String::new(),
            user: User::default(),
            user_update: false,
            connections: false,
            grants: Grants::default(),
            expires_at: None,
            since,
            sent: since,
            streams: BTreeMap::new(),
            forbidden: BTreeSet::new(),
            presence,
            known_count: 0,
            answered: Answered::default(),
            armed_at: None,
        }
    }

    pub(super) fn set_pass(&mut self, now: Millis, Pass { grants, ttl_ms }: Pass) {
        self.grants = grants;
        self.expires_at = ttl_ms.map(|ttl_ms| now + ttl_ms);
    }

    /// Whether it is present only through its media.
    pub(super) fn is_guest(&self) -> bool {
        matches!(self.presence, Presence::Guest)
    }

    pub(super) fn has_secret(&self, secret: &str) -> bool {
        sabotage::is(Mutant::SkipSecret) || is_same_secret(&self.secret, secret)
    }

    /// Notes that it cannot get a stream again.
    pub(super) fn forbid(&mut self, stream: &str) {
        if self.forbidden.len() < FORBIDDEN_MAX {
            self.forbidden.insert(stream.to_owned());
        }
    }

    /// Whether a login is an earlier attempt of the one that has succeeded since.
    pub(super) fn has_overtaken(&self, login: &Login) -> bool {
        self.is_of(login) && login.attempt < self.attempt
    }

    /// Whether it and a login cannot both be. A user has one session, or several of one client,
    /// each in a room of its own (ROOM-11, ROOM-17).
    pub(super) fn excludes(&self, login: &Login) -> bool {
        let is_same_client = login.client != 0 && self.client == login.client;
        self.room == login.room || !is_same_client
    }

    /// Whether it was made by an attempt of this login, which may make several (BEY-04).
    pub(super) fn is_of(&self, login: &Login) -> bool {
        login.device != 0 && self.device == login.device && self.room == login.room
    }

    /// Whether it was made because this session could not be resumed.
    pub(super) fn is_made_for(&self, resume: &Resume) -> bool {
        self.made_for.as_ref().is_some_and(|asked| {
            asked.session == resume.session && is_same_secret(&asked.secret, &resume.secret)
        })
    }

    pub(super) fn link(&self) -> Option<LinkId> {
        match self.presence {
            Presence::Linked(linked) => Some(linked.link),
            Presence::Away { .. } | Presence::Guest => None,
        }
    }

    /// Its streams as the others see them.
    pub(super) fn live_streams(&self) -> impl Iterator<Item = Stream> + '_ {
        self.streams.keys().filter_map(|id| self.live_stream(id))
    }

    /// One of its streams as the others see it, if they do.
    pub(super) fn live_stream(&self, id: &str) -> Option<Stream> {
        let claim = self.streams.get(id).filter(|claim| claim.live)?;
        let (id, user, extra) = (id.to_owned(), self.user.clone(), claim.extra.clone());
        Some(Stream { id, user, extra, muted: claim.muted })
    }

    pub(super) fn hear(&mut self, now: Millis) {
        if let Presence::Linked(linked) = &mut self.presence {
            linked.heard = now;
        }
    }

    /// Move its last sign of life to a later time, so that it does not count as silent before
    /// `ping_ms` have passed.
    pub(super) fn spare(&mut self, now: Millis, ping_ms: u64, silence_ms: u64) {
        let enough = Millis((now + ping_ms).0.saturating_sub(silence_ms));
        if let Presence::Linked(linked) = &mut self.presence {
            linked.heard = linked.heard.max(enough);
        }
    }

    pub(super) fn pinged(&mut self, ping_at: Millis) {
        if let Presence::Linked(linked) = &mut self.presence {
            linked.ping_at = ping_at;
        }
    }

    /// Note that something is sent. Returns the link to send it on.
    pub(super) fn sent(&mut self, heartbeat_at: Millis) -> Option<LinkId> {
        let Presence::Linked(linked) = &mut self.presence else {
            return None;
        };
        linked.heartbeat_at = heartbeat_at;
        Some(linked.link)
    }

    /// When the session next needs attention if nothing happens before; `None` for a guest, which
    /// has no timers.
    pub(super) fn wake_at(&self, silence_ms: u64) -> Option<Millis> {
        match self.presence {
            Presence::Guest => None,
            Presence::Away { until } => Some(until),
            Presence::Linked(linked) => {
                let wake_at =
                    linked.heartbeat_at.min(linked.ping_at).min(linked.heard + silence_ms);
                Some(self.expires_at.map_or(wake_at, |at| wake_at.min(at)))
            }
        }
    }
}

/// Compares in constant time.
pub(super) fn is_same_secret(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
