//! The login's token: the warning before its end, and swapping it (ROOM-12).

use super::Millis;
use super::context::Context;
use super::io::{Effect, Event, SocketId};
use holdfast_protocol::{ClientMessage, Code, timing};

/// When the token ends, and a newer one that is on its way to the server.
#[derive(Debug, Default)]
pub(crate) struct Token {
    warn_at: Option<Millis>,
    /// The request that swaps it, and the newer token.
    swap: Option<(u32, String)>,
    /// Tries numbered up to this one set out with an older token.
    older_tries: u32,
}

impl Token {
    /// The server said how long the token is good; none = it never expires.
    pub(crate) fn lives(&mut self, now: Millis, ttl_ms: Option<u64>) {
        self.warn_at = ttl_ms.map(|ttl_ms| now + ttl_ms.saturating_sub(timing::TOKEN_WARNING_MS));
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        self.warn_at
    }

    /// Warns once, when it is time.
    pub(crate) fn handle_timeout(&mut self, now: Millis, room: &str, ctx: &mut Context) {
        if self.warn_at.is_some_and(|warn_at| now >= warn_at) {
            self.warn(room, ctx);
        }
    }

    /// `renewToken`: asks the server to swap it. Without a link the next login carries it.
    pub(crate) fn renew(
        &mut self,
        token: String,
        link: Option<SocketId>,
        current: &mut String,
        ctx: &mut Context,
    ) {
        let Some(link) = link else {
            self.warn_at = None;
            return self.change(token, current, ctx);
        };
        let id = ctx.next_id();
        let message = ClientMessage::Renew { id, token: token.clone() };
        ctx.effect(Effect::SendMessage(link, message));
        self.swap = Some((id, token));
    }

    /// The server took the newer token.
    pub(crate) fn handle_renewed(
        &mut self,
        now: Millis,
        request: u32,
        ttl_ms: Option<u64>,
        current: &mut String,
        ctx: &Context,
    ) {
        if let Some((_, token)) = self.swap.take_if(|(id, _)| *id == request) {
            self.change(token, current, ctx);
            self.lives(now, ttl_ms);
        }
    }

    /// The server answered a request with a code; a newer token it did not take is dropped, and the
    /// app is asked for another.
    pub(crate) fn handle_reply(&mut self, request: u32, code: Code, room: &str, ctx: &mut Context) {
        if code != Code::OK && self.swap.take_if(|(id, _)| *id == request).is_some() {
            self.warn(room, ctx);
        }
    }

    /// The link is gone with its reply: the next login carries the newer token.
    pub(crate) fn handle_link_lost(&mut self, current: &mut String, ctx: &Context) {
        if let Some((_, token)) = self.swap.take() {
            self.change(token, current, ctx);
        }
    }

    /// In the room (again), perhaps by a try that set out with an older token.
    pub(crate) fn handle_joined(
        &mut self,
        now: Millis,
        ttl_ms: Option<u64>,
        link: SocketId,
        current: &mut String,
        ctx: &mut Context,
    ) {
        self.handle_link_lost(current, ctx);
        self.lives(now, ttl_ms);
        if link.0 <= self.older_tries {
            self.renew(current.clone(), Some(link), current, ctx);
        }
    }

    fn change(&mut self, token: String, current: &mut String, ctx: &Context) {
        *current = token;
        self.older_tries = ctx.last_id();
    }

    fn warn(&mut self, room: &str, ctx: &mut Context) {
        self.warn_at = None;
        ctx.event(Event::TokenWillExpire { room: room.into() });
    }
}
