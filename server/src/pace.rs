//! Limits how often each of many keys may do something: a burst at once, and in the long run once
//! per interval.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// From this many entries on, unused ones are removed.
const SWEEP_FROM: usize = 64;

/// The rate of each key. Only recently active keys are stored.
#[derive(Debug)]
pub(crate) struct Paces<Key> {
    burst: u32,
    interval: Duration,
    /// When each key will have its whole burst back.
    rested_at: HashMap<Key, Instant>,
    sweep_from: usize,
}

impl<Key: Eq + Hash> Paces<Key> {
    /// Allow a burst of this many, and one more per interval.
    pub(crate) fn new(burst: u32, interval: Duration) -> Paces<Key> {
        Paces { burst, interval, rested_at: HashMap::new(), sweep_from: SWEEP_FROM }
    }

    /// When a key may act next. Does not count as an action.
    pub(crate) fn turn<Q>(&self, key: &Q, now: Instant) -> Instant
    where
        Key: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let ahead = self.interval * self.burst.saturating_sub(1);
        let rested_at = self.rested_at.get(key).copied().unwrap_or(now);
        rested_at.checked_sub(ahead).map_or(now, |turn| turn.max(now))
    }

    /// Count an action of a key.
    pub(crate) fn count(&mut self, key: Key, now: Instant) {
        if self.rested_at.len() >= self.sweep_from {
            self.rested_at.retain(|_, rested_at| *rested_at > now);
            self.sweep_from = SWEEP_FROM.max(2 * self.rested_at.len());
        }
        let rested_at = self.rested_at.entry(key).or_insert(now);
        *rested_at = now.max(*rested_at) + self.interval;
    }
}

/// Whether it is the key's turn.
///
/// # Errors
/// It is not, for this many more seconds.
pub(crate) fn check_turn(turn: Instant, now: Instant) -> Result<(), u64> {
    if turn > now { Err((turn - now).as_secs() + 1) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn each_key_has_its_burst_and_then_one_turn_an_interval() {
        let mut paces = Paces::<&str>::new(3, SECOND);
        let mut now = Instant::now();
        for _ in 0..3 {
            assert_eq!(paces.turn("a", now), now);
            paces.count("a", now);
        }
        assert_eq!(paces.turn("a", now), now + SECOND);
        assert_eq!(paces.turn("b", now), now, "another");
        for _ in 0..5 {
            now = paces.turn("a", now);
            paces.count("a", now);
            assert_eq!(paces.turn("a", now), now + SECOND);
        }
        now += 3 * SECOND;
        paces.count("a", now);
        paces.count("a", now);
        assert_eq!(paces.turn("a", now), now, "the burst is earned back");
    }

    #[test]
    fn those_that_rested_are_forgotten() {
        let mut paces = Paces::<usize>::new(3, SECOND);
        let now = Instant::now();
        for key in 0..1_000 {
            paces.count(key, now);
        }
        assert_eq!(paces.rested_at.len(), 1_000);
        for key in 0..2_000 {
            paces.count(key, now + 2 * SECOND);
        }
        assert!(paces.rested_at.len() <= 2_000, "{}", paces.rested_at.len());
        for key in 2_000..4_000 {
            paces.count(key, now + SECOND * key as u32);
        }
        assert!(paces.rested_at.len() <= 2 * SWEEP_FROM, "{}", paces.rested_at.len());
    }
}
