//! What a connection may hold, for how long, and how many connections there may be.

use super::client::{File, TestServer, soon};
use holdfast_protocol::ServerMessage;
use holdfast_server::config::Config;
use holdfast_server::front::places::PlaceLimits;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

const SHORT: Duration = Duration::from_millis(500);
const PLACES: PlaceLimits =
    PlaceLimits { connections: 100, connections_per_address: 100, links: 100, links_kept: 0 };

async fn hurried(flags: &[&str]) -> TestServer {
    TestServer::start_with(flags, |config: &mut Config| {
        config.front_timeouts.header = SHORT;
        config.front_timeouts.request = SHORT;
        config.front_timeouts.unread = SHORT;
    })
    .await
}

async fn with_places(places: PlaceLimits) -> TestServer {
    TestServer::start_with(&["--dev"], |config| config.places = Some(places)).await
}

async fn say(server: &TestServer, text: &str) -> TcpStream {
    let mut tcp = TcpStream::connect(server.addr).await.unwrap();
    // A server that does not want all of it may already have closed.
    let _ = tcp.write_all(text.as_bytes()).await;
    tcp
}

/// Everything that arrives until the server closes; a reset counts as a close.
async fn heard(tcp: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = soon("the server's close", tcp.read_to_end(&mut text)).await;
    String::from_utf8_lossy(&text).into_owned()
}

async fn is_answered(server: &TestServer) -> bool {
    let mut tcp = say(server, "GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    heard(&mut tcp).await.starts_with("HTTP/1.1 200")
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let server = hurried(&["--dev"]).await;
    assert_eq!(heard(&mut say(&server, "").await).await, "");
}

#[tokio::test]
async fn a_header_that_never_ends_is_closed() {
    let server = hurried(&["--dev"]).await;
    heard(&mut say(&server, "GET /health HTTP/1.1\r\nhost: x\r\nx-more: ").await).await;
}

#[tokio::test]
async fn a_connection_without_a_next_request_is_closed() {
    let server = hurried(&["--dev"]).await;
    let answer = heard(&mut say(&server, "GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_on_every_route() {
    let sign = "5e".repeat(32);
    let secret = File::new(&sign);
    let server = hurried(&["--dev", "--app-secret-file", secret.path()]).await;
    let sign = format!("authorization: Bearer {sign}\r\n");
    for (path, headers) in [("/leave", ""), ("/dev/token", ""), ("/admin/kick", sign.as_str())] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{headers}content-type: application/json\r\n\
             content-length: 200\r\n\r\n{{"
        );
        let answer = heard(&mut say(&server, &request).await).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_to_wait() {
    let server = with_places(PlaceLimits { connections_per_address: 4, ..PLACES }).await;
    let mut tcp = say(&server, "").await;
    let request = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    tcp.write_all(request.repeat(80).as_bytes()).await.unwrap();
    tcp.write_all(request.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let answers = heard(&mut tcp).await;
    assert!(answers.matches("HTTP/1.1 200").count() >= 64, "{answers}");
    let refused = answers.split("HTTP/1.1 429").nth(1).expect(&answers);
    assert!(refused.contains("retry-after: 1"), "{refused}");
    assert!(refused.contains("access-control-allow-origin: *"), "{refused}");
}

#[tokio::test]
async fn a_link_outlives_all_of_these_times() {
    let server = hurried(&["--dev"]).await;
    let (mut client, _) = server.enter("r", "u").await;
    tokio::time::sleep(3 * SHORT).await;
    client.is_undisturbed().await;
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let folder = std::env::temp_dir().join(format!("holdfast-unread-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("large"), vec![b'x'; 16 * 1_024 * 1_024]).unwrap();
    let server = TestServer::start_with(&["--dev", "--www", folder.to_str().unwrap()], |config| {
        config.places = Some(PlaceLimits { connections_per_address: 1, ..PLACES });
        config.front_timeouts.unread = SHORT;
    })
    .await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    let mut unread = socket.connect(server.addr).await.unwrap();
    unread.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    unread.readable().await.unwrap();
    assert!(!is_answered(&server).await);
    soon("its place", async { while !is_answered(&server).await {} }).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_long_header_is_refused_and_a_login_of_the_longest_token_is_not() {
    let server = TestServer::start().await;
    let request = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n", "y".repeat(64 * 1_024));
    let answer = heard(&mut say(&server, &request).await).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    let mut login = server.login("r", "u");
    login["token"] = Value::from("x".repeat(holdfast_protocol::limit::TOKEN_BYTES_MAX));
    assert_eq!(server.link(&login).await.refused().await, 1_102_016);
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let server = with_places(PlaceLimits { connections_per_address: 2, ..PLACES }).await;
    let held = say(&server, "").await;
    let _also = say(&server, "").await;
    assert_eq!(heard(&mut say(&server, "GET /health HTTP/1.1\r\n").await).await, "");
    drop(held);
    soon("its place", async { while !is_answered(&server).await {} }).await;
}

#[tokio::test]
async fn links_take_no_places_of_their_address() {
    let server = with_places(PlaceLimits { connections_per_address: 2, ..PLACES }).await;
    let mut links = Vec::new();
    for number in 0..6 {
        links.push(server.enter("r", &format!("u{number}")).await);
    }
    assert!(is_answered(&server).await);
}

#[tokio::test]
async fn the_last_links_are_kept_for_sessions_that_come_back() {
    let server = with_places(PlaceLimits { links: 2, links_kept: 1, ..PLACES }).await;
    let (_held, hello) = server.enter("r", "a").await;
    let mut refused = server.link(&server.login("r", "b")).await;
    let word = refused.next().await;
    assert!(matches!(word, ServerMessage::Goaway { .. }), "{word:?}");
    assert_eq!(refused.closed().await.0, 1001);
    let mut login = server.login("r", "a");
    login["resume"] = json!({ "session": hello.session, "secret": hello.secret, "seq": hello.seq });
    let mut back = server.link(&login).await;
    let ServerMessage::Hello(hello) = back.next().await else { panic!("no hello") };
    assert!(hello.resumed);
}

#[tokio::test]
async fn the_admin_key_is_looked_at_before_the_body() {
    let server = TestServer::start().await;
    let request = "POST /admin/kick HTTP/1.1\r\nhost: x\r\ncontent-length: 200\r\n\r\n{";
    let answer = heard(&mut say(&server, request).await).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn files_that_start_with_a_dot_are_not_served() {
    let folder = std::env::temp_dir().join(format!("holdfast-dots-{}", std::process::id()));
    std::fs::create_dir_all(folder.join(".git")).unwrap();
    for name in [".env", ".git/config", "a.b"] {
        std::fs::write(folder.join(name), "found").unwrap();
    }
    for flag in ["--www", "--sdk", "--simulator"] {
        let server =
            TestServer::start_with(&["--dev", flag, folder.to_str().unwrap()], |_| {}).await;
        let at = match flag {
            "--sdk" => "/sdk",
            "--simulator" => "/simulator-module",
            _ => "",
        };
        let paths =
            ["/.env", "/%2eenv", "/%2E%65nv", "/.git/config", "/x%2f.env", "/.git%2fconfig"];
        for (path, status) in paths.map(|path| (path, 404)).into_iter().chain([("/a.b", 200)]) {
            let answer = server.http.get(server.url(&format!("{at}{path}"))).send().await.unwrap();
            assert_eq!(answer.status(), status, "{flag} {path}");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn dev_tokens_are_not_for_pages_of_other_origins() {
    let server =
        TestServer::start_with(&["--dev", "--dev-origin", "https://my.example"], |_| {}).await;
    for path in ["/dev/token", "/dev/stream-token", "/dev/fault"] {
        for (origin, refused) in [
            ("https://evil.example", true),
            ("null", true),
            ("http://localhost:5173", false),
            ("https://my.example", false),
        ] {
            let body = json!({
                "room": "r", "user": "u", "stream": "s", "direction": "play", "fault": "drop_link",
            });
            let request = server.http.post(server.url(path)).header("origin", origin).json(&body);
            let status = request.send().await.unwrap().status();
            assert_eq!(status == 403, refused, "{path} {origin}: {status}");
        }
    }
}
