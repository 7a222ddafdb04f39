//! A live room link: is it still alive?
//!
//! A dead link often says nothing for minutes, so its silence is the sign: silent for one and a
//! half heartbeats it is probed, and a probe that stays unanswered means dead (ROOM-05).

use super::Millis;
use super::context::Context;
use super::io::{Effect, SocketId};
use holdfast_protocol::{ClientMessage, timing};

/// A probe's time limit after `offline`: the flag can lie, the rule gives 500 ms (ROOM-05).
const OFFLINE_PROBE_TIMEOUT_MS: u64 = 400;

/// A link whose hello has arrived.
#[derive(Debug)]
pub(crate) struct Link {
    socket: SocketId,
    heartbeat_ms: u64,
    heard_at: Millis,
    /// When an unanswered probe means dead.
    probe_ends_at: Option<Millis>,
}

impl Link {
    pub(crate) fn new(now: Millis, socket: SocketId, heartbeat_ms: u64) -> Link {
        // A nonsense interval must neither probe in a loop nor never.
        let heartbeat_ms = heartbeat_ms.clamp(100, 60_000);
        Link { socket, heartbeat_ms, heard_at: now, probe_ends_at: None }
    }

    pub(crate) fn socket(&self) -> SocketId {
        self.socket
    }

    /// Anything that arrives is a sign of life.
    pub(crate) fn heard(&mut self, now: Millis) {
        self.heard_at = now;
        self.probe_ends_at = None;
    }

    /// The browser hinted that the link may be dead: ask at once.
    pub(crate) fn suspect(&mut self, now: Millis, ctx: &mut Context) {
        let limit_ms = if ctx.online { timing::PROBE_TIMEOUT_MS } else { OFFLINE_PROBE_TIMEOUT_MS };
        self.probe(now + limit_ms, ctx);
    }

    /// Whether the link turned out dead. Probes a silent one.
    pub(crate) fn is_dead(&mut self, now: Millis, ctx: &mut Context) -> bool {
        match self.probe_ends_at {
            Some(probe_ends_at) => now >= probe_ends_at,
            None => {
                if now >= self.silent_at() {
                    self.probe(now + timing::PROBE_TIMEOUT_MS, ctx);
                }
                false
            }
        }
    }

    pub(crate) fn deadline(&self) -> Millis {
        self.probe_ends_at.unwrap_or_else(|| self.silent_at())
    }

    fn silent_at(&self) -> Millis {
        self.heard_at + self.heartbeat_ms * timing::SUSPECT_HEARTBEATS_X10 / 10
    }

    fn probe(&mut self, ends_at: Millis, ctx: &mut Context) {
        // A second hint never gives a dead link more time.
        let ends_at = self.probe_ends_at.map_or(ends_at, |earlier| earlier.min(ends_at));
        self.probe_ends_at = Some(ends_at);
        let n = ctx.next_id();
        ctx.effect(Effect::SendMessage(self.socket, ClientMessage::Ping { n }));
    }
}
