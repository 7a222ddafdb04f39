//! Clients that speak WHIP or WHEP and know nothing about rooms, in a room (BEY-06).

use super::camera::{Camera, flows};
use super::client::{Client, TestServer};
use super::peer::{Endpoint, Peer, claim, go_live, node, post};
use super::scene::ALL;
use holdfast_protocol::{Change, ClientMessage, DeleteReason, ServerMessage, Stream};
use reqwest::Response;
use serde_json::{Value, json};
use str0m::format::Codec;
use str0m::media::Direction;

pub(crate) async fn stream_token(
    server: &TestServer,
    room: &str,
    user: &str,
    stream: &str,
    direction: &str,
) -> String {
    let body = json!({"room": room, "user": user, "name": "Camera", "stream": stream,
                      "direction": direction, "ttl_seconds": 60});
    let request = server.http.post(server.url("/dev/stream-token")).json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["token"].as_str().unwrap().to_owned()
}

/// The endpoint and the token of a guest in room r.
async fn guest(server: &TestServer, user: &str, stream: &str, direction: &str) -> Endpoint {
    let endpoint = if direction == "publish" { "whip" } else { "whep" };
    let token = stream_token(server, "r", user, stream, direction).await;
    Endpoint { url: format!("/{endpoint}/{stream}"), token }
}

async fn publishing(server: &TestServer, endpoint: &Endpoint) -> Peer {
    let mut peer = Peer::new(Direction::SendOnly, &ALL).await;
    peer.open(server, endpoint).await;
    peer.connected().await;
    peer
}

async fn streams(client: &mut Client, wanted: Change) -> (Vec<Stream>, Option<DeleteReason>) {
    match client.next().await {
        ServerMessage::Streams { change, streams, reason, .. } if change == wanted => {
            (streams, reason)
        }
        other => panic!("expected streams, got {other:?}"),
    }
}

async fn users(client: &mut Client, wanted: Change) -> String {
    match client.next().await {
        ServerMessage::Users { change, users, .. } if change == wanted => users[0].id.clone(),
        other => panic!("expected users, got {other:?}"),
    }
}

async fn delete(server: &TestServer, peer: &Peer, token: &str) -> u16 {
    let request = server.http.delete(server.url(&peer.location)).bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

async fn fails(response: Response, status: u16, code: u32) {
    let got = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!((got, &body["code"]), (status, &Value::from(code)), "{body}");
}

async fn offer() -> String {
    Peer::new(Direction::SendOnly, &ALL).await.offer
}

#[tokio::test]
async fn bey_06_a_whip_client_with_a_stream_token_publishes_into_a_room() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let endpoint = guest(&server, "cam", "s", "publish").await;
    let mut publisher = publishing(&server, &endpoint).await;
    assert_eq!(users(&mut a, Change::Add).await, "cam");
    let (told, _) = streams(&mut a, Change::Add).await;
    assert_eq!((&*told[0].id, &*told[0].user.name), ("s", "Camera"));
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    let mut player = Peer::new(Direction::RecvOnly, &ALL).await;
    player.open(&server, &node(&mut a, &play).await).await;
    player.connected().await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut publisher, &mut player, &mut camera).await;
    // A newer session of the same guest takes over; the room is told nothing.
    let mut newer = publishing(&server, &endpoint).await;
    publisher.ended().await;
    flows(&mut newer, &mut player, &mut camera).await;
    a.is_undisturbed().await;
    let other = stream_token(&server, "r", "someone", "s", "publish").await;
    assert_eq!(delete(&server, &newer, &other).await, 403);
    assert_eq!(delete(&server, &newer, &endpoint.token).await, 200);
    assert_eq!(streams(&mut a, Change::Delete).await.1, Some(DeleteReason::STOPPED));
    assert_eq!(users(&mut a, Change::Delete).await, "cam");
    player.ended().await;
}

#[tokio::test]
async fn bey_06_a_whep_client_with_a_stream_token_plays_and_is_in_no_room() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let endpoint = guest(&server, "tv", "s", "play").await;
    let receive = || Peer::new(Direction::RecvOnly, &ALL);
    let offer = receive().await.offer;
    fails(post(&server, &endpoint.url, &endpoint.token, offer).await, 409, 1104039).await;
    let mut publisher = publishing(&server, &claim(&mut a, "s").await).await;
    go_live(&mut a, "s").await;
    let mut player = receive().await;
    player.open(&server, &endpoint).await;
    player.connected().await;
    let mut camera = Camera::new(Codec::Vp8);
    flows(&mut publisher, &mut player, &mut camera).await;
    a.is_undisturbed().await;
    let elsewhere = stream_token(&server, "q", "tv", "s", "play").await;
    let offer = receive().await.offer;
    fails(post(&server, &endpoint.url, &elsewhere, offer).await, 409, 1104039).await;
    a.ask(&ClientMessage::Unpublish { id: 4, stream: "s".into() }).await;
    player.ended().await;
}

#[tokio::test]
async fn bey_06_a_guest_that_closes_or_never_connects_is_gone() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let endpoint = guest(&server, "cam", "s", "publish").await;
    let mut publisher = publishing(&server, &endpoint).await;
    users(&mut a, Change::Add).await;
    streams(&mut a, Change::Add).await;
    publisher.close().await;
    assert_eq!(streams(&mut a, Change::Delete).await.1, Some(DeleteReason::STOPPED));
    assert_eq!(users(&mut a, Change::Delete).await, "cam");
    let bad = post(&server, &endpoint.url, &endpoint.token, "v=0\r\n".into()).await;
    fails(bad, 400, 1103022).await;
    a.is_undisturbed().await;
    let mut silent = Peer::new(Direction::SendOnly, &ALL).await;
    silent.open(&server, &endpoint).await;
    users(&mut a, Change::Add).await;
    assert_eq!(delete(&server, &silent, &endpoint.token).await, 200);
    assert_eq!(users(&mut a, Change::Delete).await, "cam");
}

#[tokio::test]
async fn bey_06_what_a_guest_may_not_do_has_its_code() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    claim(&mut a, "s").await;
    let ask = async |user: &str, stream: &str| {
        let token = stream_token(&server, "r", user, stream, "publish").await;
        post(&server, &format!("/whip/{stream}"), &token, offer().await).await
    };
    fails(ask("cam", "s").await, 409, 1003028).await;
    fails(ask("a", "t").await, 409, 1002086).await;
    let token = stream_token(&server, "r", "cam", "t", "publish").await;
    fails(post(&server, "/whip/other", &token, offer().await).await, 403, 1103019).await;
    fails(post(&server, "/whep/t", &token, offer().await).await, 403, 1104046).await;
    a.is_undisturbed().await;
    for (body, status, code) in [
        (json!({"room": "r", "user": "u", "stream": "s", "direction": "both"}), 422, 1100001),
        (json!({"room": "r", "user": "", "stream": "s", "direction": "play"}), 400, 1002005),
        (json!({"room": "r", "user": "u", "stream": "/", "direction": "play"}), 400, 1000016),
    ] {
        let request = server.http.post(server.url("/dev/stream-token")).json(&body);
        fails(request.send().await.unwrap(), status, code).await;
    }
}

#[tokio::test]
async fn room_11_a_login_of_the_guests_user_ends_its_media() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let endpoint = guest(&server, "cam", "s", "publish").await;
    let mut publisher = publishing(&server, &endpoint).await;
    users(&mut a, Change::Add).await;
    streams(&mut a, Change::Add).await;
    let (mut cam, _) = server.enter("r", "cam").await;
    assert_eq!(streams(&mut a, Change::Delete).await.1, Some(DeleteReason::REPLACED));
    publisher.ended().await;
    fails(post(&server, "/whip/s", &endpoint.token, offer().await).await, 409, 1002086).await;
    cam.is_undisturbed().await;
}
