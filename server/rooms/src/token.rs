//! What a login's token allows and for how long, and its renewal (ROOM-12).

use super::{Grants, LinkId, Mint, Rooms, SessionId};
use holdfast_protocol::{Code, DeleteReason, ServerMessage};

/// The contents of a valid token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// What its user may do.
    pub grants: Grants,
    /// How long it is valid from now on, leeway included; `None` = forever.
    pub ttl_ms: Option<u64>,
}

impl Pass {
    /// Everything, forever.
    pub const ALL: Pass = Pass { grants: Grants::ALL, ttl_ms: None };
}

impl<M: Mint> Rooms<M> {
    /// An invalid token changes nothing.
    pub(super) fn on_token_renewed(&mut self, link: LinkId, id: u32, result: Result<Pass, Code>) {
        let Some(session_id) = self.links.get(&link).cloned() else {
            return;
        };
        if !self.on_heard(link) {
            return;
        }
        let reply = match result {
            Ok(pass) => {
                self.set_pass(&session_id, pass);
                ServerMessage::Renewed { id, token_ttl_ms: self.told_ttl_ms(&session_id) }
            }
            Err(code) => {
                let message = code.message().to_owned();
                ServerMessage::Done { id, code, message, seq: 0 }
            }
        };
        self.send(&session_id, reply);
    }

    /// Apply new permissions. Streams that are no longer allowed end; what already plays may
    /// continue.
    pub(super) fn set_pass(&mut self, id: &SessionId, pass: Pass) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.set_pass(self.now, pass);
        }
        self.arm(id);
        if !pass.grants.publish {
            self.end_streams(id, DeleteReason::REMOVED);
        }
    }

    /// How long a session's token is valid, as told to its user.
    pub(super) fn told_ttl_ms(&self, id: &SessionId) -> Option<u64> {
        let end = self.sessions.get(id)?.expires_at?;
        Some((end - self.now).saturating_sub(self.settings.token_leeway_ms))
    }
}
