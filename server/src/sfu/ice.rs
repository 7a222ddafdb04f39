//! A session's ICE: which session it is, candidates that come late, and restarts (RFC 9725 section
//! 4.3). The former path goes on until the new one stands, so a restart that comes to nothing
//! costs nothing.

use super::consent;
use super::fragment::{self, Fragment};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::{Candidate, IceCreds, Rtc, RtcError};

/// How long a session may take to connect, and a restart to come through while the former path is
/// not heard of.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Candidates of a client that are taken in one ICE session.
const CANDIDATES_MAX: usize = 64;

pub(super) struct Ice {
    /// The server's own, which names the ICE session.
    ufrag: String,
    /// The client's; `None` if they are spelt as no client spells them.
    remote_creds: Option<IceCreds>,
    /// The client's offer, for a restart.
    offer: String,
    /// Set while a restart is not through.
    former: Option<Former>,
    /// How many more candidates of the client are taken.
    candidates_left: usize,
}

/// The ICE session from before a restart.
struct Former {
    creds: IceCreds,
    /// When it was last heard of, the restart itself included.
    heard_at: Instant,
}

impl Ice {
    /// The ICE session of an offer and the answer's `ufrag`.
    pub(super) fn new(offer: &str, ufrag: String) -> Ice {
        Ice {
            ufrag,
            remote_creds: Fragment::parse(offer).ok().and_then(|fragment| fragment.creds),
            offer: offer.to_owned(),
            former: None,
            candidates_left: CANDIDATES_MAX,
        }
    }

    /// Whether it is that offer's.
    pub(super) fn is_of(&self, offer: &str) -> bool {
        self.offer == offer
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

    /// Restart for a client that has these new credentials; gives the server's side of it. Asked
    /// for the same again, it says the same: the first answer may have been lost.
    pub(super) fn restart(
        &mut self,
        rtc: &mut Rtc,
        creds: &IceCreds,
        candidates: Vec<Candidate>,
    ) -> Result<String, RtcError> {
        let offer = SdpOffer::from_sdp_string(&fragment::restarted(&self.offer, creds))?;
        let before = rtc.direct_api().local_ice_credentials();
        let answer = rtc.sdp_api().accept_offer(offer);
        let after = rtc.direct_api().local_ice_credentials();
        if after != before {
            let heard_at = Instant::now();
            let former = self.former.get_or_insert(Former { creds: before, heard_at });
            former.heard_at = heard_at;
            self.ufrag = after.ufrag;
            self.remote_creds = Some(creds.clone());
            self.candidates_left = CANDIDATES_MAX;
        }
        let answer = answer?.to_sdp_string();
        self.trickle(rtc, candidates);
        Ok(fragment::of_answer(&answer))
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
