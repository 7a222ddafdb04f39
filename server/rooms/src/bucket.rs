//! Token buckets: a burst at once, and a rate per second in the long run.

use holdfast_protocol::Millis;

/// The cost of one, chosen so that a millisecond earns as many units as a second allows.
const UNIT: i64 = 1_000;

/// The limits of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) at_once: u64,
    pub(super) per_second: u64,
}

/// A token bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    rate: Rate,
    /// Negative if more was charged than there was.
    tokens: i64,
    filled_at: Millis,
}

impl Bucket {
    pub(super) fn new(rate: Rate, now: Millis) -> Bucket {
        Bucket { rate, tokens: units(rate.at_once), filled_at: now }
    }

    /// Whether `cost` may be spent now.
    pub(super) fn has(&mut self, now: Millis, cost: u64) -> bool {
        self.fill(now);
        self.tokens >= units(cost)
    }

    /// Whether `cost` may be spent now; spends it if so.
    pub(super) fn take(&mut self, now: Millis, cost: u64) -> bool {
        let is_enough = self.has(now, cost);
        if is_enough {
            self.tokens -= units(cost);
        }
        is_enough
    }

    /// Charges for something that cannot be refused.
    pub(super) fn charge(&mut self, now: Millis, cost: u64) {
        self.fill(now);
        self.tokens = self.tokens.saturating_sub(units(cost));
    }

    /// When the bucket is full again, if nothing more is taken.
    pub(super) fn full_at(&self) -> Millis {
        let missing = units(self.rate.at_once).saturating_sub(self.tokens).unsigned_abs();
        self.filled_at + missing.div_ceil(self.rate.per_second.max(1))
    }

    fn fill(&mut self, now: Millis) {
        let earned = (now - self.filled_at).saturating_mul(self.rate.per_second);
        let earned = i64::try_from(earned).unwrap_or(i64::MAX);
        self.tokens = self.tokens.saturating_add(earned).min(units(self.rate.at_once));
        self.filled_at = now;
    }
}

fn units(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_mul(UNIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_so_much_at_once_and_so_much_a_second() {
        let mut bucket = Bucket::new(Rate { at_once: 3, per_second: 2 }, Millis(0));
        assert_eq!(bucket.full_at(), Millis(0));
        assert!(!bucket.take(Millis(0), 4) && bucket.take(Millis(0), 3));
        assert_eq!(bucket.full_at(), Millis(1_500));
        assert!(!bucket.take(Millis(499), 1) && bucket.take(Millis(500), 1));
        bucket.charge(Millis(500), 2);
        assert!(!bucket.has(Millis(1_999), 1) && bucket.has(Millis(2_000), 1));
        assert!(!bucket.has(Millis(90_000), 4) && bucket.has(Millis(90_000), 3));
    }

    #[test]
    fn no_number_is_too_large() {
        let huge = Rate { at_once: u64::MAX, per_second: u64::MAX };
        let mut bucket = Bucket::new(huge, Millis(0));
        assert!(bucket.take(Millis(u64::MAX), u64::MAX));
        bucket.charge(Millis(u64::MAX), u64::MAX);
        bucket.charge(Millis(0), u64::MAX);
        assert!(bucket.full_at() >= Millis(0));
    }
}
