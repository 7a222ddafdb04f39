//! Login attempts whose session is already over. One that arrives late would make a session without
//! a client (ROOM-13).

use super::session::RoomSession;
use holdfast_protocol::{Login, Millis, timing};
use std::collections::{BTreeMap, VecDeque};

const LOGINS_MAX: usize = 10_000;
/// How long a network may still delay what a client sent before it gave the attempt up.
const HELD_UP_MS: u64 = 22_000;
const KEEP_MS: u64 = timing::CONNECT_TIMEOUT_MS + HELD_UP_MS;

/// A user's ID and the number of its login.
type Key = (String, u32);

/// The latest attempt that succeeded.
#[derive(Debug)]
struct Try {
    attempt: u32,
    until: Millis,
}

/// The logins whose sessions ended recently, limited in age and number.
#[derive(Debug, Default)]
pub(super) struct LateTries {
    by_login: BTreeMap<Key, Try>,
    /// The oldest first; all are kept for the same time.
    order: VecDeque<(Millis, Key)>,
}

impl LateTries {
    /// Remember the login of a session that ends.
    pub(super) fn note(&mut self, session: &RoomSession, now: Millis) {
        if session.device == 0 {
            return;
        }
        while let Some((until, key)) = self.order.front() {
            if *until > now && self.order.len() < LOGINS_MAX {
                break;
            }
            // If the login was noted again, the newer entry keeps it.
            if self.by_login.get(key).is_some_and(|last| last.until == *until) {
                self.by_login.remove(key);
            }
            self.order.pop_front();
        }
        let until = now + KEEP_MS;
        let key = (session.user.id.clone(), session.device);
        self.by_login.insert(key.clone(), Try { attempt: session.attempt, until });
        self.order.push_back((until, key));
    }

    /// Whether a login is an earlier attempt of one that succeeded and is over.
    pub(super) fn has(&self, login: &Login, now: Millis) -> bool {
        let last = self.by_login.get(&(login.user.id.clone(), login.device));
        last.is_some_and(|last| login.attempt < last.attempt && last.until > now)
    }
}
