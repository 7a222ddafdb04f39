//! One peer connection: a publisher's or a player's.

use super::codec::best_fit;
use super::ice::{CONNECT_TIMEOUT, Ice};
use super::{OpenError, Opened, Opening, sdp, socket::Sockets};
use crate::media_token::{Holder, MediaToken};
use holdfast_rooms::{Direction, GuestMediaId, MediaGrant};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::format::PayloadParams;
use str0m::media::{KeyframeRequestKind, MediaData, MediaKind, MediaTime, Mid, Pt, Rid};
use str0m::{Candidate, Event, IceCreds, Input, Output, Rtc, RtcConfig, RtcError};

/// How long a frame may wait for a packet that was lost: a request and its answer over round trips of
/// up to 150 ms. All that follows waits with it, and after an outage nothing will fill the gap, so
/// that recovery takes this long more.
const REORDER_TIMEOUT_VIDEO: Duration = Duration::from_millis(200);
const REORDER_TIMEOUT_AUDIO: Duration = Duration::from_millis(200);
/// How often each session hears of us by RTCP at least, be there media or not: clients look at the
/// bytes they receive, and take a second of silence for a dead path (MEDIA-09).
const RTCP_INTERVAL: Duration = Duration::from_millis(300);
/// A player that was heard of at least this often,
const TALKS_EVERY: Duration = Duration::from_millis(400);
/// and then not for so long, was cut off and has lost frames.
const CUT_OFF: Duration = Duration::from_millis(1_500);
/// The longest pause that is put between two publishers' frames on one track.
const SPLICE_MS_MAX: u128 = 60_000;

/// Why a session ends that its client has closed (DTLS).
pub(super) const BY_THE_PEER: &str = "closed by the peer";

/// Numbers the sessions of a run.
pub(super) type Key = u64;

/// A track of a session: an accepted m-line.
struct Track {
    mid: Mid,
    kind: MediaKind,
    /// What came in last, or is expected to come in first (publisher).
    params: PayloadParams,
    /// The simulcast layer that is forwarded, if there are layers.
    layer: Option<Rid>,
    timeline: Timeline,
    /// Frames are held back until one that can be shown by itself.
    needs_keyframe: bool,
}

pub(super) struct Session {
    pub(super) id: String,
    pub(super) grant: MediaGrant,
    holder: Holder,
    issued_ms: u64,
    pub(super) guest: Option<GuestMediaId>,
    pub(super) ice: Ice,
    pub(super) connected: bool,
    opened_at: Instant,
    /// The answer to its offer, for a client that posts the same offer again.
    answer: String,
    /// Somebody has been given the answer.
    pub(super) is_answered: bool,
    /// When it was last heard of, and how long after the time before.
    heard: (Instant, Duration),
    /// The session's entry among the timers.
    pub(super) armed_at: Option<Instant>,
    /// Until then the network swallows all that comes and goes (`POST /dev/fault`).
    pub(super) silent_until: Option<Instant>,
    rtc: Rtc,
    tracks: Vec<Track>,
}

/// What a session tells the task.
pub(super) enum Happening {
    Connected,
    /// An ICE restart is through; this is the former `ufrag`.
    Restarted(String),
    Frame(Box<MediaData>),
    KeyframeWanted,
    Ended(&'static str),
}

impl Session {
    /// Answer an offer; gives the session and the answer.
    pub(super) fn open(
        id: String,
        opening: Opening,
        sockets: &Sockets,
        cert: &DtlsCert,
    ) -> Result<(Session, String), OpenError> {
        let Opening { grant, holder, issued_ms, guest, offer } = opening;
        let offer = offer.as_str();
        let bad = |why: String| OpenError::BadOffer(why);
        let is_open = is_open_for(offer, grant.direction);
        let parsed = SdpOffer::from_sdp_string(offer)
            .map_err(|error| bad(format!("the offer is not SDP: {error}")))?;
        if !is_open {
            return Err(bad("no m-line of the offer goes in the right direction".to_owned()));
        }
        let now = Instant::now();
        let creds = IceCreds::new();
        let ufrag = creds.ufrag.clone();
        let mut rtc = config(cert, creds).build(now);
        for addr in sockets.addrs() {
            match Candidate::host(addr, "udp") {
                Ok(candidate) => drop(rtc.add_local_candidate(candidate)),
                Err(error) => tracing::warn!(%addr, %error, "not usable as a candidate"),
            }
        }
        let answer = rtc
            .sdp_api()
            .accept_offer(parsed)
            .map_err(|error| bad(format!("the offer was not accepted: {error}")))?
            .to_sdp_string();
        let answer = sdp::in_offered_order(offer, &answer);
        let answer = match grant.direction {
            Direction::Publish => sdp::with_start_bitrate(&answer),
            Direction::Play => sdp::in_one_media_stream(&answer),
        };
        let mut session = Session {
            id,
            grant,
            holder,
            issued_ms,
            guest,
            ice: Ice::new(offer, ufrag),
            connected: false,
            opened_at: now,
            answer: String::new(),
            is_answered: false,
            heard: (now, Duration::MAX),
            armed_at: None,
            silent_until: None,
            rtc,
            tracks: Vec::new(),
        };
        let mut first = None;
        for line in answer.lines() {
            if let Some(types) = sdp::payload_types(line) {
                first = types.first().and_then(|pt| pt.parse::<u8>().ok());
            } else if let Some(mid) = line.strip_prefix("a=mid:") {
                session.add_track(Mid::from(mid.trim()), first.map(Pt::from));
            }
        }
        match session.tracks.is_empty() {
            true => Err(OpenError::NoCommonCodec),
            false => Ok((session, answer)),
        }
    }

    /// Whether it is what this request asks for: a client repeats one that hangs.
    pub(super) fn is_of(&self, opening: &Opening) -> bool {
        self.grant == opening.grant && self.guest.is_none() && self.ice.is_of(&opening.offer)
    }

    /// What its client is told.
    pub(super) fn opened(&self) -> Opened {
        let (id, etag) = (self.id.clone(), self.ice.etag().to_owned());
        Opened { id, answer: self.answer.clone(), etag }
    }

    /// Keep the answer as it is sent.
    pub(super) fn set_answer(&mut self, answer: String) {
        self.answer = answer;
    }

    /// Notes a sign of life; whether the client was cut off for a moment before it.
    pub(super) fn is_back(&mut self, now: Instant) -> bool {
        let (heard_at, usual) = self.heard;
        let silence = now.saturating_duration_since(heard_at);
        self.heard = (now, silence);
        usual < TALKS_EVERY && silence > CUT_OFF
    }

    /// Whether a token changes and closes it.
    pub(super) fn is_held_by(&self, token: &MediaToken) -> bool {
        let MediaToken { holder, stream, direction, .. } = token;
        self.holder.is(holder) && (&self.grant.stream, self.grant.direction) == (stream, *direction)
    }

    /// Whether it is to publish rather than the other one. `is_later` says whether it was also
    /// opened later, which decides between two of the same room session. Otherwise the stream has
    /// changed hands, and the token that was made last is its owner's.
    pub(super) fn comes_after(&self, other: &Session, is_later: bool) -> bool {
        match self.grant.session == other.grant.session || self.issued_ms == other.issued_ms {
            true => is_later,
            false => self.issued_ms > other.issued_ms,
        }
    }

    /// Whether it has a track of this kind.
    pub(super) fn has(&self, kind: MediaKind) -> bool {
        self.mid(kind).is_some()
    }

    /// Take candidates that the client found after its offer.
    pub(super) fn trickle(&mut self, candidates: Vec<Candidate>) {
        self.ice.trickle(&mut self.rtc, candidates);
    }

    /// Restart ICE for a client that has these new credentials; gives the server's side of it.
    pub(super) fn restart(
        &mut self,
        creds: &IceCreds,
        candidates: Vec<Candidate>,
    ) -> Result<String, RtcError> {
        self.ice.restart(&mut self.rtc, creds, candidates)
    }

    /// When it is given up, unless it connects before.
    pub(super) fn give_up_at(&self) -> Option<Instant> {
        match self.connected {
            true => self.ice.give_up_at(),
            false => Some(self.opened_at + CONNECT_TIMEOUT),
        }
    }

    /// Let time or a datagram in; follow with [`Self::poll`].
    pub(super) fn handle(&mut self, input: Input) -> Result<(), &'static str> {
        self.rtc.handle_input(input).map_err(|error| {
            tracing::info!(media = self.id, %error, "media session failed");
            "failed"
        })
    }

    pub(super) fn is_silent(&self) -> bool {
        self.silent_until.is_some_and(|until| until > Instant::now())
    }

    pub(super) fn accepts(&self, input: &Input) -> bool {
        self.rtc.accepts(input)
    }

    /// Send what is to be sent, collect what happened, and give the time to come back.
    pub(super) fn poll(&mut self, sockets: &Sockets, happenings: &mut Vec<Happening>) -> Instant {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(_)) if self.is_silent() => {}
                Ok(Output::Transmit(transmit)) => {
                    sockets.send(transmit.source, transmit.destination, &transmit.contents);
                }
                Ok(Output::Event(event)) => happenings.extend(self.on_event(event)),
                Ok(Output::Timeout(at)) => {
                    if !self.rtc.is_alive() {
                        happenings.push(Happening::Ended("closed"));
                    }
                    return at;
                }
                Err(error) => {
                    tracing::info!(media = self.id, %error, "media session failed");
                    happenings.push(Happening::Ended("failed"));
                    return Instant::now();
                }
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Option<Happening> {
        match event {
            Event::Connected => {
                self.connected = true;
                Some(Happening::Connected)
            }
            Event::MediaData(frame) => Some(Happening::Frame(Box::new(frame))),
            Event::KeyframeRequest(_) => Some(Happening::KeyframeWanted),
            // A restart that comes to nothing has a time of its own, while the former path goes on.
            Event::IceConnectionStateChange(state) if state.is_disconnected() => {
                (!self.ice.is_restarting()).then_some(Happening::Ended("no sign of life"))
            }
            Event::IceConnectionStateChange(state) if state.is_connected() => {
                self.ice.connected().map(Happening::Restarted)
            }
            Event::Closed => Some(Happening::Ended(BY_THE_PEER)),
            _ => None,
        }
    }

    /// Take an m-line as the track of its kind, if it has a codec in common and goes the way the
    /// grant says. `first` is the payload type the answer prefers.
    fn add_track(&mut self, mid: Mid, first: Option<Pt>) {
        let Some(media) = self.rtc.media(mid) else {
            return;
        };
        let kind = media.kind();
        let goes_right = match self.grant.direction {
            Direction::Publish => media.direction().is_receiving(),
            Direction::Play => media.direction().is_sending(),
        };
        let is_enabled = !media.disabled();
        let payloads = self.payloads(mid);
        let preferred = payloads.iter().find(|params| Some(params.pt()) == first);
        let Some(params) = preferred.or(payloads.first()) else {
            return;
        };
        if goes_right && is_enabled && self.mid(kind).is_none() {
            self.tracks.push(Track::new(mid, kind, *params));
        }
    }

    fn payloads(&mut self, mid: Mid) -> Vec<PayloadParams> {
        self.rtc.writer(mid).map_or(Vec::new(), |writer| writer.payload_params().copied().collect())
    }

    /// What this publisher sends of a kind.
    fn sends(&self, kind: MediaKind) -> Option<PayloadParams> {
        let track = self.tracks.iter().find(|track| track.kind == kind)?;
        Some(track.params)
    }

    /// Whether this player can take what the publisher sends, for every kind both have.
    pub(super) fn fits(&mut self, publisher: &Session) -> bool {
        let mut shared = 0;
        for kind in [MediaKind::Audio, MediaKind::Video] {
            let Some(source) = publisher.sends(kind) else {
                continue;
            };
            let Some(mid) = self.mid(kind) else { continue };
            if best_fit(self.payloads(mid).iter(), &source).is_none() {
                return false;
            }
            shared += 1;
        }
        shared > 0
    }

    fn mid(&self, kind: MediaKind) -> Option<Mid> {
        self.tracks.iter().find(|track| track.kind == kind).map(|track| track.mid)
    }

    /// The kind of a frame this publisher sent; `None` if it is not to be forwarded.
    pub(super) fn note_frame(&mut self, frame: &MediaData) -> Option<MediaKind> {
        let track = self.tracks.iter_mut().find(|track| track.mid == frame.mid)?;
        track.params = frame.params;
        if frame.rid.is_some() && track.layer.is_none() {
            track.layer = frame.rid;
        }
        (track.layer == frame.rid).then_some(track.kind)
    }

    /// Send a publisher's frame to this player; follow with [`Self::poll`]. Gives whether the
    /// player still waits for a keyframe.
    pub(super) fn forward(&mut self, from: Key, kind: MediaKind, frame: &MediaData) -> bool {
        if !self.connected {
            return false;
        }
        let Some(track) = self.tracks.iter_mut().find(|track| track.kind == kind) else {
            return false;
        };
        if track.needs_keyframe && kind == MediaKind::Video && !frame.is_keyframe() {
            return true;
        }
        track.needs_keyframe = false;
        self.write(from, kind, frame);
        false
    }

    fn write(&mut self, from: Key, kind: MediaKind, frame: &MediaData) {
        let Some(track) = self.tracks.iter_mut().find(|track| track.kind == kind) else {
            return;
        };
        let Some(writer) = self.rtc.writer(track.mid) else {
            return;
        };
        let Some(pt) = best_fit(writer.payload_params(), &frame.params).map(|params| params.pt())
        else {
            return;
        };
        let time = track.timeline.place(from, frame.time, frame.network_time);
        let mut writer = writer.start_of_talkspurt(frame.audio_start_of_talk_spurt);
        if let Some(orientation) = frame.ext_vals.video_orientation {
            writer = writer.video_orientation(orientation);
        }
        if let (Some(level), Some(voice)) =
            (frame.ext_vals.audio_level, frame.ext_vals.voice_activity)
        {
            writer = writer.audio_level(level, voice);
        }
        if let Err(error) = writer.write(pt, frame.network_time, time, frame.data.clone()) {
            tracing::debug!(media = self.id, %error, "frame not forwarded");
        }
    }

    /// The publisher changed: what comes next starts with a keyframe.
    pub(super) fn expect_keyframe(&mut self) {
        for track in &mut self.tracks {
            track.needs_keyframe = true;
        }
    }

    /// Ask this publisher for a keyframe; follow with [`Self::poll`].
    pub(super) fn request_keyframe(&mut self) {
        let Some(track) = self.tracks.iter().find(|track| track.kind == MediaKind::Video) else {
            return;
        };
        let layer = track.layer;
        let Some(mut writer) = self.rtc.writer(track.mid) else {
            return;
        };
        let kind = match writer.is_request_keyframe_possible(KeyframeRequestKind::Pli) {
            true => KeyframeRequestKind::Pli,
            false => KeyframeRequestKind::Fir,
        };
        // Fails before the first packet came in; the first frame is a keyframe anyway.
        if let Err(error) = writer.request_keyframe(layer, kind) {
            tracing::debug!(media = self.id, %error, "keyframe not asked for");
        }
    }

    /// Tell the peer that this is the end.
    pub(super) fn close(&mut self, sockets: &Sockets) {
        let mut ignored = Vec::new();
        if self.rtc.close().is_ok() {
            self.poll(sockets, &mut ignored);
        }
    }
}

/// Whether some m-line goes the way the grant says. The answer does not tell: there a line of
/// the wrong direction and one of unknown codecs look alike.
fn is_open_for(offer: &str, direction: Direction) -> bool {
    let wanted = match direction {
        Direction::Publish => "a=sendonly",
        Direction::Play => "a=recvonly",
    };
    offer.lines().map(str::trim_end).any(|line| line == wanted || line == "a=sendrecv")
}

impl Track {
    fn new(mid: Mid, kind: MediaKind, params: PayloadParams) -> Track {
        Track {
            mid,
            kind,
            params,
            layer: None,
            timeline: Timeline::default(),
            needs_keyframe: true,
        }
    }
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
        .set_reordering_timeout_video(Some(REORDER_TIMEOUT_VIDEO))
        .set_reordering_timeout_audio(Some(REORDER_TIMEOUT_AUDIO))
}

/// A player's media time goes on where it was when the publisher's session changes.
#[derive(Default)]
struct Timeline {
    source: Option<Key>,
    offset: i128,
    last: Option<(i128, Instant)>,
}

impl Timeline {
    fn place(&mut self, from: Key, time: MediaTime, arrived_at: Instant) -> MediaTime {
        let ticks = i128::from(time.numer());
        if self.source != Some(from) {
            self.source = Some(from);
            if let Some((last, last_at)) = self.last {
                let pause_ms = arrived_at.saturating_duration_since(last_at).as_millis();
                let pause_ms = pause_ms.clamp(1, SPLICE_MS_MAX);
                let pause = i128::try_from(pause_ms).unwrap_or(1) * i128::from(time.denom()) / 1000;
                self.offset = last + pause.max(1) - ticks;
            }
        }
        let placed = (ticks + self.offset).max(0);
        self.last = Some((placed, arrived_at));
        MediaTime::new(u64::try_from(placed).unwrap_or(0), time.frequency())
    }
}

/// Sessions by their key.
pub(super) type Sessions = HashMap<Key, Session>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_players_media_time_goes_on_when_the_publisher_changes() {
        let mut timeline = Timeline::default();
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let place = |t: &mut Timeline, from, ticks, ms| {
            t.place(from, MediaTime::from_90khz(ticks), at(ms)).numer()
        };
        assert_eq!(place(&mut timeline, 1, 500_000, 0), 500_000);
        assert_eq!(place(&mut timeline, 1, 503_000, 33), 503_000);
        assert_eq!(place(&mut timeline, 2, 7, 133), 503_000 + 9_000);
        assert_eq!(place(&mut timeline, 2, 3_007, 166), 503_000 + 12_000);
    }
}
