//! A room's latest events, for those who come back (ROOM-08). Limited in age, count and bytes (not
//! counting the allocator's overhead). A user who missed more changes than it holds gets a snapshot
//! instead. Nothing can replace messages, so they have a part of their own, and [`super::share`]
//! makes sure that they fit.

use super::event::{Audience, Body, Event};
use holdfast_protocol::{Millis, RoomExtra, Stream, User};
use std::collections::VecDeque;

const CHANGES: Bounds = Bounds { events: 4_096, bytes: 1024 * 1024 };
pub(super) const MESSAGES: Bounds = Bounds { events: 8_192, bytes: 4 * 1024 * 1024 };

/// The limits of a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) events: usize,
    pub(super) bytes: usize,
}

/// An event with its number and time.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) seq: u32,
    pub(super) at: Millis,
    pub(super) event: Event,
}

/// The last events of a room.
#[derive(Debug, Default)]
pub(super) struct Log {
    changes: Kept,
    messages: Kept,
}

/// Events of one kind, in the order of their numbers.
#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// The number of the newest event that is no longer kept.
    dropped: u32,
}

impl Log {
    /// Keep an event, and drop those of its kind that are older than `keep_ms` or over a limit.
    pub(super) fn append(&mut self, entry: Entry, keep_ms: u64) {
        match entry.event.body.is_message() {
            true => self.messages.append(entry, keep_ms, MESSAGES),
            false => self.changes.append(entry, keep_ms, CHANGES),
        }
    }

    /// Whether every event after this number is still kept.
    pub(super) fn covers(&self, seq: u32) -> bool {
        seq >= self.changes.dropped && seq >= self.messages.dropped
    }

    /// The events after this number, in order.
    pub(super) fn after(&self, seq: u32) -> impl Iterator<Item = &Entry> {
        let mut changes = self.changes.after(seq).peekable();
        let mut messages = self.messages.after(seq).peekable();
        std::iter::from_fn(move || match (changes.peek(), messages.peek()) {
            (Some(change), Some(message)) if change.seq < message.seq => changes.next(),
            (_, Some(_)) => messages.next(),
            (_, None) => changes.next(),
        })
    }
}

impl Kept {
    fn append(&mut self, entry: Entry, keep_ms: u64, bounds: Bounds) {
        let more = bytes(&entry.event);
        while let Some(oldest) = self.entries.front() {
            let is_old = entry.at - oldest.at > keep_ms;
            let fits = self.entries.len() < bounds.events && self.bytes + more <= bounds.bytes;
            if !is_old && fits {
                break;
            }
            self.bytes -= bytes(&oldest.event);
            self.dropped = oldest.seq;
            self.entries.pop_front();
        }
        self.bytes += more;
        self.entries.push_back(entry);
    }

    fn after(&self, seq: u32) -> impl Iterator<Item = &Entry> {
        let start = self.entries.partition_point(|entry| entry.seq <= seq);
        self.entries.range(start..)
    }
}

/// The memory that an event uses.
pub(super) fn bytes(event: &Event) -> usize {
    let named = match &event.audience {
        Audience::Named(users) => users.iter().map(|user| size_of::<String>() + user.len()).sum(),
        Audience::All | Audience::UserWatchers => 0,
    };
    let body = match &event.body {
        Body::Users { users, .. } => users.iter().map(|u| size_of::<User>() + of_user(u)).sum(),
        Body::Streams { streams, .. } => {
            streams.iter().map(|s| size_of::<Stream>() + of_stream(s)).sum()
        }
        Body::StreamExtra { stream, extra_before, .. } => of_stream(stream) + extra_before.len(),
        Body::RoomExtra { extra, before } => {
            of_extra(extra) + before.as_ref().map_or(0, |before| of_extra(before))
        }
        Body::Message { from, text, .. } | Body::Command { from, text } => {
            of_user(from) + text.len()
        }
    };
    size_of::<Entry>() + event.by.len() + named + body
}

fn of_user(user: &User) -> usize {
    user.id.len() + user.name.len()
}

fn of_stream(stream: &Stream) -> usize {
    stream.id.len() + of_user(&stream.user) + stream.extra.len()
}

fn of_extra(extra: &RoomExtra) -> usize {
    size_of::<RoomExtra>() + extra.key.len() + extra.value.len() + of_user(&extra.user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::{Change, limit};

    fn entry(seq: u32, at: u64, text: &str) -> Entry {
        let body = Body::Command { from: User::default(), text: text.into() };
        Entry {
            seq,
            at: Millis(at),
            event: Event { by: "a".into(), audience: Audience::All, body },
        }
    }

    fn seqs(log: &Log, after: u32) -> Vec<u32> {
        log.after(after).map(|entry| entry.seq).collect()
    }

    #[test]
    fn room_08_a_log_gives_what_came_after() {
        let mut log = Log::default();
        for seq in 1..=5 {
            log.append(entry(seq, 0, ""), 10);
        }
        assert!(log.covers(0));
        assert_eq!(seqs(&log, 0), [1, 2, 3, 4, 5]);
        assert_eq!(seqs(&log, 3), [4, 5]);
        assert_eq!(seqs(&log, 9), []);
    }

    #[test]
    fn room_08_a_log_forgets_what_is_old_too_many_or_too_big() {
        let mut log = Log::default();
        log.append(entry(1, 0, ""), 10);
        log.append(entry(2, 11, ""), 10);
        assert!(!log.covers(0) && log.covers(1));
        assert_eq!(seqs(&log, 0), [2]);
        let last = 10_000;
        for seq in 3..=last {
            log.append(entry(seq, 11, ""), 10);
        }
        assert_eq!(log.messages.entries.len(), MESSAGES.events);
        let text = "x".repeat(MESSAGES.bytes / 4);
        for seq in last + 1..=last + 4 {
            log.append(entry(seq, 11, &text), 10);
        }
        assert_eq!(seqs(&log, 0), [last + 2, last + 3, last + 4]);
        assert!(log.messages.bytes <= MESSAGES.bytes);
    }

    #[test]
    fn room_08_changes_push_no_message_out_and_both_come_in_their_order() {
        let mut log = Log::default();
        log.append(entry(1, 0, "hello"), 10);
        for seq in 2..=9_999 {
            let (change, users) = (Change::Add, vec![User::default()]);
            let body = Body::Users { change, users };
            let event = Event { by: "a".into(), audience: Audience::All, body };
            log.append(Entry { seq, at: Millis(0), event }, 10);
        }
        log.append(entry(10_000, 0, "there"), 10);
        assert!(!log.covers(1), "some changes are gone");
        let seqs = seqs(&log, 0);
        assert_eq!((seqs[0], seqs.len()), (1, CHANGES.events + 2));
        assert!(seqs.is_sorted());
    }

    #[test]
    fn a_log_counts_all_that_an_event_keeps() {
        let id = "x".repeat(limit::USER_ID_BYTES_MAX);
        let user = User { id: id.clone(), name: "x".repeat(limit::USER_NAME_BYTES_MAX) };
        let named = || (0..100).map(|n| format!("{n:064}")).collect();
        let extra = RoomExtra { key: id.clone(), value: id.clone(), user: user.clone(), at_ms: 0 };
        let stream = Stream { id: id.clone(), user: user.clone(), extra: id.clone(), muted: 0 };
        let texts = |body: Body, audience: Audience, bytes: usize| {
            let mut log = Kept::default();
            let bounds = if body.is_message() { MESSAGES } else { CHANGES };
            for seq in 1..=8_192 {
                let event =
                    Event { by: id.clone(), audience: audience.clone(), body: body.clone() };
                log.append(Entry { seq, at: Millis(0), event }, 10, bounds);
            }
            let kept = log.entries.len() * (size_of::<Entry>() + id.len() + bytes);
            assert!(kept <= bounds.bytes, "{kept} in {} of {body:?}", log.entries.len());
            assert!(kept > bounds.bytes / 2, "{kept} in {} of {body:?}", log.entries.len());
        };
        let (by, of_stream) = (id.len() + user.name.len(), 3 * id.len() + user.name.len());
        let command = Body::Command { from: user.clone(), text: id.clone() };
        texts(command, Audience::Named(named()), by + id.len() + 100 * (64 + size_of::<String>()));
        let message = Body::Message { from: user.clone(), text: id.clone(), at_ms: 0 };
        texts(message, Audience::All, by + id.len());
        let (change, reason) = (Change::Add, None);
        texts(Body::Users { change, users: vec![user; 2] }, Audience::All, 2 * by);
        let body = Body::Streams { change, streams: vec![stream.clone(); 2], reason };
        texts(body, Audience::All, 2 * of_stream);
        let body = Body::StreamExtra { stream, extra_before: id.clone(), muted_before: 0 };
        texts(body, Audience::All, of_stream + 64);
        let before = Some(extra.clone().into());
        let body = Body::RoomExtra { extra: extra.into(), before };
        texts(body, Audience::All, 2 * (2 * 64 + by + size_of::<RoomExtra>()));
    }
}
