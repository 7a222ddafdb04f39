//! A live room link: is it still alive?
//!
//! A dead link often says nothing for minutes, so its silence is the sign: silent for one and a
//! half heartbeats it is probed, and a probe that stays unanswered means dead (ROOM-05). While the
//! probe is out the link is in doubt, and a second one may be opened beside it (BEY-04).

use super::Millis;
use super::context::Context;
use super::io::{Effect, SocketId};
use holdfast_protocol::sabotage::{self, Mutant, Whim};
use holdfast_protocol::{ClientMessage, timing};

/// A probe's time limit after `offline`: the flag can lie, the rule gives 500 ms (ROOM-05).
const OFFLINE_PROBE_TIMEOUT_MS: u64 = 350;
/// A probe's timer that is later than this was held up by a busy page, and so may the answer be,
/// which is next in the browser's queue then: it gets as long again, once.
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
    /// When the link is in doubt; none once that was noted.
    doubtful_at: Option<Millis>,
    /// When it is dead.
    ends_at: Millis,
    /// Its time was up while the page was busy.
    is_extended: bool,
}

/// What is known of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// Nothing is wrong, as far as is known.
    Fine,
    /// A probe has been out for a while; said once a probe.
    Doubtful,
    /// A probe stayed unanswered.
    Dead,
}

impl Link {
    pub(crate) fn new(now: Millis, socket: SocketId, heartbeat_ms: u64) -> Link {
        // A nonsense interval must neither probe in a loop nor never.
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

    /// How the link stands now. Probes a silent one.
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
            // We were asleep, and the answer may be next in the browser's queue.
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
            // A second hint never gives a dead link more time.
            Some(probe) => probe.ends_at = probe.ends_at.min(ends_at),
            None => {
                // A second link is not to be had offline.
                let doubtful_at = ctx.online.then_some(now + timing::BESIDE_AFTER_MS);
                self.probe = Some(Probe { doubtful_at, ends_at, is_extended: false });
                let n = ctx.next_id();
                ctx.effect(Effect::SendMessage(self.socket, ClientMessage::Ping { n }));
            }
        }
    }
}
