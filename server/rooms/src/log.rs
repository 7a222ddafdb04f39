//! A room's last events, for those who come back (ROOM-08). Bounded in age, count and bytes; who
//! missed more than it holds gets a snapshot instead.

use super::event::{Body, Event};
use holdfast_protocol::Millis;
use std::collections::VecDeque;

const EVENTS_MAX: usize = 4_096;
const BYTES_MAX: usize = 1024 * 1024;
/// What an event takes up besides its texts, roughly.
const EVENT_BYTES: usize = 128;

/// An event with its number and time.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) seq: u32,
    pub(super) at: Millis,
    pub(super) event: Event,
}

/// The last events of a room, in the order of their numbers.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// The number of the newest event that is no longer kept.
    dropped: u32,
}

impl Log {
    /// Keep an event, and drop what is older than `keep_ms` or over a limit.
    pub(super) fn append(&mut self, entry: Entry, keep_ms: u64) {
        let now = entry.at;
        self.bytes += bytes(&entry.event);
        self.entries.push_back(entry);
        while let Some(oldest) = self.entries.front() {
            let is_old = now - oldest.at > keep_ms;
            if !is_old && self.entries.len() <= EVENTS_MAX && self.bytes <= BYTES_MAX {
                return;
            }
            self.bytes -= bytes(&oldest.event);
            self.dropped = oldest.seq;
            self.entries.pop_front();
        }
    }

    /// Whether every event after this number is still there.
    pub(super) fn covers(&self, seq: u32) -> bool {
        seq >= self.dropped
    }

    /// The events after this number.
    pub(super) fn after(&self, seq: u32) -> impl Iterator<Item = &Entry> {
        let start = self.entries.partition_point(|entry| entry.seq <= seq);
        self.entries.range(start..)
    }
}

fn bytes(event: &Event) -> usize {
    EVENT_BYTES
        + match &event.body {
            Body::Users { users, .. } => users.iter().map(|u| u.id.len() + u.name.len()).sum(),
            Body::Streams { streams, .. } => {
                streams.iter().map(|s| EVENT_BYTES + s.id.len() + s.extra.len()).sum()
            }
            Body::StreamExtra { stream, before } => stream.extra.len() + before.len(),
            Body::RoomExtra { extra, .. } => extra.key.len() + 2 * extra.value.len(),
            Body::Message { text, .. } | Body::Command { text, .. } => text.len(),
        }
}

#[cfg(test)]
mod tests {
    use super::super::event::Audience;
    use super::*;
    use holdfast_protocol::User;

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
        assert_eq!(log.entries.len(), EVENTS_MAX);
        let text = "x".repeat(BYTES_MAX / 4);
        for seq in last + 1..=last + 4 {
            log.append(entry(seq, 11, &text), 10);
        }
        assert_eq!(seqs(&log, 0), [last + 2, last + 3, last + 4]);
        assert!(log.bytes <= BYTES_MAX);
    }
}
