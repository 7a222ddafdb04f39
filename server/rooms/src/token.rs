//! What a login's token allows and until when, and its renewal (ROOM-12).

use super::{Grants, LinkId, Mint, Rooms, SessionId};
use holdfast_protocol::{Code, DeleteReason, Millis, ServerMessage};

/// What a token that was found good says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// What its user may do.
    pub grants: Grants,
    /// When it ends; `None` = never.
    pub expires_at: Option<Millis>,
}

impl Pass {
    /// Everything, for ever.
    pub const ALL: Pass = Pass { grants: Grants::ALL, expires_at: None };

    /// How long it is still good, if not for ever.
    pub(super) fn ttl_ms(&self, now: Millis) -> Option<u64> {
        self.expires_at.map(|at| at - now)
    }
}

impl<M: Mint> Rooms<M> {
    /// A bad token changes nothing.
    pub(super) fn on_token_renewed(&mut self, link: LinkId, id: u32, result: Result<Pass, Code>) {
        let Some(session_id) = self.links.get(&link).cloned() else {
            return;
        };
        self.on_heard(link);
        let reply = match result {
            Ok(pass) => {
                let token_ttl_ms = pass.ttl_ms(self.now);
                self.set_pass(&session_id, pass);
                ServerMessage::Renewed { id, token_ttl_ms }
            }
            Err(code) => {
                let message = code.message().to_owned();
                ServerMessage::Done { id, code, message, seq: 0 }
            }
        };
        self.send(&session_id, reply);
    }

    /// What is allowed from now on. Streams that are not end; what plays already may play on.
    pub(super) fn set_pass(&mut self, id: &SessionId, pass: Pass) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.pass = pass;
        }
        self.arm(id);
        if !pass.grants.publish {
            self.end_streams(id, DeleteReason::REMOVED);
        }
    }
}
