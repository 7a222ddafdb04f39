//! Limits how much a client may send. The excess is dropped before time is spent on it, and before
//! it is forwarded to each player.

use std::time::{Duration, Instant};

/// How far a client may run ahead of the rate: a keyframe arrives all at once.
const BURST: Duration = Duration::from_secs(1);

pub(super) struct Inflow {
    /// `None` for no limit.
    bits_per_second: Option<u64>,
    /// When everything received so far would have arrived at that rate.
    through_at: Instant,
    was_over: bool,
}

/// What is done with a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Taken,
    /// The first datagram that is dropped.
    FirstDropped,
    Dropped,
}

impl Inflow {
    pub(super) fn new(bits_per_second: Option<u64>, now: Instant) -> Inflow {
        let bits_per_second = bits_per_second.filter(|rate| *rate > 0);
        Inflow { bits_per_second, through_at: now, was_over: false }
    }

    /// A datagram of this size arrived.
    pub(super) fn take(&mut self, bytes: usize, now: Instant) -> Admission {
        let Some(bits_per_second) = self.bits_per_second else {
            return Admission::Taken;
        };
        let from = self.through_at.max(now);
        if from - now > BURST {
            return match std::mem::replace(&mut self.was_over, true) {
                false => Admission::FirstDropped,
                true => Admission::Dropped,
            };
        }
        let nanos = bytes as u64 * 8 * 1_000_000_000 / bits_per_second;
        self.through_at = from + Duration::from_nanos(nanos);
        Admission::Taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_over_the_rate_is_dropped_and_said_once() {
        let start = Instant::now();
        let mut inflow = Inflow::new(Some(8_000_000), start);
        let (mut taken, mut said) = (0, 0);
        // 10 s of four times the rate.
        for n in 0..40_000 {
            let now = start + Duration::from_micros(250 * n);
            match inflow.take(1_000, now) {
                Admission::Taken => taken += 1,
                Admission::FirstDropped => said += 1,
                Admission::Dropped => {}
            }
        }
        assert!((10_900..=11_100).contains(&taken), "{taken}");
        assert_eq!(said, 1);
        assert_eq!(inflow.take(1_000, start + Duration::from_secs(20)), Admission::Taken);
    }

    #[test]
    fn without_a_rate_all_is_taken() {
        let now = Instant::now();
        for rate in [None, Some(0)] {
            let mut inflow = Inflow::new(rate, now);
            assert!((0..100_000).all(|_| inflow.take(1_500, now) == Admission::Taken));
        }
    }
}
