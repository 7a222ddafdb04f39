//! A publisher's or player's media sessions: how they are opened, what happens to them, and which of
//! them carries the media (PUB-04, PLAY-04, MEDIA-09).

use super::{Media, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::exchange::SessionInput;
use crate::machine::io::{Direction, Effect, Event, MediaState, PeerId, RetryCause};
use crate::machine::media_code::{self, Failure};
use crate::machine::meter::Meter;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{Code, timing};

/// A media session that has been connected.
#[derive(Debug)]
pub(super) struct MediaSession {
    pub(super) peer: PeerId,
    pub(super) meter: Meter,
    /// The browser itself reports that its path is gone.
    pub(super) is_cut: bool,
    /// The app's MediaStream has its tracks (PLAY-06).
    pub(super) is_attached: bool,
}

impl MediaSession {
    pub(super) fn new(now: Millis, peer: PeerId, direction: Direction) -> MediaSession {
        MediaSession::of(peer, Meter::new(now, timing::SAMPLE_MS, direction))
    }

    fn of(peer: PeerId, meter: Meter) -> MediaSession {
        MediaSession { peer, meter, is_cut: false, is_attached: false }
    }
}

impl Media {
    /// Whether a session is ours. Input from one that no longer is ours is ignored.
    pub(crate) fn owns(&self, peer: PeerId) -> bool {
        self.peer() == Some(peer)
            || self.old.as_ref().is_some_and(|old| old.peer == peer)
            || sabotage::is(Mutant::KeepStalePeer)
    }

    /// Something happened to a session of ours.
    pub(crate) fn handle_session(
        &mut self,
        now: Millis,
        peer: PeerId,
        input: SessionInput,
        ctx: &mut Context,
    ) {
        if self.old.as_ref().is_some_and(|old| old.peer == peer) {
            return self.handle_old(now, input, ctx);
        }
        match (&mut self.state, input) {
            (State::Connecting { began_at, .. }, SessionInput::Connected) => {
                let took_ms = now - *began_at;
                self.note_pace(took_ms);
                self.handle_connected(now, peer, ctx);
            }
            (State::Proving { session, .. }, SessionInput::Received(bytes)) => {
                if session.meter.take_first(now, bytes) {
                    let session = MediaSession::of(peer, session.meter.clone());
                    self.flow(now, session, ctx);
                }
            }
            (State::Live(_), SessionInput::Received(bytes)) => self.take_sample(now, bytes, ctx),
            (State::Live(session) | State::Proving { session, .. }, SessionInput::Heard(bytes)) => {
                session.meter.hear(now, bytes);
            }
            (_, SessionInput::Connected | SessionInput::Received(_) | SessionInput::Heard(_)) => {}
            (_, SessionInput::RestartFailed) => {}
            // Browsers may report this late, when the path is back already.
            (State::Live(session), SessionInput::Disconnected) if session.meter.flows(now) => {
                session.meter.hurry(now);
            }
            (State::Live(session), SessionInput::Disconnected) => {
                session.is_cut = true;
                self.lose(now, true, ctx);
            }
            (State::Live(_), _) => self.lose(now, false, ctx),
            // The connection came up and was lost again before the room knew.
            (State::Announcing(..), SessionInput::Disconnected) => {
                self.fail(now, Failure::lost(), ctx);
            }
            // A path that flickers while it is being set up is covered by the time limit of the
            // set-up.
            (_, SessionInput::Disconnected) => {}
            (_, SessionInput::Refused { status: 401 | 403, .. }) => self.reauthorise(ctx),
            (_, SessionInput::Refused { status, retry_after_ms }) => {
                self.timeouts = 0;
                let failure = media_code::refused(self.direction, status, retry_after_ms);
                self.fail(now, failure, ctx);
            }
            (_, SessionInput::Broken(stage)) => {
                self.timeouts = 0;
                let code = media_code::broken(self.direction, stage);
                self.fail(now, Failure::remote(code), ctx);
            }
            (_, SessionInput::Failed) => {
                let code = media_code::ice(self.direction);
                self.fail(now, Failure::remote(code), ctx);
            }
        }
    }

    fn handle_connected(&mut self, now: Millis, peer: PeerId, ctx: &mut Context) {
        match self.direction {
            Direction::Publish => {
                // The room is told that the stream is at this session's node, so the old one cannot
                // be used again.
                self.close_old(ctx);
                self.announce(now, peer, ctx);
            }
            Direction::Play if self.has_flowed => self.prove(now, peer, ctx),
            Direction::Play => self.flow(now, MediaSession::new(now, peer, self.direction), ctx),
        }
    }

    /// Posts the offer again while there is no answer, because several pooled connections may be
    /// dead at once. Gives the session up in the end.
    pub(super) fn handle_no_answer(
        &mut self,
        now: Millis,
        opened_at: Millis,
        repeated: u64,
        ctx: &mut Context,
    ) {
        if now >= self.give_up_at(opened_at) {
            self.timeouts += 1;
            let code = media_code::timeout(self.direction);
            return self.fail(now, Failure::remote(code), ctx);
        }
        let is_due = now >= self.repeat_at(opened_at, repeated);
        if let State::Connecting { peer, repeats, .. } = &mut self.state
            && is_due
        {
            *repeats = (now - opened_at) / timing::REPEAT_POST_MS;
            ctx.repeat_post(*peer);
        }
    }

    /// When the offer of a session without an answer is posted again, or the session is given up.
    pub(super) fn repeat_at(&self, opened_at: Millis, repeats: u64) -> Millis {
        match repeats < timing::REPEATS_MAX {
            true => opened_at + (repeats + 1) * timing::REPEAT_POST_MS,
            false => self.give_up_at(opened_at),
        }
    }

    /// A path may be so slow that no session connects within the usual time limit, so the limit
    /// grows. Media that has flowed shows that the usual limit was enough, so its limit grows
    /// later: not before the rounds over one node are through.
    fn give_up_at(&self, opened_at: Millis) -> Millis {
        let timeouts = if self.has_flowed { self.timeouts / 4 } else { self.timeouts };
        let limits_ms = timing::MEDIA_CONNECT_TIMEOUT_MS;
        opened_at + limits_ms[(timeouts as usize).min(limits_ms.len() - 1)]
    }

    /// A session that connected quickly resets the time limit for the next one.
    fn note_pace(&mut self, took_ms: u64) {
        if took_ms < timing::MEDIA_CONNECT_TIMEOUT_MS[0] / 2 {
            self.timeouts = 0;
        }
    }

    /// Opens a session at the current node; false if it has to wait for the limiter.
    pub(super) fn open(&mut self, now: Millis, ctx: &mut Context) -> bool {
        let Some(node) = self.nodes.current() else {
            return false;
        };
        let admitted_at = ctx.limiter.admit(now, &node.url);
        if admitted_at > now {
            // One of the waiting streams gets its turn each time. The app need not be told again of
            // the others.
            if self.retry.is_limited() && matches!(self.state, State::Waiting { .. }) {
                self.state = State::Waiting { try_at: admitted_at };
                return false;
            }
            self.retry.set_cause(RetryCause::Limited);
            self.wait(now, admitted_at, ctx);
            return false;
        }
        let media = (self.direction, self.stream.as_str());
        let peer = ctx.open_peer(media, &node.url, &node.authorization);
        self.state = State::Connecting { peer, began_at: now, repeats: 0 };
        true
    }

    /// The first session that carries media is kept (PLAY-04), so this one has to carry some first.
    pub(super) fn prove(&mut self, now: Millis, peer: PeerId, ctx: &mut Context) {
        ctx.effect(Effect::SamplePeer(peer));
        let meter = Meter::new(now, timing::PROOF_MS, self.direction);
        let give_up_at = now + timing::PROOF_TIMEOUT_MS;
        let session = MediaSession::of(peer, meter);
        self.state = State::Proving { session, give_up_at };
    }

    pub(super) fn flow(&mut self, now: Millis, session: MediaSession, ctx: &mut Context) {
        let session = self.attach(session, ctx);
        self.close_old(ctx);
        self.go_live(now, session, ctx);
    }

    /// Puts a session's tracks into the app's MediaStream, unless they are there already (PLAY-06).
    fn attach(&self, session: MediaSession, ctx: &mut Context) -> MediaSession {
        if self.direction == Direction::Play && !session.is_attached {
            ctx.effect(Effect::AttachTracks(session.peer));
        }
        MediaSession { is_attached: true, ..session }
    }

    pub(super) fn go_live(&mut self, now: Millis, mut session: MediaSession, ctx: &mut Context) {
        session = self.attach(session, ctx);
        session.meter.start_over(now);
        session.is_cut = false;
        self.silence = None;
        self.state = State::Live(session);
        self.has_flowed = true;
        self.retry.end(now);
        self.nodes.settle();
        self.rounds = 0;
        self.is_reauthorised = false;
        self.tell(MediaState::Flowing, Code::OK, ctx);
        if let Some(call) = self.call.take() {
            ctx.event(Event::PlaySettled(call, Ok(self.stream.clone())));
        }
    }

    /// Closes the session that is being opened or used. The caller sets the next state.
    pub(super) fn close(&mut self, ctx: &mut Context) {
        if let Some(peer) = self.peer() {
            ctx.close_peer(peer);
            self.state = State::Asking(None);
        }
    }

    pub(super) fn close_old(&mut self, ctx: &mut Context) {
        if let Some(old) = self.old.take() {
            ctx.close_peer(old.peer);
        }
    }

    pub(super) fn peer(&self) -> Option<PeerId> {
        match &self.state {
            State::Connecting { peer, .. } | State::Announcing(peer, _) => Some(*peer),
            State::Proving { session, .. } | State::Live(session) => Some(session.peer),
            _ => None,
        }
    }
}

/// The session whose media is sampled.
pub(super) fn watched(state: &mut State) -> Option<&mut MediaSession> {
    match state {
        State::Proving { session, .. } | State::Live(session) => Some(session),
        _ => None,
    }
}
