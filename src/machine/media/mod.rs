//! One publisher or one player: from the app's start to its stop, through every outage.
//!
//! Publishing and playing take the same steps (ask the room for nodes, open a session at one,
//! wait for its media), so they are one machine; a publisher then announces itself, and the codes
//! differ.
//!
//! | state | answer of the room | session connects | session fails | time | network is back |
//! |---|---|---|---|---|---|
//! | Asking | Connecting; Ended | (old) Live | - | Waiting | - |
//! | Connecting | - | Announcing, Live or Proving; (old) Live | next node, Waiting | next node, Waiting | - |
//! | Proving | - | (old) Live | next node, Waiting | a sample; Waiting | - |
//! | Announcing | Live; Ended | - | Waiting | Waiting | - |
//! | Live | - | - | Restarting, Asking or Connecting | a sample; Restarting | a sample |
//! | Restarting | - | (old) Live | (old) Connecting | Connecting | - |
//! | Waiting | - | (old) Live | - | Asking or Connecting | Asking or Connecting |
//! | Parked | - | - | - | - | - |
//!
//! From everywhere: the window's end and `stop` lead to Ended, a forgotten session to Asking, the
//! deletion of a followed stream to Parked and its return from there to Asking.
//! `machine/tests/golden/media.txt` holds every state with every input.

mod mute;
mod recover;
mod room_talk;
mod session;
mod silence;

use super::context::Context;
use super::io::{
    CallId, Direction, Effect, Event, Layer, MediaState, NetworkInput, PeerId, Refusal, RetryCause,
};
use super::media_code::{self, Failure};
use super::nodes::Nodes;
use super::retry::Retry;
use super::{Millis, earlier};
use holdfast_protocol::{Change, Code, timing};
use mute::Mute;
use session::{MediaSession, watched};
use silence::Silence;

/// When the room is back, a session that has been opening for longer than this was most likely
/// started on a dead network.
const STALE_TRY_MS: u64 = 1_000;

/// One stream being published or played.
#[derive(Debug)]
pub(crate) struct Media {
    direction: Direction,
    stream: String,
    extra: String,
    mute: Mute,
    /// Stops and starts with the stream itself (PLAY-07).
    follow: bool,
    /// The app's play promise, until it is settled.
    call: Option<CallId>,
    state: State,
    /// A session that flowed and fell silent. It may come back before a fresh one carries media:
    /// the first of the two is kept (PUB-04).
    old: Option<MediaSession>,
    silence: Option<Silence>,
    retry: Retry,
    nodes: Nodes,
    /// Sessions in a row that were neither connected in time nor refused.
    timeouts: u32,
    /// Rounds over all nodes that failed while the network was up.
    rounds: u32,
    /// A node refused our token, and fresh ones have already been asked for.
    is_reauthorised: bool,
    /// The room has said that a player's stream is gone, and not yet that it is back (PLAY-07).
    is_gone: bool,
    /// The node at which the room knows a publisher's stream to be live, by its URL.
    accepted_at: Option<String>,
    /// The room has been asked for nodes; for a publisher, this request was a claim.
    was_asked_for: bool,
    /// Media has flowed since the app's start, so a session that replaces the old one must carry
    /// some.
    has_flowed: bool,
    /// What the app was told last.
    last_reported: (MediaState, Code),
    /// When it ended and its claim was given up.
    ended_at: Option<Millis>,
}

/// What the app asked for.
#[derive(Debug)]
pub(crate) struct StreamRequest {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) extra: String,
    pub(crate) follow: bool,
    pub(crate) call: Option<CallId>,
}

/// A request to the room that waits for its reply.
#[derive(Debug)]
struct Pending {
    request: u32,
    give_up_at: Millis,
}

#[derive(Debug)]
enum State {
    /// Asking the room for nodes. No request is pending while there is no link to ask on.
    Asking(Option<Pending>),
    /// A session is being opened at a node.
    Connecting { peer: PeerId, began_at: Millis, repeats: u64 },
    /// A player's session that replaces a lost one is connected, and has yet to carry media.
    Proving { session: MediaSession, give_up_at: Millis },
    /// The publisher's media is connected, and the room is being told.
    Announcing(PeerId, Option<Pending>),
    /// Media flows.
    Live(MediaSession),
    /// The old session is given a moment to restart ICE before a fresh one is opened.
    Restarting { fresh_at: Millis },
    /// Between tries.
    Waiting { try_at: Millis },
    /// The followed stream is not in the room.
    Parked,
    /// Over; to be dropped.
    Ended,
}

impl Media {
    /// Starts publishing or playing. There is no try before `not_before`, because the stream failed
    /// a moment ago (PUB-07).
    pub(crate) fn start(
        now: Millis,
        request: StreamRequest,
        not_before: Millis,
        ctx: &mut Context,
    ) -> Media {
        let StreamRequest { direction, stream, extra, follow, call } = request;
        let mut media = Media {
            direction,
            stream,
            extra,
            mute: Mute::default(),
            follow,
            call,
            state: State::Asking(None),
            old: None,
            silence: None,
            // A pause before the first try does not count towards the window.
            retry: Retry::start(now.max(not_before), ctx.config.media_window_ms),
            nodes: Nodes::default(),
            timeouts: 0,
            rounds: 0,
            is_reauthorised: false,
            is_gone: false,
            accepted_at: None,
            was_asked_for: false,
            has_flowed: false,
            last_reported: (MediaState::Stopped, Code::OK),
            ended_at: None,
        };
        media.tell(MediaState::Requesting, Code::OK, ctx);
        if not_before > now {
            media.retry.set_cause(RetryCause::TooSoon);
            media.wait(now, not_before, ctx);
        } else {
            media.try_now(now, ctx);
        }
        media
    }

    pub(crate) fn is(&self, direction: Direction, stream: &str) -> bool {
        self.direction == direction && self.stream == stream && !self.is_ended()
    }

    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    pub(crate) fn publishes(&self) -> bool {
        self.direction == Direction::Publish
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// Returns, once it is over, the stream ID that the room keeps for us until we release it. An
    /// ID that was never ours is not returned.
    pub(crate) fn take_claim(&mut self, now: Millis) -> Option<String> {
        if !self.is_ended() || self.ended_at.is_some() {
            return None;
        }
        self.ended_at = Some(now);
        let was_ours = self.was_asked_for && self.last_reported.1 != Code::STREAM_ID_TAKEN;
        (self.direction == Direction::Publish && was_ours).then(|| self.stream.clone())
    }

    /// When this stream failed, if it did a moment ago (PUB-07).
    pub(crate) fn failed_at(&self, direction: Direction, stream: &str) -> Option<Millis> {
        let is_it = self.direction == direction && self.stream == stream;
        self.ended_at.filter(|_| is_it && self.last_reported.1 != Code::OK)
    }

    /// Whether it is still running, or failed a moment ago.
    pub(crate) fn is_remembered(&self, now: Millis) -> bool {
        self.ended_at.is_none_or(|at| {
            self.last_reported.1 != Code::OK && now - at < timing::RESTART_PAUSE_MS
        })
    }

    /// `setStreamExtraInfo`: the text that a later announcement carries.
    pub(crate) fn set_extra(&mut self, extra: &str) {
        self.extra = extra.into();
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        let due = match &self.state {
            State::Asking(pending) | State::Announcing(_, pending) => {
                pending.as_ref().map(|pending| pending.give_up_at)
            }
            State::Connecting { began_at, repeats, .. } => {
                Some(self.repeat_at(*began_at, *repeats))
            }
            State::Restarting { fresh_at } => Some(*fresh_at),
            State::Waiting { try_at } => Some(*try_at),
            State::Proving { session, give_up_at } => {
                Some(session.meter.deadline().min(*give_up_at))
            }
            State::Live(session) => return Some(session.meter.deadline()),
            State::Parked | State::Ended => return None,
        };
        let sample = self.old.as_ref().map(|old| old.meter.deadline());
        earlier(earlier(due, sample), self.retry.ends_at())
    }

    /// Time passed.
    pub(crate) fn handle_timeout(&mut self, now: Millis, ctx: &mut Context) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        self.say_muted(ctx);
        for session in [self.old.as_mut(), watched(&mut self.state)].into_iter().flatten() {
            if session.meter.take_due(now) {
                ctx.effect(Effect::SamplePeer(session.peer));
            }
        }
        if self.is_trying() && self.retry.is_over(now) {
            if !self.retry.take_last_try(now) {
                return self
                    .end(media_code::window_ended(self.direction, self.last_reported.1), ctx);
            }
            self.close(ctx);
            return self.try_now(now, ctx);
        }
        if let State::Connecting { began_at, repeats, .. } = self.state {
            return self.handle_no_answer(now, began_at, repeats, ctx);
        }
        match &mut self.state {
            State::Waiting { try_at } if now >= *try_at => self.try_now(now, ctx),
            State::Restarting { fresh_at } if now >= *fresh_at => self.try_afresh(now, ctx),
            State::Proving { give_up_at, .. } if now >= *give_up_at => {
                self.handle_unproven(now, ctx);
            }
            State::Asking(Some(pending)) | State::Announcing(_, Some(pending))
                if now >= pending.give_up_at =>
            {
                self.fail_round(now, Failure::remote(Code::REQUEST_TIMEOUT), ctx);
            }
            _ => {}
        }
    }

    /// In the room (again). A server that had forgotten us has forgotten our media too.
    pub(crate) fn handle_joined(&mut self, now: Millis, resumed: bool, ctx: &mut Context) {
        self.come_back(now, resumed, ctx);
        // Only after the stream is claimed again, if it is.
        self.say_muted(ctx);
    }

    fn come_back(&mut self, now: Millis, resumed: bool, ctx: &mut Context) {
        if !resumed {
            return self.handle_forgotten(now, ctx);
        }
        match &self.state {
            State::Announcing(peer, None) => {
                let peer = *peer;
                self.announce(now, peer, ctx);
            }
            State::Asking(None) => self.try_now(now, ctx),
            State::Waiting { .. } if self.may_hurry() => self.try_now(now, ctx),
            State::Connecting { began_at, .. } if now - *began_at > STALE_TRY_MS => {
                self.close(ctx);
                self.try_now(now, ctx);
            }
            _ => {}
        }
    }

    /// The browser reported a change of the network: retry at once what was waiting because of it
    /// (ROOM-06), and check media that seems to flow.
    pub(crate) fn handle_network(&mut self, now: Millis, input: NetworkInput, ctx: &mut Context) {
        if let Some(session) = watched(&mut self.state) {
            session.meter.hurry(now);
        }
        let is_back = input != NetworkInput::Offline && ctx.online;
        if is_back && matches!(self.state, State::Waiting { .. }) && self.may_hurry() {
            self.retry.set_cause(RetryCause::Local);
            self.try_now(now, ctx);
        }
    }

    /// The room's link is gone, and every reply with it. Flowing media is kept (MEDIA-08), but
    /// checked (MEDIA-09).
    pub(crate) fn handle_link_lost(&mut self, now: Millis) {
        self.mute.handle_link_lost();
        match &mut self.state {
            State::Asking(pending) | State::Announcing(_, pending) => *pending = None,
            State::Live(session) => session.meter.suspect(now),
            _ => {}
        }
    }

    /// The stream came or went in the room.
    pub(crate) fn handle_stream_change(&mut self, now: Millis, change: Change, ctx: &mut Context) {
        self.is_gone = change == Change::Delete;
        match (change, &self.state) {
            (Change::Delete, state) if self.follow && !matches!(state, State::Parked) => {
                self.park(now, ctx);
            }
            (Change::Delete, _) => self.stop_asking_nodes(now, ctx),
            (Change::Add, State::Parked) => {
                self.retry.begin(now, ctx.config.media_window_ms);
                self.rounds = 0;
                self.tell(MediaState::Requesting, Code::OK, ctx);
                self.try_now(now, ctx);
            }
            (Change::Add, State::Waiting { .. }) if self.may_hurry() => self.try_now(now, ctx),
            (Change::Add, State::Live(_)) => self.hurry(now),
            _ => {}
        }
    }

    /// Ends it: with 0 because the app stopped it, or with the reason.
    pub(crate) fn end(&mut self, code: Code, ctx: &mut Context) {
        self.close(ctx);
        self.close_old(ctx);
        self.state = State::Ended;
        ctx.effect(Effect::ReleaseStream(self.direction, self.stream.clone()));
        self.tell(MediaState::Stopped, code, ctx);
        if let Some(call) = self.call.take() {
            let code = if code == Code::OK { Code::PLAY_CANCELLED } else { code };
            ctx.event(Event::PlaySettled(call, Err(Refusal::from(code))));
        }
    }

    /// The room is over, and so is all its media.
    pub(crate) fn end_with_room(&mut self, room_code: Code, ctx: &mut Context) {
        if self.is_ended() {
            return;
        }
        self.end(media_code::room_ended(self.direction, room_code), ctx);
    }

    /// The followed stream is gone; the app's MediaStream stays for its return.
    fn park(&mut self, now: Millis, ctx: &mut Context) {
        self.close(ctx);
        self.close_old(ctx);
        self.nodes.clear();
        self.state = State::Parked;
        self.retry.end(now);
        self.tell(MediaState::Stopped, Code::OK, ctx);
    }

    /// Begins a try, at the nodes known already if their tokens are still good, so that media
    /// recovers at the same time as the room and not after it (MEDIA-08).
    fn try_now(&mut self, now: Millis, ctx: &mut Context) {
        match self.nodes.are_good(now) {
            true => self.try_node(now, ctx),
            false => self.ask(),
        }
    }

    /// Opens a session at the next node, and reports it as a new try.
    fn try_node(&mut self, now: Millis, ctx: &mut Context) {
        if self.open(now, ctx) {
            self.tell_try(now, ctx);
        }
    }

    fn tell_try(&mut self, now: Millis, ctx: &mut Context) {
        self.retry.tell_try(now, self.layer(), &self.stream, ctx);
    }

    /// The same event is not sent twice in a row (PUB-01).
    fn tell(&mut self, state: MediaState, code: Code, ctx: &mut Context) {
        if self.last_reported == (state, code) {
            return;
        }
        self.last_reported = (state, code);
        let (direction, stream) = (self.direction, self.stream.clone());
        ctx.event(Event::MediaState { direction, stream, state, code });
    }

    fn layer(&self) -> Layer {
        self.direction.into()
    }

    fn is_trying(&self) -> bool {
        !matches!(self.state, State::Live(_) | State::Parked | State::Ended)
    }
}
