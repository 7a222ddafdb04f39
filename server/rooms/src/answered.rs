//! Which messages of a session were already delivered, so that one sent again after a resume is
//! delivered only once (ROOM-08).

use holdfast_protocol::limit;
use holdfast_protocol::sabotage::{self, Mutant};
use std::collections::VecDeque;

/// The latest requests with the numbers of their events. A client never has more than this many
/// pending.
#[derive(Debug, Default)]
pub(super) struct Answered(VecDeque<(u32, u32)>);

impl Answered {
    /// The number of the event that this request already caused.
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
