//! How fast the room is asked: no faster than the server takes it (MEDIA-10).

use super::Millis;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::timing::{ASK_BURST, ASK_INTERVAL_MS};

/// How often the pace is halved at most.
const SLOWNESS_MAX: u32 = 4;

/// What was sent on the room's links of late, as a mark that each message moves on (the generic cell
/// rate algorithm). Only publishers' and players' questions wait for it, so all else goes first.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    mark: Millis,
    /// How often a server has found it too fast.
    slowness: u32,
}

impl Pace {
    /// A message is sent. However slow the pace, what the app sends does not keep questions from being
    /// asked.
    pub(crate) fn note(&mut self, now: Millis) {
        self.mark = now.max(self.mark) + ASK_INTERVAL_MS;
    }

    /// The message that was sent last is a question.
    pub(crate) fn note_question(&mut self) {
        self.mark = self.mark + ((ASK_INTERVAL_MS << self.slowness) - ASK_INTERVAL_MS);
    }

    /// When the next question may be asked.
    pub(crate) fn due(&self) -> Millis {
        if sabotage::is(Mutant::ForgetPace) {
            return Millis(0);
        }
        let ahead_ms = (self.in_a_row() - 1) * (ASK_INTERVAL_MS << self.slowness);
        Millis(self.mark.0.saturating_sub(ahead_ms))
    }

    /// How many questions may be without an answer.
    pub(crate) fn in_a_row(&self) -> u64 {
        ASK_BURST >> self.slowness
    }

    /// The server has closed the link because of too much on it; whether that can have been ours,
    /// and not a reader that was too slow or silent for too long. It is asked more slowly then.
    pub(crate) fn slow_down(&mut self, now: Millis) -> bool {
        let was_fast = self.mark > now + ASK_INTERVAL_MS * ASK_BURST / 2;
        if was_fast && self.slowness < SLOWNESS_MAX {
            self.slowness += 1;
        }
        was_fast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_10_questions_come_in_a_burst_and_then_one_an_interval() {
        let mut pace = Pace::default();
        let now = Millis(5_000);
        for _ in 0..ASK_BURST {
            assert!(pace.due() <= now);
            pace.note(now);
        }
        for n in 1..100 {
            assert_eq!(pace.due(), now + n * ASK_INTERVAL_MS);
            pace.note(pace.due());
        }
    }

    #[test]
    fn media_10_only_who_sent_much_was_too_fast_and_is_slower_from_then_on() {
        let mut pace = Pace::default();
        pace.note(Millis(5_000));
        assert!(!pace.slow_down(Millis(5_100)), "asleep, or a slow reader");
        for _ in 0..ASK_BURST {
            pace.note(Millis(6_000));
        }
        assert!(pace.slow_down(Millis(6_100)));
        assert_eq!(pace.in_a_row(), ASK_BURST / 2);
        for _ in 0..10 {
            for _ in 0..2 * ASK_BURST {
                pace.note(Millis(9_000));
                pace.note_question();
            }
            pace.slow_down(Millis(9_000));
        }
        assert!(pace.in_a_row() > 1, "never too slow to ask at all");
        let from = pace.due().0;
        for n in 0..600 {
            pace.note(Millis(from + n * 100));
        }
        assert!(pace.due() <= Millis(from + 60_000), "an app that sends ten a second");
    }
}
