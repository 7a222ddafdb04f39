//! What a client must not send on a room link. Each case gets its answer, and nobody else is
//! affected.

use super::client::{Client, TestServer};
use futures_util::{SinkExt, StreamExt};
use holdfast_protocol::{ClientMessage, Code, ServerMessage, limit};
use holdfast_server::config::LinkLimits;
use tokio_tungstenite::tungstenite::Message;

async fn two(server: &TestServer) -> (Client, Client) {
    let (mut other, _) = server.enter("r", "other").await;
    let (client, _) = server.enter("r", "u").await;
    assert!(matches!(other.next().await, ServerMessage::Users { .. }));
    (client, other)
}

fn done(id: u32) -> ServerMessage {
    let code = Code::BAD_MESSAGE;
    ServerMessage::Done { id, code, message: code.message().to_owned(), seq: 0 }
}

#[tokio::test]
async fn an_unknown_message_is_answered_and_the_link_stays() {
    let server = TestServer::start().await;
    let (mut client, mut other) = two(&server).await;
    for (text, id) in [
        (r#"{"t":"fly","id":9}"#, 9),
        (r#"{"t":"fly"}"#, 0),
        (r#"{"t":"publish","id":3}"#, 3),
        (r#"{"t":"publish","id":"3","stream":"s"}"#, 0),
        (r#"{"t":"publish","id":4,"stream":7}"#, 4),
        (r#"{}"#, 0),
    ] {
        client.send_text(text).await;
        assert_eq!(client.next().await, done(id), "{text}");
    }
    client.is_undisturbed().await;
    other.is_undisturbed().await;
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let server = TestServer::start().await;
    let (mut client, _) = server.enter("r", "u").await;
    client.send_text(r#"{"t":"ping","n":4,"colour":{"of":"tomorrow"}}"#).await;
    assert_eq!(client.next().await, ServerMessage::Pong { n: 4 });
}

/// Send a frame and expect the link to be closed with a code, while the other link stays.
async fn closes(frame: Message, code: u16, word: &str) {
    let server = TestServer::start().await;
    let (mut client, mut other) = two(&server).await;
    client.socket.send(frame).await.unwrap();
    let (got, reason) = client.closed().await;
    assert_eq!(got, code);
    assert!(reason.contains(word), "{reason}");
    other.is_undisturbed().await;
}

#[tokio::test]
async fn garbage_closes_with_4003() {
    for garbage in ["{", "[]", "null", "\"t\"", ""] {
        closes(Message::text(garbage), 4003, "JSON").await;
    }
}

#[tokio::test]
async fn a_binary_frame_closes_with_1003() {
    closes(Message::binary(vec![1, 2, 3]), 1003, "binary").await;
}

#[tokio::test]
async fn a_frame_over_the_limit_closes_with_1009() {
    let text = |bytes: usize| Message::text(" ".repeat(bytes));
    closes(text(limit::FRAME_BYTES_MAX + 1), 1009, "65536").await;
    // Far longer than the server's and the system's buffers: the client still reads the close.
    closes(text(40 * limit::FRAME_BYTES_MAX), 1009, "65536").await;
}

#[tokio::test]
async fn a_frame_at_the_limit_is_read() {
    let server = TestServer::start().await;
    let (mut client, _) = server.enter("r", "u").await;
    let mut text = r#"{"t":"ping","n":4}"#.to_owned();
    text.push_str(&" ".repeat(limit::FRAME_BYTES_MAX - text.len()));
    client.send_text(&text).await;
    assert_eq!(client.next().await, ServerMessage::Pong { n: 4 });
}

#[tokio::test]
async fn too_many_messages_close_with_4004() {
    let server = TestServer::start().await;
    let (mut client, mut other) = two(&server).await;
    for n in 0..1_000 {
        let ping = serde_json::to_string(&ClientMessage::Ping { n }).unwrap();
        if client.socket.send(Message::text(ping)).await.is_err() {
            break;
        }
    }
    assert_eq!(client.closed().await.0, 4004);
    other.is_undisturbed().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_by_messages_and_the_others_go_on() {
    cut_of_a_slow_reader(|limits| limits.queue_messages_max = 64).await;
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_by_bytes_and_the_others_go_on() {
    cut_of_a_slow_reader(|limits| {
        limits.queue_messages_max = 1_000_000;
        limits.queue_bytes_max = 16 * 1_024;
    })
    .await;
}

async fn cut_of_a_slow_reader(limit: fn(&mut LinkLimits)) {
    let server = TestServer::start_with(&["--dev"], |config| {
        config.limits.frames_per_second = 1e9;
        config.limits.frames_burst = 1e9;
        limit(&mut config.limits);
    })
    .await;
    let (mut other, _) = server.enter("r", "other").await;
    let mut slow = server.narrow_link(&server.login("r", "u")).await;
    assert!(matches!(other.next().await, ServerMessage::Users { .. }));
    // Each request gets an answer that nobody reads.
    let stream = "s".repeat(256);
    let play = serde_json::to_string(&ClientMessage::Play { id: 1, stream }).unwrap();
    let flood = async { while slow.socket.send(Message::text(play.clone())).await.is_ok() {} };
    super::client::soon("the cut", async {
        tokio::select! {
            () = flood => {}
            // Pings are answered meanwhile; otherwise the link would be cut for that.
            () = async { while other.socket.next().await.is_some() {} } => {}
        }
    })
    .await;
    other.is_undisturbed().await;
}
