//! Datagrams made to do harm.

use super::offers::publisher;
use super::peer::{Endpoint, Peer, go_live};
use super::siege::{Ground, IS_STRICT, besiege};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};
use str0m::format::Codec;
use str0m::ice::TransId;
use str0m::media::{Direction, KeyframeRequestKind};
use str0m::rtp::RtpWrite;
use str0m::{Event, Rtc};
use tokio::time::{interval, sleep};

/// Datagrams per second in a flood: what one stranger's line can carry.
const FLOOD_PER_SECOND: u32 = if IS_STRICT { 50_000 } else { 10_000 };
/// Datagrams are sent in bursts that fit into the system's buffer.
const BURST_EVERY: Duration = Duration::from_millis(2);

const CODECS: [Codec; 2] = [Codec::Opus, Codec::Vp8];

/// A peer that sends packets unchanged.
async fn raw(direction: Direction, codecs: &[Codec]) -> Peer {
    let config = Rtc::builder().set_rtp_mode(true).clear_extension_map();
    Peer::with(config, "127.0.0.1", direction, codecs).await
}

/// Write a packet of this codec; `number` counts the packets.
fn write(peer: &mut Peer, codec: Codec, number: u64, payload: Vec<u8>) {
    let mid = if codec == Codec::Opus { peer.audio.unwrap() } else { peer.video };
    let pts = peer.rtc.codec_config().iter().filter(|params| params.spec().codec == codec);
    let pt = pts.map(|params| params.pt()).next().unwrap();
    let mut api = peer.rtc.direct_api();
    let stream = api.stream_tx_by_mid(mid, None).unwrap();
    let time = number as u32 * 960;
    stream.write_rtp(RtpWrite::new(pt, number.into(), time, Instant::now(), payload));
    peer.poll();
}

/// A user who publishes, with its link.
struct Publishing {
    client: super::client::Client,
    peer: Peer,
}

async fn publishing(ground: &Ground, codecs: &[Codec]) -> Publishing {
    let (mut client, endpoint) = publisher(ground).await;
    let mut peer = raw(Direction::SendOnly, codecs).await;
    peer.open(&ground.site, &endpoint).await;
    peer.connected().await;
    go_live(&mut client, "mal").await;
    Publishing { client, peer }
}

/// A guest that plays the stream.
async fn playing(ground: &Ground, codecs: &[Codec]) -> Peer {
    let token = super::offers::guest_token("field", "tv", "mal", "play");
    let mut player = Peer::new(Direction::RecvOnly, codecs).await;
    player.open(&ground.site, &Endpoint { url: "/whep/mal".into(), token }).await;
    player.connected().await;
    player
}

/// Send datagrams at the rate of the flood.
async fn flood(ground: &Ground, mut send: impl FnMut(u32)) -> u32 {
    let mut clock = interval(BURST_EVERY);
    let burst = FLOOD_PER_SECOND * BURST_EVERY.as_millis() as u32 / 1_000;
    let mut sent = 0;
    while !ground.is_over() {
        clock.tick().await;
        (0..burst).for_each(|n| send(sent + n));
        sent += burst;
    }
    sent
}

#[test]
fn attack_02_a_packet_that_is_longer_than_a_player_can_be_sent() {
    besiege("2: packets of 1,960 to 1,984 bytes", &[], async |ground| {
        let mut publishing = publishing(ground, &CODECS).await;
        let mut player = playing(ground, &CODECS).await;
        let mut clock = interval(Duration::from_millis(20));
        let (mut sent, mut arrived) = (0, 0);
        while !ground.is_over() {
            tokio::select! {
                _ = clock.tick() => {
                    sent += 1;
                    let bytes = if sent % 10 == 0 { 1_960 + sent as usize % 25 } else { 100 };
                    write(&mut publishing.peer, Codec::Opus, sent, vec![0x55; bytes]);
                }
                _ = publishing.peer.step(), if publishing.peer.rtc.is_alive() => {}
                event = player.step(), if player.rtc.is_alive() => {
                    arrived += u32::from(matches!(event, Event::MediaData(_)));
                }
            }
        }
        assert!(arrived > 0, "the short packets did not come through");
        publishing.client.is_undisturbed().await;
        format!("{sent} packets, every tenth that long; the short ones arrived")
    });
}

#[test]
fn attack_08_packets_that_do_not_decrypt() {
    let toll = besiege("8: packets that do not decrypt", &[], async |ground| {
        let mut publishing = publishing(ground, &CODECS).await;
        let to = publishing.peer.media_addr();
        let mut packet = [0x80; 60];
        let offer = &publishing.peer.offer;
        let ssrc = offer.lines().find_map(|line| line.strip_prefix("a=ssrc:")).unwrap();
        let ssrc: u32 = ssrc.split(' ').next().unwrap().parse().unwrap();
        packet[1] = 111;
        packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
        let sent = flood(ground, |n| {
            packet[2..4].copy_from_slice(&(n as u16).to_be_bytes());
            // If the buffer is full, the packet is lost, as on a network.
            let _ = publishing.peer.socket.try_send_to(&packet, to);
        })
        .await;
        publishing.peer.poll();
        format!("{sent} datagrams")
    });
    assert!(toll.log_bytes < 50_000, "{} bytes of log", toll.log_bytes);
}

#[test]
fn attack_22_datagrams_of_nobody() {
    let toll = besiege("datagrams of nobody", &[], async |ground| {
        let publishing = publishing(ground, &CODECS).await;
        let to = publishing.peer.media_addr();
        let socket = UdpSocket::bind("127.0.1.9:0").unwrap();
        let kinds = [[0x80; 60], [22; 60], [0; 60], [0xff; 60]];
        let sent = flood(ground, |n| {
            let _ = socket.send_to(&kinds[n as usize % kinds.len()], to);
        })
        .await;
        format!("{sent} datagrams")
    });
    assert!(toll.log_bytes < 20_000, "{} bytes of log", toll.log_bytes);
}

#[test]
fn attack_09_checks_from_ever_new_addresses() {
    const SOURCES: u32 = 15_000;
    let toll = besiege("9: checks from 15,000 addresses", &[], async |ground| {
        let (_client, endpoint) = publisher(ground).await;
        let mut peer = raw(Direction::SendOnly, &CODECS).await;
        peer.open(&ground.site, &endpoint).await;
        let to = peer.media_addr();
        let begun = Instant::now();
        let mut sent = 0;
        for n in 0..SOURCES {
            let [_, _, high, low] = n.to_be_bytes();
            let source = Ipv4Addr::new(127, 2, high, low);
            let socket = UdpSocket::bind(SocketAddr::new(source.into(), 0)).unwrap();
            sent += u32::from(socket.send_to(&peer.check_bytes(TransId::new()), to).is_ok());
            if n % 16 == 0 {
                sleep(Duration::from_millis(1)).await;
            }
        }
        format!("{sent} checks in {:.1} s", begun.elapsed().as_secs_f64())
    });
    assert!(toll.growth_kb() < 5_000, "{} KB more memory", toll.growth_kb());
}

#[test]
fn attack_22_keyframes_asked_for_without_end() {
    besiege("22: a viewer that asks for keyframes", &[], async |ground| {
        let mut publishing = publishing(ground, &CODECS).await;
        let mut player = playing(ground, &CODECS).await;
        let mut clock = interval(Duration::from_millis(20));
        let (mut sent, mut asked, mut reached) = (0, 0, 0);
        let begun = Instant::now();
        while !ground.is_over() {
            tokio::select! {
                _ = clock.tick() => {
                    sent += 1;
                    // By its payload descriptor, each packet starts a keyframe.
                    let key = vec![0x10, 0x00, 0x00, 0x00, 0x9d, 0x01, 0x2a, 64, 0, 48, 0];
                    write(&mut publishing.peer, Codec::Vp8, sent, key);
                    let mut api = player.rtc.direct_api();
                    if let Some(stream) = api.stream_rx_by_mid(player.video, None) {
                        stream.request_keyframe(KeyframeRequestKind::Pli);
                        asked += 1;
                    }
                    player.poll();
                }
                event = publishing.peer.step() => {
                    reached += u32::from(matches!(event, Event::KeyframeRequest(_)));
                }
                _ = player.step() => {}
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        assert!(asked > 50, "asked {asked} times");
        assert!(f64::from(reached) <= 2.0 + 2.0 * seconds, "{reached} in {seconds:.1} s");
        format!("asked {asked} times in {seconds:.1} s, {reached} reached the publisher")
    });
}

#[test]
fn attack_22_a_publisher_that_sends_all_it_can() {
    besiege("22: a publisher that sends all it can", &[], async |ground| {
        let mut publishing = publishing(ground, &CODECS).await;
        let mut player = playing(ground, &CODECS).await;
        let mut clock = interval(BURST_EVERY);
        let burst = FLOOD_PER_SECOND / 5 * BURST_EVERY.as_millis() as u32 / 1_000;
        let (mut sent, mut arrived) = (0, 0_u64);
        let begun = Instant::now();
        while !ground.is_over() {
            tokio::select! {
                _ = clock.tick() => for _ in 0..burst {
                    sent += 1;
                    write(&mut publishing.peer, Codec::Opus, sent, vec![0x55; 1_000]);
                },
                _ = publishing.peer.step(), if publishing.peer.rtc.is_alive() => {}
                event = player.step(), if player.rtc.is_alive() => {
                    arrived += u64::from(matches!(event, Event::MediaData(_)));
                }
            }
        }
        let mbit = |packets: u64| packets as f64 * 8e-3 / begun.elapsed().as_secs_f64();
        format!("{:.0} Mbit/s in, {:.0} out", mbit(sent), mbit(arrived))
    });
}
