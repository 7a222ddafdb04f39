//! A session's ICE: which session it is, candidates that come late, and restarts (RFC 9725 section
//! 4.3). The former path goes on until the new one stands, so a restart that comes to nothing
//! costs nothing.

use super::Restart;
use super::consent;
use super::fragment::{self, Fragment};
use super::offer::CANDIDATES_MAX;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::error::IceError;
use str0m::{Candidate, IceCreds, Rtc, RtcError};

/// How long a session may take to connect, and a restart to come through while the former path is
/// not heard of.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Addresses that one ICE session's checks may come from. A client has one for each of its networks
/// and address families, and another when a NAT forgets it; with a restart it begins anew.
const SOURCES_MAX: usize = 32;

pub(super) struct Ice {
    /// The server's own, which names the ICE session.
    ufrag: String,
    /// The server's addresses.
    addrs: Arc<[SocketAddr]>,
    /// The client's; `None` if they are spelt as no client spells them.
    remote_creds: Option<IceCreds>,
    /// The client's offer, for a restart.
    offer: Arc<str>,
    /// Set while a restart is not through.
    former: Option<Former>,
    /// How many more candidates of the client are taken.
    candidates_left: usize,
    /// Where its checks came from.
    sources: Vec<SocketAddr>,
}

/// The ICE session from before a restart.
struct Former {
    creds: IceCreds,
    /// When it was last heard of, the restart itself included.
    heard_at: Instant,
}

impl Ice {
    /// The ICE session of an offer and the answer's `ufrag`.
    pub(super) fn new(
        offer: String,
        remote_creds: Option<IceCreds>,
        ufrag: String,
        addrs: Arc<[SocketAddr]>,
    ) -> Ice {
        Ice {
            ufrag,
            addrs,
            remote_creds,
            offer: offer.into(),
            former: None,
            candidates_left: CANDIDATES_MAX,
            sources: Vec::new(),
        }
    }

    /// Whether both are of the same offer.
    pub(super) fn is_of(&self, other: &Ice) -> bool {
        self.offer == other.offer
    }

    /// The offer that it began with.
    pub(super) fn offer(&self) -> Arc<str> {
        self.offer.clone()
    }

    /// What names it.
    pub(super) fn etag(&self) -> &str {
        &self.ufrag
    }

    /// The names a client's checks may bear.
    pub(super) fn ufrags(&self) -> impl Iterator<Item = &str> {
        let former = self.former.iter().map(|former| &*former.creds.ufrag);
        former.chain([&*self.ufrag])
    }

    /// Whether a fragment is of this very session.
    pub(super) fn has(&self, fragment: &Fragment) -> bool {
        fragment.creds.is_none() || fragment.creds == self.remote_creds
    }

    /// Take candidates. The client's own checks tell as much, so those over the limit are not
    /// missed.
    pub(super) fn trickle(&mut self, rtc: &mut Rtc, candidates: Vec<Candidate>) {
        let taken = candidates.len().min(self.candidates_left);
        self.candidates_left -= taken;
        for candidate in candidates.into_iter().take(taken) {
            rtc.add_remote_candidate(candidate);
        }
    }

    /// Restart for a client that has these new credentials, which the offer is made anew with; gives
    /// the server's side of it. Asked for the same again, it says the same: the first answer may have
    /// been lost.
    pub(super) fn restart(&mut self, rtc: &mut Rtc, restart: Restart) -> Result<String, RtcError> {
        let Restart { offer, creds, candidates, addrs } = restart;
        self.move_to(rtc, addrs);
        let before = rtc.direct_api().local_ice_credentials();
        let answer = rtc.sdp_api().accept_offer(offer);
        let after = rtc.direct_api().local_ice_credentials();
        if after != before {
            let heard_at = Instant::now();
            let former = self.former.get_or_insert(Former { creds: before, heard_at });
            former.heard_at = heard_at;
            self.ufrag = after.ufrag;
            self.remote_creds = Some(creds);
            self.candidates_left = CANDIDATES_MAX;
            self.sources.clear();
        }
        let answer = answer?.to_sdp_string();
        self.trickle(rtc, candidates);
        Ok(fragment::of_answer(&answer))
    }

    /// The server's machine may have changed its addresses meanwhile.
    fn move_to(&mut self, rtc: &mut Rtc, addrs: Arc<[SocketAddr]>) {
        let gone = self.addrs.iter().filter(|addr| !addrs.contains(addr));
        for candidate in gone.filter_map(host) {
            rtc.direct_api().invalidate_candidate(&candidate);
        }
        add_addrs(rtc, &addrs);
        self.addrs = addrs;
    }

    /// Whether a good check from there is let in. Each source is a candidate, and each check is held
    /// against all of them, so there must be an end to them.
    pub(super) fn admits(&mut self, source: SocketAddr) -> bool {
        if self.sources.contains(&source) {
            return true;
        }
        let has_place = self.sources.len() < SOURCES_MAX;
        if has_place {
            self.sources.push(source);
        }
        has_place
    }

    /// Whether a restart is not through.
    pub(super) fn is_restarting(&self) -> bool {
        self.former.is_some()
    }

    /// The reply to a check under the credentials from before a restart.
    pub(super) fn former_reply(&mut self, datagram: &[u8], source: SocketAddr) -> Option<Vec<u8>> {
        let former = self.former.as_mut()?;
        let reply = consent::reply(datagram, source, &former.creds)?;
        former.heard_at = Instant::now();
        Some(reply)
    }

    /// When a restart that has not come through is given up, and the session with it.
    pub(super) fn give_up_at(&self) -> Option<Instant> {
        self.former.as_ref().map(|former| former.heard_at + CONNECT_TIMEOUT)
    }

    /// A path stands; gives the `ufrag` that nothing bears any more.
    pub(super) fn connected(&mut self) -> Option<String> {
        self.former.take().map(|former| former.creds.ufrag)
    }
}

/// Name these addresses of the server's in answers. One that is named already stays.
pub(super) fn add_addrs(rtc: &mut Rtc, addrs: &[SocketAddr]) {
    for candidate in addrs.iter().filter_map(host) {
        rtc.add_local_candidate(candidate);
    }
}

fn host(addr: &SocketAddr) -> Option<Candidate> {
    let unusable = |error: &IceError| tracing::warn!(%addr, %error, "not usable as a candidate");
    Candidate::host(*addr, "udp").inspect_err(unusable).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_come_from_so_many_sources_and_no_more() {
        let mut ice = Ice::new(String::new(), None, "ufrag".to_owned(), Arc::new([]));
        let source = |port: usize| SocketAddr::from(([192, 0, 2, 1], port as u16));
        for port in 1..=SOURCES_MAX {
            assert!(ice.admits(source(port)));
        }
        assert!(!ice.admits(source(SOURCES_MAX + 1)));
        assert!((1..=SOURCES_MAX).all(|port| ice.admits(source(port))), "known ones stay");
        ice.sources.clear();
        assert!(ice.admits(source(SOURCES_MAX + 1)), "as a restart does");
    }
}
