//! One peer connection: a publisher's or a player's.

use super::codec::{best_fit, payloads};
use super::draft::Draft;
use super::hold::Hold;
use super::ice::{CONNECT_TIMEOUT, Ice};
use super::inflow::{Inflow, Verdict};
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

/// A client that was heard of at least this often,
const TALKS_EVERY: Duration = Duration::from_millis(400);
/// and then not for so long, is cut off and loses what is sent.
const CUT_OFF: Duration = Duration::from_millis(1_500);

/// The longest payload that is forwarded. With its headers, which are others for each player, it has
/// to fit into a datagram that networks carry whole; over 1,900 bytes the WebRTC library would panic.
const PAYLOAD_BYTES_MAX: usize = 1_400;

/// Where packets' numbers are not about to start again from 0: the next one is read with as many
/// rollovers as this one.
const BEFORE_WRAP: u64 = 0xff00;

/// A client that made a newer session has its time to say which of the two it keeps: it may hear of
/// the older one again while the server hears of the newer one (PUB-04).
const ASIDE: Duration = Duration::from_secs(2);

/// Why a session ends that did not publish any more.
pub(super) const REPLACED: &str = "replaced by a newer session";
/// Why a session ends that its client has closed (DTLS).
pub(super) const BY_THE_PEER: &str = "closed by the peer";

/// Numbers the sessions of a run.
pub(super) type Key = u64;

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
    /// How long it is kept though a newer session publishes in its place.
    aside_until: Option<Instant>,
    /// Until then the network swallows all that comes and goes (`POST /dev/fault`).
    pub(super) silent_until: Option<Instant>,
    /// Nobody knows in which state that left it.
    pub(super) has_panicked: bool,
    has_sent_long_packet: bool,
    inflow: Inflow,
    rtc: Rtc,
    tracks: Vec<Track>,
    _place: OwnedSemaphorePermit,
}

/// What a session makes of a datagram.
pub(super) enum Heard {
    /// It is not for it, or the network swallows it.
    Nothing,
    /// A check under the credentials from before a restart, and its reply.
    Former(Vec<u8>),
    /// Something of its peer's.
    Peer {
        /// The peer was cut off for a moment before it.
        is_back: bool,
        /// Why the session ends with it, if it does.
        ended: Option<&'static str>,
    },
}

/// What a session tells the task.
pub(super) enum Happening {
    Connected,
    /// An ICE restart is through; this is the former `ufrag`.
    Restarted(String),
    Packet(Arc<RtpPacket>),
    KeyframeWanted,
    Ended(&'static str),
}

impl Session {
    /// The session of an answer that was made.
    pub(super) fn open(id: String, opening: Opening, bits_per_second: Option<u64>) -> Session {
        let Opening { grant, holder, issued_ms, guest, draft } = opening;
        let Draft { rtc, ice, tracks, answer, place } = *draft;
        let now = Instant::now();
        Session {
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

    /// Whether it is what this request asks for: a client repeats one that hangs.
    pub(super) fn is_of(&self, opening: &Opening) -> bool {
        self.grant == opening.grant && self.guest.is_none() && self.ice.is_of(&opening.draft.ice)
    }

    /// What its client is told.
    pub(super) fn opened(&self) -> Opened {
        let (id, etag) = (self.id.clone(), self.ice.etag().to_owned());
        Opened { id, answer: self.answer.clone(), etag }
    }

    /// Fit this player to what is published; `None` if they have no codec in common.
    pub(super) fn fit_to(&mut self, publisher: &Session) -> Option<()> {
        self.fits(publisher).then_some(())?;
        for (kind, name) in [(MediaKind::Audio, "audio"), (MediaKind::Video, "video")] {
            if !publisher.has(kind) {
                self.answer = sdp::with_inactive(&self.answer, name);
            }
        }
        Some(())
    }

    /// Notes a sign of life; whether the client was cut off for a moment before it.
    fn is_back(&mut self, now: Instant) -> bool {
        let was_cut_off = self.is_cut_off(now);
        self.heard = (now, now.saturating_duration_since(self.heard.0));
        was_cut_off
    }

    /// Whether nothing is heard of a client that talked all the time.
    pub(super) fn is_cut_off(&self, now: Instant) -> bool {
        let (heard_at, usual) = self.heard;
        usual < TALKS_EVERY && now.saturating_duration_since(heard_at) > CUT_OFF
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

    pub(super) fn is_aside(&self) -> bool {
        self.aside_until.is_some()
    }

    /// Whether both were made by one login: one may be its try to replace the other. A guest does
    /// not race.
    pub(super) fn is_of_the_client_of(&self, other: &Session) -> bool {
        self.grant.session == other.grant.session && self.guest.is_none()
    }

    /// Whether it has a track of this kind.
    pub(super) fn has(&self, kind: MediaKind) -> bool {
        self.mid(kind).is_some()
    }

    /// Take candidates that the client found after its offer.
    pub(super) fn trickle(&mut self, candidates: Vec<Candidate>) {
        self.ice.trickle(&mut self.rtc, candidates);
    }

    /// Restart ICE for a client that has new credentials; gives the server's side of it.
    pub(super) fn restart(&mut self, restart: Restart) -> Result<String, RtcError> {
        self.ice.restart(&mut self.rtc, restart)
    }

    /// When it is given up, and why, unless something happens before.
    pub(super) fn given_up(&self) -> Option<(Instant, &'static str)> {
        let connect_by = match self.connected {
            true => self.ice.give_up_at(),
            false => Some(self.opened_at + CONNECT_TIMEOUT),
        };
        let late = connect_by.map(|at| (at, "did not connect in time"));
        let replaced = self.aside_until.map(|at| (at, REPLACED));
        late.into_iter().chain(replaced).min()
    }

    /// Another session of the same client publishes in its place (or not any more).
    pub(super) fn step_aside(&mut self, is_aside: bool) {
        self.aside_until = is_aside.then(|| Instant::now() + ASIDE);
    }

    /// Let time or a datagram in; follow with [`Self::poll`].
    pub(super) fn handle(&mut self, input: Input) -> Result<(), &'static str> {
        self.rtc.handle_input(input).map_err(|error| {
            tracing::info!(media = self.id, %error, "media session failed");
            "failed"
        })
    }

    /// Let a datagram in; follow with [`Self::poll`]. `is_known` says whether others came from its
    /// source.
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
            Verdict::Taken => {}
            Verdict::Dropped => return Heard::Nothing,
            Verdict::FirstDropped => {
                tracing::warn!(media = self.id, "client sends too much, the rest is dropped");
                return Heard::Nothing;
            }
        }
        Heard::Peer { is_back: self.is_back(now), ended: self.handle(input).err() }
    }

    fn is_silent(&self) -> bool {
        self.silent_until.is_some_and(|until| until > Instant::now())
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
            Event::RtpPacket(packet) => Some(Happening::Packet(Arc::new(packet))),
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

    /// What this publisher sends of a kind.
    fn sends(&self, kind: MediaKind) -> Option<PayloadParams> {
        let track = self.tracks.iter().find(|track| track.kind == kind)?;
        Some(track.params)
    }

    /// Whether this player can take what the publisher sends, for every kind both have.
    fn fits(&self, publisher: &Session) -> bool {
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

    /// Take a packet this publisher sent; `None` if it is not to be forwarded. Gives as well
    /// whether packets before it were given up.
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
            // Nobody will show what is missing before it. Sent again, it would go before what is
            // new: 90 packets put off a keyframe by 250 ms.
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

    /// Send a publisher's packet to this player; follow with [`Self::poll`]. Gives whether the
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
        // Sound has no gap that was not in what came.
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
        // RTP's clock has 32 bits and wraps.
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

    /// The publisher changed or lost packets: what comes next starts with a keyframe.
    pub(super) fn expect_keyframe(&mut self) {
        for track in &mut self.tracks {
            track.hold = Hold::on();
        }
    }

    /// This publisher was cut off: what it sent meanwhile is not asked for.
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
        // There is none before the first packet came in; the first frame is a keyframe anyway.
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(track.mid, track.layer) {
            stream.request_keyframe(kind);
        }
    }

    /// Tell the peer that this is the end.
    pub(super) fn close(mut self, sockets: &Sockets) {
        let mut ignored = Vec::new();
        if self.rtc.close().is_ok() {
            self.poll(sockets, &mut ignored);
        }
    }
}
