//! One room: who is in it, and the number of its last event.

use super::SessionId;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Room {
    seq: u32,
    /// By user ID.
    members: BTreeMap<String, SessionId>,
}

impl Room {
    /// The number of the last event.
    pub(super) fn seq(&self) -> u32 {
        self.seq
    }

    /// The number of the event that happens now.
    pub(super) fn next_seq(&mut self) -> u32 {
        self.seq = self.seq.saturating_add(1);
        self.seq
    }

    pub(super) fn insert(&mut self, user: String, session: SessionId) {
        self.members.insert(user, session);
    }

    pub(super) fn remove(&mut self, user: &str) {
        self.members.remove(user);
    }

    pub(super) fn has(&self, user: &str) -> bool {
        self.members.contains_key(user)
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Sessions in the order of their users' IDs.
    pub(super) fn members(&self) -> impl Iterator<Item = &SessionId> {
        self.members.values()
    }
}
