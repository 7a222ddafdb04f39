//! Who publishes a stream and who plays it, and when its publisher is next asked for a keyframe.

use super::session::Key;
use crate::pace::Paces;
use holdfast_rooms::SessionId;
use std::time::{Duration, Instant};

/// Keyframes are large; players who ask at the same time share one.
const KEYFRAME_INTERVAL: Duration = Duration::from_millis(500);
/// The same for a publisher that was cut off, until a keyframe arrives. A request may be lost, and
/// Chromium makes no keyframe within 300 ms of the previous one, which may be lost as well.
const OWED_INTERVAL: Duration = Duration::from_millis(50);
/// How long the first of these requests waits for a check of the publisher's ICE. After an outage
/// of 5 s Chromium keeps sending, gives up its path a moment later, and regains it with the reply
/// to its next check. A keyframe made in between is lost. While Chromium trusts its path, it checks
/// less often.
const CHECKED_WITHIN: Duration = Duration::from_millis(60);

/// How many keyframes one user's players may request at once.
const ASKS_BURST: u32 = 10;
/// How often one user's players may request keyframes in the long run. A keyframe costs all viewers
/// sharpness, so nobody may request one every 500 ms forever. A player that recovers needs far
/// fewer.
const ASKS_INTERVAL: Duration = Duration::from_secs(2);

/// A keyframe that the publisher will be asked for.
struct Due {
    at: Instant,
    /// The user whose players want it; `None` if the publisher caused it.
    by: Option<SessionId>,
}

pub(super) struct Stream {
    /// The connected publisher whose frames are forwarded.
    pub(super) publisher: Option<Key>,
    /// The same client's previous publisher, kept until the client closes one of the two. The
    /// client may meanwhile have decided for the older one (PUB-04).
    former: Option<Key>,
    pub(super) players: Vec<Key>,
    keyframe_asked_at: Option<Instant>,
    /// The pending request, if any.
    due: Option<Due>,
    /// How often each user's players request keyframes.
    asks: Paces<SessionId>,
    /// The publisher was cut off, and no keyframe has arrived since.
    is_owed: bool,
    /// The publisher is not asked before this time.
    ask_from: Option<Instant>,
}

impl Default for Stream {
    fn default() -> Stream {
        Stream {
            publisher: None,
            former: None,
            players: Vec::new(),
            keyframe_asked_at: None,
            due: None,
            asks: Paces::new(ASKS_BURST, ASKS_INTERVAL),
            is_owed: false,
            ask_from: None,
        }
    }
}

impl Stream {
    /// Requests a keyframe for a user's players (`by`), or because of the publisher (`None`).
    /// Returns when to ask for it and the timer to drop; `None` if an earlier request is already
    /// pending.
    pub(super) fn want_keyframe(
        &mut self,
        now: Instant,
        by: Option<&SessionId>,
    ) -> Option<(Instant, Option<Instant>)> {
        let interval = if self.is_owed { OWED_INTERVAL } else { KEYFRAME_INTERVAL };
        let due_at = self.keyframe_asked_at.map_or(now, |asked_at| now.max(asked_at + interval));
        let due_at = due_at.max(self.ask_from.unwrap_or(due_at));
        let is_arranged = |due: &Due, at: Instant| due.at <= at;
        if self.due.as_ref().is_some_and(|due| is_arranged(due, due_at)) {
            return None;
        }
        let by = by.filter(|_| !self.is_owed);
        let due_at = by.map_or(due_at, |user| self.asks.turn(user, now).max(due_at));
        if self.due.as_ref().is_some_and(|due| is_arranged(due, due_at)) {
            return None;
        }
        let former = self.due.replace(Due { at: due_at, by: by.cloned() });
        Some((due_at, former.map(|due| due.at)))
    }

    /// When the publisher is asked for a keyframe, if it will be.
    pub(super) fn keyframe_due_at(&self) -> Option<Instant> {
        self.due.as_ref().map(|due| due.at)
    }

    /// The publisher's ICE was checked. The reply leaves before any request, so a waiting request
    /// is due now. Returns when it was due before, if it changed.
    pub(super) fn path_was_checked(&mut self, now: Instant) -> Option<Instant> {
        self.ask_from.take_if(|at| *at > now)?;
        let due = self.due.as_mut()?;
        Some(std::mem::replace(&mut due.at, now))
    }

    /// The request is due. Returns the publisher to ask.
    pub(super) fn take_keyframe_request(&mut self, now: Instant) -> Option<Key> {
        if let Some(by) = self.due.take().and_then(|due| due.by) {
            self.asks.count(by, now);
        }
        self.keyframe_asked_at = Some(now);
        self.publisher
    }

    /// A keyframe arrived, so no request is needed. Returns the timer to drop.
    pub(super) fn keyframe_came(&mut self) -> Option<Instant> {
        self.is_owed = false;
        self.ask_from = None;
        self.due.take().map(|due| due.at)
    }

    /// Earlier requests did not reach the publisher, so it may be asked again: at once if its path
    /// is known to work. Returns the timer to drop.
    pub(super) fn publisher_was_cut_off(&mut self, now: Instant, stands: bool) -> Option<Instant> {
        self.is_owed = true;
        self.keyframe_asked_at = None;
        self.ask_from = (!stands).then(|| now + CHECKED_WITHIN);
        self.due.take().map(|due| due.at)
    }

    /// A new publisher may be asked at once. The previous one steps aside (`aside`) or is no longer
    /// needed. Returns those that are no longer needed.
    pub(super) fn replace_publisher(&mut self, key: Key, aside: Option<Key>) -> Vec<Key> {
        self.is_owed = false;
        self.ask_from = None;
        self.keyframe_asked_at = None;
        let replaced = [self.publisher.replace(key), std::mem::replace(&mut self.former, aside)];
        replaced.into_iter().flatten().filter(|replaced| Some(*replaced) != aside).collect()
    }

    /// A session of this stream is gone. Returns the publisher that takes its place.
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

    /// A keyframe request caused by the publisher.
    fn want(stream: &mut Stream, now: Instant) -> Option<Instant> {
        stream.want_keyframe(now, None).map(|(at, _)| at)
    }

    fn user(id: &str) -> SessionId {
        SessionId::from(id.to_owned())
    }

    #[test]
    fn one_users_players_do_not_have_keyframes_made_for_ever() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let start = Instant::now();
        let greedy = user("greedy");
        let (mut now, mut asked) = (start, 0);
        while now < start + Duration::from_secs(60) {
            let (due_at, _) = stream.want_keyframe(now, Some(&greedy)).unwrap();
            now = due_at;
            stream.take_keyframe_request(now);
            asked += 1;
        }
        assert!((35..=41).contains(&asked), "{asked} in a minute");
        let next = stream.want_keyframe(now, Some(&greedy)).unwrap().0;
        assert!(next > now + Duration::from_secs(1), "it waits");
        let soon = now + KEYFRAME_INTERVAL;
        let other = stream.want_keyframe(now, Some(&user("other")));
        assert_eq!(other, Some((soon, Some(next))), "another user does not");
        assert_eq!(stream.want_keyframe(now, Some(&greedy)), None);
    }

    #[test]
    fn what_a_publisher_owes_is_charged_to_no_player() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let mut now = Instant::now();
        stream.publisher_was_cut_off(now, true);
        for _ in 0..100 {
            let (due_at, _) = stream.want_keyframe(now, Some(&user("a"))).unwrap();
            assert!(due_at <= now + OWED_INTERVAL);
            now = due_at;
            stream.take_keyframe_request(now);
        }
    }

    #[test]
    fn players_who_ask_at_the_same_time_share_one_keyframe() {
        let start = Instant::now();
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        assert_eq!(want(&mut stream, start), Some(start));
        assert_eq!(want(&mut stream, start), None);
        assert_eq!(stream.take_keyframe_request(start), Some(1));
        let soon = start + Duration::from_millis(1);
        assert_eq!(want(&mut stream, soon), Some(start + KEYFRAME_INTERVAL));
        assert_eq!(want(&mut stream, soon), None);
        assert_eq!(stream.keyframe_came(), Some(start + KEYFRAME_INTERVAL));
        assert_eq!(want(&mut stream, soon), Some(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_publisher_that_was_cut_off_is_asked_at_once_and_often() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let start = Instant::now();
        want(&mut stream, start);
        stream.take_keyframe_request(start);
        let due_at = want(&mut stream, start);
        assert_eq!(stream.publisher_was_cut_off(start, true), due_at);
        assert_eq!(want(&mut stream, start), Some(start));
        assert_eq!(stream.take_keyframe_request(start), Some(1));
        assert_eq!(want(&mut stream, start), Some(start + OWED_INTERVAL));
        stream.keyframe_came();
        assert_eq!(want(&mut stream, start), Some(start + KEYFRAME_INTERVAL));
    }

    #[test]
    fn a_publisher_that_is_back_is_asked_once_its_path_was_checked_and_soon_in_any_case() {
        let mut stream = Stream { publisher: Some(1), ..Stream::default() };
        let start = Instant::now();
        assert_eq!(stream.path_was_checked(start), None, "it was not cut off");
        stream.publisher_was_cut_off(start, false);
        let latest = start + CHECKED_WITHIN;
        assert_eq!(want(&mut stream, start), Some(latest));
        let checked_at = start + Duration::from_millis(20);
        assert_eq!(stream.path_was_checked(checked_at), Some(latest));
        assert_eq!(stream.keyframe_due_at(), Some(checked_at));
        assert_eq!(stream.path_was_checked(checked_at), None, "no second time");
        stream.take_keyframe_request(checked_at);
        assert_eq!(want(&mut stream, checked_at), Some(checked_at + OWED_INTERVAL));
        stream.publisher_was_cut_off(start, false);
        assert_eq!(want(&mut stream, start), Some(latest));
        assert_eq!(stream.path_was_checked(latest), None, "it is due");
        stream.publisher_was_cut_off(start, false);
        assert_eq!(stream.path_was_checked(checked_at), None, "nothing was asked for");
        assert_eq!(want(&mut stream, checked_at), Some(checked_at));
        stream.publisher_was_cut_off(start, false);
        want(&mut stream, start);
        stream.keyframe_came();
        assert_eq!(stream.path_was_checked(checked_at), None, "it came by itself");
        assert_eq!(want(&mut stream, checked_at), Some(checked_at));
    }
}
