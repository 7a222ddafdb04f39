//! Which messages of a session were delivered already, so that one that is sent again after a
//! resume is delivered once (ROOM-08).

use holdfast_protocol::limit;
use holdfast_protocol::sabotage::{self, Mutant};
use std::collections::VecDeque;

/// The last requests with the events they made; a client has no more than so many waiting.
#[derive(Debug, Default)]
pub(super) struct Answered(VecDeque<(u32, u32)>);

impl Answered {
    /// The event a request made when it came before.
    pub(super) fn seq(&self, request: u32) -> Option<u32> {
        if sabotage::is(Mutant::BroadcastTwice) {
            return None;
        }
        self.0.iter().find(|(id, _)| *id == request).map(|(_, seq)| *seq)
    }

    pub(super) fn note(&mut self, request: u32, seq: u32) {
        if self.0.len() >= limit::REQUESTS_WAITING_MAX {
            self.0.pop_front();
        }
        self.0.push_back((request, seq));
    }
}
