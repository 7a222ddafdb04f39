//! Limits how much a room's members may say together. It is what fits into the room's log for as
//! long as anyone may be away and come back, so that nobody's messages push out what another user
//! missed (ROOM-08).

use super::bucket::{Bucket, Rate};
use super::log;
use super::settings::Settings;
use holdfast_protocol::{Millis, limit};

/// One part in this many of the log may be filled at once.
const AT_ONCE: u64 = 4;
/// What a room may say in any case: with a grace of hours the log is too small.
const LEAST: Rate = Rate { at_once: 0, per_second: limit::MESSAGES_PER_SECOND };
const LEAST_BYTES: Rate = Rate { at_once: 0, per_second: 16 * 1024 };
/// How late a link's end may be noticed, in addition to its silence.
const SLACK_MS: u64 = 5_000;

/// The limits of one room.
#[derive(Debug)]
pub(super) struct Share {
    messages: Bucket,
    bytes: Bucket,
    barrages: Bucket,
}

impl Share {
    pub(super) fn new(settings: &Settings, now: Millis) -> Share {
        let away_ms =
            settings.grace_ms.saturating_add(settings.silence_ms).saturating_add(SLACK_MS);
        let messages = fitting(log::MESSAGES.events, away_ms, LEAST);
        Share {
            messages: Bucket::new(messages, now),
            bytes: Bucket::new(fitting(log::MESSAGES.bytes, away_ms, LEAST_BYTES), now),
            barrages: Bucket::new(messages, now),
        }
    }

    /// Whether the room accepts one more message of this many bytes; counts it if so.
    pub(super) fn take(&mut self, now: Millis, bytes: u64) -> bool {
        self.bytes.has(now, bytes) && self.messages.take(now, 1) && self.bytes.take(now, bytes)
    }

    /// Whether the room accepts one more barrage, which is not kept; counts it if so.
    pub(super) fn take_barrage(&mut self, now: Millis) -> bool {
        self.barrages.take(now, 1)
    }
}

/// The rate at which at most `max` fit into `ms`.
fn fitting(max: usize, ms: u64, least: Rate) -> Rate {
    let max = u64::try_from(max).unwrap_or(u64::MAX);
    let at_once = max / AT_ONCE;
    let per_second = (max - at_once).saturating_mul(1_000) / ms.max(1);
    Rate { at_once: at_once.max(least.at_once), per_second: per_second.max(least.per_second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_08_what_a_room_says_while_one_is_away_fits_into_its_log() {
        for grace_ms in [0, 5_000, 90_000, 150_000] {
            let settings = Settings { grace_ms, ..Settings::default() };
            let mut share = Share::new(&settings, Millis(0));
            let (mut messages, mut bytes) = (0, 0);
            for now in (0..=grace_ms + settings.silence_ms).step_by(10) {
                while share.take(Millis(now), 600) {
                    (messages, bytes) = (messages + 1, bytes + 600);
                }
            }
            assert!(messages <= log::MESSAGES.events && bytes <= log::MESSAGES.bytes);
            assert!(bytes > log::MESSAGES.bytes / 2, "{messages} messages, {bytes} bytes");
        }
    }

    #[test]
    fn a_long_grace_lets_a_user_say_as_much_as_ever() {
        let mut share =
            Share::new(&Settings { grace_ms: u64::MAX, ..Settings::default() }, Millis(0));
        while share.take(Millis(0), 400) {}
        let taken = (0..1_000).filter(|ms| share.take(Millis(*ms), 400)).count();
        assert!((9..=10).contains(&taken), "{taken} a second");
    }
}
