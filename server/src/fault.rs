//! Faults that the demo page may cause, on development servers only (`POST /dev/fault`).

use serde::Deserialize;
use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The longest fault, and the longest grace.
pub(crate) const SECONDS_MAX: u64 = 300;
/// How many users or sessions may be broken at a time.
const BROKEN_MAX: usize = 256;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fault {
    /// The user's link is cut, without a close frame.
    DropLink,
    /// Link and media stay open, but nothing is sent or received on them.
    Silence,
    /// The link is cut, and further links are cut as soon as they open.
    RefuseLogins,
    /// The user's media sessions are forgotten without telling the client.
    KillMedia,
    /// All media sessions are forgotten without telling the clients, and new ones are refused.
    KillNode,
    /// Everybody is sent away, and the server restarts with empty memory.
    Restart,
    /// From now on, sessions without a link are kept for this long.
    Grace,
}

/// What is broken, and until when.
#[derive(Debug)]
pub(crate) struct Broken<Key>(HashMap<Key, Instant>);

impl<Key: Eq + Hash> Default for Broken<Key> {
    fn default() -> Broken<Key> {
        Broken(HashMap::new())
    }
}

impl<Key: Eq + Hash> Broken<Key> {
    /// Break this key. Returns until when. At the limit, nothing more is broken.
    pub(crate) fn set(&mut self, key: Key, now: Instant, lasts: Duration) -> Instant {
        self.0.retain(|_, until| *until > now);
        let until = now + lasts;
        if self.0.len() < BROKEN_MAX {
            self.0.insert(key, until);
        }
        until
    }

    /// Until when the key is broken, if it is.
    pub(crate) fn until<Q>(&self, key: &Q, now: Instant) -> Option<Instant>
    where
        Key: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.0.get(key).copied().filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_whole_again_after_its_time() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut broken = Broken::<String>::default();
        let until = broken.set("a".to_owned(), now, 2 * second);
        assert_eq!(broken.until("a", now + second), Some(until));
        assert_eq!(broken.until("b", now), None);
        assert_eq!(broken.until("a", now + 2 * second), None);
    }

    #[test]
    fn only_so_much_can_be_broken_at_a_time() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut broken = Broken::<usize>::default();
        for key in 0..=BROKEN_MAX {
            broken.set(key, now, second);
        }
        assert_eq!(broken.until(&BROKEN_MAX, now), None);
        let later = now + second;
        broken.set(BROKEN_MAX, later, second);
        assert_eq!(broken.until(&BROKEN_MAX, later), Some(later + second));
        assert_eq!(broken.0.len(), 1, "what is whole again is forgotten");
    }
}
