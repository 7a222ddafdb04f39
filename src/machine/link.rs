//! A live room link: is it still alive?
//!
//! A dead link often reports nothing for minutes, so its silence is the sign. A link silent for one
//! and a half heartbeats is probed, and an unanswered probe means that it is dead (ROOM-05). While
//! the probe is out the link is in doubt, and a second one may be opened beside it (BEY-04).

use super::Millis;
use super::context::Context;
use super::io::{Effect, SocketId};
use holdfast_protocol::sabotage::{self, Mutant, Whim};
use holdfast_protocol::{ClientMessage, timing};

/// A probe's time limit after `offline`. The flag can be wrong; the rule allows 500 ms (ROOM-05).
const OFFLINE_PROBE_TIMEOUT_MS: u64 = 350;
/// If a probe's timer fires later than this, a busy page held it up. The answer may then be next in
/// the browser's queue, so the probe is extended by the same time, once.
const BUSY_MS: u64 = 150;

/// A link whose hello has arrived.
#[derive(Debug)]
pub(crate) struct Link {
    socket: SocketId,
    heartbeat_ms: u64,
    heard_at: Millis,
    probe: Option<Probe>,
}

/// An unanswered probe.
#[derive(Debug)]
struct Probe {
    /// When the link counts as in doubt; none once that has been reported.
    doubtful_at: Option<Millis>,
    /// When the link counts as dead.
    ends_at: Millis,
    /// Its time ran out while the page was busy, and was extended.
    is_extended: bool,
}

/// The health of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// Nothing is known to be wrong.
    Fine,
    /// A probe has been out for a while; reported once for each probe.
    Doubtful,
    /// A probe stayed unanswered.
    Dead,
}

impl Link {
    pub(crate) fn new(now: Millis, socket: SocketId, heartbeat_ms: u64) -> Link {
        // A nonsensical interval must not make it probe in a loop, or never.
        let heartbeat_ms = heartbeat_ms.clamp(100, 60_000);
        Link { socket, heartbeat_ms, heard_at: now, probe: None }
    }

    pub(crate) fn socket(&self) -> SocketId {
        self.socket
    }

    /// Anything that arrives is a sign of life.
    pub(crate) fn heard(&mut self, now: Millis) {
        self.heard_at = now;
        self.probe = None;
    }

    /// The browser hinted that the link may be dead: ask at once.
    pub(crate) fn suspect(&mut self, now: Millis, ctx: &mut Context) {
        let limit_ms = if ctx.online { timing::PROBE_TIMEOUT_MS } else { OFFLINE_PROBE_TIMEOUT_MS };
        self.send_probe(now, limit_ms, ctx);
    }

    /// The health of the link now. Probes a silent link.
    pub(crate) fn check(&mut self, now: Millis, ctx: &mut Context) -> Health {
        let silent_at = self.silent_at();
        let Some(probe) = &mut self.probe else {
            let is_silent = now >= silent_at || sabotage::whim(Whim::SuspectLink);
            if is_silent && !sabotage::is(Mutant::NeverProbe) {
                self.send_probe(now, timing::PROBE_TIMEOUT_MS, ctx);
            }
            return Health::Fine;
        };
        if now >= probe.ends_at + timing::ASLEEP_MS {
            // The page was asleep, and the answer may be next in the browser's queue.
            self.probe = None;
            self.send_probe(now, timing::PROBE_TIMEOUT_MS, ctx);
            return Health::Fine;
        }
        if now >= probe.ends_at + BUSY_MS && !probe.is_extended {
            probe.is_extended = true;
            probe.ends_at = now + BUSY_MS;
        }
        if now >= probe.ends_at {
            return Health::Dead;
        }
        match probe.doubtful_at {
            Some(at) if now >= at => {
                probe.doubtful_at = None;
                Health::Doubtful
            }
            _ => Health::Fine,
        }
    }

    pub(crate) fn deadline(&self) -> Millis {
        match &self.probe {
            Some(probe) => probe.doubtful_at.unwrap_or(probe.ends_at).min(probe.ends_at),
            None if sabotage::is(Mutant::NeverProbe) => Millis(u64::MAX),
            None => self.silent_at(),
        }
    }

    fn silent_at(&self) -> Millis {
        self.heard_at + self.heartbeat_ms * timing::SUSPECT_HEARTBEATS_X10 / 10
    }

    fn send_probe(&mut self, now: Millis, limit_ms: u64, ctx: &mut Context) {
        let ends_at = now + limit_ms;
        match &mut self.probe {
            // A second hint must not give a dead link more time.
            Some(probe) => probe.ends_at = probe.ends_at.min(ends_at),
            None => {
                // Offline, no second link can be opened.
                let doubtful_at = ctx.online.then_some(now + timing::BESIDE_AFTER_MS);
                self.probe = Some(Probe { doubtful_at, ends_at, is_extended: false });
                let n = ctx.next_id();
                ctx.effect(Effect::SendMessage(self.socket, ClientMessage::Ping { n }));
            }
        }
    }
}
