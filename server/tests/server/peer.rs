//! A WebRTC peer that acts like a browser, over real UDP on loopback.

use super::client::{Client, Site, soon};
use holdfast_protocol::{ClientMessage, Code, Node, ServerMessage};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::crypto::from_feature_flags;
use str0m::format::Codec;
use str0m::ice::{StunMessage, TransId};
use str0m::media::{Direction, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;
use tokio::time::sleep_until;

/// Everything that is sent, except packets of a camera's frame, is smaller than this.
const FRAME_BYTES_MIN: usize = 400;

pub(crate) struct Peer {
    pub(crate) rtc: Rtc,
    pub(crate) socket: UdpSocket,
    pending: Option<SdpPendingOffer>,
    events: VecDeque<Event>,
    pub(crate) video: Mid,
    pub(crate) audio: Option<Mid>,
    pub(crate) offer: String,
    /// Path of the media session, once there is one.
    pub(crate) location: String,
    pub(crate) etag: String,
    pub(crate) answer: String,
    /// The test's own connectivity check that waits for its reply.
    check: Option<TransId>,
    is_checked: bool,
    /// Everything it sends is lost.
    pub(crate) is_cut_off: bool,
    /// How many packets with parts of frames were sent.
    pub(crate) frame_packets: usize,
    buffer: Vec<u8>,
}

impl Peer {
    pub(crate) async fn new(direction: Direction, codecs: &[Codec]) -> Peer {
        Peer::at("127.0.0.1", direction, codecs).await
    }

    /// A peer at an address of this machine.
    pub(crate) async fn at(ip: &str, direction: Direction, codecs: &[Codec]) -> Peer {
        Peer::with(Rtc::builder(), ip, direction, codecs).await
    }

    /// A peer with other settings of its library.
    pub(crate) async fn with(
        config: RtcConfig,
        ip: &str,
        direction: Direction,
        codecs: &[Codec],
    ) -> Peer {
        from_feature_flags().install_process_default();
        let mut rtc = config
            .clear_codecs()
            .enable_opus(codecs.contains(&Codec::Opus), false)
            .enable_vp8(codecs.contains(&Codec::Vp8))
            .enable_vp9(codecs.contains(&Codec::Vp9))
            .enable_h264(codecs.contains(&Codec::H264))
            .build(Instant::now());
        let socket = UdpSocket::bind((ip, 0)).await.unwrap();
        rtc.add_local_candidate(Candidate::host(socket.local_addr().unwrap(), "udp").unwrap());
        let mut changes = rtc.sdp_api();
        let audio = codecs
            .contains(&Codec::Opus)
            .then(|| changes.add_media(MediaKind::Audio, direction, None, None, None));
        let video = changes.add_media(MediaKind::Video, direction, None, None, None);
        let (offer, pending) = changes.apply().unwrap();
        Peer {
            rtc,
            socket,
            pending: Some(pending),
            events: VecDeque::new(),
            video,
            audio,
            offer: offer.to_sdp_string(),
            location: String::new(),
            etag: String::new(),
            answer: String::new(),
            check: None,
            is_checked: false,
            is_cut_off: false,
            frame_packets: 0,
            buffer: vec![0; 2_000],
        }
    }

    /// POST the offer to a node and apply its answer.
    pub(crate) async fn open(&mut self, server: &Site, node: &Endpoint) {
        let response = post(server, &node.url, &node.token, self.offer.clone()).await;
        assert_eq!(response.status(), 201, "{}", response.text().await.unwrap());
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        let posted_to = response.url();
        let location = posted_to.join(&header("location")).unwrap();
        self.location = location.path().to_owned();
        self.etag = header("etag");
        assert_eq!(header("content-type"), "application/sdp");
        self.answer = response.text().await.unwrap();
        let answer = SdpAnswer::from_sdp_string(&self.answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
    }

    /// Move to another address. Returns what the client must send for an ICE restart.
    pub(crate) async fn restart(&mut self) -> String {
        self.socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut changes = self.rtc.sdp_api();
        changes.ice_restart(false);
        let (offer, pending) = changes.apply().unwrap();
        self.pending = Some(pending);
        let offer = offer.to_sdp_string();
        format!("{}a={}\r\n", creds(&offer), self.candidate().to_sdp_string())
    }

    /// Apply the server's side of an ICE restart to the old answer, as a browser page would.
    pub(crate) fn restarted(&mut self, fragment: &str) {
        let (old, new) = (creds(&self.answer), creds(fragment));
        let mut answer = self.answer.clone();
        for (old, new) in old.lines().zip(new.lines()) {
            // Replace the values alone, since candidates contain their ufrag as well.
            let value = |line: &str| line.split_once(':').unwrap().1.to_owned();
            answer = answer.replace(&value(old), &value(new));
        }
        self.answer = answer;
        let answer = SdpAnswer::from_sdp_string(&self.answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
        self.rtc.add_local_candidate(self.candidate());
    }

    /// The credentials of its offer, as a fragment.
    pub(crate) fn fragment(&self) -> String {
        creds(&self.offer)
    }

    fn candidate(&self) -> Candidate {
        Candidate::host(self.socket.local_addr().unwrap(), "udp").unwrap()
    }

    /// A connectivity check with the credentials of the POST.
    pub(crate) fn check_bytes(&self, id: TransId) -> Vec<u8> {
        let ours = value(&self.offer, "a=ice-ufrag:");
        let username = format!("{}:{ours}", value(&self.answer, "a=ice-ufrag:"));
        let pass = value(&self.answer, "a=ice-pwd:");
        let provider = from_feature_flags().sha1_hmac_provider;
        let hmac = |key: &[u8], payloads: &[&[u8]]| provider.sha1_hmac(key, payloads);
        let check = StunMessage::binding_request(&username, id, true, 1, 1, false);
        let mut buffer = [0; 512];
        let bytes = check.to_bytes(Some(pass.as_bytes()), &mut buffer, hmac).unwrap();
        buffer[..bytes].to_vec()
    }

    /// The server's address for media.
    pub(crate) fn media_addr(&self) -> SocketAddr {
        let candidate = value(&self.answer, "a=candidate:");
        let words: Vec<&str> = candidate.split(' ').collect();
        format!("{}:{}", words[4], words[5]).parse().unwrap()
    }

    /// Send a check with the credentials of the POST and wait for its reply.
    pub(crate) async fn check(&mut self) {
        let id = TransId::new();
        self.socket.send_to(&self.check_bytes(id), self.media_addr()).await.unwrap();
        self.check = Some(id);
        soon("the check's reply", async {
            while !std::mem::take(&mut self.is_checked) {
                self.events.clear();
                self.turn().await;
            }
        })
        .await;
    }

    /// The next event. Dropping the future early loses nothing.
    pub(crate) async fn step(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            self.turn().await;
        }
    }

    /// Wait for a datagram or a timer, unless events are already there.
    async fn turn(&mut self) {
        let wake_at = self.poll();
        if !self.events.is_empty() {
            return;
        }
        assert!(self.rtc.is_alive(), "polled after its end");
        let received = tokio::select! {
            received = self.socket.recv_from(&mut self.buffer) => Some(received.unwrap()),
            () = sleep_until(wake_at.into()) => None,
        };
        let now = Instant::now();
        let Some((bytes, source)) = received else {
            return self.rtc.handle_input(Input::Timeout(now)).unwrap();
        };
        if let Ok(stun) = StunMessage::parse(&self.buffer[..bytes]) {
            self.is_checked |= self.check == Some(stun.trans_id());
        }
        let destination = self.socket.local_addr().unwrap();
        let Ok(contents) = self.buffer[..bytes].try_into() else {
            return;
        };
        let receive = Receive { proto: Protocol::Udp, source, destination, contents };
        self.rtc.handle_input(Input::Receive(now, receive)).unwrap();
    }

    pub(crate) fn poll(&mut self) -> Instant {
        loop {
            match self.rtc.poll_output().unwrap() {
                Output::Transmit(_) if self.is_cut_off => {}
                Output::Transmit(transmit) => {
                    self.frame_packets += usize::from(transmit.contents.len() > FRAME_BYTES_MIN);
                    // What does not fit is lost, as on any network.
                    let _ = self.socket.try_send_to(&transmit.contents, transmit.destination);
                }
                Output::Event(event) => self.events.push_back(event),
                Output::Timeout(at) => return at,
            }
        }
    }

    /// Step until an event matches.
    pub(crate) async fn until(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) -> Event {
        soon(what, async {
            loop {
                let event = self.step().await;
                if is_it(&event) {
                    return event;
                }
            }
        })
        .await
    }

    pub(crate) async fn connected(&mut self) {
        self.until("the connection", |event| matches!(event, Event::Connected)).await;
    }

    /// Tell the server that the session is over, and do nothing more.
    pub(crate) async fn close(&mut self) {
        self.rtc.close().unwrap();
        self.poll();
    }

    /// Wait until the server says that the session is over.
    pub(crate) async fn ended(&mut self) {
        self.until("the session's end", |event| matches!(event, Event::Closed)).await;
    }

    pub(crate) async fn keyframe_asked_for(&mut self) {
        let is_it = |event: &Event| matches!(event, Event::KeyframeRequest(_));
        self.until("a keyframe request", is_it).await;
    }

    /// Keep the session alive and do nothing else.
    pub(crate) async fn run(&mut self) {
        loop {
            self.step().await;
        }
    }

    /// Send one audio packet unchanged, of any length.
    pub(crate) fn write_packet(&mut self, number: u16, payload: &[u8]) {
        let mid = self.audio.unwrap();
        let pt = self.rtc.writer(mid).unwrap().payload_params().next().unwrap().pt();
        let ticks = u32::from(number) * 960;
        let number = u64::from(number).into();
        let packet = RtpWrite::new(pt, number, ticks, Instant::now(), payload);
        let mut api = self.rtc.direct_api();
        api.stream_tx_by_mid(mid, None).unwrap().write_rtp(packet);
        self.rtc.handle_input(Input::Timeout(Instant::now())).unwrap();
        self.poll();
    }

    /// Send a frame with the first payload type of a codec.
    pub(crate) fn write(&mut self, codec: Codec, time: MediaTime, data: &[u8]) {
        let mid = if codec == Codec::Opus { self.audio.unwrap() } else { self.video };
        let writer = self.rtc.writer(mid).unwrap();
        let is_it = |params: &&str0m::format::PayloadParams| params.spec().codec == codec;
        let pt = writer.payload_params().find(is_it);
        let pt = pt.unwrap_or_else(|| panic!("no {codec:?} in {}", self.answer)).pt();
        writer.write(pt, Instant::now(), time, data.to_vec()).unwrap();
        self.poll();
    }
}

/// The value of the first line with this prefix.
fn value(sdp: &str, name: &str) -> String {
    sdp.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned()
}

/// The first credentials of some SDP.
fn creds(sdp: &str) -> String {
    let line = |name: &str| sdp.lines().find(|line| line.starts_with(name)).unwrap();
    format!("{}\r\n{}\r\n", line("a=ice-ufrag:"), line("a=ice-pwd:"))
}

pub(crate) async fn post(
    server: &Site,
    path: &str,
    token: &str,
    body: String,
) -> reqwest::Response {
    let request = server.http.post(server.url(path)).bearer_auth(token);
    request.header("content-type", "application/sdp").body(body).send().await.unwrap()
}

/// A node's endpoint and the bearer token for it.
pub(crate) struct Endpoint {
    pub(crate) url: String,
    pub(crate) token: String,
}

impl From<&Node> for Endpoint {
    fn from(node: &Node) -> Endpoint {
        let token = node.authorization.strip_prefix("Bearer ").unwrap();
        Endpoint { url: node.url.clone(), token: token.into() }
    }
}

/// Claim a stream.
pub(crate) async fn claim(client: &mut Client, stream: &str) -> Endpoint {
    let message =
        ClientMessage::Publish { id: 1, stream: stream.into(), extra: String::new(), muted: 0 };
    node(client, &message).await
}

/// Ask where to publish or play.
pub(crate) async fn node(client: &mut Client, message: &ClientMessage) -> Endpoint {
    match client.ask(message).await {
        ServerMessage::Nodes { nodes, .. } => (&nodes[0]).into(),
        other => panic!("expected nodes, got {other:?}"),
    }
}

pub(crate) async fn go_live(client: &mut Client, stream: &str) {
    let reply = client
        .ask(&ClientMessage::Live { id: 2, stream: stream.into(), node: String::new() })
        .await;
    assert!(matches!(reply, ServerMessage::Done { code: Code::OK, .. }), "{reply:?}");
}

/// Wait for a stream to be live and ask where to play it.
pub(crate) async fn find(client: &mut Client, stream: &str) -> Endpoint {
    loop {
        if matches!(client.next().await, ServerMessage::Streams { .. }) {
            break;
        }
    }
    node(client, &ClientMessage::Play { id: 3, stream: stream.into() }).await
}
