//! Who publishes a stream and who plays it, and when its publisher is next asked for a keyframe.

use super::session::Key;
use std::time::{Duration, Instant};

/// Keyframes are large; players who ask at the same time share one.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);
/// The same for a publisher that was cut off, until a keyframe comes: a request may be lost, and
/// Chromium makes no keyframe within 300 ms of the one before, which may be lost as well.
const OWED_INTERVAL: Duration = Duration::from_millis(50);
/// How long the first of these waits for a check of the publisher's ICE. Chromium goes on sending
/// after an outage of 5 s, gives its path up a moment later, and has it again with the reply to its
/// next check; a keyframe made in between is lost. While it trusts its path it checks more rarely.
const CHECKED_WITHIN: Duration = Duration::from_millis(60);

#[derive(Default)]
pub(super) struct Stream {
    /// The connected publisher whose frames are forwarded.
    pub(super) publisher: Option<Key>,
    /// The one that the same client had before, until it closes one of the two: it may have decided
    /// otherwise meanwhile (PUB-04).
    former: Option<Key>,
    pub(super) players: Vec<Key>,
    keyframe_asked_at: Option<Instant>,
    /// Set while a request waits for its turn.
    pub(super) keyframe_due_at: Option<Instant>,
    /// The publisher was cut off, and no keyframe has come since.
    is_owed: bool,
    /// It is not asked before this.
    ask_from: Option<Instant>,
}

impl Stream {
    /// A keyframe is wanted; gives when to ask for it, unless that is arranged already.
    pub(super) fn want_keyframe(&mut self, now: Instant) -> Option<Instant> {
        if self.keyframe_due_at.is_some() {
            return None;
        }
        let interval = if self.is_owed { OWED_INTERVAL } else { KEYFRAME_INTERVAL };
        let due_at = match self.keyframe_asked_at {
            Some(asked_at) => now.max(asked_at + interval),
            None => now,
        };
        let due_at = due_at.max(self.ask_from.unwrap_or(due_at));
        self.keyframe_due_at = Some(due_at);
        Some(due_at)
    }

    /// A check of the publisher's ICE came, and the reply goes out before a request. Gives when that
    /// is due, unless it was before.
    pub(super) fn path_was_checked(&mut self, now: Instant) -> Option<Instant> {
        self.ask_from.take_if(|at| *at > now)?;
        let due_at = self.keyframe_due_at?;
        self.keyframe_due_at = Some(now);
        Some(due_at)
    }

    /// The request's turn has come; gives whom to ask.
    pub(super) fn take_keyframe_request(&mut self, now: Instant) -> Option<Key> {
        self.keyframe_due_at = None;
        self.keyframe_asked_at = Some(now);
        self.publisher
    }

    /// A keyframe came, so nobody waits for one any more; gives the timer to drop.
    pub(super) fn keyframe_came(&mut self) -> Option<Instant> {
        self.is_owed = false;
        self.ask_from = None;
        self.keyframe_due_at.take()
    }

    /// What the publisher was asked for has not reached it, so it may be asked again: at once if its
    /// path is known to stand. Gives the timer to drop.
    pub(super) fn publisher_was_cut_off(&mut self, now: Instant, stands: bool) -> Option<Instant> {
        self.is_owed = true;
        self.keyframe_asked_at = None;
        self.ask_from = (!stands).then(|| now + CHECKED_WITHIN);
        self.keyframe_due_at.take()
    }

    /// A new publisher may be asked at once. The one before steps aside (`aside`), or is of no use
    /// any more; gives those that are not.
    pub(super) fn replace_publisher(&mut self, key: Key, aside: Option<Key>) -> Vec<Key> {
        self.is_owed = false;
        self.ask_from = None;
        self.keyframe_asked_at = None;
        let replaced = [self.publisher.replace(key), std::mem::replace(&mut self.former, aside)];
        replaced.into_iter().flatten().filter(|replaced| Some(*replaced) != aside).collect()
    }

    /// A session of this stream is gone; gives the publisher that takes its place.
    pub(super) fn remove(&mut self, key: Key) -> Option<Key> {
        self.players.retain(|player| *player != key);
        self.former.take_if(|former| *former == key);
        self.publisher.take_if(|publisher| *publisher == key)?;
        self.publisher = self.former.take();
        self.publisher
    }

    pub(super) fn is_empty(&self) -> bool {
        self.publisher.is_none() && self.players.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_who_ask_at_the_same_time_share_one_keyframe() {
        let start = Instant::now();
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        assert_eq!(stream.want_keyframe(start), Some(start));
        assert_eq!(stream.want_keyframe(start), None);
        assert_eq!(stream.take_keyframe_request(start), Some(1));
        let soon = start + Duration::from_millis(1);
        assert_eq!(stream.want_keyframe(soon), Some(start + KEYFRAME_INTERVAL));
        assert_eq!(stream.want_keyframe(soon), None);
        assert_eq!(stream.keyframe_came(), Some(start + KEYFRAME_INTERVAL));
        assert_eq!(stream.want_keyframe(soon), Some(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_publisher_that_was_cut_off_is_asked_at_once_and_often() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let start = Instant::now();
        stream.want_keyframe(start);
        stream.take_keyframe_request(start);
        let due_at = stream.want_keyframe(start);
        assert_eq!(stream.publisher_was_cut_off(start, true), due_at);
        assert_eq!(stream.want_keyframe(start), Some(start));
        assert_eq!(stream.take_keyframe_request(start), Some(1));
        assert_eq!(stream.want_keyframe(start), Some(start + OWED_INTERVAL));
        stream.keyframe_came();
        assert_eq!(stream.want_keyframe(start), Some(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_publisher_that_is_back_is_asked_once_its_path_was_checked_and_soon_in_any_case() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let start = Instant::now();
        assert_eq!(stream.path_was_checked(start), None, "it was not cut off");
        stream.publisher_was_cut_off(start, false);
        let latest = start + CHECKED_WITHIN;
        assert_eq!(stream.want_keyframe(start), Some(latest));
        let checked_at = start + Duration::from_millis(20);
        assert_eq!(stream.path_was_checked(checked_at), Some(latest));
        assert_eq!(stream.keyframe_due_at, Some(checked_at));
        assert_eq!(stream.path_was_checked(checked_at), None, "no second time");
        stream.take_keyframe_request(checked_at);
        assert_eq!(stream.want_keyframe(checked_at), Some(checked_at + OWED_INTERVAL));
        stream.publisher_was_cut_off(start, false);
        assert_eq!(stream.want_keyframe(start), Some(latest));
        assert_eq!(stream.path_was_checked(latest), None, "it is due");
        stream.publisher_was_cut_off(start, false);
        assert_eq!(stream.path_was_checked(checked_at), None, "nothing was asked for");
        assert_eq!(stream.want_keyframe(checked_at), Some(checked_at));
        stream.publisher_was_cut_off(start, false);
        stream.want_keyframe(start);
        stream.keyframe_came();
        assert_eq!(stream.path_was_checked(checked_at), None, "it came by itself");
        assert_eq!(stream.want_keyframe(checked_at), Some(checked_at));
    }
}
