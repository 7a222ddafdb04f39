//! When to try again: the outages of one room, publisher or player.
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

/// The outages of one room, publisher or player.
#[derive(Debug, Default)]
pub(crate) struct Retry {
    /// When the window of the outage ends; none while all is well, and none where the app asked for
    /// no retry: a running try then ends by its own limits only.
    ends_at: Option<Millis>,
    /// Tries since all was last well for a while.
    attempt: u32,
    /// Since when all is well.
    calm_since: Option<Millis>,
}

impl Retry {
    /// An outage, or the first try, begins and may last `window_ms`; 0 = one try only (CFG-01).
    pub(crate) fn begin(&mut self, now: Millis, window_ms: u64) {
        self.ends_at = (window_ms > 0).then(|| now + window_ms);
        // What comes and goes within seconds is one trouble: its tries go on counting, or a server
        // that greets and hangs up would be greeted for ever without a pause.
        if self.calm_since.take().is_none_or(|since| now - since >= timing::CALM_MS) {
            self.attempt = 0;
        }
    }

    /// The outage is over.
    pub(crate) fn end(&mut self, now: Millis) {
        self.ends_at = None;
        self.calm_since = Some(now);
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
            Cause::Local if self.attempt == 0 => {
                self.attempt = 1;
                0
            }
            Cause::Local | Cause::Remote => self.jitter_ms(rng),
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

    fn outage(window_ms: u64) -> Retry {
        let mut retry = Retry::default();
        retry.begin(Millis(0), window_ms);
        retry
    }

    fn delay(retry: &mut Retry, now: Millis, cause: Cause, online: bool, rng: &mut Rng) -> u64 {
        match retry.next(now, cause, online, rng) {
            Next::TryAt(at) => at - now,
            Next::EndAt(_) => panic!("the window is endless"),
        }
    }

    fn delays(cause: Cause, online: bool, tries: usize) -> Vec<u64> {
        let (mut retry, mut rng) = (outage(u64::MAX), Rng::new(3));
        (0..tries).map(|_| delay(&mut retry, Millis(0), cause, online, &mut rng)).collect()
    }

    #[test]
    fn room_06_a_local_cause_tries_at_once_and_only_then_takes_jitter() {
        let delays = delays(Cause::Local, true, 20);
        assert_eq!(delays[0], 0);
        assert!(delays[1] <= 1_000 && delays[1..].iter().any(|delay| *delay > 0));
    }

    #[test]
    fn room_06_what_comes_and_goes_within_seconds_is_tried_ever_more_slowly() {
        for (calm_ms, is_steady) in [(300, false), (timing::CALM_MS, true)] {
            let (mut retry, mut rng) = (outage(u64::MAX), Rng::new(3));
            let (mut now, mut longest_ms) = (Millis(0), 0);
            for _ in 0..50 {
                let delay_ms = delay(&mut retry, now, Cause::Local, true, &mut rng);
                longest_ms = longest_ms.max(delay_ms);
                retry.end(now + delay_ms);
                now = now + delay_ms + calm_ms;
                retry.begin(now, u64::MAX);
            }
            assert_eq!(longest_ms == 0, is_steady, "{longest_ms}");
            assert!(is_steady || longest_ms > 4_000, "{longest_ms}");
        }
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
        let (mut retry, mut rng) = (outage(10_000), Rng::new(3));
        let next = retry.next(Millis(0), Cause::Told(10_000), true, &mut rng);
        assert_eq!(next, Next::EndAt(Millis(10_000)));
        let mut retry = outage(10_000);
        let next = retry.next(Millis(9_999), Cause::Local, true, &mut rng);
        assert_eq!(next, Next::TryAt(Millis(9_999)));
    }

    #[test]
    fn cfg_01_a_window_of_zero_means_one_try() {
        let (mut retry, mut rng) = (outage(0), Rng::new(3));
        assert_eq!(retry.ends_at(), None);
        assert_eq!(retry.next(Millis(9), Cause::Local, true, &mut rng), Next::EndAt(Millis(9)));
    }
}
