//! How a publisher or player comes back: the race of old and fresh sessions, rounds over the
//! nodes, and the waits between them (PUB-04, PUB-05).

use super::{Media, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::exchange::SessionInput;
use crate::machine::io::{Direction, MediaState};
use crate::machine::media_code::{self, Failure};
use crate::machine::retry::Next;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Code, timing};

impl Media {
    pub(super) fn handle_forgotten(&mut self, now: Millis, ctx: &mut Context) {
        self.nodes.clear();
        self.accepted_at = None;
        self.is_reauthorised = false;
        self.is_gone = false;
        self.close_old(ctx);
        match &self.state {
            State::Parked | State::Ended => {}
            State::Waiting { .. } if !self.may_hurry() => {}
            State::Live(_)
                if self.direction == Direction::Publish
                    && sabotage::is(Mutant::ForgetPublishers) => {}
            State::Live(_) => self.lose(now, false, ctx),
            _ => {
                self.close(ctx);
                self.try_now(now, ctx);
            }
        }
    }

    /// Something happened to the session that fell silent.
    pub(super) fn handle_old(&mut self, now: Millis, input: SessionInput, ctx: &mut Context) {
        let Some(old) = &mut self.old else { return };
        match input {
            SessionInput::Received(bytes) if !old.meter.take(now, bytes) => {}
            SessionInput::Heard(bytes) => old.meter.hear(now, bytes),
            // A player's media shows in its received bytes. A publisher has no such sign.
            SessionInput::Connected if self.direction == Direction::Play => old.meter.hurry(now),
            SessionInput::Received(_) | SessionInput::Connected => self.revive(now, ctx),
            SessionInput::Disconnected => old.is_cut = true,
            ended => {
                // A session that cannot be restarted may still come back by itself.
                if ended != SessionInput::RestartFailed {
                    self.close_old(ctx);
                }
                if matches!(self.state, State::Restarting { .. }) {
                    self.try_afresh(now, ctx);
                }
            }
        }
    }

    /// The old session carries media again before a fresh one does.
    pub(super) fn revive(&mut self, now: Millis, ctx: &mut Context) {
        if let Some(old) = self.old.take() {
            self.close(ctx);
            self.go_live(now, old, ctx);
        }
    }

    /// Media that flowed is gone: a new outage begins. A session that may come back is asked to
    /// restart ICE, and a fresh one follows a moment later (PUB-04).
    pub(super) fn lose(&mut self, now: Millis, may_come_back: bool, ctx: &mut Context) {
        self.silence = None;
        self.retry.begin(now, ctx.config.media_window_ms);
        let may_come_back = may_come_back && self.retry.ends_at().is_some();
        match std::mem::replace(&mut self.state, State::Waiting { try_at: now }) {
            State::Live(session) => {
                let peer = session.peer;
                match may_come_back {
                    true => self.old = Some(session),
                    false => ctx.close_peer(peer),
                }
                if self.is_gone {
                    return self.fail_round(now, Failure::absent(), ctx);
                }
                // Either an earlier restart did not help for long; or this one would arrive only
                // when the network is back, and would disturb a path that has recovered by then.
                let is_offline = !ctx.online && ctx.link.is_none();
                let is_of_no_use = self.retry.is_flapping() || is_offline;
                if !may_come_back || is_of_no_use || !ctx.restart_peer(peer) {
                    return self.try_afresh(now, ctx);
                }
                self.state = State::Restarting { fresh_at: now + timing::FRESH_AFTER_MS };
            }
            state => self.state = state,
        }
    }

    /// The room has said that the stream is gone. A node would only refuse it, so the next word is
    /// the room's (PLAY-07). Media that still flows is kept: its publisher may be cut off from the
    /// room alone (MEDIA-08).
    pub(super) fn stop_asking_nodes(&mut self, now: Millis, ctx: &mut Context) {
        self.nodes.clear();
        if let State::Connecting { .. } | State::Proving { .. } | State::Restarting { .. } =
            self.state
        {
            self.fail_round(now, Failure::absent(), ctx);
        }
    }

    /// Tells the app if it believes that media flows and it does not.
    pub(crate) fn check_told(&mut self, now: Millis, ctx: &mut Context) {
        if self.last_reported.0 == MediaState::Flowing && !matches!(self.state, State::Live(_)) {
            self.tell_trouble(now, Code::NETWORK_BROKEN, ctx);
        }
    }

    /// Tells the app that media does not flow. A session only in doubt is not reported, because it
    /// may come back in time (MEDIA-09).
    fn tell_trouble(&mut self, now: Millis, code: Code, ctx: &mut Context) {
        let is_in_doubt = self
            .old
            .as_ref()
            .is_some_and(|old| !old.is_cut && !old.meter.has_stalled(now, self.direction));
        if !is_in_doubt {
            self.tell(MediaState::Requesting, code, ctx);
        }
    }

    /// Opens a fresh session for media that was lost, as soon as the flapping allows.
    pub(super) fn try_afresh(&mut self, now: Millis, ctx: &mut Context) {
        self.try_later(now, Failure::lost(), ctx);
    }

    /// A try failed: go on to the next node, or to the next round (PUB-04, PUB-05).
    pub(super) fn fail(&mut self, now: Millis, failure: Failure, ctx: &mut Context) {
        if self.keep_silent(now, ctx) {
            return;
        }
        self.close(ctx);
        if self.nodes.advance() {
            self.tell_trouble(now, failure.code, ctx);
            return self.try_node(now, ctx);
        }
        self.fail_round(now, failure, ctx);
    }

    /// No node is left to try, or the room itself refused: the next round asks for nodes again.
    pub(super) fn fail_round(&mut self, now: Millis, failure: Failure, ctx: &mut Context) {
        if self.keep_silent(now, ctx) {
            return;
        }
        self.close(ctx);
        if ctx.link.is_some() {
            // The room may know better nodes by now. If ours are from before the outage, ask at
            // once.
            let are_old = self.nodes.are_older_than(self.retry.began_at());
            self.nodes.clear();
            if are_old {
                self.tell_trouble(now, failure.code, ctx);
                return self.ask();
            }
        }
        // Rounds count only while the network is up; a missing stream may still come (PLAY-07).
        let is_up = ctx.link.is_some() && ctx.online;
        let may_still_come = media_code::is_missing_stream(self.direction, failure.code)
            || failure.code == Code::MESSAGE_TOO_FREQUENT;
        if (is_up || sabotage::is(Mutant::CountRoundsOffline)) && !may_still_come {
            self.rounds += 1;
            if self.rounds >= timing::MEDIA_ROUNDS {
                return self.end(failure.code, ctx);
            }
        }
        self.try_later(now, failure, ctx);
    }

    fn try_later(&mut self, now: Millis, failure: Failure, ctx: &mut Context) {
        // A live link shows that the browser's `offline` is wrong.
        let is_online = ctx.online || ctx.link.is_some();
        match self.retry.next(now, failure.cause, is_online, &mut ctx.rng) {
            Next::EndAt(ends_at) if ends_at <= now => {
                if self.retry.take_last_try(now) {
                    return self.try_now(now, ctx);
                }
                // Also when this was the last try, made after the window's end.
                let code = match self.retry.has_window() {
                    true => media_code::window_ended(self.direction, failure.code),
                    false => failure.code,
                };
                self.end(code, ctx);
            }
            Next::TryAt(try_at) if try_at <= now => {
                self.tell_trouble(now, failure.code, ctx);
                self.try_now(now, ctx);
            }
            Next::TryAt(try_at) | Next::EndAt(try_at) => {
                self.tell_trouble(now, failure.code, ctx);
                self.wait(now, try_at, ctx);
            }
        }
    }

    pub(super) fn wait(&mut self, now: Millis, try_at: Millis, ctx: &mut Context) {
        self.state = State::Waiting { try_at };
        self.retry.tell_wait(now, self.layer(), &self.stream, try_at, ctx);
    }

    /// Whether good news may cut the wait short. A wait that was asked for is kept (Retry-After,
    /// PUB-07, MEDIA-10).
    pub(super) fn may_hurry(&self) -> bool {
        !self.retry.is_told_to_wait()
    }

    /// A node refused our token. It may have expired, so one fresh token is asked for.
    pub(super) fn reauthorise(&mut self, ctx: &mut Context) {
        if self.is_reauthorised {
            return self.end(media_code::unauthorised(self.direction), ctx);
        }
        self.is_reauthorised = true;
        self.close(ctx);
        // The refusal also ended the authorization of the old session, whatever still arrives from
        // it.
        self.close_old(ctx);
        self.nodes.clear();
        self.ask();
    }
}
