//! Which media of a publisher's stream are muted, repeated to the room until it knows (PUB-08).

use super::Media;
use crate::machine::context::Context;
use crate::machine::io::Effect;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::{ClientMessage, Code};

#[derive(Debug, Default)]
pub(super) struct Mute {
    /// As in the protocol's `Stream`; a claim carries it as well.
    pub(super) muted: u8,
    /// The room may not know the current value.
    is_unsaid: bool,
    /// The request that tells the room. No other is sent before its reply.
    request: Option<u32>,
}

impl Mute {
    /// The link is gone, and perhaps the request sent on it.
    pub(super) fn handle_link_lost(&mut self) {
        if self.request.take().is_some() && !sabotage::is(Mutant::ForgetMute) {
            self.is_unsaid = true;
        }
    }

    /// The room answered a request. Returns whether it was this one, and the next may be sent.
    pub(super) fn handle_reply(&mut self, request: u32, code: Code) -> bool {
        if self.request != Some(request) {
            return false;
        }
        self.request = None;
        // It is sent again at the next check of the media.
        let is_too_frequent = code == Code::MESSAGE_TOO_FREQUENT;
        self.is_unsaid |= is_too_frequent;
        !is_too_frequent
    }
}

impl Media {
    pub(crate) fn mute(&mut self, muted: u8, ctx: &mut Context) {
        if std::mem::replace(&mut self.mute.muted, muted) != muted {
            self.mute.is_unsaid = true;
            self.say_muted(ctx);
        }
    }

    /// Tells the room what it may not know, once the stream has been claimed.
    pub(super) fn say_muted(&mut self, ctx: &mut Context) {
        let Mute { muted, is_unsaid: true, request: None } = self.mute else { return };
        if self.wants_to_ask() {
            return;
        }
        if let (Some(link), true) = (ctx.link, self.was_asked_for) {
            let (id, stream) = (ctx.next_id(), self.stream.clone());
            ctx.effect(Effect::SendMessage(link, ClientMessage::SetMuted { id, stream, muted }));
            self.mute = Mute { muted, is_unsaid: false, request: Some(id) };
        }
    }
}
