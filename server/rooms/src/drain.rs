//! Sends clients away for a while, because the server is stopping or too busy.

use super::session::Presence;
use super::{LinkId, Mint, Output, Rooms};
use holdfast_protocol::{CloseCode, ServerMessage};

/// When clients that are sent away may come back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    min_ms: u64,
    max_ms: u64,
}

impl Range {
    /// For a login that comes while the server is busy.
    pub(super) const BUSY: Range = Range { min_ms: 200, max_ms: 1_000 };

    /// For a user who logs in too often: one more is allowed each second.
    pub(super) const TOO_MANY: Range = Range { min_ms: 1_000, max_ms: 4_000 };

    /// Long enough that this many clients do not all come back at once.
    fn spread(links: usize) -> Range {
        let links = u64::try_from(links).unwrap_or(u64::MAX);
        let max_ms = links.saturating_mul(5).saturating_add(500).clamp(1_000, 60_000);
        Range { min_ms: 500, max_ms }
    }
}

impl<M: Mint> Rooms<M> {
    /// Send everybody away, and everyone who logs in from now on. The sessions go into their grace,
    /// but nobody is left to be told.
    pub(super) fn on_drain(&mut self) {
        let range = *self.draining.get_or_insert(Range::spread(self.links.len()));
        let until = self.now + self.settings.grace_ms;
        for (link, id) in std::mem::take(&mut self.links) {
            self.send_away(link, range);
            if let Some(session) = self.sessions.get_mut(&id) {
                session.presence = Presence::Away { until };
            }
            self.arm(&id);
        }
    }

    pub(super) fn send_away(&mut self, link: LinkId, Range { min_ms, max_ms }: Range) {
        let message = ServerMessage::Goaway { min_ms, max_ms };
        self.outputs.push_back(Output::Send { links: vec![link], message });
        let reason = "come back later".to_owned();
        self.close(link, CloseCode::GOING_AWAY, reason);
    }
}
