//! How many messages a session may send, and how often its streams may come and go.

use holdfast_protocol::{Millis, limit};

const MESSAGE_TOKENS: i64 = 1_000;
const TOKENS_MAX: i64 = MESSAGE_TOKENS * limit::REQUESTS_WAITING_MAX as i64;

/// A token bucket over what a session has the others told.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Below zero while more was charged than there was.
    tokens: i64,
    filled_at: Millis,
}

impl Bucket {
    pub(super) fn new(now: Millis) -> Bucket {
        Bucket { tokens: TOKENS_MAX, filled_at: now }
    }

    /// Whether one more may be sent; counts it if so.
    pub(super) fn take(&mut self, now: Millis) -> bool {
        self.fill(now);
        let is_enough = self.tokens >= MESSAGE_TOKENS;
        if is_enough {
            self.tokens -= MESSAGE_TOKENS;
        }
        is_enough
    }

    /// Counts one that cannot be refused.
    pub(super) fn charge(&mut self, now: Millis) {
        self.fill(now);
        self.tokens = self.tokens.saturating_sub(MESSAGE_TOKENS);
    }

    fn fill(&mut self, now: Millis) {
        // A thousandth of a message is one token, so a millisecond earns so many a second.
        let earned = (now - self.filled_at).saturating_mul(limit::MESSAGES_PER_SECOND);
        let earned = i64::try_from(earned).unwrap_or(i64::MAX);
        self.tokens = self.tokens.saturating_add(earned).min(TOKENS_MAX);
        self.filled_at = now;
    }
}
