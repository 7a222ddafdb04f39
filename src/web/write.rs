//! Protocol messages to JSON text, by hand: a serialiser's machinery would weigh more than this.

use super::object::{object, set};
use holdfast_protocol::{ClientMessage, Login, User};
use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

/// A message of the room link.
pub(crate) fn client_message(message: &ClientMessage) -> String {
    use ClientMessage::*;
    let json = Json::default();
    let json = match message {
        Publish { id, stream, extra, muted } => {
            let json = json.request("publish", *id).text("stream", stream).text("extra", extra);
            if *muted == 0 { json } else { json.value("muted", (*muted).into()) }
        }
        Live { id, stream, node } => {
            let json = json.request("live", *id).text("stream", stream);
            if node.is_empty() { json } else { json.text("node", node) }
        }
        Unpublish { id, stream } => json.request("unpublish", *id).text("stream", stream),
        Play { id, stream } => json.request("play", *id).text("stream", stream),
        Ping { n } => json.text("t", "ping").value("n", (*n).into()),
        Renew { id, token } => json.request("renew", *id).text("token", token),
        Broadcast { id, text } => json.request("broadcast", *id).text("text", text),
        Barrage { id, text } => json.request("barrage", *id).text("text", text),
        Command { id, text, to } => {
            let users = Array::new();
            for user in to {
                users.push(&user.into());
            }
            json.request("command", *id).text("text", text).value("to", users.into())
        }
        SetRoomExtra { id, key, value } => {
            json.request("set_room_extra", *id).text("key", key).text("value", value)
        }
        SetStreamExtra { id, stream, extra } => {
            json.request("set_stream_extra", *id).text("stream", stream).text("extra", extra)
        }
        SetMuted { id, stream, muted } => {
            json.request("set_muted", *id).text("stream", stream).value("muted", (*muted).into())
        }
        Logout => json.text("t", "logout"),
    };
    json.into_text()
}

/// The login or resume request.
pub(crate) fn login(login: &Login) -> String {
    let User { id, name } = &login.user;
    let mut json = Json::default()
        .value("app", login.app.into())
        .text("room", &login.room)
        .value("user", Json::default().text("id", id).text("name", name).0)
        .text("token", &login.token)
        .value("user_update", login.user_update.into());
    if login.connections {
        json = json.value("connections", JsValue::TRUE);
    }
    json = json.value("max_members", login.max_members.into());
    for (name, number) in [("device", login.device), ("attempt", login.attempt)] {
        if number > 0 {
            json = json.value(name, number.into());
        }
    }
    if let Some(resume) = &login.resume {
        let resume = Json::default()
            .text("session", &resume.session)
            .text("secret", &resume.secret)
            .value("seq", resume.seq.into());
        json = json.value("resume", resume.0);
    }
    json.into_text()
}

/// An object whose properties keep the order they are added in.
struct Json(JsValue);

impl Default for Json {
    fn default() -> Json {
        Json(object(&[]))
    }
}

impl Json {
    fn request(self, kind: &str, id: u32) -> Json {
        self.text("t", kind).value("id", id.into())
    }

    fn text(self, key: &str, text: &str) -> Json {
        self.value(key, text.into())
    }

    fn value(self, key: &str, value: JsValue) -> Json {
        set(&self.0, key, &value);
        self
    }

    /// Never empty: only a cycle or a BigInt has no JSON.
    fn into_text(self) -> String {
        JSON::stringify(&self.0).map_or(String::new(), String::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_client_is_written_as_it_stands() {
        let lines = include_str!("../../tests/vectors/client.jsonl").lines();
        // What a newer version may add is not ours to write.
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            let message = serde_json::from_str(line).unwrap();
            assert_eq!(client_message(&message), line);
        }
    }

    /// A serialiser that would be too large to ship says the same.
    #[wasm_bindgen_test]
    fn every_message_is_written_as_serde_writes_it() {
        let serialiser = serde_wasm_bindgen::Serializer::json_compatible();
        for line in include_str!("../../tests/vectors/client.jsonl").lines() {
            let message: ClientMessage = serde_json::from_str(line).unwrap();
            let value = message.serialize(&serialiser).unwrap();
            assert_eq!(JSON::stringify(&value).unwrap(), client_message(&message), "{line}");
        }
    }

    #[wasm_bindgen_test]
    fn every_golden_login_is_written_as_it_stands() {
        let lines = include_str!("../../tests/vectors/login.jsonl").lines();
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            let message = serde_json::from_str(line).unwrap();
            assert_eq!(login(&message), line);
        }
        let mut message = Login { connections: true, ..Login::default() };
        assert_eq!(login(&message), serde_json::to_string(&message).unwrap());
        message.connections = false;
        assert_eq!(login(&message), serde_json::to_string(&message).unwrap());
    }
}
