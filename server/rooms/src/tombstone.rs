//! Sessions that were ended for good while their device may not know. The device is told when it
//! comes back (ROOM-11).

use super::session::{RoomSession, is_same_secret};
use holdfast_protocol::{Code, Millis, Resume};
use std::collections::BTreeMap;

const TOMBSTONES_MAX: usize = 10_000;
/// Limit for one user, who may log in as often as it likes and must not push out others'
/// tombstones.
const USER_TOMBSTONES_MAX: usize = 16;

/// A user's ID and a session's ID, so that no user's tombstone hides another's.
type Key = (String, String);

#[derive(Debug)]
pub(super) struct Tombstone {
    /// The ended session's secret. It only lets its owner learn why the session ended.
    secret: String,
    /// Its position in the order of all tombstones.
    number: u64,
    until: Millis,
    pub(super) code: Code,
    pub(super) message: String,
}

/// The tombstones, limited in age and number. Expired ones are dropped when others are added.
#[derive(Debug, Default)]
pub(super) struct Tombstones {
    by_session: BTreeMap<Key, Tombstone>,
    /// By number, so the oldest comes first; all are kept for the same time.
    order: BTreeMap<u64, Key>,
    next_number: u64,
}

impl Tombstones {
    /// Remember why a session ended. It is found by the ID that its client knows: its own or, if
    /// its `hello` was lost, that of the session it was made for.
    pub(super) fn bury(
        &mut self,
        id: &str,
        session: &RoomSession,
        (code, message): (Code, &str),
        (now, until): (Millis, Millis),
    ) {
        let own = Resume { session: id.to_owned(), secret: session.secret.clone(), seq: 0 };
        for known in session.made_for.clone().into_iter().chain([own]) {
            self.drop_spare(&session.user.id, now);
            let number = self.next_number;
            self.next_number += 1;
            let (secret, message) = (known.secret, message.to_owned());
            let key = (session.user.id.clone(), known.session);
            let stone = Tombstone { secret, number, until, code, message };
            self.order.insert(number, key.clone());
            if let Some(old) = self.by_session.insert(key, stone) {
                self.order.remove(&old.number);
            }
        }
    }

    /// Make room for one more of this user.
    fn drop_spare(&mut self, user: &str, now: Millis) {
        let from = (user.to_owned(), String::new());
        let of_user = self.by_session.range(from..).take_while(|((of, _), _)| of == user);
        let numbers: Vec<u64> = of_user.map(|(_, stone)| stone.number).collect();
        if numbers.len() >= USER_TOMBSTONES_MAX
            && let Some(oldest) = numbers.into_iter().min()
        {
            self.drop(oldest);
        }
        while let Some((&oldest, key)) = self.order.first_key_value() {
            let is_past = self.by_session.get(key).is_none_or(|stone| stone.until <= now);
            if !is_past && self.order.len() < TOMBSTONES_MAX {
                return;
            }
            self.drop(oldest);
        }
    }

    fn drop(&mut self, number: u64) {
        if let Some(key) = self.order.remove(&number) {
            self.by_session.remove(&key);
        }
    }

    /// Why the session to resume ended, if the secret is right.
    pub(super) fn find(&self, resume: &Resume, user: &str, now: Millis) -> Option<&Tombstone> {
        let key = (user.to_owned(), resume.session.clone());
        self.by_session
            .get(&key)
            .filter(|stone| stone.until > now && is_same_secret(&stone.secret, &resume.secret))
    }
}
