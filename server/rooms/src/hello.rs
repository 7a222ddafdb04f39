//! The first message on a link: the room's state, or what its user missed (ROOM-08).

use super::missed::Reader;
use super::room::Room;
use super::session::RoomSession;
use super::{Mint, Rooms, SessionId};
use holdfast_protocol::sabotage::{self, Mutant, Whim};
use holdfast_protocol::{Hello, ServerMessage, Snapshot};

/// How many snapshot entries cost as much as one login.
const ENTRIES_OF_ONE: usize = 4_096;
/// A stream in a snapshot takes as much space as this many users.
const STREAM_WEIGHT: usize = 4;

/// What the client knows already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knows {
    /// Nothing about this session.
    Nothing,
    /// The session's state up to this event, so that later events can be told one by one.
    UpTo(u32),
    /// The session's events up to this one, but not a list (of users, say) that changes would apply
    /// to.
    NoList(u32),
}

impl<M: Mint> Rooms<M> {
    pub(super) fn greet(&mut self, id: &SessionId, knows: Knows) {
        let Some(session) = self.sessions.get(id) else {
            return;
        };
        let Some(room) = self.rooms.get(&session.room) else {
            return;
        };
        let (seq, count) = (room.seq(), room.len());
        let (with_snapshot, missed) = missed_by(room, session, knows);
        let away = match session.connections {
            true => self.away(&session.room, &session.user.id),
            false => Vec::new(),
        };
        if with_snapshot {
            // A large snapshot costs several logins, so that one user cannot have many written at
            // once.
            let users = if session.user_update { count } else { 0 };
            let entries = users + STREAM_WEIGHT * room.streams;
            let cost = u64::try_from(entries / ENTRIES_OF_ONE).unwrap_or(u64::MAX);
            self.allowances.of(&session.user.id, self.now).logins.charge(self.now, cost);
        }
        let hello = Hello {
            session: id.as_str().to_owned(),
            secret: session.secret.clone(),
            seq,
            resumed: knows != Knows::Nothing,
            heartbeat_ms: self.settings.heartbeat_ms,
            snapshot: with_snapshot.then(|| self.snapshot(session)),
            missed,
            away,
            users: u32::try_from(count).unwrap_or(u32::MAX),
            token_ttl_ms: self.told_ttl_ms(id),
        };
        if let Some(session) = self.sessions.get_mut(id) {
            session.known_count = count;
            session.sent = seq;
        }
        self.send(id, ServerMessage::Hello(hello));
    }

    fn snapshot(&self, session: &RoomSession) -> Snapshot {
        let users = match session.user_update {
            true => self.members(&session.room),
            false => Vec::new(),
        };
        let room = &session.room;
        Snapshot { users, streams: self.streams(room), extra: self.extra(room) }
    }
}

/// Whether a client needs a snapshot, and what it missed.
fn missed_by(room: &Room, session: &RoomSession, knows: Knows) -> (bool, Vec<ServerMessage>) {
    let reader =
        Reader { user: &session.user.id, user_update: session.user_update, sent: session.sent };
    if let Knows::UpTo(seq) = knows
        && (session.since..=room.seq()).contains(&seq)
        && room.log.covers(seq)
        && !sabotage::whim(Whim::SnapshotAnyway)
        && let Some(missed) = reader.net(room.log.after(cut(seq)))
    {
        return (false, missed);
    }
    let seen = match knows {
        // The number is from the future, so the client did not see this room's events.
        Knows::UpTo(seq) | Knows::NoList(seq) if seq > room.seq() => return (true, Vec::new()),
        Knows::UpTo(seq) | Knows::NoList(seq) => cut(seq).max(session.since),
        Knows::Nothing => session.since,
    };
    (true, reader.messages(room.log.after(seen)))
}

/// The number of the last event that a client saw. Mutants of the tests shift it.
fn cut(seq: u32) -> u32 {
    if sabotage::is(Mutant::ReplayTooMuch) {
        return seq.saturating_sub(1);
    }
    if sabotage::is(Mutant::ReplayTooLittle) {
        return seq.saturating_add(1);
    }
    seq
}
