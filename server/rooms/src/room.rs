//! One room: its members, its extra info, and its latest events.

use super::SessionId;
use super::connection::LinkNews;
use super::log::Log;
use super::share::Share;
use holdfast_protocol::{Millis, RoomExtra, limit};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct Room {
    seq: u32,
    /// By user ID.
    members: BTreeMap<String, SessionId>,
    /// By key; no value is empty.
    pub(super) extra: BTreeMap<String, RoomExtra>,
    pub(super) log: Log,
    pub(super) share: Share,
    /// The number of barrages so far.
    pub(super) barrages: u32,
    /// When the members are told their number.
    pub(super) count_at: Option<Millis>,
    pub(super) link_news: LinkNews,
    /// How many streams the members hold.
    pub(super) streams: usize,
}

impl Room {
    /// An empty room.
    pub(super) fn new(share: Share) -> Room {
        Room {
            seq: 0,
            members: BTreeMap::new(),
            extra: BTreeMap::new(),
            log: Log::default(),
            share,
            barrages: 0,
            count_at: None,
            link_news: LinkNews::default(),
            streams: 0,
        }
    }

    /// The number of the last event.
    pub(super) fn seq(&self) -> u32 {
        self.seq
    }

    /// The number for a new event.
    pub(super) fn next_seq(&mut self) -> u32 {
        self.seq = self.seq.saturating_add(1);
        self.seq
    }

    /// Whether the room has as many streams as it may have.
    pub(super) fn has_all_streams(&self) -> bool {
        self.streams >= limit::ROOM_STREAMS_MAX
    }

    pub(super) fn insert(&mut self, user: String, session: SessionId) {
        self.members.insert(user, session);
    }

    pub(super) fn remove(&mut self, user: &str) {
        self.members.remove(user);
    }

    #[cfg(any(test, feature = "sim"))]
    pub(super) fn session(&self, user: &str) -> Option<&SessionId> {
        self.members.get(user)
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
