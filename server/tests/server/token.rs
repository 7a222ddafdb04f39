//! Logins that are refused, and the development route.

use super::client::TestServer;
use super::peer::{claim, post};
use holdfast_protocol::{ClientMessage, Code, ServerMessage};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

fn with(mut login: Value, key: &str, value: Value) -> Value {
    login[key] = value;
    login
}

#[tokio::test]
async fn room_03_each_bad_login_is_refused_with_its_code_and_nobody_is_told() {
    let server = TestServer::start().await;
    let (mut other, _) = server.enter("r", "other").await;
    let good = server.login("r", "u");
    let wrong_user = server.login("r", "someone")["token"].clone();
    let wrong_room = server.login("q", "u")["token"].clone();
    let cases = [
        (with(good.clone(), "app", json!(2)), 1001004),
        (with(good.clone(), "token", json!("rubbish")), 1102016),
        (with(good.clone(), "token", json!("00".repeat(32))), 1102016),
        (with(good.clone(), "token", wrong_user), 1002077),
        (with(good.clone(), "token", wrong_room), 1002077),
        (with(good.clone(), "room", json!("")), 1002011),
        (with(good.clone(), "room", json!("a b")), 1002012),
        (with(good.clone(), "room", json!("r".repeat(129))), 1002013),
        (with(good.clone(), "user", json!({"id": ""})), 1002005),
        (with(good.clone(), "user", json!({"id": "ü"})), 1002006),
        (with(good.clone(), "user", json!({"id": "u".repeat(65)})), 1002007),
        (with(good.clone(), "user", json!({"id": "u", "name": "n".repeat(257)})), 1002010),
        (with(good.clone(), "max_members", json!(1)), 1002034),
        (json!({"app": 1}), 1102011),
        (json!([]), 1102011),
    ];
    for (login, code) in cases {
        let mut link = server.link(&login).await;
        assert_eq!(link.refused().await, code, "{login}");
    }
    other.is_undisturbed().await;
    let health: Value =
        server.http.get(server.url("/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health["sessions"], 1);
    assert!(matches!(server.link(&good).await.next().await, ServerMessage::Hello(_)));
}

#[tokio::test]
async fn room_12_an_expired_token_is_refused_as_such() {
    let server = TestServer::start_with(&["--dev", "--token-leeway", "0"], |_| {}).await;
    // Valid for zero seconds: it expires now.
    let token = server.keys.room_token("r", "u", vec![], 0).unwrap();
    let login = with(server.login("r", "u"), "token", json!(token));
    assert_eq!(server.link(&login).await.refused().await, 1102018);
}

#[tokio::test]
async fn room_12_a_session_ends_with_its_token_and_goes_on_with_a_newer_one() {
    let server = TestServer::start_with(&["--dev", "--token-leeway", "0"], |_| {}).await;
    let short = server.keys.room_token("r", "u", vec![], 2).unwrap();
    let mut expiring = server.link(&with(server.login("r", "u"), "token", json!(short))).await;
    let ServerMessage::Hello(hello) = expiring.next().await else { panic!("no hello") };
    assert!((1..=2_000).contains(&hello.token_ttl_ms.unwrap()), "{hello:?}");

    let renew = |id: u32, token: String| ClientMessage::Renew { id, token };
    let (mut renewed, hello) = server.enter("r", "v").await;
    assert!((50_000..=60_000).contains(&hello.token_ttl_ms.unwrap()), "{hello:?}");
    for (id, token, code) in [
        (1, "rubbish".to_owned(), 1102016),
        (2, server.keys.room_token("r", "u", vec![], 60).unwrap(), 1002077),
        (3, server.keys.room_token("r", "v", vec![], 0).unwrap(), 1102018),
    ] {
        let reply = renewed.ask(&renew(id, token)).await;
        let ServerMessage::Done { id: replied, code: told, .. } = reply else {
            panic!("{reply:?}")
        };
        assert_eq!((replied, told.0), (id, code));
    }
    let token = server.keys.room_token("r", "v", vec![], 600).unwrap();
    let reply = renewed.ask(&renew(4, token)).await;
    let ServerMessage::Renewed { id: 4, token_ttl_ms: Some(ttl_ms) } = reply else {
        panic!("{reply:?}")
    };
    assert!((590_000..=600_000).contains(&ttl_ms));
    // What the new token does not grant is no longer allowed.
    let publish =
        ClientMessage::Publish { id: 5, stream: "s".into(), extra: String::new(), muted: 0 };
    let reply = renewed.ask(&publish).await;
    assert!(matches!(reply, ServerMessage::Done { code: Code::PUBLISH_REFUSED, .. }), "{reply:?}");

    assert!(matches!(expiring.next().await, ServerMessage::Users { .. }));
    let ServerMessage::End { code, .. } = expiring.next().await else { panic!("no end") };
    assert_eq!(code, Code::TOKEN_EXPIRED);
    assert_eq!(expiring.closed().await.0, 4001);
}

#[tokio::test]
async fn room_12_a_token_of_a_user_is_good_for_each_of_its_rooms_if_the_operator_says_so() {
    let server = TestServer::start_with(&["--dev", "--user-tokens"], |_| {}).await;
    let token = |user: &str, grants: &[&str], ttl_seconds| {
        let grants = grants.iter().map(ToString::to_string).collect();
        server.keys.user_token(user, grants, ttl_seconds).unwrap()
    };
    let all = token("u", &["publish", "play"], 600);
    let login = |room: &str, user: &str| with(server.login(room, user), "token", json!(all));
    assert_eq!(server.link(&login("r", "v")).await.refused().await, 1002077, "of another user");
    let mut other = server.link(&login("r", "u")).await;
    let ServerMessage::Hello(_) = other.next().await else { panic!("no hello") };
    // Another room with the same token, as an app does that switches.
    let mut link = server.link(&login("q", "u")).await;
    let ServerMessage::Hello(hello) = link.next().await else { panic!("no hello") };
    assert_eq!(other.closed().await.0, 4001, "a user is in one room at a time");
    assert!((590_000..=600_000).contains(&hello.token_ttl_ms.unwrap()), "{hello:?}");

    // The tokens for media are for the room's session, as ever.
    let endpoint = claim(&mut link, "s").await;
    let answer = post(&server, &endpoint.url, &endpoint.token, "no offer".into()).await;
    assert_eq!(answer.status(), 400, "authorised");
    let answer = post(&server, "/whip/other", &endpoint.token, "no offer".into()).await;
    assert_eq!(answer.status(), 403);
    let answer = post(&server, "/whip/s", &all, "no offer".into()).await;
    assert_eq!(answer.status(), 401, "a room token opens no media session");

    // It comes back with it, and swaps it for others of either kind.
    let resume = json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
    let mut link = server.link(&with(login("q", "u"), "resume", resume)).await;
    let ServerMessage::Hello(hello) = link.next().await else { panic!("no hello") };
    assert!(hello.resumed);
    let renew = |id: u32, token: String| ClientMessage::Renew { id, token };
    let reply = link.ask(&renew(1, token("v", &[], 600))).await;
    assert!(matches!(reply, ServerMessage::Done { code: Code::TOKEN_OTHER_USER, .. }), "{reply:?}");
    let of_room = server.keys.room_token("q", "u", vec!["publish".into()], 600).unwrap();
    for (id, token) in [(2, of_room), (3, token("u", &[], 600))] {
        let reply = link.ask(&renew(id, token)).await;
        assert!(matches!(reply, ServerMessage::Renewed { .. }), "{reply:?}");
    }
    let publish =
        ClientMessage::Publish { id: 4, stream: "t".into(), extra: String::new(), muted: 0 };
    let reply = link.ask(&publish).await;
    assert!(matches!(reply, ServerMessage::Done { code: Code::PUBLISH_REFUSED, .. }), "{reply:?}");
}

#[tokio::test]
async fn room_12_a_session_ends_with_its_users_token() {
    let flags = ["--dev", "--user-tokens", "--token-leeway", "0"];
    let server = TestServer::start_with(&flags, |_| {}).await;
    let short = server.keys.user_token("u", vec![], 1).unwrap();
    let mut link = server.link(&with(server.login("r", "u"), "token", json!(short))).await;
    assert!(matches!(link.next().await, ServerMessage::Hello(_)));
    let ServerMessage::End { code, .. } = link.next().await else { panic!("no end") };
    assert_eq!((code, link.closed().await.0), (Code::TOKEN_EXPIRED, 4001));
    assert_eq!(
        server.link(&with(server.login("r", "u"), "token", json!(short))).await.refused().await,
        1102018
    );
}

#[tokio::test]
async fn room_12_a_token_of_a_user_is_refused_by_default() {
    let server = TestServer::start().await;
    let token = server.keys.user_token("u", vec!["play".into()], 60).unwrap();
    let mut link = server.link(&with(server.login("r", "u"), "token", json!(token))).await;
    let ServerMessage::End { code, message } = link.next().await else { panic!("no end") };
    assert_eq!((code.0, message.as_str()), (1102016, "the token has no `room` claim"));
    let ask = |body: Value| server.http.post(server.url("/dev/token")).json(&body).send();
    assert_eq!(ask(json!({"user": "u"})).await.unwrap().status(), 400);
    let (mut link, _) = server.enter("r", "u").await;
    let reply = link.ask(&ClientMessage::Renew { id: 1, token }).await;
    assert!(matches!(reply, ServerMessage::Done { code: Code::TOKEN_INVALID, .. }), "{reply:?}");
}

#[tokio::test]
async fn the_app_sign_logs_in_too() {
    let secret = "5e".repeat(32);
    let path = std::env::temp_dir().join(format!("holdfast-app-sign-{}", std::process::id()));
    std::fs::write(&path, &secret).unwrap();
    let flag = path.to_str().unwrap().to_owned();
    let server = TestServer::start_with(&["--app-secret-file", &flag], |_| {}).await;
    std::fs::remove_file(&path).unwrap();
    let login = with(server.login("r", "u"), "token", json!(secret));
    assert!(matches!(server.link(&login).await.next().await, ServerMessage::Hello(_)));
    let login = with(login, "token", json!("5f".repeat(32)));
    assert_eq!(server.link(&login).await.refused().await, 1102016);
}

#[tokio::test]
async fn without_the_subprotocol_there_is_no_handshake() {
    let server = TestServer::start().await;
    for offered in ["", "chat", "holdfast.v2, login.e30"] {
        let tcp = TcpStream::connect(server.addr).await.unwrap();
        let Err(Error::Http(response)) = server.handshake(tcp, offered).await else {
            panic!("handshake with '{offered}' was not refused");
        };
        assert_eq!(response.status(), 400);
        let body: Value = serde_json::from_slice(response.body().as_ref().unwrap()).unwrap();
        assert_eq!(body["code"], 1102011);
        assert!(body["message"].as_str().unwrap().contains("holdfast.v1"));
    }
}

#[tokio::test]
async fn the_development_token_opens_its_room_and_no_other() {
    let server = TestServer::start().await;
    let ask = |body: Value| server.http.post(server.url("/dev/token")).json(&body).send();
    let response = ask(json!({"room": "r", "user": "u", "ttl_seconds": 60})).await.unwrap();
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    let mut login = json!({"app": answer["app"], "room": "r", "user": {"id": "u"}});
    login["token"] = answer["token"].clone();
    assert!(matches!(server.link(&login).await.next().await, ServerMessage::Hello(_)));
    assert_eq!(server.link(&with(login, "room", json!("q"))).await.refused().await, 1002077);
    for bad in [
        json!({"room": "r"}),
        json!({"room": "", "user": "u"}),
        json!({"room": "r", "user": "u", "grants": ["fly"]}),
        json!({"room": "r", "user": "u", "ttl_seconds": 0}),
    ] {
        let response = ask(bad).await.unwrap();
        assert!(response.status().is_client_error());
        let body: Value = response.json().await.unwrap();
        assert!(body["code"].is_u64() && body["message"].is_string(), "{body}");
    }
    let long = json!({"room": "r", "user": "u", "more": "x".repeat(16 * 1_024)});
    assert_eq!(ask(long).await.unwrap().status(), 413);
}

#[tokio::test]
async fn without_dev_there_is_no_such_route() {
    let path = std::env::temp_dir().join(format!("holdfast-no-dev-{}", std::process::id()));
    let flag = path.to_str().unwrap().to_owned();
    let server = TestServer::start_with(&["--app-secret-file", &flag], |_| {}).await;
    std::fs::remove_file(&path).unwrap();
    let body = json!({"room": "r", "user": "u"});
    let request = server.http.post(server.url("/dev/token")).json(&body);
    assert_eq!(request.send().await.unwrap().status(), 404);
}
