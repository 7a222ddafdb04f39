//! Media that has stopped: a dead path is replaced, but a silent publisher is waited for
//! (MEDIA-09).

use super::{Media, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::MediaState;
use crate::machine::media_code::Failure;
use holdfast_protocol::sabotage::{self, Whim};
use holdfast_protocol::{Code, timing};

/// The factor by which the wait before a fresh session at the same node grows each time.
const PATIENCE_GROWTH: u64 = 4;

/// A player's media is silent although its path lives. Most likely its publisher sends nothing, and
/// a fresh session would bring nothing either. But the stream may have moved to another node, or
/// the node may have forgotten that this session plays it.
#[derive(Debug)]
pub(super) struct Silence {
    /// When to ask the room where the stream is.
    ask_at: Millis,
    /// From when to try a fresh session at the same node.
    fresh_at: Millis,
    patience_ms: u64,
}

impl Silence {
    fn new(ask_at: Millis, fresh_at: Millis) -> Silence {
        Silence { ask_at, fresh_at, patience_ms: timing::SILENT_FRESH_MS }
    }
}

impl Media {
    /// Takes the received bytes of the session in use.
    pub(super) fn take_sample(&mut self, now: Millis, bytes: u64, ctx: &mut Context) {
        let State::Live(session) = &mut self.state else { return };
        if session.meter.take(now, bytes) {
            return self.hear_media(now, ctx);
        }
        let meter = &session.meter;
        let has_stalled = meter.has_stalled(now, self.direction);
        // Where no other try may follow, nothing can be done while the session is only in doubt.
        let is_lost = match ctx.config.media_window_ms {
            0 => has_stalled,
            _ => meter.is_doubtful(now, self.direction),
        };
        let path_lives = meter.path_lives(now, self.silence.is_some());
        let is_silent = meter.is_silent(now, self.direction);
        if (is_lost && !path_lives) || sabotage::whim(Whim::LoseMedia) {
            return self.lose(now, true, ctx);
        }
        if has_stalled {
            self.tell(MediaState::Requesting, Code::NETWORK_BROKEN, ctx);
        }
        if is_silent && path_lives {
            self.look_elsewhere(now, ctx);
        }
    }

    /// The stream is published anew, and its node may have forgotten this session.
    pub(super) fn hurry(&mut self, now: Millis) {
        if let Some(silence) = &mut self.silence {
            (silence.ask_at, silence.fresh_at) = (now, now);
        }
    }

    fn hear_media(&mut self, now: Millis, ctx: &mut Context) {
        self.silence = None;
        match std::mem::replace(&mut self.state, State::Asking(None)) {
            State::Live(session) if !session.is_attached => self.flow(now, session, ctx),
            state => {
                self.state = state;
                self.tell(MediaState::Flowing, Code::OK, ctx);
            }
        }
    }

    /// Asks the room from time to time where the stream is. The session is kept.
    fn look_elsewhere(&mut self, now: Millis, ctx: &mut Context) {
        let silence =
            self.silence.get_or_insert_with(|| Silence::new(now, now + timing::SILENT_FRESH_MS));
        if now < silence.ask_at || ctx.link.is_none() || ctx.config.media_window_ms == 0 {
            return;
        }
        let spread_ms = ctx.rng.up_to(timing::SILENT_ASK_MS / 2);
        silence.ask_at = now + timing::SILENT_ASK_MS + spread_ms;
        // A fresh session needs an answer first, so ask when the session is due.
        if silence.fresh_at > now {
            silence.ask_at = silence.ask_at.min(silence.fresh_at + spread_ms / 5);
        }
        self.retry.begin(now, ctx.config.media_window_ms);
        match std::mem::replace(&mut self.state, State::Asking(None)) {
            State::Live(session) => self.old = Some(session),
            state => self.state = state,
        }
    }

    /// The room has said where the stream is. Returns whether the silent session is kept.
    pub(super) fn stays_silent(
        &mut self,
        now: Millis,
        is_elsewhere: bool,
        ctx: &mut Context,
    ) -> bool {
        match &mut self.silence {
            Some(silence) if is_elsewhere || now >= silence.fresh_at => {
                silence.patience_ms =
                    (silence.patience_ms * PATIENCE_GROWTH).min(timing::SILENT_FRESH_MAX_MS);
                silence.fresh_at = now + silence.patience_ms;
                false
            }
            _ => self.keep_silent(now, ctx),
        }
    }

    /// Goes back to the session that is only silent, if there is one.
    pub(super) fn keep_silent(&mut self, now: Millis, ctx: &mut Context) -> bool {
        let is_kept = self.silence.is_some() && self.old.as_ref().is_some_and(|old| !old.is_cut);
        if !is_kept {
            return false;
        }
        self.close(ctx);
        if let Some(old) = self.old.take() {
            self.state = State::Live(old);
        }
        self.rest(now, ctx);
        true
    }

    /// A session that replaces a lost one has carried no media in time.
    pub(super) fn handle_unproven(&mut self, now: Millis, ctx: &mut Context) {
        if self.keep_silent(now, ctx) {
            return;
        }
        match std::mem::replace(&mut self.state, State::Asking(None)) {
            State::Proving { mut session, .. }
                if session.meter.path_lives(now, true) && self.nodes.is_last() =>
            {
                session.meter.relax(now);
                self.close_old(ctx);
                self.state = State::Live(session);
                let patience_ms = timing::SILENT_FRESH_MS;
                self.silence = Some(Silence::new(now + timing::SILENT_ASK_MS, now + patience_ms));
                self.rest(now, ctx);
            }
            state => {
                self.state = state;
                // The node knows the stream, but sends nothing of it.
                self.fail(now, Failure::remote(Code::STREAM_NOT_FOUND), ctx);
            }
        }
    }

    /// Nothing is wrong with the session, so no retry window runs.
    fn rest(&mut self, now: Millis, ctx: &mut Context) {
        self.retry.end(now);
        self.nodes.settle();
        self.rounds = 0;
        self.tell(MediaState::Requesting, Code::NETWORK_BROKEN, ctx);
    }
}
