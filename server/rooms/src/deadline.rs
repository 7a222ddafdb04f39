//! Timers: heartbeats, pings, silent links, ends of grace and of tokens, user counts.

use super::session::{Linked, Presence};
use super::{Membership, Mint, Output, Rooms, SessionId};
use holdfast_protocol::sabotage::{self, Mutant, Whim};
use holdfast_protocol::{CloseCode, Code, DeleteReason, Millis, ServerMessage, timing};

/// What a deadline is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    Session(SessionId),
    /// A room's user count is due.
    Count(String),
    /// A room's link news is due.
    LinkNews(String),
}

impl<M: Mint> Rooms<M> {
    /// When [`Input::Timeout`](super::Input::Timeout) is due at the latest.
    pub fn next_deadline(&self) -> Option<Millis> {
        self.deadlines.first().map(|(at, _)| *at)
    }

    pub(super) fn expire(&mut self) {
        while let Some((at, _)) = self.deadlines.first() {
            if *at > self.now {
                return;
            }
            match self.deadlines.pop_first() {
                Some((_, Wake::Session(id))) => self.on_deadline(&id),
                Some((_, Wake::Count(room))) => self.tell_count(&room),
                Some((_, Wake::LinkNews(room))) => self.tell_connections(&room),
                None => {}
            }
        }
    }

    fn on_deadline(&mut self, id: &SessionId) {
        let now = self.now;
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let armed_at = session.armed_at.take();
        if armed_at.is_some_and(|armed_at| now - armed_at > timing::ASLEEP_MS) {
            // The whole server stood still, and what the clients sent meanwhile is not read yet.
            session.spare(now, self.settings.ping_ms, self.settings.silence_ms);
        }
        let is_expired = session.expires_at.is_some_and(|at| at <= now);
        match session.presence {
            Presence::Away { until } if until <= now => {
                tracing::info!(session = %id, user = session.user.id, "grace ended");
                return self.end_session(id, DeleteReason::HEARTBEAT_TIMEOUT, Membership::Ends);
            }
            Presence::Away { .. } | Presence::Guest => {}
            Presence::Linked(_) if is_expired => {
                tracing::info!(session = %id, user = session.user.id, "token ended");
                let code = Code::TOKEN_EXPIRED;
                let reason = DeleteReason::KICKED;
                return self.end_with(id, code, code.message(), reason, Membership::Ends);
            }
            Presence::Linked(linked) if linked.heard + self.settings.silence_ms <= now => {
                tracing::info!(session = %id, link = linked.link, "link silent");
                let reason = "nothing was received for too long".to_owned();
                self.close(linked.link, CloseCode::OVER_LIMIT, reason);
                return self.on_link_closed(linked.link);
            }
            Presence::Linked(linked) => self.keep_alive(id, linked),
        }
        self.arm(id);
    }

    /// Send a ping or a heartbeat, whichever is due. If the other is due soon, send it too: both go
    /// out in one write, and from then on they are due together.
    fn keep_alive(&mut self, id: &SessionId, linked: Linked) {
        let heartbeat_ms = self.settings.heartbeat_ms;
        let is_due = linked.heartbeat_at <= self.now || sabotage::whim(Whim::ExtraHeartbeat);
        let is_ping_due = linked.ping_at <= self.now;
        let early_ms = heartbeat_ms / 4;
        let is_near = is_ping_due && linked.heartbeat_at <= self.now + early_ms;
        let is_ping_near = is_due && linked.ping_at <= self.now + (heartbeat_ms - early_ms);
        if is_ping_due || is_ping_near {
            self.outputs.push_back(Output::Ping { link: linked.link });
            let ping_at = self.now + self.settings.ping_ms;
            if let Some(session) = self.sessions.get_mut(id) {
                session.pinged(ping_at);
            }
        }
        if is_due || is_near {
            self.send(id, ServerMessage::Heartbeat);
        }
    }

    /// How long a session whose link is gone is kept (CFG-02).
    pub(super) fn grace_ms(&self) -> u64 {
        if sabotage::is(Mutant::GraceEndsEarly) {
            return self.settings.grace_ms.saturating_sub(1_000);
        }
        if sabotage::is(Mutant::GraceNeverEnds) {
            return u64::MAX;
        }
        self.settings.grace_ms
    }

    /// Have [`Self::on_deadline`] called when the session needs it. The entry only ever moves to an
    /// earlier time: one that fires too early re-arms itself.
    pub(super) fn arm(&mut self, id: &SessionId) {
        let Some(session) = self.sessions.get_mut(id) else {
            return;
        };
        let Some(wake_at) = session.wake_at(self.settings.silence_ms) else {
            return;
        };
        if let Some(armed_at) = session.armed_at {
            if armed_at <= wake_at {
                return;
            }
            self.deadlines.remove(&(armed_at, Wake::Session(id.clone())));
        }
        session.armed_at = Some(wake_at);
        self.deadlines.insert((wake_at, Wake::Session(id.clone())));
    }
}
