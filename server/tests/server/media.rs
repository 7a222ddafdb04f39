//! Media through the server: two peers, real UDP, the frames that come out compared with those
//! that went in.

use super::client::{TestServer, soon};
use super::peer::{Endpoint, Peer, claim, find, go_live, post};
use holdfast_protocol::{ClientMessage, ServerMessage};
use serde_json::Value;
use std::time::Duration;
use str0m::Event;
use str0m::format::Codec;
use str0m::media::{Direction, MediaTime};
use tokio::time::{Interval, interval};

const ALL: [Codec; 3] = [Codec::Opus, Codec::Vp8, Codec::H264];

/// Makes frames that look like a codec's, each one different.
struct Camera {
    codec: Codec,
    count: u64,
    clock: Interval,
}

impl Camera {
    fn new(codec: Codec) -> Camera {
        Camera { codec, count: 0, clock: interval(Duration::from_millis(10)) }
    }

    fn frame(&mut self, is_key: bool) -> (MediaTime, Vec<u8>) {
        self.count += 1;
        let mut frame = match (self.codec, is_key) {
            (Codec::Vp8, true) => vec![0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0],
            (Codec::Vp8, false) => vec![0x11, 0, 0],
            (_, true) => vec![0, 0, 0, 1, 0x65, 0x88],
            (_, false) => vec![0, 0, 0, 1, 0x41, 0x9a],
        };
        // Several packets long, without a byte that could be taken for a start code.
        let length = if is_key { 5_000 } else { 1_700 };
        frame.extend((0..length).map(|i: u64| ((i * self.count) % 251) as u8 | 0x80));
        (MediaTime::from_90khz(self.count * 900), frame)
    }
}

/// Publish and play until enough came through; gives what was sent and what arrived.
async fn run(
    publisher: &mut Peer,
    player: &mut Peer,
    camera: &mut Camera,
    enough: usize,
) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    let mut wants_key = false;
    while arrived.len() < enough {
        tokio::select! {
            event = publisher.step() => wants_key |= matches!(event, Event::KeyframeRequest(_)),
            event = player.step() => if let Event::MediaData(frame) = event
                && frame.mid == player.video
            {
                arrived.push(frame.data.to_vec());
            },
            _ = camera.clock.tick() => {
                let (time, frame) = camera.frame(wants_key);
                wants_key = false;
                publisher.write(camera.codec, time, &frame);
                sent.push(frame);
            }
        }
    }
    (sent, arrived)
}

struct Scene {
    server: TestServer,
    a: super::client::Client,
    b: super::client::Client,
    publisher: Peer,
    player: Peer,
}

/// A publisher and a player of one stream, both connected.
async fn scene(publishes: &[Codec], plays: &[Codec]) -> Scene {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    a.next().await;
    let mut publisher = Peer::new(Direction::SendOnly, publishes).await;
    publisher.open(&server, &claim(&mut a, "s").await).await;
    publisher.connected().await;
    go_live(&mut a, "s").await;
    let mut player = Peer::new(Direction::RecvOnly, plays).await;
    player.open(&server, &find(&mut b, "s").await).await;
    player.connected().await;
    Scene { server, a, b, publisher, player }
}

async fn frames_come_through(codec: Codec) {
    let mut scene = scene(&[codec, Codec::Opus], &ALL).await;
    let mut camera = Camera::new(codec);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 50);
    let (sent, arrived) = soon("the frames", flow).await;
    let first = sent.iter().position(|frame| *frame == arrived[0]).expect("an unknown frame");
    // The first one is the keyframe that was asked for, so none before it can be played.
    let is_key = |frame: &[u8]| frame.len() > 4_000;
    assert!(is_key(&arrived[0]));
    assert!(sent[..first].iter().all(|frame| !is_key(frame)));
    assert_eq!(sent[first..first + arrived.len()], arrived[..]);
}

#[tokio::test]
async fn vp8_frames_come_out_as_they_went_in_from_a_keyframe_on() {
    frames_come_through(Codec::Vp8).await;
}

#[tokio::test]
async fn h264_frames_come_out_as_they_went_in_from_a_keyframe_on() {
    frames_come_through(Codec::H264).await;
}

#[tokio::test]
async fn opus_frames_come_out_as_they_went_in() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut clock = interval(Duration::from_millis(20));
    let (mut sent, mut arrived) = (Vec::new(), Vec::new());
    let flow = async {
        while arrived.len() < 20 {
            tokio::select! {
                _ = scene.publisher.step() => {}
                event = scene.player.step() => if let Event::MediaData(frame) = event {
                    assert_eq!(Some(frame.mid), scene.player.audio);
                    arrived.push(frame.data.to_vec());
                },
                _ = clock.tick() => {
                    let n = sent.len() as u64;
                    let frame = vec![n as u8; 80];
                    let rate = str0m::media::Frequency::FORTY_EIGHT_KHZ;
                    scene.publisher.write(Codec::Opus, MediaTime::new(n * 960, rate), &frame);
                    sent.push(frame);
                }
            }
        }
    };
    soon("the frames", flow).await;
    let first = sent.iter().position(|frame| *frame == arrived[0]).expect("an unknown frame");
    assert_eq!(sent[first..first + arrived.len()], arrived[..]);
}

#[tokio::test]
async fn a_newer_publishing_session_takes_over_and_the_player_plays_on() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 3);
    soon("the first frames", flow).await;
    let mut newer = Peer::new(Direction::SendOnly, &ALL).await;
    newer.open(&scene.server, &claim(&mut scene.a, "s").await).await;
    newer.connected().await;
    scene.publisher.ended().await;
    let flow = run(&mut newer, &mut scene.player, &mut camera, 10);
    let (sent, arrived) = soon("the frames of the newer one", flow).await;
    // The first to arrive may still be the old one's.
    assert!(sent.contains(arrived.last().unwrap()));
    scene.b.is_undisturbed().await;
}

#[tokio::test]
async fn unpublishing_ends_the_publisher_and_the_players() {
    let mut scene = scene(&ALL, &ALL).await;
    scene.a.ask(&ClientMessage::Unpublish { id: 9, stream: "s".into() }).await;
    scene.publisher.ended().await;
    scene.player.ended().await;
    let health = scene.server.http.get(scene.server.url("/health")).send().await.unwrap();
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["publishers"], &health["players"]), (&0.into(), &0.into()));
}

#[tokio::test]
async fn a_logout_ends_what_the_user_plays() {
    let mut scene = scene(&ALL, &ALL).await;
    scene.b.send(&ClientMessage::Logout).await;
    scene.player.ended().await;
    let health = scene.server.http.get(scene.server.url("/health")).send().await.unwrap();
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["publishers"], &health["players"]), (&1.into(), &0.into()));
}

#[tokio::test]
async fn deleting_the_session_ends_it() {
    let mut scene = scene(&ALL, &ALL).await;
    let node = claim(&mut scene.a, "s").await;
    let url = scene.server.url(&scene.publisher.location);
    let deleted = scene.server.http.delete(&url).bearer_auth(&node.token).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
    scene.publisher.ended().await;
    let again = scene.server.http.delete(&url).bearer_auth(&node.token).send().await.unwrap();
    assert_eq!(again.status(), 200, "what is gone is gone");
}

#[tokio::test]
async fn nobody_ends_the_session_of_someone_else_who_plays_the_same_stream() {
    let mut scene = scene(&ALL, &ALL).await;
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let ServerMessage::Nodes { nodes, .. } = scene.a.ask(&play).await else { panic!() };
    let Endpoint { token, .. } = (&nodes[0]).into();
    let url = scene.server.url(&scene.player.location);
    let delete = scene.server.http.delete(&url).bearer_auth(&token);
    assert_eq!(delete.send().await.unwrap().status(), 403);
    let mut camera = Camera::new(Codec::Vp8);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 3);
    soon("the frames", flow).await;
}

#[tokio::test]
async fn a_player_who_joins_a_picture_that_stands_still_has_a_keyframe_asked_for() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 3);
    soon("the first frames", flow).await;
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let ServerMessage::Nodes { nodes, .. } = scene.b.ask(&play).await else { panic!() };
    let mut late = Peer::new(Direction::RecvOnly, &ALL).await;
    late.open(&scene.server, &(&nodes[0]).into()).await;
    // No frame is sent from here on, so only the joining can be the cause of the request.
    let both = async {
        tokio::select! {
            () = scene.publisher.keyframe_asked_for() => {}
            () = late.run() => {}
        }
    };
    soon("the request", both).await;
}

#[tokio::test]
async fn a_player_without_the_publishers_codec_is_told_so() {
    let mut scene = scene(&[Codec::Vp8, Codec::Opus], &ALL).await;
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let ServerMessage::Nodes { nodes, .. } = scene.b.ask(&play).await else { panic!() };
    let Endpoint { url, token } = (&nodes[0]).into();
    let other = Peer::new(Direction::RecvOnly, &[Codec::H264, Codec::Opus]).await;
    let answer = post(&scene.server, &url, &token, other.offer).await;
    assert_eq!(answer.status(), 406);
    let unknown = Peer::new(Direction::RecvOnly, &[Codec::Vp9]).await;
    let answer = post(&scene.server, &url, &token, unknown.offer).await;
    assert_eq!(answer.status(), 406);
    let body: Value = answer.json().await.unwrap();
    assert!(body["message"].as_str().unwrap().contains("codec"));
}
