//! Sessions that were ended for good while their device may not have heard of it: it is told when
//! it comes back (ROOM-11).

use super::session::{Session, is_same_secret};
use holdfast_protocol::{Code, Millis, Resume};
use std::collections::{BTreeMap, VecDeque};

const TOMBSTONES_MAX: usize = 10_000;

/// A user's ID and a session's, so that no user's tombstone hides another's.
type Key = (String, String);

#[derive(Debug)]
pub(super) struct Tombstone {
    /// Worth nothing any more but to hear of the end.
    secret: String,
    until: Millis,
    pub(super) code: Code,
    pub(super) message: String,
}

/// The tombstones, bounded in age and count. Those that are past are dropped when others come.
#[derive(Debug, Default)]
pub(super) struct Tombstones {
    by_session: BTreeMap<Key, Tombstone>,
    /// The oldest first; all are kept for the same time.
    order: VecDeque<Key>,
}

impl Tombstones {
    /// Remember why a session ended. It is found by what its client knows: its own ID, or, if its
    /// `hello` was lost, the one it was made for.
    pub(super) fn bury(
        &mut self,
        id: &str,
        session: &Session,
        (code, message): (Code, &str),
        (now, until): (Millis, Millis),
    ) {
        let own = Resume { session: id.to_owned(), secret: session.secret.clone(), seq: 0 };
        for known in session.made_for.clone().into_iter().chain([own]) {
            let (secret, message) = (known.secret, message.to_owned());
            let key = (session.user.id.clone(), known.session);
            let stone = Tombstone { secret, until, code, message };
            if self.by_session.insert(key.clone(), stone).is_none() {
                self.order.push_back(key);
            }
        }
        while let Some(oldest) = self.order.front() {
            let is_past = self.by_session.get(oldest).is_none_or(|stone| stone.until <= now);
            if !is_past && self.order.len() <= TOMBSTONES_MAX {
                return;
            }
            self.by_session.remove(oldest);
            self.order.pop_front();
        }
    }

    /// Why the session of a resume ended, if the secret is right.
    pub(super) fn find(&self, resume: &Resume, user: &str, now: Millis) -> Option<&Tombstone> {
        let key = (user.to_owned(), resume.session.clone());
        self.by_session
            .get(&key)
            .filter(|stone| stone.until > now && is_same_secret(&stone.secret, &resume.secret))
    }
}
