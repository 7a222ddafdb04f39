//! Forwards packets from a publisher to its players, and requests the keyframes they need.

use super::session::{Key, PeerSession};
use super::task::{Task, Timer};
use crate::tripwire::Step;
use holdfast_rooms::{Direction, MediaGrant};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use str0m::rtp::RtpPacket;

impl Task {
    pub(super) fn on_packet(&mut self, key: Key, rtp: Arc<RtpPacket>) {
        let taken = self.sessions.with(key, Step::Take, |session| session.take(key, rtp));
        let (Some(Some((packet, is_lossy))), Some(session)) = (taken, self.sessions.get(key))
        else {
            return;
        };
        let Some(stream) = self.streams.get_mut(&session.grant.stream) else {
            return;
        };
        if stream.publisher != Some(key) {
            return;
        }
        if packet.starts_keyframe {
            drop_request(&mut self.timers, &session.grant.stream, stream.keyframe_came());
        }
        for player in stream.players.clone() {
            let forward = |session: &mut PeerSession| session.forward(&packet);
            if let Some(waits) = self.sessions.with(player, Step::Forward, forward) {
                if waits {
                    self.want_keyframe(player);
                }
                self.poll(player);
            }
        }
        if is_lossy {
            self.want_keyframe(key);
        }
    }

    /// A keyframe is needed after a gap. A player that lost frames would wait for seconds before
    /// asking itself, and requests made while a publisher was cut off have not reached it.
    pub(super) fn want_keyframe_after_gap(&mut self, key: Key, path_stands: bool) {
        let Some(session) = self.sessions.get_mut(key).filter(|session| session.connected) else {
            return;
        };
        let Some(stream) = self.streams.get_mut(&session.grant.stream) else {
            return;
        };
        if session.grant.direction == Direction::Play {
            return self.want_keyframe(key);
        }
        // Nobody watches a publisher that stepped aside.
        if stream.publisher != Some(key) {
            return;
        }
        let due_at = stream.publisher_was_cut_off(Instant::now(), path_stands);
        drop_request(&mut self.timers, &session.grant.stream, due_at);
        session.was_cut_off();
        // Packets delayed at the publisher meanwhile arrive late, and would make players hold back
        // everything that follows.
        let players = stream.players.clone();
        self.expect_keyframe(&players);
        self.want_keyframe(key);
    }

    /// The session's ICE was checked: a publisher that was cut off may be asked for a keyframe.
    pub(super) fn path_was_checked(&mut self, key: Key) {
        let name = self.sessions.get(key).map(|session| &session.grant.stream);
        let Some((name, stream)) = name.and_then(|name| Some((name, self.streams.get_mut(name)?)))
        else {
            return;
        };
        let now = Instant::now();
        if stream.publisher == Some(key)
            && let Some(due_at) = stream.path_was_checked(now)
        {
            drop_request(&mut self.timers, name, Some(due_at));
            self.timers.insert((now, Timer::Keyframe(name.clone())));
        }
    }

    /// Make these players wait for a keyframe.
    pub(super) fn expect_keyframe(&mut self, players: &[Key]) {
        for player in players {
            if let Some(player) = self.sessions.get_mut(*player) {
                player.expect_keyframe();
            }
        }
    }

    pub(super) fn want_keyframe(&mut self, key: Key) {
        let Some(session) = self.sessions.get(key) else {
            return;
        };
        let Some(stream) = self.streams.get_mut(&session.grant.stream) else {
            return;
        };
        let MediaGrant { session: user, stream: name, direction } = &session.grant;
        let by = (*direction == Direction::Play).then_some(user);
        if let Some((due_at, former)) = stream.want_keyframe(Instant::now(), by) {
            drop_request(&mut self.timers, name, former);
            self.timers.insert((due_at, Timer::Keyframe(name.clone())));
        }
    }

    pub(super) fn ask_for_keyframe(&mut self, stream: &str, now: Instant) {
        let Some(stream) = self.streams.get_mut(stream) else {
            return;
        };
        let Some(key) = stream.take_keyframe_request(now) else {
            return;
        };
        // A request to a publisher that is cut off may be delayed on the way. The keyframe it then
        // makes, before its ICE has a path again, would be lost, and no other comes for 300 ms.
        if self.sessions.get(key).is_some_and(|session| !session.is_cut_off(now)) {
            self.sessions.with(key, Step::AskForKeyframe, PeerSession::request_keyframe);
            self.poll(key);
        }
    }
}

/// Removes the timer of a keyframe request, if one is set.
pub(super) fn drop_request(
    timers: &mut BTreeSet<(Instant, Timer)>,
    stream: &str,
    due_at: Option<Instant>,
) {
    if let Some(due_at) = due_at {
        timers.remove(&(due_at, Timer::Keyframe(stream.to_owned())));
    }
}
