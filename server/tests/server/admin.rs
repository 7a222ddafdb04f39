//! The admin API: kicks, removed streams, and who may request them.

use super::client::{File, TestServer};
use super::guests::stream_token;
use super::peer::{Endpoint, Peer, claim, go_live, post};
use super::scene::ALL;
use holdfast_protocol::{Change, Code, DeleteReason, ServerMessage};
use reqwest::Response;
use serde_json::{Value, json};
use str0m::media::Direction;

/// A server with a known AppSign.
async fn server() -> TestServer {
    let secret = File::new(&app_sign());
    TestServer::start_with(&["--dev", "--app-secret-file", secret.path()], |_| {}).await
}

fn app_sign() -> String {
    "5e".repeat(32)
}

async fn ask(server: &TestServer, path: &str, key: &str, body: Value) -> (u16, Value) {
    let request = server.http.post(server.url(path)).json(&body);
    answer(request.bearer_auth(key).send().await.unwrap()).await
}

async fn answer(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn room_11_a_kick_reaches_its_user_and_the_device_that_comes_back() {
    let server = server().await;
    let (mut a, hello) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    let kick = json!({"room": "r", "user": "a", "message": "be nice"});
    let done = ask(&server, "/admin/kick", &app_sign(), kick.clone()).await;
    assert_eq!(done, (200, json!({"done": true})));
    let end = ServerMessage::End { code: Code::KICKED_BY_SERVER, message: "be nice".into() };
    assert_eq!(a.next().await, end);
    assert_eq!(a.closed().await.0, 4001);
    assert!(matches!(b.next().await, ServerMessage::Users { change: Change::Delete, .. }));
    let mut login = server.login("r", "a");
    login["resume"] = json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
    let mut back = server.link(&login).await;
    assert_eq!(back.next().await, end);
    assert_eq!(back.closed().await.0, 4000);
    let (status, body) = ask(&server, "/admin/kick", &app_sign(), kick).await;
    assert_eq!((status, &body["code"]), (404, &json!(1002002)));
    b.is_undisturbed().await;
}

#[tokio::test]
async fn a_removed_stream_is_told_with_its_reason() {
    let server = server().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    assert!(matches!(a.next().await, ServerMessage::Users { .. }));
    claim(&mut a, "s").await;
    go_live(&mut a, "s").await;
    assert!(matches!(b.next().await, ServerMessage::Streams { change: Change::Add, .. }));
    let remove = json!({"stream": "s"});
    let done = ask(&server, "/admin/remove-stream", &app_sign(), remove.clone()).await;
    assert_eq!(done, (200, json!({"done": true})));
    let ServerMessage::Streams { change, reason, .. } = b.next().await else { panic!() };
    assert_eq!((change, reason), (Change::Delete, Some(DeleteReason::REMOVED)));
    let (status, body) = ask(&server, "/admin/remove-stream", &app_sign(), remove).await;
    assert_eq!((status, &body["code"]), (404, &json!(1104039)));
}

#[tokio::test]
async fn room_11_a_kick_ends_a_guests_media_and_its_token() {
    let server = server().await;
    let (mut a, _) = server.enter("r", "a").await;
    let token = stream_token(&server, "r", "cam", "s", "publish").await;
    let endpoint = Endpoint { url: "/whip/s".into(), token };
    let mut publisher = Peer::new(Direction::SendOnly, &ALL).await;
    publisher.open(&server, &endpoint).await;
    publisher.connected().await;
    assert!(matches!(a.next().await, ServerMessage::Users { change: Change::Add, .. }));
    assert!(matches!(a.next().await, ServerMessage::Streams { change: Change::Add, .. }));
    let done = ask(&server, "/admin/kick", &app_sign(), json!({"user": "cam"})).await;
    assert_eq!(done.0, 200);
    let ServerMessage::Streams { change, reason, .. } = a.next().await else { panic!() };
    assert_eq!((change, reason), (Change::Delete, Some(DeleteReason::KICKED)));
    publisher.ended().await;
    let offer = Peer::new(Direction::SendOnly, &ALL).await.offer;
    let (status, body) = answer(post(&server, &endpoint.url, &endpoint.token, offer).await).await;
    assert_eq!((status, &body["code"]), (403, &json!(1002055)));
}

#[tokio::test]
async fn without_the_app_sign_nothing_happens() {
    let server = server().await;
    let (mut a, _) = server.enter("r", "a").await;
    let room_token = server.login("r", "a")["token"].as_str().unwrap().to_owned();
    for path in ["/admin/kick", "/admin/remove-stream"] {
        let body = json!({"user": "a", "stream": "s"});
        for key in ["", "5f", &"5f".repeat(32), &room_token] {
            let (status, answer) = ask(&server, path, key, body.clone()).await;
            assert_eq!((status, &answer["code"]), (401, &json!(1102016)), "{path} {key}");
        }
        let response = server.http.post(server.url(path)).json(&body).send().await.unwrap();
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(answer(response).await.0, 401);
        // The answer does not even show whether the request is well-formed.
        assert_eq!(ask(&server, path, "", json!([])).await.0, 401);
        assert_eq!(server.http.get(server.url(path)).send().await.unwrap().status(), 405);
    }
    a.is_undisturbed().await;
}

#[tokio::test]
async fn a_bad_request_has_a_code_for_each_fault() {
    let server = server().await;
    let (mut a, _) = server.enter("r", "a").await;
    for (path, body, status, code) in [
        ("/admin/kick", json!({}), 422, 1100001),
        ("/admin/kick", json!({"user": ""}), 400, 1002005),
        ("/admin/kick", json!({"user": "a b"}), 400, 1002006),
        ("/admin/kick", json!({"user": "a", "room": ""}), 400, 1002011),
        ("/admin/kick", json!({"user": "a", "message": "x".repeat(1_025)}), 400, 1009002),
        ("/admin/kick", json!({"user": "a", "room": "q"}), 404, 1002002),
        ("/admin/kick", json!({"user": "a", "message": "x".repeat(20_000)}), 413, 1100001),
        ("/admin/remove-stream", json!({"stream": "a/b"}), 400, 1000016),
        ("/admin/remove-stream", json!({"stream": 7}), 422, 1100001),
    ] {
        let (got, answer) = ask(&server, path, &app_sign(), body).await;
        assert_eq!((got, &answer["code"]), (status, &json!(code)), "{path} {answer}");
    }
    a.is_undisturbed().await;
}
