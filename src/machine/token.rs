//! The login's token: the warning before it expires, swapping it, and what a refusal means
//! (ROOM-12).

use super::context::Context;
use super::io::{Effect, Event, SocketId};
use super::{Millis, earlier};
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{ClientMessage, Code, timing};

/// How many newer tokens may be on their way at a time.
const SWAPS_MAX: usize = 8;
/// The shortest time between two requests to the app for a newer token. An app that answers at once
/// with useless tokens must not do so for ever.
const ASK_AGAIN_MS: u64 = 5_000;
/// The same when the network is back, because the app's own request may have failed without it.
const ASK_ON_RETURN_MS: u64 = 1_000;

/// When the token expires, and newer ones on their way to the server.
#[derive(Debug, Default)]
pub(crate) struct Token {
    warn_at: Option<Millis>,
    warned_at: Option<Millis>,
    /// The app was warned, and has not brought another token since.
    is_awaited: bool,
    /// The token that let us in last, or the first one. A newer one has yet to be accepted.
    good: Option<Known>,
    /// The requests that swap it, each with its newer token.
    swaps: Vec<(u32, String)>,
    /// Tries numbered up to this one carried a token that has been replaced since.
    older_tries: u32,
}

/// A token for which the server said how long it is valid.
#[derive(Debug)]
struct Known {
    token: String,
    /// From when it is refused; none = never, as far as is known.
    over_at: Option<Millis>,
}

/// What the refusal of a try means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is another token to try at once.
    Another,
    /// The token has expired, and only the app has another.
    Over,
    /// No token helps.
    Final,
}

impl Token {
    /// The server accepted a token, and said for how long it is valid; none = it never expires.
    fn lives(&mut self, now: Millis, ttl_ms: Option<u64>, token: String) {
        let over_at = ttl_ms.map(|ttl_ms| now + ttl_ms + timing::TOKEN_LEEWAY_MS);
        self.good = Some(Known { token, over_at });
        self.is_awaited = false;
        let at = ttl_ms.map(|ttl_ms| match ttl_ms > timing::TOKEN_WARNING_MS {
            true => now + (ttl_ms - timing::TOKEN_WARNING_MS),
            // Do not warn at once: an app that renews at once would do so for ever.
            false => now + ttl_ms / 2,
        });
        self.warn_at = at.map(|at| at.max(self.after_warning(now, ASK_AGAIN_MS)));
    }

    pub(crate) fn deadline(&self) -> Option<Millis> {
        self.warn_at
    }

    /// Whether the server is known to refuse this token.
    pub(crate) fn is_over(&self, now: Millis, current: &str) -> bool {
        self.good.as_ref().is_some_and(|good| {
            good.token == current && good.over_at.is_some_and(|over_at| now >= over_at)
        })
    }

    /// Warns when it is time: once, but repeatedly while nothing is tried for want of a token.
    pub(crate) fn handle_timeout(
        &mut self,
        now: Millis,
        room: &str,
        is_paused: bool,
        ctx: &mut Context,
    ) {
        if self.warn_at.is_some_and(|warn_at| now >= warn_at) {
            // The network may come back without the browser reporting it.
            self.warn_at = is_paused.then(|| now + timing::TOKEN_AGAIN_MS);
            self.warned_at = Some(now);
            self.is_awaited = true;
            ctx.event(Event::TokenWillExpire { room: room.into() });
        }
    }

    /// No try can be made before the app brings another.
    pub(crate) fn ask(&mut self, now: Millis, room: &str, ctx: &mut Context) {
        self.warn_at = earlier(self.warn_at, Some(self.after_warning(now, ASK_AGAIN_MS)));
        self.handle_timeout(now, room, true, ctx);
    }

    /// The network is back. The app's request for a newer token may have failed without it, so warn
    /// again.
    pub(crate) fn handle_return(&mut self, now: Millis) {
        if self.is_awaited {
            let at = self.after_warning(now, ASK_ON_RETURN_MS);
            self.warn_at = earlier(self.warn_at, Some(at));
        }
    }

    /// `renewToken`: asks the server to swap the token. Without a link, the next login carries it.
    pub(crate) fn renew(
        &mut self,
        token: String,
        link: Option<SocketId>,
        current: &mut String,
        ctx: &mut Context,
    ) {
        let Some(link) = link else {
            return self.change(token, current, ctx);
        };
        self.is_awaited = false;
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
            self.change(token.clone(), current, ctx);
            self.lives(now, ttl_ms, token);
        }
    }

    /// The server answered a request with a code. A newer token that it refused is dropped, and the
    /// app is asked for another in a while.
    pub(crate) fn handle_reply(
        &mut self,
        now: Millis,
        request: u32,
        code: Code,
        current: &mut String,
        ctx: &Context,
    ) {
        if code == Code::OK {
            return;
        }
        if let Some(token) = self.take(request) {
            if token == *current {
                self.go_back(current, ctx);
            }
            self.warn_at = Some(now + ASK_AGAIN_MS);
        }
    }

    /// The link is gone with its reply, so the next login carries the newer token.
    pub(crate) fn handle_link_lost(&mut self, current: &mut String, ctx: &Context) {
        if let Some((_, newest)) = self.swaps.pop() {
            self.swaps.clear();
            self.change(newest, current, ctx);
        }
    }

    /// In the room (again), perhaps by a try that carried an older token.
    pub(crate) fn handle_joined(
        &mut self,
        now: Millis,
        ttl_ms: Option<u64>,
        link: SocketId,
        current: &mut String,
        ctx: &mut Context,
    ) {
        self.handle_link_lost(current, ctx);
        let is_older = link.0 <= self.older_tries;
        let token = match self.good.take() {
            Some(good) if is_older => good.token,
            _ => current.clone(),
        };
        self.lives(now, ttl_ms, token);
        if is_older {
            self.renew(current.clone(), Some(link), current, ctx);
        }
    }

    /// A try was refused with this code.
    pub(crate) fn handle_refused(
        &mut self,
        now: Millis,
        link: SocketId,
        code: Code,
        current: &mut String,
        ctx: &Context,
    ) -> Refused {
        let codes = [Code::TOKEN_EXPIRED, Code::TOKEN_INVALID, Code::TOKEN_OTHER_USER];
        if !codes.contains(&code) {
            return Refused::Final;
        }
        if link.0 <= self.older_tries {
            return Refused::Another;
        }
        if self.go_back(current, ctx) {
            self.warn_at = Some(now + ASK_AGAIN_MS);
            return Refused::Another;
        }
        match &mut self.good {
            Some(good) if code == Code::TOKEN_EXPIRED => {
                good.over_at = Some(now);
                Refused::Over
            }
            _ => Refused::Final,
        }
    }

    /// A newer token was refused: goes back to the one before it, if there is one. That one may be
    /// valid for long.
    fn go_back(&mut self, current: &mut String, ctx: &Context) -> bool {
        if sabotage::is(Mutant::KeepBadToken) {
            return false;
        }
        let older = self.good.as_ref().filter(|good| good.token != *current);
        if let Some(older) = older {
            current.clone_from(&older.token);
            self.older_tries = ctx.last_id();
            return true;
        }
        false
    }

    fn change(&mut self, token: String, current: &mut String, ctx: &Context) {
        let older = std::mem::replace(current, token);
        self.good.get_or_insert(Known { token: older, over_at: None });
        self.warn_at = None;
        self.is_awaited = false;
        self.older_tries = ctx.last_id();
    }

    /// Now, or `pause_ms` after the last warning, whichever is later.
    fn after_warning(&self, now: Millis, pause_ms: u64) -> Millis {
        self.warned_at.map_or(now, |warned_at| now.max(warned_at + pause_ms))
    }

    fn take(&mut self, request: u32) -> Option<String> {
        let index = self.swaps.iter().position(|(id, _)| *id == request)?;
        Some(self.swaps.remove(index).1)
    }
}
