//! Every golden message of `tests/vectors/` is read and written back unchanged. Fields named
//! `x_unknown` stand for those that a newer version may add: they are ignored, so not written back.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use holdfast_protocol::{ClientMessage, Login, ServerMessage};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

const CLIENT: &str = include_str!("../../tests/vectors/client.jsonl");
const SERVER: &str = include_str!("../../tests/vectors/server.jsonl");
const LOGIN: &str = include_str!("../../tests/vectors/login.jsonl");

fn without_unknown(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let known = fields.into_iter().filter(|(name, _)| name != "x_unknown");
            Value::Object(known.map(|(name, value)| (name, without_unknown(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(without_unknown).collect(),
        other => other,
    }
}

fn read_all<T: DeserializeOwned + Serialize>(lines: &str) -> Vec<T> {
    let check = |line: &str| {
        let message: T = serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        let written = serde_json::to_string(&message).unwrap();
        if line.contains("x_unknown") {
            let expected = without_unknown(serde_json::from_str(line).unwrap());
            assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), expected);
        } else {
            assert_eq!(written, line);
        }
        message
    };
    lines.lines().map(check).collect()
}

#[test]
fn every_client_message_is_read_and_written_as_it_stands() {
    // Exhaustive, so that a new message needs a line.
    let name = |message: ClientMessage| match message {
        ClientMessage::Publish { .. } => "publish",
        ClientMessage::Live { .. } => "live",
        ClientMessage::Unpublish { .. } => "unpublish",
        ClientMessage::Play { .. } => "play",
        ClientMessage::Ping { .. } => "ping",
        ClientMessage::Renew { .. } => "renew",
        ClientMessage::Broadcast { .. } => "broadcast",
        ClientMessage::Barrage { .. } => "barrage",
        ClientMessage::Command { .. } => "command",
        ClientMessage::SetRoomExtra { .. } => "set_room_extra",
        ClientMessage::SetStreamExtra { .. } => "set_stream_extra",
        ClientMessage::SetMuted { .. } => "set_muted",
        ClientMessage::Logout => "logout",
    };
    let names: BTreeSet<_> = read_all(CLIENT).into_iter().map(name).collect();
    assert_eq!(names.len(), 13, "{names:?}");
}

#[test]
fn every_server_message_is_read_and_written_as_it_stands() {
    let name = |message: ServerMessage| match message {
        ServerMessage::Hello(_) => "hello",
        ServerMessage::Users { .. } => "users",
        ServerMessage::Streams { .. } => "streams",
        ServerMessage::Nodes { .. } => "nodes",
        ServerMessage::Done { .. } => "done",
        ServerMessage::Renewed { .. } => "renewed",
        ServerMessage::Message { .. } => "message",
        ServerMessage::Barrage { .. } => "barrage",
        ServerMessage::Command { .. } => "command",
        ServerMessage::RoomExtra { .. } => "room_extra",
        ServerMessage::StreamExtra { .. } => "stream_extra",
        ServerMessage::Count { .. } => "count",
        ServerMessage::Connection { .. } => "connection",
        ServerMessage::Goaway { .. } => "goaway",
        ServerMessage::Pong { .. } => "pong",
        ServerMessage::Heartbeat => "heartbeat",
        ServerMessage::Bye => "bye",
        ServerMessage::End { .. } => "end",
    };
    let names: BTreeSet<_> = read_all(SERVER).into_iter().map(name).collect();
    assert_eq!(names.len(), 18, "{names:?}");
}

/// As in the browser (`src/web/wire.rs`), where the other form of the same type is read.
#[test]
fn room_08_what_was_missed_is_read_without_what_nobody_knows() {
    let line = r#"{"session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1000,"t":"hello",
        "missed":[{"t":"not of this version","seq":2},{"t":"users"},7,null,
        {"t":"hello","session":"a","secret":"b","seq":1,"resumed":true,"heartbeat_ms":1000},
        {"users":3,"t":"count"}]}"#;
    let Ok(ServerMessage::Hello(hello)) = serde_json::from_str(line) else { panic!("no hello") };
    assert_eq!(hello.missed, [ServerMessage::Count { users: 3 }]);
}

#[test]
fn every_login_is_read_and_written_as_it_stands() {
    let logins: Vec<Login> = read_all(LOGIN);
    assert!(logins.iter().any(|login| login.resume.is_some()));
}

#[test]
fn every_example_of_the_document_is_a_message() {
    let document = include_str!("../../docs/protocol.md");
    let examples: Vec<&str> =
        document.split('`').filter(|text| text.starts_with(r#"{"t":"#)).collect();
    for example in &examples {
        let is_client = serde_json::from_str::<ClientMessage>(example).is_ok();
        let is_server = serde_json::from_str::<ServerMessage>(example).is_ok();
        assert!(is_client || is_server, "{example}");
    }
    for line in CLIENT.lines().chain(SERVER.lines()) {
        let start = line.split(['}', ',']).next().unwrap_or_default();
        assert!(examples.iter().any(|example| example.starts_with(start)), "{start} not shown");
    }
    let login = document.lines().find(|line| line.starts_with(r#"{"app":1,"room""#)).unwrap();
    assert!(serde_json::from_str::<Login>(login).is_ok());
}
