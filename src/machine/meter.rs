//! Does a session's media still flow? A switch of networks often fires no event at all, so the
//! received bytes are the sign (MEDIA-09).

use super::Millis;
use super::io::Direction;
use holdfast_protocol::timing;

/// The received bytes of one session, sampled at intervals.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    received: u64,
    changed_at: Millis,
    sample_at: Millis,
    interval_ms: u64,
    /// The longest recent pause after which media went on.
    quiet_ms: u64,
    /// All bytes received, and when the last came: a path may live on while its media is silent.
    heard: u64,
    heard_at: Millis,
    /// Media has been seen to flow.
    is_proven: bool,
    /// Something else broke, so silence is more likely to be an outage.
    is_suspect: bool,
}

impl Meter {
    /// A meter that samples every `interval_ms`. A publisher receives only RTCP, which some nodes
    /// send every few seconds. The meter has to learn how often.
    pub(crate) fn new(now: Millis, interval_ms: u64, direction: Direction) -> Meter {
        Meter {
            received: 0,
            changed_at: now,
            sample_at: now + interval_ms,
            interval_ms,
            quiet_ms: match direction {
                Direction::Publish => timing::QUIET_MS_MAX,
                Direction::Play => 0,
            },
            heard: 0,
            heard_at: Millis(0),
            is_proven: false,
            is_suspect: false,
        }
    }

    /// Counts media as flowing from now on.
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

    /// Whether a sample is due; if so, counts it as taken.
    pub(crate) fn take_due(&mut self, now: Millis) -> bool {
        let is_due = now >= self.sample_at;
        if is_due {
            self.sample_at = now + self.interval_ms;
        }
        is_due
    }

    /// The network changed: sample at once.
    pub(crate) fn hurry(&mut self, now: Millis) {
        self.sample_at = now;
    }

    /// The room's link was lost: sample at once, and count silence as an outage sooner.
    pub(crate) fn suspect(&mut self, now: Millis) {
        self.sample_at = now;
        self.is_suspect = true;
    }

    /// Takes a sample of all bytes received.
    pub(crate) fn hear(&mut self, now: Millis, heard: u64) {
        if heard > self.heard {
            self.heard_at = now;
        }
        self.heard = heard;
    }

    /// Takes a sample of the media. Returns whether it shows that media flows.
    pub(crate) fn take(&mut self, now: Millis, received: u64) -> bool {
        let is_more = received > self.received;
        if is_more {
            self.quiet_ms /= 2;
            let quiet_ms = now - self.changed_at;
            // A longer pause is an outage or a sleep, and must not raise the limit.
            if quiet_ms <= timing::QUIET_MS_MAX && quiet_ms > self.quiet_ms {
                self.quiet_ms = quiet_ms;
            }
            self.is_proven |= self.received > 0;
            self.changed_at = now;
            self.is_suspect = false;
        } else {
            self.sample_at = self.sample_at.min(now + timing::QUIET_SAMPLE_MS);
        }
        // A lower count does not mean media: an ICE restart replaces the counters.
        self.received = received;
        is_more && self.is_proven
    }

    /// Takes a sample of a session that has only just been connected: any media at all is a sign.
    pub(crate) fn take_first(&mut self, now: Millis, received: u64) -> bool {
        self.take(now, received);
        self.is_proven = received > 0;
        self.is_proven
    }

    /// Whether anything has arrived over its path recently. Once its media is known to be silent
    /// there is no hurry, and RTCP may come only every 5 s.
    pub(crate) fn path_lives(&self, now: Millis, is_known_silent: bool) -> bool {
        let limit_ms = match is_known_silent && !self.is_suspect {
            true => timing::SILENT_HEARD_MS,
            false => timing::HEARD_MS,
        };
        self.heard > 0 && now - self.heard_at < limit_ms
    }

    /// Whether, on a live path, media has been silent for so long that the stream may have moved.
    pub(crate) fn is_silent(&self, now: Millis, direction: Direction) -> bool {
        match self.is_proven {
            // A picture that changes only now and then does not count as silence.
            true => now - self.changed_at >= timing::SILENT_MS && self.has_stalled(now, direction),
            false => self.has_stalled(now, direction),
        }
    }

    /// No proof is needed any more: sample as often as for a session in use.
    pub(crate) fn relax(&mut self, now: Millis) {
        self.interval_ms = timing::SAMPLE_MS;
        self.sample_at = now + timing::SAMPLE_MS;
    }

    /// Whether to act on its silence, which may be sooner than it counts as lost.
    pub(crate) fn is_doubtful(&self, now: Millis, direction: Direction) -> bool {
        let still_ms = now - self.changed_at;
        match self.is_proven {
            true if still_ms >= timing::DOUBT_MS.max(2 * self.quiet_ms) => true,
            _ => self.has_stalled(now, direction),
        }
    }

    /// Whether media arrived a moment ago, whatever the browser says about its path.
    pub(crate) fn flows(&self, now: Millis) -> bool {
        self.is_proven && now - self.changed_at < timing::DOUBT_MS
    }

    /// Whether media has been silent for too long.
    pub(crate) fn has_stalled(&self, now: Millis, direction: Direction) -> bool {
        let limit_ms = match direction {
            Direction::Play if !self.is_proven => timing::HOLLOW_MS,
            // The silence of a publisher that never received anything means nothing.
            Direction::Publish if !self.is_proven => return false,
            _ if self.is_suspect => timing::STALL_MS,
            _ => timing::STALL_MS.max(self.quiet_ms + 2 * timing::SAMPLE_MS),
        };
        now - self.changed_at >= limit_ms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(direction: Direction, samples: &[(u64, u64)]) -> Meter {
        let mut meter = Meter::new(Millis(0), 250, direction);
        for (at, received) in samples {
            meter.take(Millis(*at), *received);
        }
        meter
    }

    #[test]
    fn media_09_bytes_that_stand_still_for_a_second_are_a_stall() {
        let meter = meter(Direction::Play, &[(250, 100), (500, 200), (1_000, 200)]);
        assert!(!meter.has_stalled(Millis(1_499), Direction::Play));
        assert!(meter.has_stalled(Millis(1_500), Direction::Play));
    }

    #[test]
    fn play_04_the_first_byte_of_a_fresh_session_proves_it() {
        let mut meter = Meter::new(Millis(0), 50, Direction::Play);
        assert!(!meter.take_first(Millis(50), 0));
        assert!(meter.take_first(Millis(100), 1));
        assert!(!meter.has_stalled(Millis(1_099), Direction::Play));
        assert!(meter.has_stalled(Millis(1_100), Direction::Play));
    }

    #[test]
    fn media_09_a_quiet_session_is_looked_at_more_often() {
        let mut meter = Meter::new(Millis(0), timing::SAMPLE_MS, Direction::Play);
        let mut looked_at = Vec::new();
        for at in (0..=800).step_by(50).map(Millis) {
            if meter.take_due(at) {
                looked_at.push(at.0);
                meter.take(at, at.0.min(400));
            }
        }
        assert_eq!(looked_at, [200, 400, 600, 700, 800]);
    }

    #[test]
    fn media_09_what_never_flowed_is_given_longer() {
        for samples in [[(500, 0), (1_000, 0)], [(500, 70), (1_000, 70)]] {
            let meter = meter(Direction::Play, &samples);
            assert!(!meter.has_stalled(Millis(9_999), Direction::Play));
            assert!(meter.has_stalled(Millis(10_500), Direction::Play));
            assert!(!meter.has_stalled(Millis(60_000), Direction::Publish));
        }
    }

    #[test]
    fn media_09_a_publisher_learns_how_often_its_node_speaks() {
        let stalls_after_ms = |step_ms: u64| {
            let samples: Vec<_> = (1..=20).map(|n| (n * step_ms, n * 100)).collect();
            let meter = meter(Direction::Publish, &samples);
            let last_at = Millis(20 * step_ms);
            (0..).step_by(250).find(|ms| meter.has_stalled(last_at + *ms, Direction::Publish))
        };
        assert_eq!(stalls_after_ms(250), Some(1_000));
        assert_eq!(stalls_after_ms(1_000), Some(1_500));
        assert_eq!(stalls_after_ms(4_000), Some(4_500));
        let young = meter(Direction::Publish, &[(250, 100), (500, 200)]);
        assert!(!young.has_stalled(Millis(2_000), Direction::Publish));
    }

    #[test]
    fn media_09_a_lost_link_makes_a_publishers_silence_count_sooner() {
        let mut meter = meter(Direction::Publish, &[(500, 100), (1_000, 200)]);
        assert!(!meter.has_stalled(Millis(2_500), Direction::Publish));
        meter.suspect(Millis(2_500));
        assert_eq!(meter.deadline(), Millis(2_500));
        assert!(meter.has_stalled(Millis(2_500), Direction::Publish));
        meter.take(Millis(2_600), 300);
        assert!(!meter.has_stalled(Millis(4_000), Direction::Publish));
    }

    #[test]
    fn media_09_fewer_bytes_than_before_are_no_media() {
        let mut meter = meter(Direction::Play, &[(250, 100), (500, 200)]);
        assert!(!meter.take(Millis(750), 0), "the counters of an ICE restart");
        assert!(meter.has_stalled(Millis(1_500), Direction::Play));
        assert!(meter.take(Millis(1_600), 50));
    }
}
