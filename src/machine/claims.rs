//! Stream IDs that are to be given back to the room.
//!
//! A claim outlives a link, so giving it up must too: a release sent on a link that turned out dead
//! is sent again on the next one, or the others would see a stream that nobody publishes.

use super::context::Context;
use super::io::Effect;
use holdfast_protocol::ClientMessage;
use holdfast_protocol::sabotage::{self, Mutant};

#[derive(Debug)]
struct Claim {
    stream: String,
    /// The request that waits for its reply; none while there is no link to send it on.
    request: Option<u32>,
}

/// Claims given up by us and not yet confirmed by the room.
#[derive(Debug, Default)]
pub(crate) struct GivenUp(Vec<Claim>);

impl GivenUp {
    pub(crate) fn add(&mut self, stream: String) {
        if self.0.iter().any(|known| known.stream == stream && known.request.is_none()) {
            return;
        }
        self.0.push(Claim { stream, request: None });
    }

    /// Sends the releases that the room has not been sent yet.
    pub(crate) fn tell(&mut self, ctx: &mut Context) {
        let Some(link) = ctx.link else { return };
        for claim in self.0.iter_mut().filter(|claim| claim.request.is_none()) {
            let (id, stream) = (ctx.next_id(), claim.stream.clone());
            claim.request = Some(id);
            ctx.effect(Effect::SendMessage(link, ClientMessage::Unpublish { id, stream }));
        }
    }

    /// The room answered a request. Whatever the answer, the room no longer keeps this claim.
    pub(crate) fn handle_reply(&mut self, request: u32) {
        self.0.retain(|claim| claim.request != Some(request));
    }

    /// The link is gone, and perhaps the releases sent on it.
    pub(crate) fn handle_link_lost(&mut self) {
        for claim in &mut self.0 {
            if sabotage::is(Mutant::ForgetUnpublish) {
                continue;
            }
            claim.request = None;
        }
    }

    /// The room is over or has forgotten us.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
