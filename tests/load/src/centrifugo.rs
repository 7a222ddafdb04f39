//! Centrifugo's JSON protocol, with one channel for each room. Its members are told about each
//! other, as Holdfast's are.

use crate::Fault;
use crate::product::Heard;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::process::Command;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;

const SECRET: &str = "a secret for this run";
const LOGGED_IN: &str = r#"{"id":2,"subscribe":"#;

pub(crate) fn arguments(command: &mut Command, port: u16) -> Result<(), Fault> {
    let config = json!({
        "client": { "token": { "hmac_secret_key": SECRET }, "allowed_origins": ["*"] },
        "channel": { "without_namespace": {
            "allow_subscribe_for_client": true,
            "allow_publish_for_subscriber": true,
            "presence": true,
            "join_leave": true,
            "force_push_join_leave": true,
            "history_size": 100,
            "history_ttl": "300s",
            "force_recovery": true,
        } },
    });
    let name = format!("holdfast-load-centrifugo-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, config.to_string())?;
    command.arg("--config").arg(path).arg("--http_server.address=127.0.0.1");
    command.arg(format!("--http_server.port={port}"));
    Ok(())
}

pub(crate) fn login(port: u16, room: &str, user: &str) -> Result<(Request, Vec<String>), Fault> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let claims = json!({ "sub": user, "exp": now + 3_600, "info": { "name": user } });
    let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(SECRET.as_bytes()))?;
    let request = format!("ws://127.0.0.1:{port}/connection/websocket").into_client_request()?;
    // Both messages in one frame, as Centrifugo's own client sends them.
    let connect = json!({ "id": 1, "connect": { "token": token } });
    let subscribe = json!({ "id": 2, "subscribe": { "channel": room } });
    Ok((request, vec![format!("{connect}\n{subscribe}")]))
}

pub(crate) fn heard(text: &str) -> Heard {
    let mut heard = Heard { messages: 0, is_in: false, answer: None };
    for line in text.lines() {
        match line {
            "{}" => heard.answer = Some("{}"),
            _ if line.starts_with(LOGGED_IN) => heard.is_in = true,
            _ if line.contains(r#""pub":{"#) => heard.messages += 1,
            _ => {}
        }
    }
    heard
}

pub(crate) fn message(room: &str, number: u32) -> String {
    let text = format!("message number {number} of this user to the room");
    json!({ "id": number + 2, "publish": { "channel": room, "data": { "text": text } } })
        .to_string()
}
