//! Packets from a publisher to its players, and the keyframes that those need.

use super::session::{Key, Session};
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
            let forward = |session: &mut Session| session.forward(&packet);
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

    /// A player that lost frames would wait for seconds before it asked for one itself; and what a
    /// publisher was asked for while it was cut off has not reached it.
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
        // One that stepped aside is nobody's picture.
        if stream.publisher != Some(key) {
            return;
        }
        let due_at = stream.publisher_was_cut_off(Instant::now(), path_stands);
        drop_request(&mut self.timers, &session.grant.stream, due_at);
        session.was_cut_off();
        // What waited at the publisher meanwhile comes late, and would make players hold back all
        // that follows.
        let players = stream.players.clone();
        self.expect_keyframe(&players);
        self.want_keyframe(key);
    }

    /// A check of the session's ICE came: a publisher that was cut off may be asked for a keyframe.
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

    /// What comes next to these players starts with a keyframe.
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
        // What is sent to a publisher that is cut off may wait on the way. The keyframe that it makes
        // then, before its ICE has a path again, would be lost, and there is no other for 300 ms.
        if self.sessions.get(key).is_some_and(|session| !session.is_cut_off(now)) {
            self.sessions.with(key, Step::AskForKeyframe, Session::request_keyframe);
            self.poll(key);
        }
    }
}

/// Takes back the timer of a request for a keyframe, if one is set.
pub(super) fn drop_request(
    timers: &mut BTreeSet<(Instant, Timer)>,
    stream: &str,
    due_at: Option<Instant>,
) {
    if let Some(due_at) = due_at {
        timers.remove(&(due_at, Timer::Keyframe(stream.to_owned())));
    }
}
