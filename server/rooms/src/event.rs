//! Room events. Each is numbered, kept for those who come back, and sent, all in this module.

use super::log::Entry;
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::{Change, DeleteReason, RoomExtra, ServerMessage, Stream, User};

/// Something that happened in a room.
#[derive(Debug)]
pub(super) struct Event {
    /// The user who caused it, who does not receive it.
    pub(super) by: String,
    pub(super) audience: Audience,
    pub(super) body: Body,
}

/// Who receives an event, apart from the user who caused it.
#[derive(Clone, Debug)]
pub(super) enum Audience {
    All,
    /// Those who asked for users' events (ROOM-15).
    UserWatchers,
    /// These users, in order.
    Named(Box<[String]>),
}

/// What happened. Where a key's value changed, also the value before.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Users {
        change: Change,
        users: Vec<User>,
    },
    Streams {
        change: Change,
        streams: Vec<Stream>,
        reason: Option<DeleteReason>,
    },
    /// Its extra info, or which of its tracks are muted.
    StreamExtra {
        stream: Stream,
        extra_before: String,
        muted_before: u8,
    },
    RoomExtra {
        extra: Box<RoomExtra>,
        before: Option<Box<RoomExtra>>,
    },
    Message {
        from: User,
        text: String,
        at_ms: u64,
    },
    Command {
        from: User,
        text: String,
    },
}

impl Event {
    pub(super) fn is_for(&self, user: &str, user_update: bool) -> bool {
        user != self.by
            && match &self.audience {
                Audience::All => true,
                Audience::UserWatchers => user_update,
                Audience::Named(users) => {
                    users.binary_search_by(|named| named.as_str().cmp(user)).is_ok()
                }
            }
    }
}

impl Body {
    pub(super) fn message(&self, seq: u32) -> ServerMessage {
        match self {
            Body::Users { change, users } => {
                ServerMessage::Users { seq, change: *change, users: users.clone() }
            }
            Body::Streams { change, streams, reason } => ServerMessage::Streams {
                seq,
                change: *change,
                streams: streams.clone(),
                reason: *reason,
            },
            Body::StreamExtra { stream, .. } => {
                ServerMessage::StreamExtra { seq, streams: vec![stream.clone()] }
            }
            Body::RoomExtra { extra, .. } => {
                ServerMessage::RoomExtra { seq, extra: vec![RoomExtra::clone(extra)] }
            }
            Body::Message { from, text, at_ms } => ServerMessage::Message {
                seq,
                from: from.clone(),
                text: text.clone(),
                at_ms: *at_ms,
            },
            Body::Command { from, text } => {
                ServerMessage::Command { seq, from: from.clone(), text: text.clone() }
            }
        }
    }

    /// Whether users sent this to each other. Messages are all delivered, never merged into a net
    /// change.
    pub(super) fn is_message(&self) -> bool {
        matches!(self, Body::Message { .. } | Body::Command { .. })
    }
}

impl<M: Mint> Rooms<M> {
    /// Number an event, keep it, and send it to its audience's links. Returns its number; 0 if
    /// there is no such room.
    pub(super) fn tell(&mut self, room: &str, event: Event) -> u32 {
        let now = self.now;
        let keep_ms = self.settings.log_ms();
        let Some(seq) = self.rooms.get_mut(room).map(|room| room.next_seq()) else {
            return 0;
        };
        self.send_to(room, event.body.message(seq), |session| {
            let is_meant = event.is_for(&session.user.id, session.user_update);
            if is_meant {
                session.sent = seq;
            }
            is_meant
        });
        if let Some(room) = self.rooms.get_mut(room) {
            room.log.append(Entry { seq, at: now, event }, keep_ms);
        }
        seq
    }

    /// Tell the others of the session's room about its user.
    pub(super) fn tell_user(&mut self, id: &SessionId, change: Change) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let room = session.room.clone();
        let event = Event {
            by: session.user.id.clone(),
            audience: Audience::UserWatchers,
            body: Body::Users { change, users: vec![session.user.clone()] },
        };
        self.tell(&room, event);
    }

    /// Tell the others of the session's room about some of its streams.
    pub(super) fn tell_streams(
        &mut self,
        id: &SessionId,
        change: Change,
        streams: Vec<Stream>,
        reason: Option<DeleteReason>,
    ) {
        let Some(session) = self.sessions.get(id).filter(|_| !streams.is_empty()) else {
            return;
        };
        let room = session.room.clone();
        let by = session.user.id.clone();
        let body = Body::Streams { change, streams, reason };
        self.tell(&room, Event { by, audience: Audience::All, body });
    }
}
