//! What the demo page may break on a development server, and that everything works again
//! afterwards.

use super::camera::{Camera, flows};
use super::client::{Client, TestServer, soon};
use super::peer::{Peer, claim, post};
use super::scene::{ALL, scene};
use holdfast_protocol::ServerMessage;
use reqwest::StatusCode;
use serde_json::{Value, json};
use str0m::format::Codec;
use str0m::media::Direction;

async fn fault(server: &TestServer, body: Value) -> StatusCode {
    server.http.post(server.url("/dev/fault")).json(&body).send().await.unwrap().status()
}

async fn broken(server: &TestServer, user: &str, fault: &str, seconds: u64) {
    let body = json!({"user": user, "fault": fault, "seconds": seconds});
    assert_eq!(self::fault(server, body).await, 204);
}

async fn grace_seconds(server: &TestServer) -> u64 {
    let answer = server.http.get(server.url("/dev/fault")).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["grace_seconds"].as_u64().unwrap()
}

/// The link ends without a close frame.
async fn is_cut(client: &mut Client) {
    use futures_util::StreamExt;
    soon("the link's end", async {
        while let Some(Ok(message)) = client.socket.next().await {
            assert!(!message.is_close(), "{message:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_dev_there_is_nothing_to_break() {
    let server = TestServer::start_with(&[], |_| {}).await;
    let _in_room = server.enter("r", "a").await;
    assert_eq!(fault(&server, json!({"user": "a", "fault": "drop-link"})).await, 404);
    let settings = server.http.get(server.url("/dev/fault")).send().await.unwrap();
    assert_eq!(settings.status(), 404);
}

#[tokio::test]
async fn a_bad_fault_breaks_nothing_and_other_pages_may_not_ask() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    for (body, status) in [
        (json!({"user": "a"}), 422),
        (json!({"user": "a", "fault": "fire"}), 422),
        (json!({"user": "a", "fault": "silence", "seconds": -1}), 422),
        (json!({"user": "a", "fault": "silence", "seconds": 301}), 400),
        (json!({"user": "", "fault": "drop-link"}), 400),
        (json!({"user": "nobody", "fault": "drop-link"}), 400),
    ] {
        assert_eq!(fault(&server, body.clone()).await, status, "{body}");
    }
    let asked = server.http.request(reqwest::Method::OPTIONS, server.url("/dev/fault"));
    let asked = asked.header("origin", "https://elsewhere.example");
    let asked = asked.header("access-control-request-method", "POST").send().await.unwrap();
    assert!(!asked.headers().contains_key("access-control-allow-origin"));
    a.is_undisturbed().await;
}

#[tokio::test]
async fn a_dropped_link_ends_without_a_word_and_may_come_back() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    broken(&server, "a", "drop-link", 0).await;
    is_cut(&mut a).await;
    server.enter("r", "a").await;
}

#[tokio::test]
async fn refused_logins_are_cut_off_until_the_time_is_over() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    broken(&server, "a", "refuse-logins", 1).await;
    is_cut(&mut a).await;
    is_cut(&mut server.link(&server.login("r", "a")).await).await;
    server.enter("r", "b").await;
    // Like a client: retry until it is let in.
    soon("the next hello", async {
        use futures_util::StreamExt;
        loop {
            let mut link = server.link(&server.login("r", "a")).await;
            if matches!(link.socket.next().await, Some(Ok(_))) {
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_silent_link_says_nothing_and_goes_on_afterwards() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    let asked_at = std::time::Instant::now();
    broken(&server, "a", "silence", 2).await;
    b.is_undisturbed().await;
    a.is_undisturbed().await;
    assert!(asked_at.elapsed().as_secs() >= 2, "answered though silent");
}

#[tokio::test]
async fn media_that_is_killed_is_gone_and_can_be_opened_again() {
    let mut scene = scene(&ALL, &ALL).await;
    flows(&mut scene.publisher, &mut scene.player, &mut Camera::new(Codec::Vp8)).await;
    broken(&scene.server, "a", "kill-media", 0).await;
    let endpoint = claim(&mut scene.a, "s").await;
    let patch = scene.server.http.patch(scene.server.url(&scene.publisher.location));
    let patch = patch.bearer_auth(&endpoint.token).header("if-match", "*");
    let patch = patch.header("content-type", "application/trickle-ice-sdpfrag");
    let body = "a=ice-ufrag:newer\r\na=ice-pwd:0123456789012345678901\r\n";
    assert_eq!(patch.body(body).send().await.unwrap().status(), 404);
    let mut again = Peer::new(Direction::SendOnly, &ALL).await;
    again.open(&scene.server, &endpoint).await;
    again.connected().await;
}

#[tokio::test]
async fn a_killed_node_refuses_media_and_says_when_to_come_back() {
    let mut scene = scene(&ALL, &ALL).await;
    broken(&scene.server, "a", "kill-node", 300).await;
    let endpoint = claim(&mut scene.a, "s").await;
    let offer = Peer::new(Direction::SendOnly, &ALL).await.offer;
    let refused = post(&scene.server, &endpoint.url, &endpoint.token, offer).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "300");
    let health = scene.server.http.get(scene.server.url("/health")).send().await.unwrap();
    let health: Value = health.json().await.unwrap();
    assert_eq!((&health["publishers"], &health["players"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn the_grace_can_be_changed() {
    let server = TestServer::start().await;
    let (a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    assert_eq!(grace_seconds(&server).await, 90);
    broken(&server, "a", "grace", 0).await;
    assert_eq!(grace_seconds(&server).await, 0);
    drop(a);
    assert!(matches!(b.next().await, ServerMessage::Users { .. }), "gone at once");
}

#[tokio::test]
async fn a_restarted_server_is_at_the_same_address_and_has_forgotten_everything() {
    let server = TestServer::start().await;
    let (mut a, hello) = server.enter("r", "a").await;
    let mut login = server.login("r", "a");
    login["resume"] = json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
    broken(&server, "a", "restart", 0).await;
    assert!(matches!(a.next().await, ServerMessage::Goaway { .. }));
    assert_eq!(a.closed().await.0, 1001);
    let restarted = async {
        loop {
            // Meanwhile a client also sees refused connections.
            if let Ok(answer) = server.http.get(server.url("/health")).send().await
                && answer.json::<Value>().await.unwrap()["sessions"] == 0
            {
                return;
            }
        }
    };
    soon("the server's return", restarted).await;
    let ServerMessage::Hello(hello) = server.link(&login).await.next().await else { panic!() };
    assert!(!hello.resumed, "the token is good, the session is forgotten");
}
