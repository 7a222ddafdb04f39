//! A media session that is answered but not yet opened. The request handler makes the answer, just
//! as it reads the offer (see [`super::offer`]).

use super::codec::payloads;
use super::ice::{Ice, add_addrs};
use super::offer::Offer;
use super::track::Track;
use super::{OpenError, sdp};
use holdfast_rooms::Direction;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::config::DtlsCert;
use str0m::media::{Mid, Pt};
use str0m::{IceCreds, Rtc, RtcConfig};
use tokio::sync::OwnedSemaphorePermit;

/// Longest interval between RTCP packets to each session, with or without media. Clients watch the
/// bytes they receive and take a second of silence for a dead path (MEDIA-09).
const RTCP_INTERVAL: Duration = Duration::from_millis(300);

/// A peer connection with its answer and its session slot.
pub(crate) struct Draft {
    pub(super) rtc: Rtc,
    pub(super) ice: Ice,
    pub(super) tracks: Vec<Track>,
    pub(super) answer: String,
    pub(super) place: OwnedSemaphorePermit,
}

impl Draft {
    /// Answer an offer with these addresses.
    pub(super) fn new(
        offer: Offer,
        direction: Direction,
        addrs: Arc<[SocketAddr]>,
        cert: &DtlsCert,
        place: OwnedSemaphorePermit,
    ) -> Result<Draft, OpenError> {
        let creds = IceCreds::new();
        let ufrag = creds.ufrag.clone();
        let mut rtc = config(cert, creds).build(Instant::now());
        add_addrs(&mut rtc, &addrs);
        let Offer { text, sdp, creds } = offer;
        let answer = rtc.sdp_api().accept_offer(sdp).map_err(|error| {
            tracing::info!(%error, "offer not accepted");
            OpenError::BadOffer("the offer was not accepted")
        })?;
        let answer = sdp::in_offered_order(&text, &answer.to_sdp_string());
        let answer = match direction {
            Direction::Publish => sdp::with_start_bitrate(&answer),
            Direction::Play => sdp::in_one_media_stream(&answer),
        };
        let tracks = tracks(&rtc, direction, &answer);
        match tracks.is_empty() {
            true => Err(OpenError::NoCommonCodec),
            false => {
                let ice = Ice::new(text, creds, ufrag, addrs);
                Ok(Draft { rtc, ice, tracks, answer, place })
            }
        }
    }
}

/// The first m-line of each kind that has a common codec and the right direction.
fn tracks(rtc: &Rtc, direction: Direction, answer: &str) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    let mut first = None;
    for line in answer.lines() {
        if let Some(types) = sdp::payload_types(line) {
            first = types.first().and_then(|pt| pt.parse::<u8>().ok());
        } else if let Some(mid) = line.strip_prefix("a=mid:")
            && let Some(track) = track(rtc, direction, Mid::from(mid.trim()), first.map(Pt::from))
            && tracks.iter().all(|other| other.kind != track.kind)
        {
            tracks.push(track);
        }
    }
    tracks
}

/// An m-line as a track. `first` is the payload type the answer prefers.
fn track(rtc: &Rtc, direction: Direction, mid: Mid, first: Option<Pt>) -> Option<Track> {
    let media = rtc.media(mid)?;
    let goes_right = match direction {
        Direction::Publish => media.direction().is_receiving(),
        Direction::Play => media.direction().is_sending(),
    };
    let preferred = payloads(rtc, media).find(|params| Some(params.pt()) == first);
    let params = preferred.or(payloads(rtc, media).next())?;
    (goes_right && !media.disabled()).then(|| Track::new(mid, media.kind(), *params))
}

fn config(cert: &DtlsCert, creds: IceCreds) -> RtcConfig {
    RtcConfig::new()
        .set_dtls_cert(cert.clone())
        .set_local_ice_credentials(creds)
        .set_ice_lite(true)
        .clear_codecs()
        .enable_opus(true, false)
        .enable_vp8(true)
        .enable_h264(true)
        .set_rtcp_report_interval_audio(RTCP_INTERVAL)
        .set_rtcp_report_interval_video(RTCP_INTERVAL)
        .set_rtp_mode(true)
}
