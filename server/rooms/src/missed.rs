//! What a user missed (ROOM-08). Of users, streams and extra info it gets only the net difference
//! between then and now; of messages it gets all. Each has the number of a real event.
//!
//! What was sent but may not have arrived is repeated unchanged. The client may have seen any part
//! of it on its old link, if that still worked when it requested the new one, and takes what it has
//! not seen. So only what was never sent can be reduced to a net difference.

use super::event::{Body, Event};
use super::log::Entry;
use holdfast_protocol::{Change, DeleteReason, RoomExtra, ServerMessage, Stream, User};
use std::collections::BTreeMap;

/// How many changes are told one by one; beyond that a snapshot is shorter.
const CHANGES_MAX: usize = 256;

/// The user who was away.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) user: &'a str,
    pub(super) user_update: bool,
    /// The last event that was sent to it.
    pub(super) sent: u32,
}

impl Reader<'_> {
    fn may_see(&self, event: &Event) -> bool {
        event.is_for(self.user, self.user_update)
    }

    /// The messages and commands among the events.
    pub(super) fn messages<'a>(
        &self,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Vec<ServerMessage> {
        let is_its = |entry: &&Entry| entry.event.body.is_message() && self.may_see(&entry.event);
        entries.filter(is_its).map(|entry| entry.event.body.message(entry.seq)).collect()
    }

    /// The net changes with the messages between them; `None` if there are too many changes.
    pub(super) fn net<'a>(
        &self,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> Option<Vec<ServerMessage>> {
        let mut spans = Spans::default();
        let mut missed = BTreeMap::new();
        let mut repeated = 0;
        for Entry { seq, event, .. } in entries {
            if let Body::RoomExtra { extra, before } = &event.body {
                // The user's own changes count too: whoever set a key last need not be told its
                // value before.
                let can_have_seen = *seq <= self.sent;
                spans.note_extra(*seq, extra, before, event.by == self.user, can_have_seen);
                continue;
            }
            if !self.may_see(event) {
                continue;
            }
            if event.body.is_message() {
                missed.insert(*seq, event.body.message(*seq));
            } else if *seq <= self.sent {
                repeated += 1;
                missed.insert(*seq, event.body.message(*seq));
            } else {
                spans.note(*seq, &event.body);
            }
        }
        let changes = spans.changes();
        if repeated + changes.len() > CHANGES_MAX {
            return None;
        }
        for (seq, change) in changes {
            match missed.get_mut(&seq) {
                Some(message) => join(message, change),
                None => drop(missed.insert(seq, change)),
            }
        }
        Some(missed.into_values().collect())
    }
}

/// The changes of one user or stream.
#[derive(Debug)]
struct Span<T> {
    then: Option<T>,
    now: Option<T>,
    /// When the item of then went, and why.
    gone: Option<(u32, Option<DeleteReason>)>,
    /// When the item of now came.
    came: u32,
    /// When it last changed.
    last: u32,
}

#[derive(Default)]
struct Spans {
    users: BTreeMap<String, Span<User>>,
    streams: BTreeMap<String, Span<Stream>>,
    extra: BTreeMap<String, ExtraSpan>,
}

/// The changes of one key of the room's extra info.
struct ExtraSpan {
    /// Whether the reader may have known the key before, or heard of it meanwhile.
    may_know: bool,
    seq: u32,
    now: RoomExtra,
    is_own: bool,
}

impl Spans {
    fn note(&mut self, seq: u32, body: &Body) {
        match body {
            Body::Users { change, users } => {
                for user in users {
                    note(&mut self.users, &user.id, seq, sides(*change, user), None);
                }
            }
            Body::Streams { change, streams, reason } => {
                for stream in streams {
                    let sides = sides(*change, stream);
                    note(&mut self.streams, &stream.id, seq, sides, *reason);
                }
            }
            Body::StreamExtra { stream, extra_before, muted_before } => {
                let (extra, muted) = (extra_before.clone(), *muted_before);
                let before = Stream { extra, muted, ..stream.clone() };
                let sides = (Some(before), Some(stream.clone()));
                note(&mut self.streams, &stream.id, seq, sides, None);
            }
            Body::RoomExtra { .. } | Body::Message { .. } | Body::Command { .. } => {}
        }
    }

    fn note_extra(
        &mut self,
        seq: u32,
        extra: &RoomExtra,
        before: &Option<Box<RoomExtra>>,
        is_own: bool,
        can_have_seen: bool,
    ) {
        let was_known = self.extra.get(&extra.key).map(|span| span.may_know);
        let may_know = was_known.unwrap_or(before.is_some()) || can_have_seen;
        let span = ExtraSpan { may_know, seq, now: extra.clone(), is_own };
        self.extra.insert(extra.key.clone(), span);
    }

    fn changes(self) -> Vec<(u32, ServerMessage)> {
        let mut changes = Vec::new();
        for span in self.users.into_values() {
            span.user_changes(&mut changes);
        }
        for span in self.streams.into_values() {
            span.stream_changes(&mut changes);
        }
        for ExtraSpan { may_know, seq, now, is_own } in self.extra.into_values() {
            let is_news = may_know || !now.value.is_empty();
            if is_news && !is_own {
                changes.push((seq, ServerMessage::RoomExtra { seq, extra: vec![now] }));
            }
        }
        changes
    }
}

impl Span<User> {
    fn user_changes(self, changes: &mut Vec<(u32, ServerMessage)>) {
        if self.then == self.now {
            return;
        }
        if let (Some(user), Some((seq, _))) = (self.then, self.gone) {
            let (change, users) = (Change::Delete, vec![user]);
            changes.push((seq, ServerMessage::Users { seq, change, users }));
        }
        if let (Some(user), seq) = (self.now, self.came) {
            let (change, users) = (Change::Add, vec![user]);
            changes.push((seq, ServerMessage::Users { seq, change, users }));
        }
    }
}

impl Span<Stream> {
    fn stream_changes(self, changes: &mut Vec<(u32, ServerMessage)>) {
        if let (Some(then), Some(now)) = (&self.then, &self.now)
            && then.user.id == now.user.id
        {
            if (&then.extra, then.muted) != (&now.extra, now.muted) {
                let (seq, streams) = (self.last, vec![now.clone()]);
                changes.push((seq, ServerMessage::StreamExtra { seq, streams }));
            }
            return;
        }
        if let (Some(stream), Some((seq, reason))) = (self.then, self.gone) {
            let (change, streams) = (Change::Delete, vec![stream]);
            changes.push((seq, ServerMessage::Streams { seq, change, streams, reason }));
        }
        if let (Some(stream), seq) = (self.now, self.came) {
            let (change, streams) = (Change::Add, vec![stream]);
            changes.push((seq, ServerMessage::Streams { seq, change, streams, reason: None }));
        }
    }
}

/// The item before and after an event.
fn sides<T: Clone>(change: Change, item: &T) -> (Option<T>, Option<T>) {
    match change {
        Change::Add => (None, Some(item.clone())),
        Change::Delete => (Some(item.clone()), None),
    }
}

fn note<T>(
    spans: &mut BTreeMap<String, Span<T>>,
    key: &str,
    seq: u32,
    (before, after): (Option<T>, Option<T>),
    reason: Option<DeleteReason>,
) {
    let (was_there, is_there) = (before.is_some(), after.is_some());
    let span = spans.entry(key.to_owned()).or_insert(Span {
        then: before,
        now: None,
        gone: None,
        came: seq,
        last: seq,
    });
    if was_there && !is_there && span.gone.is_none() {
        span.gone = Some((seq, reason));
    }
    if !was_there {
        span.came = seq;
    }
    span.last = seq;
    span.now = after;
}

/// Parts of one event are sent as one message, since a client accepts each number only once.
fn join(message: &mut ServerMessage, part: ServerMessage) {
    match (message, part) {
        (ServerMessage::Users { users, .. }, ServerMessage::Users { users: more, .. }) => {
            users.extend(more);
        }
        (ServerMessage::Streams { streams, .. }, ServerMessage::Streams { streams: more, .. }) => {
            streams.extend(more);
        }
        _ => debug_assert!(false, "an event that comes apart has parts of one kind"),
    }
}
