//! A session's ICE: its credentials, late candidates, and restarts (RFC 9725 section 4.3). The
//! former path stays in use until the new one works, so a restart that fails does no harm.

use super::Restart;
use super::consent;
use super::fragment::{self, Fragment};
use super::offer::CANDIDATES_MAX;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::error::IceError;
use str0m::{Candidate, IceCreds, Rtc, RtcError};

/// How long a session may take to connect, and how long a restart may take while the former path is
/// silent.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// Limit on the addresses that one ICE session's checks may come from. A client has one for each of
/// its networks and address families, and another when a NAT forgets it. A restart starts counting
/// anew.
const SOURCES_MAX: usize = 32;

pub(super) struct Ice {
    /// The server's own `ufrag`, which names the ICE session.
    ufrag: String,
    /// The server's addresses.
    addrs: Arc<[SocketAddr]>,
    /// The client's credentials; `None` if they are not well-formed.
    remote_creds: Option<IceCreds>,
    /// The client's offer, kept for a restart.
    offer: Arc<str>,
    /// Set while a restart is pending.
    former: Option<Former>,
    /// How many more of the client's candidates are accepted.
    candidates_left: usize,
    /// Where the client's checks came from.
    sources: Vec<SocketAddr>,
}

/// The ICE session from before a restart.
struct Former {
    creds: IceCreds,
    /// When it last received a check, or when the restart began.
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

    /// Whether both belong to the same offer.
    pub(super) fn is_of(&self, other: &Ice) -> bool {
        self.offer == other.offer
    }

    /// The offer that the session began with.
    pub(super) fn offer(&self) -> Arc<str> {
        self.offer.clone()
    }

    /// The ETag that names this ICE session.
    pub(super) fn etag(&self) -> &str {
        &self.ufrag
    }

    /// The server's `ufrag`s that a client's checks may use.
    pub(super) fn ufrags(&self) -> impl Iterator<Item = &str> {
        let former = self.former.iter().map(|former| &*former.creds.ufrag);
        former.chain([&*self.ufrag])
    }

    /// Whether a fragment belongs to the current ICE session.
    pub(super) fn has(&self, fragment: &Fragment) -> bool {
        fragment.creds.is_none() || fragment.creds == self.remote_creds
    }

    /// Add candidates. Those over the limit are not needed, since the client's own checks reveal
    /// its address.
    pub(super) fn trickle(&mut self, rtc: &mut Rtc, candidates: Vec<Candidate>) {
        let taken = candidates.len().min(self.candidates_left);
        self.candidates_left -= taken;
        for candidate in candidates.into_iter().take(taken) {
            rtc.add_remote_candidate(candidate);
        }
    }

    /// Restart for a client that has new credentials. The `offer` is its first one with these put
    /// in. Returns the server's side. The same request again gets the same reply, because the first
    /// reply may have been lost.
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

    /// The server's addresses may have changed since the answer.
    fn move_to(&mut self, rtc: &mut Rtc, addrs: Arc<[SocketAddr]>) {
        let gone = self.addrs.iter().filter(|addr| !addrs.contains(addr));
        for candidate in gone.filter_map(host) {
            rtc.direct_api().invalidate_candidate(&candidate);
        }
        add_addrs(rtc, &addrs);
        self.addrs = addrs;
    }

    /// Whether to accept a valid check from this source. Each source becomes a candidate, and each
    /// check is compared with all of them, so their number must be limited.
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

    /// Whether a restart is pending.
    pub(super) fn is_restarting(&self) -> bool {
        self.former.is_some()
    }

    /// The reply to a check that used the credentials from before a restart.
    pub(super) fn former_reply(&mut self, datagram: &[u8], source: SocketAddr) -> Option<Vec<u8>> {
        let former = self.former.as_mut()?;
        let reply = consent::reply(datagram, source, &former.creds)?;
        former.heard_at = Instant::now();
        Some(reply)
    }

    /// When a pending restart, and the session with it, is given up.
    pub(super) fn give_up_at(&self) -> Option<Instant> {
        self.former.as_ref().map(|former| former.heard_at + CONNECT_TIMEOUT)
    }

    /// A path works. Returns the `ufrag` that is no longer in use.
    pub(super) fn connected(&mut self) -> Option<String> {
        self.former.take().map(|former| former.creds.ufrag)
    }
}

/// Put these addresses of the server into answers. Known addresses stay.
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
