//! The media servers of one stream, in the order the room gave them.

use super::Millis;
use holdfast_protocol::{Node, timing};

/// For how long the tokens must still be good when a try begins.
const MARGIN_MS: u64 = 10_000;

/// Where one stream can be published or played. A round is a try at each of them (PUB-04).
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    list: Vec<Node>,
    /// The node that is being tried or used.
    index: usize,
    /// Tries of this round that failed.
    failed: usize,
    /// Until when the tokens are good.
    good_until: Millis,
}

impl Nodes {
    /// Takes the room's answer.
    pub(crate) fn set(&mut self, now: Millis, list: Vec<Node>) {
        let good_until = now + (timing::MEDIA_TOKEN_MS - MARGIN_MS);
        *self = Nodes { list, index: 0, failed: 0, good_until };
    }

    /// The tokens are no longer good.
    pub(crate) fn clear(&mut self) {
        self.list.clear();
    }

    /// Whether the nodes can be tried without asking the room again.
    pub(crate) fn are_good(&self, now: Millis) -> bool {
        !self.list.is_empty() && now < self.good_until
    }

    /// Whether the room named these nodes before this moment.
    pub(crate) fn are_older_than(&self, moment: Millis) -> bool {
        !self.list.is_empty() && self.good_until < moment + (timing::MEDIA_TOKEN_MS - MARGIN_MS)
    }

    /// Whether no other node is left to try in this round.
    pub(crate) fn is_last(&self) -> bool {
        self.failed + 1 >= self.list.len()
    }

    pub(crate) fn current(&self) -> Option<&Node> {
        self.list.get(self.index)
    }

    /// The current node failed: goes on to the next. Returns false if the round is over.
    pub(crate) fn advance(&mut self) -> bool {
        self.failed += 1;
        self.index += 1;
        if self.index >= self.list.len() {
            self.index = 0;
        }
        if self.failed >= self.list.len() {
            self.failed = 0;
            return false;
        }
        true
    }

    /// The current node works: the next round begins with it.
    pub(crate) fn settle(&mut self) {
        self.failed = 0;
    }
}
