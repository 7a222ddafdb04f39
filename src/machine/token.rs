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
    /// A try that is under way may still carry the token before this one.
    is_untold: bool,
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
            *current = token;
            self.warn_at = None;
            self.is_untold = true;
            return;
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
    ) {
        if let Some((_, token)) = self.swap.take_if(|(id, _)| *id == request) {
            *current = token;
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
    pub(crate) fn handle_link_lost(&mut self, current: &mut String) {
        if let Some((_, token)) = self.swap.take() {
            *current = token;
            self.is_untold = true;
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
        self.handle_link_lost(current);
        self.lives(now, ttl_ms);
        if std::mem::take(&mut self.is_untold) {
            self.renew(current.clone(), Some(link), current, ctx);
        }
    }

    fn warn(&mut self, room: &str, ctx: &mut Context) {
        self.warn_at = None;
        ctx.event(Event::TokenWillExpire { room: room.into() });
    }
}
