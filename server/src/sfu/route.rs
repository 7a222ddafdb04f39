//! Finds the session that a datagram belongs to.

use super::session::Key;
use std::collections::HashMap;
use std::net::SocketAddr;
use str0m::ice::StunMessage;

/// Addresses one session may send from before the oldest is forgotten.
const ADDRS_MAX: usize = 16;

/// Sessions by the marks in their datagrams.
#[derive(Default)]
pub(super) struct Routes {
    by_ufrag: HashMap<String, Key>,
    by_addr: HashMap<SocketAddr, Key>,
    /// The addresses of each session, the oldest first.
    addrs: HashMap<Key, Vec<SocketAddr>>,
}

impl Routes {
    /// A connectivity check names its session. Everything else belongs to the session whose check
    /// came from the same address.
    pub(super) fn find(&self, source: SocketAddr, datagram: &[u8]) -> Option<Key> {
        if let Ok(stun) = StunMessage::parse(datagram)
            && let Some((ufrag, _)) = stun.split_username()
        {
            return self.by_ufrag.get(ufrag).copied();
        }
        self.by_addr.get(&source).copied()
    }

    /// Checks with this `ufrag` belong to the session.
    pub(super) fn add_ufrag(&mut self, ufrag: String, key: Key) {
        self.by_ufrag.insert(ufrag, key);
    }

    pub(super) fn drop_ufrag(&mut self, ufrag: &str) {
        self.by_ufrag.remove(ufrag);
    }

    /// Whether this session's datagrams come from this address.
    pub(super) fn knows(&self, source: SocketAddr, key: Key) -> bool {
        self.by_addr.get(&source) == Some(&key)
    }

    /// Learn an address only after the session accepted a datagram from it, so that nobody can
    /// steal one.
    pub(super) fn learn(&mut self, source: SocketAddr, key: Key) {
        if self.by_addr.insert(source, key) == Some(key) {
            return;
        }
        let addrs = self.addrs.entry(key).or_default();
        addrs.push(source);
        if addrs.len() > ADDRS_MAX {
            let oldest = addrs.remove(0);
            if self.by_addr.get(&oldest) == Some(&key) {
                self.by_addr.remove(&oldest);
            }
        }
    }

    /// A session is gone.
    pub(super) fn forget<'a>(&mut self, key: Key, ufrags: impl Iterator<Item = &'a str>) {
        ufrags.for_each(|ufrag| self.drop_ufrag(ufrag));
        for addr in self.addrs.remove(&key).unwrap_or_default() {
            if self.by_addr.get(&addr) == Some(&key) {
                self.by_addr.remove(&addr);
            }
        }
    }
}

/// Whether a datagram is a connectivity check, which gets an answer (RFC 7983 section 7).
pub(super) fn is_check(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 4)
}
