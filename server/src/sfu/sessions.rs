//! All sessions, none of which can end the others. What a peer sends is read by code that may
//! panic over it, ours and the WebRTC library's: a panic is the end of the session it came from.

use super::session::{Key, Session};
use super::socket::Sockets;
use crate::tripwire::{Place, Step, Tripwire};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Sessions by their key.
#[derive(Default)]
pub(super) struct Sessions {
    by_key: HashMap<Key, Session>,
    /// Those that panicked and are to be removed.
    panicked: Vec<Key>,
    tripwire: Tripwire,
}

impl Sessions {
    pub(super) fn new(tripwire: Tripwire) -> Sessions {
        Sessions { tripwire, ..Sessions::default() }
    }

    /// Have a session do something. Gives `None` if there is none, or if it panicked. Then it is never
    /// touched again, so it does not matter in which state that leaves it.
    pub(super) fn with<T>(
        &mut self,
        key: Key,
        step: Step,
        act: impl FnOnce(&mut Session) -> T,
    ) -> Option<T> {
        let session = self.by_key.get_mut(&key).filter(|session| !session.has_panicked)?;
        let done = contained(|| {
            let (stream, direction) = (&*session.grant.stream, session.grant.direction);
            self.tripwire.pass(Place::Session { step, stream, direction });
            act(session)
        });
        if done.is_none() {
            tracing::error!(media = session.id, ?step, "media session panicked");
            session.has_panicked = true;
            self.panicked.push(key);
        }
        done
    }

    /// One that panicked since the last call.
    pub(super) fn next_panicked(&mut self) -> Option<Key> {
        self.panicked.pop()
    }

    pub(super) fn insert(&mut self, key: Key, session: Session) {
        self.by_key.insert(key, session);
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Session> {
        self.by_key.remove(&key)
    }

    pub(super) fn get(&self, key: Key) -> Option<&Session> {
        self.by_key.get(&key)
    }

    /// To change what is no peer's doing.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Session> {
        self.by_key.get_mut(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Session)> {
        self.by_key.iter().map(|(key, session)| (*key, session))
    }

    /// Have one that was removed tell its peer that it is over.
    pub(super) fn close(&self, session: Session, sockets: &Sockets) {
        let (stream, direction) = (session.grant.stream.clone(), session.grant.direction);
        let place = Place::Session { step: Step::Close, stream: &stream, direction };
        contained(move || {
            if !session.has_panicked {
                self.tripwire.pass(place);
                session.close(sockets);
            }
        });
    }
}

/// Do something that may panic over what a peer sent. Whoever calls it throws away what was touched.
pub(super) fn contained<T>(act: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(act)).ok()
}
