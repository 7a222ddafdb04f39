//! The login's token: the warning before its end, and swapping it (ROOM-12).

use super::Millis;
use super::context::Context;
use super::io::{Effect, Event, SocketId};
use holdfast_protocol::{ClientMessage, Code, timing};

/// Newer tokens on their way at a time.
const SWAPS_MAX: usize = 8;
/// How long after a newer token was not taken the app is asked for another.
const ASK_AGAIN_MS: u64 = 5_000;

/// When the token ends, and newer ones that are on their way to the server.
#[derive(Debug, Default)]
pub(crate) struct Token {
    warn_at: Option<Millis>,
    /// The requests that swap it, each with its newer token.
    swaps: Vec<(u32, String)>,
    /// Tries numbered up to this one set out with an older token.
    older_tries: u32,
}

impl Token {
    /// The server said how long the token is good; none = it never expires.
    pub(crate) fn lives(&mut self, now: Millis, ttl_ms: Option<u64>) {
        self.warn_at = ttl_ms.map(|ttl_ms| match ttl_ms > timing::TOKEN_WARNING_MS {
            true => now + (ttl_ms - timing::TOKEN_WARNING_MS),
            // Not at once, or an app that renews at once would do so for ever.
            false => now + ttl_ms / 2,
        });
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        self.warn_at
    }

    /// Warns once, when it is time.
    pub(crate) fn handle_timeout(&mut self, now: Millis, room: &str, ctx: &mut Context) {
        if self.warn_at.is_some_and(|warn_at| now >= warn_at) {
            self.warn_at = None;
            ctx.event(Event::TokenWillExpire { room: room.into() });
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
        if self.swaps.len() == SWAPS_MAX {
            self.swaps.remove(0);
        }
        self.swaps.push((id, token));
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
        if let Some(token) = self.take(request) {
            self.change(token, current, ctx);
            self.lives(now, ttl_ms);
        }
    }

    /// The server answered a request with a code; a newer token it did not take is dropped, and the
    /// app is asked for another in a while.
    pub(crate) fn handle_reply(&mut self, now: Millis, request: u32, code: Code) {
        if code != Code::OK && self.take(request).is_some() {
            self.warn_at = Some(now + ASK_AGAIN_MS);
        }
    }

    /// The link is gone with its reply: the next login carries the newer token.
    pub(crate) fn handle_link_lost(&mut self, current: &mut String, ctx: &Context) {
        if let Some((_, newest)) = self.swaps.pop() {
            self.swaps.clear();
            self.change(newest, current, ctx);
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

    fn take(&mut self, request: u32) -> Option<String> {
        let index = self.swaps.iter().position(|(id, _)| *id == request)?;
        Some(self.swaps.remove(index).1)
    }
}
