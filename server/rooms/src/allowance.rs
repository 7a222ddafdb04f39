//! Rate limits for each user, whatever its sessions and links: a new login brings no more.

use super::bucket::{Bucket, Rate};
use super::settings::Settings;
use holdfast_protocol::{Millis, limit};
use std::collections::HashMap;

const MESSAGES: Rate =
    Rate { at_once: limit::REQUESTS_WAITING_MAX as u64, per_second: limit::MESSAGES_PER_SECOND };
const LOGINS: Rate = Rate { at_once: limit::LOGINS_AT_ONCE, per_second: limit::LOGINS_PER_SECOND };

/// Limit on the users who are remembered. A user whose allowance is full again needs no entry, so
/// these were all active within seconds.
const USERS_MAX: usize = 50_000;
/// Below this many users, no full allowance is looked for.
const SWEEP_MIN: usize = 1_000;

/// The rate limits of one user.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Messages and extra info.
    pub(super) messages: Bucket,
    /// Streams that appear or end.
    pub(super) shows: Bucket,
    /// Logins and resumes, and media sessions of guests.
    pub(super) logins: Bucket,
    /// Frames on all of its links.
    pub(super) frames: Bucket,
}

impl Allowance {
    /// When all buckets are full again.
    fn full_at(&self) -> Millis {
        let buckets = [&self.messages, &self.shows, &self.logins, &self.frames];
        buckets.map(Bucket::full_at).into_iter().max().unwrap_or_default()
    }
}

/// The allowances of all users, by user ID; limited in number.
#[derive(Debug)]
pub(super) struct Allowances {
    by_user: HashMap<String, Allowance>,
    frames: Rate,
    /// From this many users on, full allowances are removed.
    sweep_at: usize,
}

impl Allowances {
    pub(super) fn new(settings: &Settings) -> Allowances {
        let frames =
            Rate { at_once: settings.frames_at_once, per_second: settings.frames_per_second };
        Allowances { by_user: HashMap::new(), frames, sweep_at: SWEEP_MIN }
    }

    /// A user's allowance.
    pub(super) fn of(&mut self, user: &str, now: Millis) -> &mut Allowance {
        if !self.by_user.contains_key(user) && self.by_user.len() >= self.sweep_at {
            self.sweep(now);
        }
        let new = || Allowance {
            messages: Bucket::new(MESSAGES, now),
            shows: Bucket::new(MESSAGES, now),
            logins: Bucket::new(LOGINS, now),
            frames: Bucket::new(self.frames, now),
        };
        self.by_user.entry(user.to_owned()).or_insert_with(new)
    }

    /// Forget users whose allowance is full. If too many are left, also forget the half that will
    /// be full soonest.
    fn sweep(&mut self, now: Millis) {
        self.by_user.retain(|_, allowance| allowance.full_at() > now);
        if self.by_user.len() >= USERS_MAX {
            let mut ends: Vec<Millis> = self.by_user.values().map(Allowance::full_at).collect();
            let middle = ends.len() / 2;
            let (_, &mut end, _) = ends.select_nth_unstable(middle);
            self.by_user.retain(|_, allowance| allowance.full_at() > end);
        }
        self.sweep_at = (2 * self.by_user.len()).clamp(SWEEP_MIN, USERS_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_rested_is_forgotten_and_there_is_an_end_of_users() {
        let mut all = Allowances::new(&Settings::default());
        for number in 0..=SWEEP_MIN {
            all.of(&number.to_string(), Millis(0)).logins.charge(Millis(0), 1 + number as u64 % 2);
        }
        all.of("x", Millis(1_000));
        assert_eq!(all.by_user.len(), 2 + SWEEP_MIN, "not yet looked for");
        for number in 0..3 * USERS_MAX {
            all.of(&number.to_string(), Millis(1_500)).logins.charge(Millis(1_500), 20);
            assert!(all.by_user.len() <= USERS_MAX);
        }
        for number in 0..SWEEP_MIN {
            all.of(&number.to_string(), Millis(90_000));
        }
        assert!(all.by_user.len() <= 2 * SWEEP_MIN, "{}", all.by_user.len());
    }
}
