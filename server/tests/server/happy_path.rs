//! Two users from login to logout, resumes, and the server's shutdown.

use super::client::{Client, TestServer};
use holdfast_protocol::{Change, ClientMessage, Code, DeleteReason, Hello, Node, ServerMessage};
use serde_json::{Value, json};

fn publish(stream: &str) -> ClientMessage {
    ClientMessage::Publish { id: 1, stream: stream.into(), extra: "hi".into(), muted: 0 }
}

fn live(stream: &str) -> ClientMessage {
    ClientMessage::Live { id: 2, stream: stream.into(), node: String::new() }
}

fn ok(id: u32) -> ServerMessage {
    ServerMessage::Done { id, code: Code::OK, message: String::new(), seq: 0 }
}

async fn nodes(client: &mut Client, message: &ClientMessage) -> Vec<Node> {
    match client.ask(message).await {
        ServerMessage::Nodes { nodes, .. } => nodes,
        other => panic!("expected nodes, got {other:?}"),
    }
}

fn resuming(server: &TestServer, user: &str, hello: &Hello) -> Value {
    let mut login = server.login("r", user);
    login["resume"] = json!({"session": hello.session, "secret": hello.secret, "seq": hello.seq});
    login
}

#[tokio::test]
async fn two_users_see_each_other_come_publish_and_go() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, hello) = server.enter("r", "b").await;
    let ids: Vec<String> = hello.snapshot.unwrap().users.into_iter().map(|user| user.id).collect();
    assert_eq!(ids, ["a", "b"]);
    let ServerMessage::Users { change: Change::Add, users, .. } = a.next().await else { panic!() };
    assert_eq!(users[0].id, "b");

    assert_eq!(nodes(&mut a, &publish("s")).await[0].url, "/whip/s");
    assert_eq!(a.ask(&live("s")).await, ok(2));
    let ServerMessage::Streams { change: Change::Add, streams, reason: None, .. } = b.next().await
    else {
        panic!()
    };
    assert_eq!((&*streams[0].id, &*streams[0].user.id, &*streams[0].extra), ("s", "a", "hi"));
    let play = ClientMessage::Play { id: 3, stream: "s".into() };
    assert_eq!(nodes(&mut b, &play).await[0].url, "/whep/s");

    a.send(&ClientMessage::Logout).await;
    assert_eq!(a.next().await, ServerMessage::Bye);
    assert_eq!(a.closed().await.0, 1000);
    let ServerMessage::Streams { change: Change::Delete, reason, .. } = b.next().await else {
        panic!()
    };
    assert_eq!(reason, Some(DeleteReason::STOPPED));
    assert!(matches!(b.next().await, ServerMessage::Users { change: Change::Delete, .. }));
}

#[tokio::test]
async fn room_13_a_closing_pages_beacon_logs_out_without_a_link() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (b, hello) = server.enter("r", "b").await;
    assert!(matches!(a.next().await, ServerMessage::Users { change: Change::Add, .. }));
    drop(b);
    let leave = |body: String| server.http.post(server.url("/leave")).body(body).send();
    for wrong in ["", "nonsense", &format!("{} guess", hello.session)] {
        assert_eq!(leave(wrong.to_owned()).await.unwrap().status(), 204);
    }
    assert_eq!(leave("x".repeat(1_000)).await.unwrap().status(), 413);
    a.is_undisturbed().await;
    leave(format!("{} {}", hello.session, hello.secret)).await.unwrap();
    assert!(matches!(a.next().await, ServerMessage::Users { change: Change::Delete, .. }));
}

#[tokio::test]
async fn pub_03_the_second_publisher_of_a_stream_is_told_so() {
    let server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("q", "b").await;
    nodes(&mut a, &publish("s")).await;
    let ServerMessage::Done { id: 1, code, .. } = b.ask(&publish("s")).await else { panic!() };
    assert_eq!(code, Code::STREAM_ID_TAKEN);
    a.is_undisturbed().await;
}

#[tokio::test]
async fn room_08_a_dropped_link_resumes_and_nobody_is_told() {
    let server = TestServer::start().await;
    let (a, hello) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    drop(a);
    let mut a = server.link(&resuming(&server, "a", &hello)).await;
    let ServerMessage::Hello(again) = a.next().await else { panic!() };
    assert!(again.resumed);
    assert_eq!(again.session, hello.session);
    b.is_undisturbed().await;
}

#[tokio::test]
async fn room_08_a_newer_link_of_the_session_supersedes_the_older() {
    let server = TestServer::start().await;
    let (mut old, hello) = server.enter("r", "a").await;
    let mut new = server.link(&resuming(&server, "a", &hello)).await;
    assert!(matches!(new.next().await, ServerMessage::Hello(Hello { resumed: true, .. })));
    assert_eq!(old.closed().await.0, 4002);
    new.is_undisturbed().await;
}

#[tokio::test]
async fn room_09_after_grace_the_others_are_told() {
    let server = TestServer::start_with(&["--dev", "--grace", "0.05"], |_| {}).await;
    let (a, hello) = server.enter("r", "a").await;
    let (mut b, _) = server.enter("r", "b").await;
    drop(a);
    assert!(matches!(b.next().await, ServerMessage::Users { change: Change::Delete, .. }));
    let mut a = server.link(&resuming(&server, "a", &hello)).await;
    assert!(matches!(a.next().await, ServerMessage::Hello(Hello { resumed: false, .. })));
    assert!(matches!(b.next().await, ServerMessage::Users { change: Change::Add, .. }));
}

#[tokio::test]
async fn room_11_a_second_login_kicks_the_first() {
    let server = TestServer::start().await;
    let (mut old, hello) = server.enter("r", "a").await;
    let (mut new, _) = server.enter("r", "a").await;
    let ServerMessage::End { code, .. } = old.next().await else { panic!() };
    assert_eq!(code, Code::KICKED_BY_LOGIN);
    assert_eq!(old.closed().await.0, 4001);
    let mut back = server.link(&resuming(&server, "a", &hello)).await;
    assert_eq!(back.refused().await, Code::REPLACED_WHILE_AWAY.0);
    new.is_undisturbed().await;
}

#[tokio::test]
async fn room_05_a_quiet_link_hears_heartbeats() {
    let server = TestServer::start_with(&["--dev", "--heartbeat-ms", "50"], |_| {}).await;
    let (mut a, hello) = server.enter("r", "a").await;
    assert_eq!(hello.heartbeat_ms, 50);
    use futures_util::StreamExt;
    for _ in 0..3 {
        let frame = super::client::soon("a heartbeat", a.socket.next()).await.unwrap().unwrap();
        assert_eq!(frame.to_text().unwrap(), r#"{"t":"heartbeat"}"#);
    }
}

#[tokio::test]
async fn the_servers_end_sends_links_away_with_1001() {
    let mut server = TestServer::start().await;
    let (mut a, _) = server.enter("r", "a").await;
    let (_, closed) = tokio::join!(server.stop(), async {
        assert_eq!(a.next().await, ServerMessage::Goaway { min_ms: 500, max_ms: 1_000 });
        a.closed().await
    });
    assert_eq!(closed.0, 1001);
}

#[tokio::test]
async fn static_files_have_their_headers() {
    let folder = std::env::temp_dir().join(format!("holdfast-www-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("sdk")).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html>").unwrap();
    std::fs::write(folder.join("sdk/x.wasm"), b"\0asm").unwrap();
    let server = TestServer::start_with(&["--dev"], |config| {
        config.www = folder.clone();
        config.sdk = folder.join("sdk");
    })
    .await;
    for (path, kind) in [("/", "text/html"), ("/sdk/x.wasm", "application/wasm")] {
        let response = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert!(header("content-type").starts_with(kind));
        assert_eq!(header("cache-control"), "no-cache");
        assert_eq!(header("x-content-type-options"), "nosniff");
        let policy = header("content-security-policy");
        let directives: Vec<&str> = policy.split("; ").collect();
        for directive in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self' http: https: ws: wss:",
            "media-src 'self' blob:",
        ] {
            assert!(directives.contains(&directive), "{policy}");
        }
    }
    let missing = server.http.get(server.url("/../Cargo.toml")).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    std::fs::remove_dir_all(&folder).unwrap();
}
