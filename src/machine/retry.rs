//! When to retry: the outages of one room, publisher or player.
//!
//! Limited by the time of the window, never by a number of tries (ROOM-07).

use super::Millis;
use super::context::Context;
use super::io::{Event, Layer, Obstacle, RetryCause, RetryUpdate};
use super::rng::Rng;
use holdfast_protocol::sabotage::{self, Mutant, Whim};
use holdfast_protocol::timing;

/// Why another try is needed, which decides how soon (ROOM-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Our own network came back or changed, or the page woke up: no one else is retrying with us.
    Local,
    /// The far end closed, refused or failed: perhaps everyone is retrying with us.
    Remote,
    /// The far end said how many milliseconds to wait.
    Told(u64),
    /// The far end gave a range to choose a wait from, so that not all come back at once.
    Range(u64, u64),
    /// The stream asked for is not there. The room will report it when it comes.
    Absent,
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
#[derive(Debug)]
pub(crate) struct Retry {
    began_at: Millis,
    window_ms: u64,
    /// When the window of the outage ends; none while all is well, and none where no other try may
    /// follow. A try that is running then ends only by its own limits.
    ends_at: Option<Millis>,
    /// Tries of this outage.
    tries: u32,
    /// How far the jitter has grown. It is kept after an outage, in case the next one follows at
    /// once.
    step: u32,
    cause: RetryCause,
    /// The obstacle that was found.
    obstacle: Option<Obstacle>,
    /// Since when all has been well.
    calm_since: Option<Millis>,
}

impl Retry {
    /// The app started something, which may take `window_ms`; 0 = one try only (CFG-01).
    pub(crate) fn start(now: Millis, window_ms: u64) -> Retry {
        Retry {
            began_at: now,
            window_ms,
            ends_at: (window_ms > 0).then(|| now + window_ms),
            tries: 0,
            step: 0,
            cause: RetryCause::Start,
            obstacle: None,
            calm_since: None,
        }
    }

    /// An outage begins and may last `window_ms`; 0 = no try at all (CFG-01).
    pub(crate) fn begin(&mut self, now: Millis, window_ms: u64) {
        // Outages within seconds of each other count as one, so the jitter keeps growing. Otherwise
        // a server that greets and hangs up would be tried for ever without a pause.
        let step = match self.calm_since {
            Some(since) if now - since < timing::CALM_MS => self.step,
            _ => 0,
        };
        *self = Retry { step, cause: RetryCause::Local, ..Retry::start(now, window_ms) };
    }

    /// Whether this outage followed within seconds of the one before.
    pub(crate) fn is_flapping(&self) -> bool {
        self.step > 0
    }

    /// The outage is over.
    pub(crate) fn end(&mut self, now: Millis) {
        self.ends_at = None;
        self.calm_since = Some(now);
    }

    /// When the window ends, even if a try is still running.
    pub(crate) fn ends_at(&self) -> Option<Millis> {
        if sabotage::is(Mutant::SkipWindowCheck) {
            return None;
        }
        let early_ms = if sabotage::is(Mutant::WindowEndsEarly) { 1_000 } else { 0 };
        self.ends_at.map(|ends_at| Millis(ends_at.0.saturating_sub(early_ms)))
    }

    /// Whether any try may follow the first (CFG-01).
    pub(crate) fn has_window(&self) -> bool {
        self.window_ms > 0
    }

    /// Whether the window has ended.
    pub(crate) fn is_over(&self, now: Millis) -> bool {
        self.ends_at().is_some_and(|ends_at| now >= ends_at)
    }

    /// Waking up after the window's end allows one last try. Returns whether this is it (ROOM-07).
    pub(crate) fn take_last_try(&mut self, now: Millis) -> bool {
        let overslept = self.ends_at.is_some_and(|ends_at| now >= ends_at + timing::ASLEEP_MS);
        if overslept {
            self.ends_at = None;
        }
        overslept
    }

    /// Counts a try that starts now, and reports it (BEY-01).
    pub(crate) fn tell_try(&mut self, now: Millis, layer: Layer, id: &str, ctx: &mut Context) {
        self.tries += 1;
        self.tell(now, layer, id, 0, ctx);
    }

    /// Reports the wait before the next try (BEY-01).
    pub(crate) fn tell_wait(
        &self,
        now: Millis,
        layer: Layer,
        id: &str,
        try_at: Millis,
        ctx: &mut Context,
    ) {
        self.tell(now, layer, id, try_at - now, ctx);
    }

    /// Whether it waits for its turn at an origin (MEDIA-10).
    pub(crate) fn is_limited(&self) -> bool {
        self.cause == RetryCause::Limited
    }

    /// Whether the wait was asked for, so that good news must not cut it short.
    pub(crate) fn is_told_to_wait(&self) -> bool {
        matches!(self.cause, RetryCause::Told | RetryCause::TooSoon | RetryCause::Limited)
    }

    /// When the outage, or the start, began.
    pub(crate) fn began_at(&self) -> Millis {
        self.began_at
    }

    /// Sets the reason for the next try, where this module did not decide it.
    pub(crate) fn set_cause(&mut self, cause: RetryCause) {
        self.cause = cause;
    }

    /// Notes the obstacle. Returns whether it is a new one.
    pub(crate) fn note_obstacle(&mut self, obstacle: Obstacle) -> bool {
        self.obstacle.replace(obstacle) != Some(obstacle)
    }

    fn tell(&self, now: Millis, layer: Layer, id: &str, wait_ms: u64, ctx: &mut Context) {
        ctx.event(Event::Retry(RetryUpdate {
            layer,
            id: id.into(),
            cause: self.cause,
            reason: self.obstacle,
            attempt: self.tries + u32::from(wait_ms > 0),
            wait_ms,
            elapsed_ms: now - self.began_at,
            window_ms: self.window_ms,
        }));
    }

    /// Decides the next try after trouble of the given cause.
    pub(crate) fn next(&mut self, now: Millis, cause: Cause, online: bool, rng: &mut Rng) -> Next {
        let (told, delay_ms) = match cause {
            // The browser's flag can be wrong, so offline still means slow tries (ROOM-06).
            _ if !online => (RetryCause::Offline, timing::OFFLINE_PROBE_MS),
            Cause::Local if self.step == 0 => {
                self.step = 1;
                (RetryCause::Local, 0)
            }
            Cause::Local => (RetryCause::Local, self.jitter_ms(rng)),
            Cause::Remote => (RetryCause::Remote, self.jitter_ms(rng)),
            Cause::Absent => (RetryCause::Remote, timing::MISSING_AGAIN_MS),
            // Clients that were told the same wait must not come back in the same instant.
            Cause::Told(wait_ms) => (RetryCause::Told, wait_ms.saturating_add(self.jitter_ms(rng))),
            Cause::Range(min_ms, max_ms) => {
                let drawn_ms = min_ms + rng.up_to(max_ms.saturating_sub(min_ms));
                // Even a very short range must not cause a storm.
                (RetryCause::Told, drawn_ms.max(self.jitter_ms(rng)))
            }
        };
        self.cause = told;
        match (self.ends_at, now + delay_ms) {
            (None, _) => Next::EndAt(now),
            (Some(ends_at), try_at) if try_at >= ends_at => Next::EndAt(ends_at),
            (Some(_), try_at) => Next::TryAt(try_at),
        }
    }

    /// Jitter that grows with each try, up to the cap.
    fn jitter_ms(&mut self, rng: &mut Rng) -> u64 {
        let (shortest_ms, longest_ms) = timing::RETRY_JITTER_MS[self.step.min(3) as usize];
        self.step += 1;
        if sabotage::is(Mutant::ForgetJitter) || sabotage::whim(Whim::NoJitter) {
            return 0;
        }
        if sabotage::whim(Whim::LongestJitter) {
            return longest_ms;
        }
        shortest_ms + rng.up_to(longest_ms - shortest_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outage(window_ms: u64) -> Retry {
        Retry::start(Millis(0), window_ms)
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
        assert!(delays[0] <= 500 && delays[1] <= 1000 && delays[2] <= 7000);
        assert!(delays.iter().all(|delay| *delay <= 8_000));
        assert!(delays.iter().any(|delay| *delay > 7_500), "the cap is reached");
        assert!(delays[3..].iter().all(|delay| *delay >= 2_000), "and it is never a storm");
        assert!(delays[3..].iter().any(|delay| *delay < 2_500), "the whole range is used");
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
