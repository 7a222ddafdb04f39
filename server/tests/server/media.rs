//! Media through the server: two peers, real UDP, and a comparison of the frames that come out with
//! those that went in.

use super::camera::{Camera, flows, run};
use super::client::soon;
use super::peer::{Endpoint, Peer, claim, post};
use super::scene::{ALL, Scene, scene};
use holdfast_protocol::{ClientMessage, ServerMessage};
use serde_json::Value;
use std::time::Duration;
use str0m::Event;
use str0m::format::Codec;
use str0m::media::{Direction, MediaTime};
use tokio::time::interval;

async fn frames_come_through(codec: Codec) {
    let mut scene = scene(&[codec, Codec::Opus], &ALL).await;
    let mut camera = Camera::new(codec);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 50);
    let (sent, arrived) = soon("the frames", flow).await;
    let first = sent.iter().position(|frame| *frame == arrived[0]).expect("an unknown frame");
    // The first one is the requested keyframe, so nothing before it can be played.
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
    let (mut newer, _) = scene.newer_publisher().await;
    scene.publisher.ended().await;
    flows(&mut newer, &mut scene.player, &mut camera).await;
    scene.b.is_undisturbed().await;
}

#[tokio::test]
async fn pub_04_a_client_that_closes_its_newer_session_publishes_by_the_one_before() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    let (mut newer, token) = scene.newer_publisher().await;
    flows(&mut newer, &mut scene.player, &mut camera).await;
    let url = scene.server.url(&newer.location);
    let deleted = scene.server.http.delete(&url).bearer_auth(&token).send().await.unwrap();
    assert_eq!(deleted.status(), 200);
    scene.publisher.keyframe_asked_for().await;
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    scene.b.is_undisturbed().await;
}

#[tokio::test]
async fn pub_04_of_two_sessions_under_one_token_the_newer_publishes_whichever_connects_last() {
    let mut scene = scene(&ALL, &ALL).await;
    let node = claim(&mut scene.a, "s").await;
    let mut hanging = Peer::new(Direction::SendOnly, &ALL).await;
    hanging.open(&scene.server, &node).await;
    let mut hedge = Peer::new(Direction::SendOnly, &ALL).await;
    hedge.open(&scene.server, &node).await;
    hedge.connected().await;
    scene.publisher.ended().await;
    hanging.ended().await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut hedge, &mut scene.player, &mut camera).await;
    scene.b.is_undisturbed().await;
}

#[tokio::test]
async fn pub_04_the_same_offer_posted_again_is_answered_with_the_same_session() {
    let mut scene = scene(&ALL, &ALL).await;
    let node = claim(&mut scene.a, "s").await;
    let mut publisher = Peer::new(Direction::SendOnly, &ALL).await;
    publisher.open(&scene.server, &node).await;
    publisher.connected().await;
    let again = post(&scene.server, &node.url, &node.token, publisher.offer.clone()).await;
    assert_eq!(again.status(), 201);
    assert!(publisher.location.ends_with(again.headers()["location"].to_str().unwrap()));
    assert_eq!(again.headers()["etag"], publisher.etag);
    assert_eq!(again.text().await.unwrap(), publisher.answer);
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut publisher, &mut scene.player, &mut camera).await;
}

/// Sends frames without keyframes for long enough that a silent peer counts as cut off; nobody asks
/// for a keyframe.
async fn films_on(publisher: &mut Peer, camera: &mut Camera) {
    let cut_off = tokio::time::sleep(Duration::from_millis(1_700));
    tokio::pin!(cut_off);
    loop {
        tokio::select! {
            event = publisher.step() => {
                assert!(!matches!(event, Event::KeyframeRequest(_)), "nobody needs one yet");
            }
            _ = camera.clock.tick() => {
                let (time, frame) = camera.frame(false);
                publisher.write(camera.codec, time, &frame);
            }
            () = &mut cut_off => return,
        }
    }
}

/// Another session of the player's user, not connected yet.
async fn one_more_player(scene: &mut Scene) -> Peer {
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let ServerMessage::Nodes { nodes, .. } = scene.b.ask(&play).await else { panic!() };
    let mut player = Peer::new(Direction::RecvOnly, &ALL).await;
    player.open(&scene.server, &(&nodes[0]).into()).await;
    player
}

#[tokio::test]
async fn play_06_a_player_that_was_cut_off_gets_a_keyframe_without_asking() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 60);
    soon("the frames", flow).await;
    films_on(&mut scene.publisher, &mut camera).await;
    tokio::select! {
        () = scene.player.run() => {}
        () = scene.publisher.keyframe_asked_for() => {}
    }
}

#[tokio::test]
async fn pub_04_a_publisher_that_was_cut_off_is_asked_for_a_keyframe_and_not_for_what_was_lost() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    let flow = run(&mut scene.publisher, &mut scene.player, &mut camera, 60);
    soon("the frames", flow).await;
    scene.publisher.is_cut_off = true;
    films_on(&mut scene.publisher, &mut camera).await;
    // A new player needs a keyframe, but a request for one now would be delayed on the way.
    let mut late = one_more_player(&mut scene).await;
    late.connected().await;
    let mut ticks = 0;
    while ticks < 30 {
        tokio::select! {
            event = scene.publisher.step() => {
                assert!(!matches!(event, Event::KeyframeRequest(_)), "asked while it is cut off");
            }
            _ = late.step() => {}
            _ = camera.clock.tick() => ticks += 1,
        }
    }
    scene.publisher.is_cut_off = false;
    scene.publisher.frame_packets = 0;
    let mut asked = 0;
    let back = async {
        for _ in 0..30 {
            let (time, frame) = camera.frame(false);
            scene.publisher.write(camera.codec, time, &frame);
            while tokio::select! {
                event = scene.publisher.step() => {
                    asked += usize::from(matches!(event, Event::KeyframeRequest(_)));
                    true
                }
                _ = scene.player.step() => true,
                _ = camera.clock.tick() => false,
            } {}
        }
    };
    soon("the end of it", back).await;
    assert!(asked > 1, "asked {asked} times, though it gave none");
    assert_eq!(scene.publisher.frame_packets, 2 * 30, "some were sent again");
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
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
    let mut late = one_more_player(&mut scene).await;
    // No frame is sent from here on, so only the new player can cause the request.
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
