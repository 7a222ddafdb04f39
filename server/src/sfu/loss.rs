//! A publisher's missing packets: str0m requests them again, and this module gives them up.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a packet may be missing. That is time for a request and its answer, each lost once,
/// over round trips of up to 100 ms. Players show nothing of what follows until then.
const GIVEN_UP_AFTER: Duration = Duration::from_millis(300);
/// More than any sender retransmits at a time.
const MISSING_MAX: u64 = 512;

#[derive(Default)]
pub(super) struct Losses {
    newest: Option<u64>,
    /// Sequence numbers, and since when each is missing.
    missing: BTreeMap<u64, Instant>,
}

impl Losses {
    /// Whether no packet has arrived yet.
    pub(super) fn is_new(&self) -> bool {
        self.newest.is_none()
    }

    /// A packet arrived. Returns whether an earlier one is given up, so that only a keyframe helps.
    pub(super) fn note(&mut self, seq: u64, starts_keyframe: bool, now: Instant) -> bool {
        self.missing.remove(&seq);
        let expected = self.newest.map_or(seq, |newest| newest + 1);
        self.newest = self.newest.max(Some(seq));
        if starts_keyframe {
            // Nothing shown from here on depends on earlier packets.
            self.missing = self.missing.split_off(&seq);
            return false;
        }
        let is_too_many = self.missing.len() as u64 + seq.saturating_sub(expected) > MISSING_MAX;
        if !is_too_many {
            self.missing.extend((expected..seq).map(|seq| (seq, now)));
        }
        let oldest = self.missing.first_key_value();
        let is_overdue = oldest
            .is_some_and(|(_, since)| now.saturating_duration_since(*since) >= GIVEN_UP_AFTER);
        let is_given_up = is_too_many || is_overdue;
        if is_given_up {
            self.missing.clear();
        }
        is_given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_that_comes_in_time_is_not_missed() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut losses = Losses::default();
        assert!(!losses.note(10, false, at(0)));
        assert!(!losses.note(12, false, at(20)));
        assert!(!losses.note(11, false, at(250)));
        assert!(!losses.note(13, false, at(900)));
    }

    #[test]
    fn a_packet_that_does_not_come_is_given_up_once() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut losses = Losses::default();
        losses.note(10, false, at(0));
        assert!(!losses.note(12, false, at(20)));
        assert!(!losses.note(13, false, at(319)));
        assert!(losses.note(14, false, at(320)));
        assert!(!losses.note(15, false, at(700)));
    }

    #[test]
    fn a_keyframe_makes_up_for_all_before_it() {
        let start = Instant::now();
        let mut losses = Losses::default();
        losses.note(10, false, start);
        losses.note(20, false, start);
        assert!(!losses.note(21, true, start));
        assert!(!losses.note(22, false, start + Duration::from_secs(1)));
    }

    #[test]
    fn a_gap_that_is_too_wide_is_given_up_at_once() {
        let mut losses = Losses::default();
        let now = Instant::now();
        losses.note(10, false, now);
        assert!(losses.note(10 + 2 * MISSING_MAX, false, now));
        assert!(!losses.note(11 + 2 * MISSING_MAX, false, now));
    }
}
