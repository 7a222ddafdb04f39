//! PATCH of a media session: late candidates and ICE restarts (RFC 9725 section 4.3).

use super::camera::{Camera, flows};
use super::client::{TestServer, soon};
use super::peer::{Endpoint, Peer, claim, find, go_live};
use super::scene::{ALL, Scene, scene};
use holdfast_protocol::{ClientMessage, limit};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use str0m::Event;
use str0m::format::Codec;
use str0m::media::Direction;

const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
const CANDIDATE: &str = "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host\r\n";
/// Credentials that no peer uses.
const NEW: &str = "a=ice-ufrag:newer\r\na=ice-pwd:0123456789012345678901\r\n";

fn patch(server: &TestServer, peer: &Peer, token: &str, body: &str) -> RequestBuilder {
    let request = server.http.patch(server.url(&peer.location)).bearer_auth(token);
    request.header("content-type", FRAGMENT).body(body.to_owned())
}

async fn restart(server: &TestServer, peer: &Peer, token: &str, fragment: &str) -> Response {
    let response = patch(server, peer, token, fragment).header("if-match", "*").send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], FRAGMENT);
    response
}

async fn fails(request: RequestBuilder, status: u16, code: u32) {
    let response = request.send().await.unwrap();
    let got = response.status();
    let body: Value = response.json().await.unwrap();
    assert_eq!((got.as_u16(), &body["code"]), (status, &Value::from(code)), "{body}");
}

fn etag(response: &Response) -> String {
    response.headers()["etag"].to_str().unwrap().to_owned()
}

async fn play_token(scene: &mut Scene) -> String {
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let Endpoint { token, .. } = super::peer::node(&mut scene.b, &play).await;
    token
}

#[tokio::test]
async fn pub_04_a_publisher_goes_on_from_another_address_after_a_restart() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    let Endpoint { token, .. } = claim(&mut scene.a, "s").await;
    for _ in 0..2 {
        let fragment = scene.publisher.restart().await;
        let response = restart(&scene.server, &scene.publisher, &token, &fragment).await;
        let tag = etag(&response);
        assert_ne!(tag, scene.publisher.etag);
        let body = response.text().await.unwrap();
        assert!(body.contains(&format!("a=ice-ufrag:{}\r\n", tag.trim_matches('"'))), "{body}");
        assert!(body.contains("a=candidate:") && body.contains("a=ice-lite"), "{body}");
        scene.publisher.restarted(&body);
        flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
        let stale = patch(&scene.server, &scene.publisher, &token, CANDIDATE);
        fails(stale.header("if-match", &scene.publisher.etag), 412, 1103021).await;
        let fresh = patch(&scene.server, &scene.publisher, &token, &fragment);
        assert_eq!(fresh.header("if-match", &tag).send().await.unwrap().status(), 204);
        scene.publisher.etag = tag;
    }
    scene.b.is_undisturbed().await;
}

#[tokio::test]
async fn pub_04_a_session_that_stepped_aside_disturbs_nobody_when_it_is_back() {
    let mut scene = scene(&ALL, &ALL).await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    let (mut newer, token) = scene.newer_publisher().await;
    flows(&mut newer, &mut scene.player, &mut camera).await;
    let fragment = scene.publisher.restart().await;
    let response = restart(&scene.server, &scene.publisher, &token, &fragment).await;
    scene.publisher.restarted(&response.text().await.unwrap());
    let mut frames = 0;
    soon("frames without a keyframe", async {
        while frames < 30 {
            tokio::select! {
                _ = scene.publisher.step() => {}
                event = newer.step() => {
                    assert!(!matches!(event, Event::KeyframeRequest(_)), "nobody needs one");
                }
                event = scene.player.step() => {
                    frames += usize::from(matches!(event, Event::MediaData(_)));
                }
                _ = camera.clock.tick() => {
                    let (time, frame) = camera.frame(false);
                    newer.write(camera.codec, time, &frame);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn play_04_a_player_goes_on_from_another_address_after_a_restart() {
    let mut scene = scene(&ALL, &ALL).await;
    let token = play_token(&mut scene).await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    let fragment = scene.player.restart().await;
    let response = restart(&scene.server, &scene.player, &token, &fragment).await;
    scene.player.restarted(&response.text().await.unwrap());
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
}

#[tokio::test]
async fn the_former_path_goes_on_until_the_restart_is_through() {
    let mut scene = scene(&ALL, &ALL).await;
    let Endpoint { token, .. } = claim(&mut scene.a, "s").await;
    let mut camera = Camera::new(Codec::Vp8);
    // Two restarts whose answers the client never gets, so it knows only the first credentials.
    let first = restart(&scene.server, &scene.publisher, &token, NEW).await;
    let other = NEW.replace("newer", "other");
    let second = restart(&scene.server, &scene.publisher, &token, &other).await;
    assert_ne!(etag(&first), etag(&second));
    scene.publisher.check().await;
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
    // The same restart requested again gives the same result.
    let again = restart(&scene.server, &scene.publisher, &token, &other).await;
    assert_eq!(etag(&again), etag(&second));
    assert_eq!(again.text().await.unwrap(), second.text().await.unwrap());
    let fragment = scene.publisher.restart().await;
    let third = restart(&scene.server, &scene.publisher, &token, &fragment).await;
    scene.publisher.restarted(&third.text().await.unwrap());
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
}

#[tokio::test]
async fn candidates_are_taken_under_the_tag_of_their_ice_session() {
    let mut scene = scene(&ALL, &ALL).await;
    let Endpoint { token, .. } = claim(&mut scene.a, "s").await;
    let own = format!("{}{CANDIDATE}a=end-of-candidates\r\n", scene.publisher.fragment());
    let tag = scene.publisher.etag.clone();
    for (body, tags) in [(CANDIDATE, tag.clone()), (&own, format!("\"x\", {tag}"))] {
        let response = patch(&scene.server, &scene.publisher, &token, body)
            .header("if-match", &tags)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204, "{tags}");
        assert!(!response.headers().contains_key("etag"));
    }
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_the_session_goes_on() {
    let mut scene = scene(&ALL, &ALL).await;
    let Endpoint { token, .. } = claim(&mut scene.a, "s").await;
    let (server, peer) = (&scene.server, &scene.publisher);
    let tag = &peer.etag;
    let send = |body: &str| patch(server, peer, &token, body);
    fails(send(CANDIDATE), 428, 1100001).await;
    fails(send(CANDIDATE).header("if-match", "\"else\""), 412, 1103021).await;
    fails(send(CANDIDATE).header("if-match", format!("W/{tag}")), 412, 1103021).await;
    fails(send(CANDIDATE).header("if-match", tag.trim_matches('"')), 412, 1103021).await;
    fails(send(CANDIDATE).header("if-match", "*"), 400, 1100001).await;
    fails(send(NEW).header("if-match", tag), 400, 1100001).await;
    for body in ["", "rubbish", "a=ice-ufrag:only\r\n"] {
        fails(send(body).header("if-match", "*"), 400, 1100001).await;
    }
    let mut camera = Camera::new(Codec::Vp8);
    scene.publisher.check().await;
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
}

#[tokio::test]
async fn a_request_that_does_not_fit_is_refused_and_the_session_goes_on() {
    let mut scene = scene(&ALL, &ALL).await;
    let Endpoint { token, .. } = claim(&mut scene.a, "s").await;
    let (server, peer) = (&scene.server, &scene.publisher);
    let long = "a=x\r\n".repeat(limit::SDP_BYTES_MAX / 5 + 1);
    fails(patch(server, peer, &token, &long).header("if-match", "*"), 413, 1100001).await;
    let url = server.url(&peer.location);
    let request = || server.http.patch(&url).header("if-match", "*").body(NEW);
    let sdp = request().bearer_auth(&token).header("content-type", "application/sdp");
    fails(sdp, 415, 1100001).await;
    fails(request().header("content-type", FRAGMENT), 401, 1102016).await;
    let missing = server.http.patch(server.url("/whip/s/0")).bearer_auth(&token);
    let missing = missing.header("content-type", FRAGMENT).header("if-match", "*").body(NEW);
    fails(missing, 404, 1103021).await;
    let other = play_token(&mut scene).await;
    fails(
        patch(&scene.server, &scene.publisher, &other, NEW).header("if-match", "*"),
        403,
        1103019,
    )
    .await;
    let mut camera = Camera::new(Codec::Vp8);
    scene.publisher.check().await;
    flows(&mut scene.publisher, &mut scene.player, &mut camera).await;
}

#[tokio::test]
async fn nobody_restarts_the_session_of_someone_else() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    a.next().await;
    let mut publisher = Peer::new(Direction::SendOnly, &ALL).await;
    publisher.open(&server, &claim(&mut a, "s").await).await;
    publisher.connected().await;
    go_live(&mut a, "s").await;
    let mut player = Peer::new(Direction::RecvOnly, &ALL).await;
    player.open(&server, &find(&mut b, "s").await).await;
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let Endpoint { token, .. } = super::peer::node(&mut a, &play).await;
    fails(patch(&server, &player, &token, NEW).header("if-match", "*"), 403, 1104046).await;
}
