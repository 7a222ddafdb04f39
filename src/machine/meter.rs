//! Does a session's media still flow? A switch of networks often gives no event at all, so the
//! received bytes are the sign (MEDIA-09).

use super::Millis;
use super::io::Direction;
use holdfast_protocol::timing;

/// The received bytes of one session, sampled now and then.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    received: u64,
    changed_at: Millis,
    sample_at: Millis,
    interval_ms: u64,
    /// It has been seen to flow.
    is_proven: bool,
    /// Something else broke, so that silence means more.
    is_suspect: bool,
}

impl Meter {
    /// A meter that looks every `interval_ms`.
    pub(crate) fn new(now: Millis, interval_ms: u64) -> Meter {
        Meter {
            received: 0,
            changed_at: now,
            sample_at: now + interval_ms,
            interval_ms,
            is_proven: false,
            is_suspect: false,
        }
    }

    /// Media is believed to flow from now on.
    pub(crate) fn start_over(&mut self, now: Millis) {
        self.changed_at = now;
        self.sample_at = now + timing::SAMPLE_MS;
        self.interval_ms = timing::SAMPLE_MS;
        self.is_suspect = false;
    }

    /// When the next sample is due.
    pub(crate) fn deadline(&self) -> Millis {
        self.sample_at
    }

    /// Whether a sample is due; notes that it is taken.
    pub(crate) fn take_due(&mut self, now: Millis) -> bool {
        let is_due = now >= self.sample_at;
        if is_due {
            self.sample_at = now + self.interval_ms;
        }
        is_due
    }

    /// The network changed: look at once.
    pub(crate) fn hurry(&mut self, now: Millis) {
        self.sample_at = now;
    }

    /// The room's link was lost: look at once, and be quicker to believe the worst.
    pub(crate) fn suspect(&mut self, now: Millis) {
        self.sample_at = now;
        self.is_suspect = true;
    }

    /// Takes a sample; whether it shows that media flows.
    pub(crate) fn take(&mut self, now: Millis, received: u64) -> bool {
        let is_more = received != self.received;
        if is_more {
            self.is_proven |= self.received > 0;
            self.received = received;
            self.changed_at = now;
            self.is_suspect = false;
        }
        is_more && self.is_proven
    }

    /// Whether media has stood still for too long.
    pub(crate) fn has_stalled(&self, now: Millis, direction: Direction) -> bool {
        let limit_ms = match direction {
            Direction::Play if !self.is_proven => timing::HOLLOW_MS,
            Direction::Play => timing::PLAY_STALL_MS,
            // A publisher that never received anything says nothing by silence.
            Direction::Publish if !self.is_proven => return false,
            Direction::Publish if self.is_suspect => timing::PLAY_STALL_MS,
            Direction::Publish => timing::PUBLISH_STALL_MS,
        };
        now - self.changed_at >= limit_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(samples: &[(u64, u64)]) -> Meter {
        let mut meter = Meter::new(Millis(0), 500);
        for (at, received) in samples {
            meter.take(Millis(*at), *received);
        }
        meter
    }

    #[test]
    fn media_09_bytes_that_stand_still_for_a_second_are_a_stall() {
        let meter = meter(&[(500, 100), (1_000, 200), (1_500, 200)]);
        assert!(!meter.has_stalled(Millis(1_999), Direction::Play));
        assert!(meter.has_stalled(Millis(2_000), Direction::Play));
    }

    #[test]
    fn media_09_what_never_flowed_is_given_longer() {
        for samples in [[(500, 0), (1_000, 0)], [(500, 70), (1_000, 70)]] {
            let meter = meter(&samples);
            assert!(!meter.has_stalled(Millis(9_999), Direction::Play));
            assert!(meter.has_stalled(Millis(10_500), Direction::Play));
            assert!(!meter.has_stalled(Millis(60_000), Direction::Publish));
        }
    }

    #[test]
    fn media_09_a_lost_link_makes_a_publishers_silence_count_sooner() {
        let mut meter = meter(&[(500, 100), (1_000, 200)]);
        assert!(!meter.has_stalled(Millis(2_500), Direction::Publish));
        meter.suspect(Millis(2_500));
        assert_eq!(meter.deadline(), Millis(2_500));
        assert!(meter.has_stalled(Millis(2_500), Direction::Publish));
        meter.take(Millis(2_600), 300);
        assert!(!meter.has_stalled(Millis(4_000), Direction::Publish));
    }
}
