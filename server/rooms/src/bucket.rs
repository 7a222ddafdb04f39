//! How many messages a session may send.

use holdfast_protocol::{Millis, limit};

const MESSAGE_TOKENS: u64 = 1_000;
const TOKENS_MAX: u64 = MESSAGE_TOKENS * limit::REQUESTS_WAITING_MAX as u64;

/// A token bucket over the messages of a session.
#[derive(Debug)]
pub(super) struct Bucket {
    tokens: u64,
    filled_at: Millis,
}

impl Bucket {
    pub(super) fn new(now: Millis) -> Bucket {
        Bucket { tokens: TOKENS_MAX, filled_at: now }
    }

    /// Whether one more may be sent; counts it if so.
    pub(super) fn take(&mut self, now: Millis) -> bool {
        // A thousandth of a message is one token, so a millisecond earns so many a second.
        let earned = (now - self.filled_at).saturating_mul(limit::MESSAGES_PER_SECOND);
        self.tokens = self.tokens.saturating_add(earned).min(TOKENS_MAX);
        self.filled_at = now;
        if self.tokens < MESSAGE_TOKENS {
            return false;
        }
        self.tokens -= MESSAGE_TOKENS;
        true
    }
}
