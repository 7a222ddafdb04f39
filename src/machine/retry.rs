//! When to try again: one outage of one room, publisher or player.
//!
//! Bounded by the window's time and never by a count of tries (ROOM-07).

use super::Millis;
use super::rng::Rng;
use holdfast_protocol::timing;

/// Why another try is needed, which decides how soon (ROOM-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Our own network came back, changed or woke up: no one else is retrying with us.
    Local,
    /// The far end closed, refused or failed: perhaps everyone is retrying with us.
    Remote,
    /// The far end said how long to wait, in milliseconds.
    Told(u64),
}

/// What comes next in an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Try at this moment.
    TryAt(Millis),
    /// No try fits in before the window's end at this moment.
    EndAt(Millis),
}

/// One outage, from its first trouble to recovery or the window's end.
#[derive(Debug)]
pub(crate) struct Retry {
    /// None where the app asked for no retry: a running try ends by its own limits only.
    ends_at: Option<Millis>,
    attempt: u32,
}

impl Retry {
    /// An outage that begins `now` and may last `window_ms`; 0 = one try only (CFG-01).
    pub(crate) fn new(now: Millis, window_ms: u64) -> Retry {
        Retry { ends_at: (window_ms > 0).then(|| now + window_ms), attempt: 0 }
    }

    /// When the window ends, a running try notwithstanding.
    pub(crate) fn ends_at(&self) -> Option<Millis> {
        self.ends_at
    }

    /// Decides the next try after trouble of the given cause.
    pub(crate) fn next(&mut self, now: Millis, cause: Cause, online: bool, rng: &mut Rng) -> Next {
        let delay_ms = match cause {
            // The browser's flag can lie, so offline still means a slow probe (ROOM-06).
            _ if !online => timing::OFFLINE_PROBE_MS,
            Cause::Local => 0,
            Cause::Remote => self.jitter_ms(rng),
            // Those who were told the same wait must not come back in the same instant.
            Cause::Told(wait_ms) => wait_ms.saturating_add(self.jitter_ms(rng)),
        };
        match (self.ends_at, now + delay_ms) {
            (None, _) => Next::EndAt(now),
            (Some(ends_at), try_at) if try_at >= ends_at => Next::EndAt(ends_at),
            (Some(_), try_at) => Next::TryAt(try_at),
        }
    }

    /// Full jitter: anything up to the base doubled with each try, capped.
    fn jitter_ms(&mut self, rng: &mut Rng) -> u64 {
        let doubled = timing::RETRY_BASE_MS << self.attempt.min(16);
        self.attempt += 1;
        rng.up_to(doubled.min(timing::RETRY_CAP_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(cause: Cause, online: bool, tries: usize) -> Vec<u64> {
        let (mut retry, mut rng) = (Retry::new(Millis(0), u64::MAX), Rng::new(3));
        let next = |_| match retry.next(Millis(0), cause, online, &mut rng) {
            Next::TryAt(at) => at.0,
            Next::EndAt(_) => panic!("the window is endless"),
        };
        (0..tries).map(next).collect()
    }

    #[test]
    fn room_06_a_local_cause_tries_at_once() {
        assert_eq!(delays(Cause::Local, true, 3), [0, 0, 0]);
    }

    #[test]
    fn room_06_a_remote_cause_takes_jitter_from_the_first_try_up_to_the_cap() {
        let delays = delays(Cause::Remote, true, 400);
        assert!(delays[0] <= 500 && delays[1] <= 1000 && delays[2] <= 2000);
        assert!(delays.iter().all(|delay| *delay <= 8_000));
        assert!(delays.iter().any(|delay| *delay > 7_500), "the cap is reached");
        assert!(delays[5..].iter().any(|delay| *delay < 500), "jitter is full");
    }

    #[test]
    fn room_06_offline_only_probes_slowly() {
        assert_eq!(delays(Cause::Local, false, 2), [10_000, 10_000]);
        assert_eq!(delays(Cause::Remote, false, 2), [10_000, 10_000]);
    }

    #[test]
    fn room_06_a_told_wait_wins_over_the_local_policy() {
        let delays = delays(Cause::Told(30_000), true, 50);
        assert!(delays.iter().all(|delay| (30_000..=38_000).contains(delay)));
    }

    #[test]
    fn room_07_no_try_at_or_after_the_end_of_the_window() {
        let (mut retry, mut rng) = (Retry::new(Millis(0), 10_000), Rng::new(3));
        let next = retry.next(Millis(0), Cause::Told(10_000), true, &mut rng);
        assert_eq!(next, Next::EndAt(Millis(10_000)));
        let next = retry.next(Millis(9_999), Cause::Local, true, &mut rng);
        assert_eq!(next, Next::TryAt(Millis(9_999)));
    }

    #[test]
    fn cfg_01_a_window_of_zero_means_one_try() {
        let (mut retry, mut rng) = (Retry::new(Millis(5), 0), Rng::new(3));
        assert_eq!(retry.ends_at(), None);
        assert_eq!(retry.next(Millis(9), Cause::Local, true, &mut rng), Next::EndAt(Millis(9)));
    }
}
