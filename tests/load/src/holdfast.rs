//! Holdfast's room link (docs/protocol.md).

use crate::Fault;
use crate::product::Heard;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_protocol::LOGIN_ENTRY_PREFIX;
use holdfast_server::token::Keys;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::process::Command;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;

const SECRET: [u8; 32] = [7; 32];
const APP: u32 = 1;

#[derive(Clone)]
pub(crate) struct Holdfast {
    pub(crate) program: PathBuf,
    keys: Arc<Keys>,
}

impl Holdfast {
    pub(crate) fn new(program: PathBuf) -> Holdfast {
        Holdfast { program, keys: Arc::new(Keys::new(APP, SECRET.to_vec())) }
    }

    pub(crate) fn arguments(&self, command: &mut Command, port: u16) {
        command.arg("--listen").arg(format!("127.0.0.1:{port}")).args(["--media-port", "0"]);
        // All users come from one address.
        command.args(["--connections-per-address", "0"]);
        command.env("HOLDFAST_APP_SECRET", hex::encode(SECRET)).env_remove("RUST_LOG");
    }

    pub(crate) fn login(&self, port: u16, room: &str, user: &str) -> Result<Request, Fault> {
        let grants = vec!["publish".to_owned(), "play".to_owned()];
        let token = self.keys.room_token(room, user, grants, 3_600)?;
        let login = json!({
            "app": APP, "room": room, "user": { "id": user, "name": user }, "token": token,
            "user_update": true,
        });
        let entry = URL_SAFE_NO_PAD.encode(login.to_string());
        let mut request = format!("ws://127.0.0.1:{port}/room").into_client_request()?;
        let offered = format!("holdfast.v1, {LOGIN_ENTRY_PREFIX}{entry}").parse()?;
        request.headers_mut().insert("sec-websocket-protocol", offered);
        Ok(request)
    }
}

pub(crate) fn heard(text: &str) -> Heard {
    Heard {
        messages: u64::from(text.starts_with(r#"{"t":"message""#)),
        is_in: text.starts_with(r#"{"t":"hello""#),
        answer: None,
    }
}

pub(crate) fn message(number: u32) -> String {
    let text = format!("message number {number} of this user to the room");
    json!({ "t": "broadcast", "id": number, "text": text }).to_string()
}
