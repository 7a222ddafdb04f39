//! One peer connection: a publisher's or a player's.

use super::codec::{best_fit, payloads};
use super::draft::Draft;
use super::hold::Hold;
use super::ice::{CONNECT_TIMEOUT, Ice};
use super::inflow::{Admission, Inflow};
use super::loss::Losses;
use super::packet::Packet;
use super::rewrite::Placed;
use super::route::is_check;
use super::socket::{Arrival, Sockets};
use super::track::Track;
use super::{Opened, Opening, Restart, sdp};
use crate::media_token::{Holder, MediaToken};
use holdfast_rooms::{GuestMediaId, MediaGrant};
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::format::PayloadParams;
use str0m::media::{KeyframeRequestKind, MediaKind, Mid};
use str0m::net::{DatagramRecv, Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcError};
use tokio::sync::OwnedSemaphorePermit;

/// Longest usual gap between packets of a client that counts as sending continuously.
const TALKS_EVERY: Duration = Duration::from_millis(400);
/// Such a client counts as cut off after this much silence. What is sent to it then is lost.
const CUT_OFF: Duration = Duration::from_millis(1_500);

/// The longest payload that is forwarded. With its headers, which differ from player to player, it
/// must fit into a datagram that networks carry unfragmented. Above 1,900 bytes the WebRTC library
/// would panic.
const PAYLOAD_BYTES_MAX: usize = 1_400;

/// Below this, the 16-bit sequence number is not about to wrap, so the current rollover counter
/// also fits the next packet.
const BEFORE_WRAP: u64 = 0xff00;

/// How long an older session is kept after the same client connected a newer one. The client may
/// hear from the older one again while the server already hears from the newer one, so it needs
/// time to say which of the two it keeps (PUB-04).
const ASIDE: Duration = Duration::from_secs(2);

/// End reason: a newer session publishes in its place.
pub(super) const REPLACED: &str = "replaced by a newer session";
/// End reason: its client closed it (DTLS).
pub(super) const BY_THE_PEER: &str = "closed by the peer";

/// Numbers the sessions of one server run.
pub(super) type Key = u64;

pub(super) struct PeerSession {
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
    /// Whether somebody was given the answer.
    pub(super) is_answered: bool,
    /// When a packet last arrived, and how long after the one before.
    heard: (Instant, Duration),
    /// The session's entry among the timers.
    pub(super) armed_at: Option<Instant>,
    /// Set while a newer session publishes in its place: how long it is kept.
    aside_until: Option<Instant>,
    /// Until then the session acts as if the network dropped all its packets (`POST /dev/fault`).
    pub(super) silent_until: Option<Instant>,
    /// A panic left it in an unknown state.
    pub(super) has_panicked: bool,
    has_sent_long_packet: bool,
    inflow: Inflow,
    rtc: Rtc,
    tracks: Vec<Track>,
    _place: OwnedSemaphorePermit,
}

/// What a session does with a datagram.
pub(super) enum Heard {
    /// The datagram is not for this session, or is dropped on purpose.
    Nothing,
    /// The reply to a check that used the credentials from before a restart.
    Former(Vec<u8>),
    /// A datagram from its peer.
    Peer {
        /// The peer was cut off for a moment before this datagram.
        is_back: bool,
        /// Why this datagram ends the session, if it does.
        ended: Option<&'static str>,
    },
}

/// What a session tells the task.
pub(super) enum SessionEvent {
    Connected,
    /// An ICE restart has completed; this is the former `ufrag`.
    Restarted(String),
    Packet(Arc<RtpPacket>),
    KeyframeWanted,
    Ended(&'static str),
}

impl PeerSession {
    /// The session of an answered offer.
    pub(super) fn open(id: String, opening: Opening, bits_per_second: Option<u64>) -> PeerSession {
        let Opening { grant, holder, issued_ms, guest, draft } = opening;
        let Draft { rtc, ice, tracks, answer, place } = *draft;
        let now = Instant::now();
        PeerSession {
            id,
            grant,
            holder,
            issued_ms,
            guest,
            ice,
            connected: false,
            opened_at: now,
            answer,
            is_answered: false,
            heard: (now, Duration::MAX),
            armed_at: None,
            aside_until: None,
            silent_until: None,
            has_panicked: false,
            has_sent_long_packet: false,
            inflow: Inflow::new(bits_per_second, now),
            rtc,
            tracks,
            _place: place,
        }
    }

    /// Whether this request asks for this same session. A client repeats a request that hangs.
    pub(super) fn is_of(&self, opening: &Opening) -> bool {
        self.grant == opening.grant && self.guest.is_none() && self.ice.is_of(&opening.draft.ice)
    }

    /// What the client is told about its session.
    pub(super) fn opened(&self) -> Opened {
        let (id, etag) = (self.id.clone(), self.ice.etag().to_owned());
        Opened { id, answer: self.answer.clone(), etag }
    }

    /// Fit this player to what the publisher sends; `None` if they have no codec in common.
    pub(super) fn fit_to(&mut self, publisher: &PeerSession) -> Option<()> {
        self.fits(publisher).then_some(())?;
        for (kind, name) in [(MediaKind::Audio, "audio"), (MediaKind::Video, "video")] {
            if !publisher.has(kind) {
                self.answer = sdp::with_inactive(&self.answer, name);
            }
        }
        Some(())
    }

    /// Records a sign of life. Returns whether the client was cut off for a moment before it.
    fn is_back(&mut self, now: Instant) -> bool {
        let was_cut_off = self.is_cut_off(now);
        self.heard = (now, now.saturating_duration_since(self.heard.0));
        was_cut_off
    }

    /// Whether a client that was sending continuously has fallen silent.
    pub(super) fn is_cut_off(&self, now: Instant) -> bool {
        let (heard_at, usual) = self.heard;
        usual < TALKS_EVERY && now.saturating_duration_since(heard_at) > CUT_OFF
    }

    /// Whether this token may change and close it.
    pub(super) fn is_held_by(&self, token: &MediaToken) -> bool {
        let MediaToken { holder, stream, direction, .. } = token;
        self.holder.is(holder) && (&self.grant.stream, self.grant.direction) == (stream, *direction)
    }

    /// Whether this session publishes in place of the other one. Between two of the same room
    /// session, `is_later` decides: whether this one was opened later. Otherwise the stream has
    /// changed hands, and the token that was issued last is its owner's.
    pub(super) fn comes_after(&self, other: &PeerSession, is_later: bool) -> bool {
        match self.grant.session == other.grant.session || self.issued_ms == other.issued_ms {
            true => is_later,
            false => self.issued_ms > other.issued_ms,
        }
    }

    pub(super) fn is_aside(&self) -> bool {
        self.aside_until.is_some()
    }

    /// Whether both were made by one login, so that one may be the client's attempt to replace the
    /// other. Guest clients do not race two sessions.
    pub(super) fn is_of_the_client_of(&self, other: &PeerSession) -> bool {
        self.grant.session == other.grant.session && self.guest.is_none()
    }

    /// Whether it has a track of this kind.
    pub(super) fn has(&self, kind: MediaKind) -> bool {
        self.mid(kind).is_some()
    }

    /// Add candidates that the client found after its offer.
    pub(super) fn trickle(&mut self, candidates: Vec<Candidate>) {
        self.ice.trickle(&mut self.rtc, candidates);
    }

    /// Restart ICE for a client that has new credentials. Returns the server's side of it.
    pub(super) fn restart(&mut self, restart: Restart) -> Result<String, RtcError> {
        self.ice.restart(&mut self.rtc, restart)
    }

    /// When the session ends, and why, unless something happens before.
    pub(super) fn given_up(&self) -> Option<(Instant, &'static str)> {
        let connect_by = match self.connected {
            true => self.ice.give_up_at(),
            false => Some(self.opened_at + CONNECT_TIMEOUT),
        };
        let late = connect_by.map(|at| (at, "did not connect in time"));
        let replaced = self.aside_until.map(|at| (at, REPLACED));
        late.into_iter().chain(replaced).min()
    }

    /// Note that another session of the same client publishes in its place (or no longer does).
    pub(super) fn step_aside(&mut self, is_aside: bool) {
        self.aside_until = is_aside.then(|| Instant::now() + ASIDE);
    }

    /// Feed time or a datagram in; follow with [`Self::poll`].
    pub(super) fn handle(&mut self, input: Input) -> Result<(), &'static str> {
        self.rtc.handle_input(input).map_err(|error| {
            tracing::info!(media = self.id, %error, "media session failed");
            "failed"
        })
    }

    /// Feed a datagram in; follow with [`Self::poll`]. `is_known` says whether earlier datagrams
    /// came from its source.
    pub(super) fn hear(&mut self, arrival: &Arrival, datagram: &[u8], is_known: bool) -> Heard {
        let Ok(contents) = DatagramRecv::try_from(datagram) else {
            return Heard::Nothing;
        };
        if self.is_silent() {
            return Heard::Nothing;
        }
        let Arrival { source, destination, .. } = *arrival;
        if is_known && let Some(reply) = self.ice.former_reply(datagram, source) {
            return Heard::Former(reply);
        }
        let receive = Receive { proto: Protocol::Udp, source, destination, contents };
        let now = Instant::now();
        let input = Input::Receive(now, receive);
        if !self.rtc.accepts(&input) || is_check(datagram) && !self.ice.admits(source) {
            return Heard::Nothing;
        }
        match self.inflow.take(datagram.len(), now) {
            Admission::Taken => {}
            Admission::Dropped => return Heard::Nothing,
            Admission::FirstDropped => {
                tracing::warn!(media = self.id, "client sends too much, the rest is dropped");
                return Heard::Nothing;
            }
        }
        Heard::Peer { is_back: self.is_back(now), ended: self.handle(input).err() }
    }

    fn is_silent(&self) -> bool {
        self.silent_until.is_some_and(|until| until > Instant::now())
    }

    /// Send what is pending, collect what happened, and return when to poll again.
    pub(super) fn poll(&mut self, sockets: &Sockets, events: &mut Vec<SessionEvent>) -> Instant {
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(_)) if self.is_silent() => {}
                Ok(Output::Transmit(transmit)) => {
                    sockets.send(transmit.source, transmit.destination, &transmit.contents);
                }
                Ok(Output::Event(event)) => events.extend(self.on_event(event)),
                Ok(Output::Timeout(at)) => {
                    if !self.rtc.is_alive() {
                        events.push(SessionEvent::Ended("closed"));
                    }
                    return at;
                }
                Err(error) => {
                    tracing::info!(media = self.id, %error, "media session failed");
                    events.push(SessionEvent::Ended("failed"));
                    return Instant::now();
                }
            }
        }
    }

    fn on_event(&mut self, event: Event) -> Option<SessionEvent> {
        match event {
            Event::Connected => {
                self.connected = true;
                Some(SessionEvent::Connected)
            }
            Event::RtpPacket(packet) => Some(SessionEvent::Packet(Arc::new(packet))),
            Event::KeyframeRequest(_) => Some(SessionEvent::KeyframeWanted),
            // A restart that fails has its own timeout, and the former path stays in use until
            // then.
            Event::IceConnectionStateChange(state) if state.is_disconnected() => {
                (!self.ice.is_restarting()).then_some(SessionEvent::Ended("no sign of life"))
            }
            Event::IceConnectionStateChange(state) if state.is_connected() => {
                self.ice.connected().map(SessionEvent::Restarted)
            }
            Event::Closed => Some(SessionEvent::Ended(BY_THE_PEER)),
            _ => None,
        }
    }

    /// What this publisher sends of a media kind.
    fn sends(&self, kind: MediaKind) -> Option<PayloadParams> {
        let track = self.tracks.iter().find(|track| track.kind == kind)?;
        Some(track.params)
    }

    /// Whether this player can take what the publisher sends, for every kind both have.
    fn fits(&self, publisher: &PeerSession) -> bool {
        let mut shared = 0;
        for kind in [MediaKind::Audio, MediaKind::Video] {
            let Some(source) = publisher.sends(kind) else {
                continue;
            };
            let Some(media) = self.mid(kind).and_then(|mid| self.rtc.media(mid)) else { continue };
            if best_fit(payloads(&self.rtc, media), &source).is_none() {
                return false;
            }
            shared += 1;
        }
        shared > 0
    }

    fn mid(&self, kind: MediaKind) -> Option<Mid> {
        self.tracks.iter().find(|track| track.kind == kind).map(|track| track.mid)
    }

    /// Take a packet this publisher sent; `None` if it is not to be forwarded. Also returns whether
    /// packets before it were given up.
    pub(super) fn take(&mut self, from: Key, rtp: Arc<RtpPacket>) -> Option<(Packet, bool)> {
        let params = self.rtc.codec_config().iter().find(|p| p.pt() == rtp.header.payload_type)?;
        let params = *params;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&rtp.header.ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let track = self.tracks.iter_mut().find(|track| track.mid == mid)?;
        track.params = params;
        if track.layer.is_none() {
            track.layer = rid;
        }
        if track.layer != rid {
            return None;
        }
        let (roc, low) = (*rtp.seq_no >> 16, *rtp.seq_no & 0xffff);
        if track.losses.is_new() && low < BEFORE_WRAP {
            // Packets missing before it are of no use to anyone. Sent again, they would go out
            // before newer ones: 90 packets delayed a keyframe by 250 ms.
            stream.reset_roc(roc);
        }
        let packet = Packet::new(from, track.kind, params, rtp);
        let is_lossy =
            track.losses.note(*packet.rtp.seq_no, packet.starts_keyframe, packet.rtp.timestamp);
        let is_lossy = is_lossy && packet.kind == MediaKind::Video;
        if packet.payload.len() > PAYLOAD_BYTES_MAX {
            self.complain_of_long_packet(packet.payload.len());
            return None;
        }
        Some((packet, is_lossy))
    }

    fn complain_of_long_packet(&mut self, bytes: usize) {
        if !std::mem::replace(&mut self.has_sent_long_packet, true) {
            let (media, max) = (&self.id, PAYLOAD_BYTES_MAX);
            tracing::warn!(media, bytes, max, "publisher's packets are too long, dropped");
        }
    }

    /// Send a publisher's packet to this player; follow with [`Self::poll`]. Returns whether the
    /// player still waits for a keyframe.
    pub(super) fn forward(&mut self, packet: &Packet) -> bool {
        if !self.connected {
            return false;
        }
        let Some(track) = self.tracks.iter_mut().find(|track| track.kind == packet.kind) else {
            return false;
        };
        let Some(released) = track.hold.release(packet) else {
            self.write(packet);
            return false;
        };
        if released.is_empty() {
            return true;
        }
        // Audio is never held back, so its numbering needs no new run.
        if packet.kind == MediaKind::Video {
            track.rewrite.start_run();
        }
        released.iter().for_each(|packet| self.write(packet));
        false
    }

    fn write(&mut self, packet: &Packet) {
        let Some(track) = self.tracks.iter_mut().find(|track| track.kind == packet.kind) else {
            return;
        };
        let Some(media) = self.rtc.media(track.mid) else {
            return;
        };
        let Some(pt) = best_fit(payloads(&self.rtc, media), &packet.params).map(PayloadParams::pt)
        else {
            return;
        };
        let rtp = &packet.rtp;
        let placed = track.rewrite.place(packet.from, *rtp.seq_no, rtp.time, rtp.timestamp);
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(track.mid, None);
        let (Some(Placed { seq, ticks, at }), Some(stream)) = (placed, stream) else {
            return;
        };
        // The RTP timestamp has 32 bits and wraps.
        let write = RtpWrite::new(pt, seq.into(), ticks as u32, at, packet.payload.clone())
            .marker(rtp.header.marker)
            .nackable(packet.kind == MediaKind::Video)
            .ext_vals(ExtensionValues {
                audio_level: rtp.header.ext_vals.audio_level,
                voice_activity: rtp.header.ext_vals.voice_activity,
                video_orientation: rtp.header.ext_vals.video_orientation,
                ..ExtensionValues::default()
            });
        stream.write_rtp(write);
    }

    /// The publisher changed or lost packets: hold everything back until the next keyframe.
    pub(super) fn expect_keyframe(&mut self) {
        for track in &mut self.tracks {
            track.hold = Hold::on();
        }
    }

    /// This publisher was cut off: do not request again what it sent meanwhile.
    pub(super) fn was_cut_off(&mut self) {
        for track in &mut self.tracks {
            track.losses = Losses::default();
        }
    }

    /// Ask this publisher for a keyframe; follow with [`Self::poll`].
    pub(super) fn request_keyframe(&mut self) {
        let Some(track) = self.tracks.iter().find(|track| track.kind == MediaKind::Video) else {
            return;
        };
        let kind = match track.params.fb_pli() {
            true => KeyframeRequestKind::Pli,
            false => KeyframeRequestKind::Fir,
        };
        // No stream exists before the first packet; the first frame is a keyframe anyway.
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(track.mid, track.layer) {
            stream.request_keyframe(kind);
        }
    }

    /// Tell the peer that the session is over.
    pub(super) fn close(mut self, sockets: &Sockets) {
        let mut ignored = Vec::new();
        if self.rtc.close().is_ok() {
            self.poll(sockets, &mut ignored);
        }
    }
}
