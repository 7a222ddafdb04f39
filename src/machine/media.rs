//! One publisher or one player: from the app's start to its stop, through every outage.
//!
//! Publishing and playing take the same steps (ask the room for nodes, open a session at one,
//! wait for its media), so they are one machine; a publisher then announces itself, and the codes
//! differ.

use super::Millis;
use super::context::Context;
use super::io::{
    CallId, Direction, Effect, Event, MediaState, PeerId, PeerInput, Refusal, SocketId,
};
use super::media_code::{self, Verdict};
use super::retry::{Cause, Next, Retry};
use holdfast_protocol::{ClientMessage, Code, Node, timing};

/// One stream being published or played.
#[derive(Debug)]
pub(crate) struct Media {
    direction: Direction,
    stream: String,
    extra: String,
    /// The app's play promise, until it is settled.
    call: Option<CallId>,
    state: State,
    retry: Retry,
    nodes: Vec<Node>,
    /// Which of the nodes is tried or used.
    node: usize,
    /// Rounds over all nodes that failed while the network was up.
    rounds: u32,
    /// Fresh tokens were asked for already after a refusal.
    is_reauthorised: bool,
    /// What the app was told last.
    told: (MediaState, Code),
}

/// A request to the room that waits for its reply.
#[derive(Debug)]
struct Pending {
    request: u32,
    give_up_at: Millis,
}

#[derive(Debug)]
enum State {
    /// Asking the room for nodes; nothing pending while the room is not there to ask.
    Asking(Option<Pending>),
    /// A session is being opened at a node.
    Connecting { peer: PeerId, give_up_at: Millis },
    /// The publisher's media is connected, the room is being told.
    Announcing(PeerId, Option<Pending>),
    /// Media flows.
    Live(PeerId),
    /// Between tries.
    Waiting { try_at: Millis },
    /// Over; to be dropped.
    Ended,
}

impl Media {
    /// Starts publishing or playing. `link` is the room's, while there is one.
    pub(crate) fn start(
        now: Millis,
        direction: Direction,
        stream: String,
        extra: String,
        call: Option<CallId>,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) -> Media {
        let mut retry = Retry::default();
        retry.begin(now, ctx.config.media_window_ms);
        let mut media = Media {
            direction,
            stream,
            extra,
            call,
            state: State::Asking(None),
            retry,
            nodes: Vec::new(),
            node: 0,
            rounds: 0,
            is_reauthorised: false,
            told: (MediaState::Stopped, Code::OK),
        };
        media.tell(MediaState::Requesting, Code::OK, ctx);
        media.ask(now, link, ctx);
        media
    }

    pub(crate) fn is(&self, direction: Direction, stream: &str) -> bool {
        self.direction == direction && self.stream == stream && !self.is_ended()
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// The stream ID the room keeps for us until told otherwise; not one that was never ours.
    pub(crate) fn claim(&self) -> Option<&str> {
        let was_ours = self.told.1 != Code::STREAM_ID_TAKEN;
        (self.direction == Direction::Publish && was_ours).then_some(&self.stream)
    }

    /// When something is due.
    pub(crate) fn deadline(&self) -> Option<Millis> {
        let due = match &self.state {
            State::Asking(pending) | State::Announcing(_, pending) => {
                pending.as_ref().map(|pending| pending.give_up_at)
            }
            State::Connecting { give_up_at, .. } => Some(*give_up_at),
            State::Waiting { try_at } => Some(*try_at),
            State::Live(_) | State::Ended => return None,
        };
        [due, self.retry.ends_at()].into_iter().flatten().min()
    }

    /// Time passed.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Millis,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if self.retry.ends_at().is_some_and(|ends_at| now >= ends_at) {
            return self.end(media_code::window_ended(self.direction, self.told.1), ctx);
        }
        match &self.state {
            State::Waiting { .. } => self.ask(now, link, ctx),
            State::Connecting { .. } => {
                let code = media_code::timeout(self.direction);
                self.fail(now, Verdict::remote(code), link, ctx);
            }
            State::Asking(_) | State::Announcing(..) => {
                let verdict = Verdict::remote(Code::REQUEST_TIMEOUT);
                self.fail(now, verdict, link, ctx);
            }
            State::Live(_) | State::Ended => {}
        }
    }

    /// In the room (again). A server that had forgotten us has forgotten our media too, and a
    /// session that was being opened while the link was gone has most likely gone nowhere.
    pub(crate) fn handle_joined(
        &mut self,
        now: Millis,
        resumed: bool,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) {
        match &self.state {
            State::Announcing(peer, None) if resumed => {
                let peer = *peer;
                self.announce(now, peer, link, ctx);
            }
            State::Live(_) | State::Announcing(..) if resumed => {}
            State::Live(_) => self.lose(now, link, ctx),
            State::Ended => {}
            _ => {
                self.close(ctx);
                self.ask(now, link, ctx);
            }
        }
    }

    /// The network is back: what was put off because of it is tried at once (ROOM-06).
    pub(crate) fn handle_online(&mut self, now: Millis, link: Option<SocketId>, ctx: &mut Context) {
        if matches!(self.state, State::Waiting { .. }) {
            self.ask(now, link, ctx);
        }
    }

    /// The room's link is gone, and every reply with it; media that flows is left alone
    /// (MEDIA-08).
    pub(crate) fn handle_link_lost(&mut self) {
        if let State::Asking(pending) | State::Announcing(_, pending) = &mut self.state {
            *pending = None;
        }
    }

    /// The room answered a request; one that is not ours is ignored.
    pub(crate) fn handle_reply(
        &mut self,
        now: Millis,
        request: u32,
        answer: &Result<Vec<Node>, Code>,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) {
        let announced = match &self.state {
            State::Asking(Some(pending)) if pending.request == request => None,
            State::Announcing(peer, Some(pending)) if pending.request == request => Some(*peer),
            _ => return,
        };
        match (announced, answer) {
            (_, Err(code)) if media_code::is_final(*code) => self.end(*code, ctx),
            (_, Err(code)) => {
                self.fail(now, Verdict::remote(*code), link, ctx);
            }
            (Some(peer), Ok(_)) => self.flow(now, peer, ctx),
            (None, Ok(nodes)) if nodes.is_empty() => {
                let code = media_code::no_node(self.direction);
                self.fail(now, Verdict::remote(code), link, ctx);
            }
            (None, Ok(nodes)) => {
                self.nodes = nodes.clone();
                self.node = 0;
                self.open(now, ctx);
            }
        }
    }

    /// Something happened to a session; one that is not ours any more is ignored.
    pub(crate) fn handle_peer(
        &mut self,
        now: Millis,
        peer: PeerId,
        input: PeerInput,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) {
        if self.peer() != Some(peer) {
            return;
        }
        match (&self.state, input) {
            (State::Connecting { .. }, PeerInput::Connected) => match self.direction {
                Direction::Publish => self.announce(now, peer, link, ctx),
                Direction::Play => self.flow(now, peer, ctx),
            },
            (_, PeerInput::Connected) => {}
            (State::Live(_), _) => self.lose(now, link, ctx),
            // Connected once and lost again before the room knew.
            (State::Announcing(..), PeerInput::Disconnected) => {
                let verdict = Verdict { code: Code::NETWORK_BROKEN, cause: Cause::Local };
                self.fail(now, verdict, link, ctx);
            }
            // A path that flickers while it is being set up has its own time limit.
            (_, PeerInput::Disconnected) => {}
            (_, PeerInput::Refused { status: 401 | 403, .. }) => self.reauthorise(now, link, ctx),
            (_, PeerInput::Refused { status, retry_after_ms }) => {
                let verdict = media_code::refused(self.direction, status, retry_after_ms);
                self.fail(now, verdict, link, ctx);
            }
            (_, PeerInput::Broken(stage)) => {
                let code = media_code::broken(self.direction, stage);
                self.fail(now, Verdict::remote(code), link, ctx);
            }
            (_, PeerInput::Failed) => {
                let code = media_code::ice(self.direction);
                self.fail(now, Verdict::remote(code), link, ctx);
            }
        }
    }

    /// Over, with 0 because the app stopped it, or with why.
    pub(crate) fn end(&mut self, code: Code, ctx: &mut Context) {
        self.close(ctx);
        self.state = State::Ended;
        ctx.effect(Effect::ReleaseStream(self.direction, self.stream.clone()));
        self.tell(MediaState::Stopped, code, ctx);
        if let Some(call) = self.call.take() {
            let code = if code == Code::OK { Code::PLAY_CANCELLED } else { code };
            ctx.event(Event::PlaySettled(call, Err(Refusal::from(code))));
        }
    }

    /// The room is over: so is everything in it.
    pub(crate) fn end_with_room(&mut self, room_code: Code, ctx: &mut Context) {
        self.end(media_code::room_ended(self.direction, room_code), ctx);
    }

    fn ask(&mut self, now: Millis, link: Option<SocketId>, ctx: &mut Context) {
        let pending = self.request(now, link, ctx, |id, stream| match self.direction {
            Direction::Publish => ClientMessage::Publish { id, stream, extra: self.extra.clone() },
            Direction::Play => ClientMessage::Play { id, stream },
        });
        self.state = State::Asking(pending);
    }

    fn open(&mut self, now: Millis, ctx: &mut Context) {
        let Some(node) = self.nodes.get(self.node) else {
            return;
        };
        let peer = PeerId(ctx.next_id());
        ctx.effect(Effect::OpenPeer {
            peer,
            direction: self.direction,
            stream: self.stream.clone(),
            url: node.url.clone(),
            token: node.token.clone(),
        });
        let give_up_at = now + timing::MEDIA_CONNECT_TIMEOUT_MS;
        self.state = State::Connecting { peer, give_up_at };
    }

    fn announce(&mut self, now: Millis, peer: PeerId, link: Option<SocketId>, ctx: &mut Context) {
        let pending = self.request(now, link, ctx, |id, stream| ClientMessage::Live { id, stream });
        self.state = State::Announcing(peer, pending);
    }

    /// Sends the room a request about the stream, if there is a link to send it on.
    fn request(
        &self,
        now: Millis,
        link: Option<SocketId>,
        ctx: &mut Context,
        message: impl FnOnce(u32, String) -> ClientMessage,
    ) -> Option<Pending> {
        let link = link?;
        let request = ctx.next_id();
        ctx.effect(Effect::SendMessage(link, message(request, self.stream.clone())));
        Some(Pending { request, give_up_at: now + timing::REQUEST_TIMEOUT_MS })
    }

    fn flow(&mut self, now: Millis, peer: PeerId, ctx: &mut Context) {
        self.state = State::Live(peer);
        self.retry.end(now);
        self.rounds = 0;
        self.is_reauthorised = false;
        if self.direction == Direction::Play {
            ctx.effect(Effect::AttachTracks(peer));
        }
        self.tell(MediaState::Flowing, Code::OK, ctx);
        if let Some(call) = self.call.take() {
            ctx.event(Event::PlaySettled(call, Ok(self.stream.clone())));
        }
    }

    /// Media that flowed is gone: a new outage, and a fresh session at once.
    fn lose(&mut self, now: Millis, link: Option<SocketId>, ctx: &mut Context) {
        self.close(ctx);
        self.retry.begin(now, ctx.config.media_window_ms);
        let verdict = Verdict { code: Code::NETWORK_BROKEN, cause: Cause::Local };
        self.try_later(now, verdict, link, ctx);
    }

    /// A try failed: the next node, or the next round (PUB-04, PUB-05).
    fn fail(&mut self, now: Millis, verdict: Verdict, link: Option<SocketId>, ctx: &mut Context) {
        let was_at_node = self.peer().is_some();
        self.close(ctx);
        if was_at_node && self.node + 1 < self.nodes.len() {
            self.tell(MediaState::Requesting, verdict.code, ctx);
            self.node += 1;
            return self.open(now, ctx);
        }
        // Rounds count only against a network that is up; a missing stream may still come
        // (PLAY-07).
        let may_still_come = media_code::is_missing_stream(self.direction, verdict.code);
        if link.is_some() && ctx.online && !may_still_come {
            self.rounds += 1;
            if self.rounds >= timing::MEDIA_ROUNDS {
                return self.end(verdict.code, ctx);
            }
        }
        self.try_later(now, verdict, link, ctx);
    }

    fn try_later(
        &mut self,
        now: Millis,
        verdict: Verdict,
        link: Option<SocketId>,
        ctx: &mut Context,
    ) {
        match self.retry.next(now, verdict.cause, ctx.online, &mut ctx.rng) {
            Next::EndAt(ends_at) if ends_at <= now => self.end(verdict.code, ctx),
            Next::TryAt(try_at) if try_at <= now => {
                self.tell(MediaState::Requesting, verdict.code, ctx);
                self.ask(now, link, ctx);
            }
            Next::TryAt(try_at) | Next::EndAt(try_at) => {
                self.tell(MediaState::Requesting, verdict.code, ctx);
                self.state = State::Waiting { try_at };
            }
        }
    }

    /// A node refused our token: it may have expired, so one fresh one is asked for.
    fn reauthorise(&mut self, now: Millis, link: Option<SocketId>, ctx: &mut Context) {
        if self.is_reauthorised {
            return self.end(media_code::unauthorised(self.direction), ctx);
        }
        self.is_reauthorised = true;
        self.close(ctx);
        self.ask(now, link, ctx);
    }

    fn close(&mut self, ctx: &mut Context) {
        if let Some(peer) = self.peer() {
            ctx.effect(Effect::ClosePeer(peer));
        }
    }

    /// An event equal to the one before is not repeated (PUB-01).
    fn tell(&mut self, state: MediaState, code: Code, ctx: &mut Context) {
        if self.told == (state, code) && state != MediaState::Stopped {
            return;
        }
        self.told = (state, code);
        let (direction, stream) = (self.direction, self.stream.clone());
        ctx.event(Event::MediaState { direction, stream, state, code });
    }

    fn peer(&self) -> Option<PeerId> {
        match &self.state {
            State::Connecting { peer, .. } | State::Announcing(peer, _) | State::Live(peer) => {
                Some(*peer)
            }
            State::Asking(_) | State::Waiting { .. } | State::Ended => None,
        }
    }
}
