//! How fast the room may be asked: no faster than the server accepts (MEDIA-10).

use super::Millis;
use holdfast_protocol::sabotage::{self, Mutant};
use holdfast_protocol::timing::{ASK_BURST, ASK_INTERVAL_MS};

/// How many times the pace may be halved.
const SLOWNESS_MAX: u32 = 4;

/// Recent messages on the room's links, as a mark that each message moves on (the generic cell rate
/// algorithm). Only the questions of publishers and players wait for it, so everything else goes
/// first.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    mark: Millis,
    /// How many times the server has found it too fast.
    slowness: u32,
}

impl Pace {
    /// A message is sent. It costs no more at a slower pace, so that the app's own messages do not
    /// keep questions from being asked.
    pub(crate) fn note(&mut self, now: Millis) {
        self.mark = now.max(self.mark) + ASK_INTERVAL_MS;
    }

    /// The message sent last is a question, which costs more at a slower pace.
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

    /// How many questions may wait for their replies.
    pub(crate) fn in_a_row(&self) -> u64 {
        ASK_BURST >> self.slowness
    }

    /// The server has closed the link over a limit. Returns whether our messages can have been the
    /// reason, and not that we read too slowly or were silent for too long. The pace is then
    /// halved.
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
