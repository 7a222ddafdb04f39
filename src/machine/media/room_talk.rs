//! The requests of a publisher or player to the room: for its nodes, and for its stream to be
//! announced.

use super::{Media, MediaSession, Pending, State};
use crate::machine::Millis;
use crate::machine::context::Context;
use crate::machine::io::{Direction, Effect, PeerId};
use crate::machine::media_code::{self, Failure};
use holdfast_protocol::{Change, ClientMessage, Code, Node, timing};

impl Media {
    /// The room answered a request. The reply is ignored if the request is not ours.
    pub(crate) fn handle_reply(
        &mut self,
        now: Millis,
        request: u32,
        code: Code,
        (nodes, is_listed): (&[Node], bool),
        ctx: &mut Context,
    ) {
        if self.mute.handle_reply(request, code) {
            return self.say_muted(ctx);
        }
        let announced = match &self.state {
            State::Asking(Some(pending)) if pending.request == request => None,
            State::Announcing(peer, Some(pending)) if pending.request == request => Some(*peer),
            _ => return,
        };
        match (announced, code) {
            (Some(peer), Code::OK) => {
                self.accepted_at = self.nodes.current().map(|node| node.url.clone());
                // The room tells the others, but not a player of our own stream.
                ctx.stream_changes.push((Change::Add, self.stream.clone()));
                self.flow(now, MediaSession::new(now, peer, self.direction), ctx);
            }
            (None, Code::OK) if nodes.is_empty() => {
                let code = media_code::no_node(self.direction);
                self.fail_round(now, Failure::remote(code), ctx);
            }
            (None, Code::OK) => {
                let url = |node: Option<&Node>| node.map(|node| node.url.clone());
                let is_elsewhere = url(self.nodes.current()) != url(nodes.first());
                self.nodes.set(now, nodes.to_vec());
                self.is_gone = false;
                if !self.stays_silent(now, is_elsewhere, ctx) {
                    self.open(now, ctx);
                }
            }
            (_, Code::STREAM_NOT_FOUND) if self.follow => self.park(now, ctx),
            (None, Code::STREAM_NOT_FOUND) if !self.publishes() && !is_listed => {
                // Stop waiting for the silent session, but keep its last picture (PLAY-06).
                self.silence = None;
                self.fail_round(now, Failure::absent(), ctx);
            }
            (_, code) if media_code::is_final(code) => self.end(code, ctx),
            (_, code) => self.fail_round(now, Failure::remote(code), ctx),
        }
    }

    /// The room is to be asked, as soon as there is a link and it is this stream's turn (MEDIA-10).
    pub(super) fn ask(&mut self) {
        // The answer may be a new claim, which the room has not accepted as live.
        self.accepted_at = None;
        self.state = State::Asking(None);
    }

    /// Whether its question is waiting for a reply.
    pub(crate) fn is_asking(&self) -> bool {
        matches!(self.state, State::Asking(Some(_)))
    }

    pub(crate) fn wants_to_ask(&self) -> bool {
        matches!(self.state, State::Asking(None))
    }

    pub(crate) fn put_question(&mut self, now: Millis, ctx: &mut Context) {
        let pending = self.request(now, ctx, |id, stream| match self.direction {
            Direction::Publish => {
                let (extra, muted) = (self.extra.clone(), self.mute.muted);
                ClientMessage::Publish { id, stream, extra, muted }
            }
            Direction::Play => ClientMessage::Play { id, stream },
        });
        if pending.is_some() {
            self.was_asked_for = true;
            self.tell_try(now, ctx);
        }
        self.state = State::Asking(pending);
        // Only after the stream is claimed.
        self.say_muted(ctx);
    }

    pub(super) fn announce(&mut self, now: Millis, peer: PeerId, ctx: &mut Context) {
        let Some(node) = self.nodes.current() else { return };
        // The room accepted the stream before, and nothing that it knows has changed.
        if self.accepted_at.as_ref() == Some(&node.url) {
            return self.flow(now, MediaSession::new(now, peer, self.direction), ctx);
        }
        let node = node.name.clone();
        let pending = self.request(now, ctx, |id, stream| ClientMessage::Live { id, stream, node });
        self.state = State::Announcing(peer, pending);
    }

    /// Sends the room a request about the stream, if there is a link to send it on.
    pub(super) fn request(
        &self,
        now: Millis,
        ctx: &mut Context,
        message: impl FnOnce(u32, String) -> ClientMessage,
    ) -> Option<Pending> {
        let link = ctx.link?;
        let request = ctx.next_id();
        ctx.effect(Effect::SendMessage(link, message(request, self.stream.clone())));
        Some(Pending { request, give_up_at: now + timing::REQUEST_TIMEOUT_MS })
    }
}
