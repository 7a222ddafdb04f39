//! All sessions, kept apart so that none can end the others. Our code and the WebRTC library's may
//! panic over what a peer sends; a panic ends only the session that the input came from.

use super::session::{Key, PeerSession};
use super::socket::Sockets;
use crate::tripwire::{Place, Step, Tripwire};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Sessions by their key.
#[derive(Default)]
pub(super) struct Sessions {
    by_key: HashMap<Key, PeerSession>,
    /// Sessions that panicked and are to be removed.
    panicked: Vec<Key>,
    tripwire: Tripwire,
}

impl Sessions {
    pub(super) fn new(tripwire: Tripwire) -> Sessions {
        Sessions { tripwire, ..Sessions::default() }
    }

    /// Run something on a session. Returns `None` if there is no such session, or if it panicked. A
    /// session that panicked is never run again, so its state does not matter.
    pub(super) fn with<T>(
        &mut self,
        key: Key,
        step: Step,
        act: impl FnOnce(&mut PeerSession) -> T,
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

    /// A session that panicked and is not removed yet.
    pub(super) fn next_panicked(&mut self) -> Option<Key> {
        self.panicked.pop()
    }

    pub(super) fn insert(&mut self, key: Key, session: PeerSession) {
        self.by_key.insert(key, session);
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<PeerSession> {
        self.by_key.remove(&key)
    }

    pub(super) fn get(&self, key: Key) -> Option<&PeerSession> {
        self.by_key.get(&key)
    }

    /// For changes that no peer caused.
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut PeerSession> {
        self.by_key.get_mut(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &PeerSession)> {
        self.by_key.iter().map(|(key, session)| (*key, session))
    }

    /// Tell the peer of a removed session that it is over.
    pub(super) fn close(&self, session: PeerSession, sockets: &Sockets) {
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

/// Run something that may panic over a peer's input. The caller must discard whatever it touched.
pub(super) fn contained<T>(act: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(act)).ok()
}
