//! Messages and logins as rows, of which `pkg-template/messages.js` makes JSON.

use crate::api::Row;
use holdfast_protocol::{ClientMessage, Login};
use js_sys::Array;

/// A message of the room link.
pub(crate) fn client_message(message: &ClientMessage) -> Row {
    use ClientMessage::*;
    match message {
        Ping { n } => request(0, *n, &[]),
        Logout => Row::of(1),
        Publish { id, stream, extra, muted } => {
            let row = request(2, *id, &[stream, extra]);
            if *muted > 0 {
                row.put((*muted).into());
            }
            row
        }
        Live { id, stream, node } => {
            let row = request(3, *id, &[stream]);
            if !node.is_empty() {
                row.put_text(node);
            }
            row
        }
        Unpublish { id, stream } => request(4, *id, &[stream]),
        Play { id, stream } => request(5, *id, &[stream]),
        Renew { id, token } => request(6, *id, &[token]),
        Broadcast { id, text } => request(7, *id, &[text]),
        Barrage { id, text } => request(8, *id, &[text]),
        Command { id, text, to } => {
            let row = request(9, *id, &[text]);
            let users = Array::new();
            for user in to {
                users.push(&user.into());
            }
            row.push(&users);
            row
        }
        SetRoomExtra { id, key, value } => request(10, *id, &[key, value]),
        SetStreamExtra { id, stream, extra } => request(11, *id, &[stream, extra]),
        SetMuted { id, stream, muted } => {
            let row = request(12, *id, &[stream]);
            row.put((*muted).into());
            row
        }
    }
}

fn request(kind: u32, number: u32, texts: &[&String]) -> Row {
    let row = Row::of(kind);
    row.put(number.into());
    for text in texts {
        row.put_text(text);
    }
    row
}

/// The login or resume request.
pub(crate) fn login(login: &Login) -> Row {
    let row = Row::of(login.app);
    for text in [&login.room, &login.user.id, &login.user.name, &login.token] {
        row.put_text(text);
    }
    let numbers = [
        login.user_update.into(),
        login.connections.into(),
        login.max_members,
        login.device,
        login.attempt,
    ];
    for number in numbers {
        row.put(number.into());
    }
    if let Some(resume) = &login.resume {
        row.put_text(&resume.session);
        row.put_text(&resume.secret);
        row.put(resume.seq.into());
    }
    row
}

#[cfg(test)]
mod tests {
    use super::super::server::tests::server;
    use super::*;
    use holdfast_protocol::{LOGIN_ENTRY_PREFIX, SUBPROTOCOL};
    use js_sys::JSON;
    use serde::Serialize;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn written(message: &ClientMessage) -> String {
        server().write(&client_message(message))
    }

    /// The login in the second subprotocol, decoded by the browser.
    fn offered(message: &Login) -> String {
        let offered = server().subprotocols(&login(message));
        assert_eq!(offered.get(0), SUBPROTOCOL);
        let entry = offered.get(1).as_string().unwrap();
        let is_token = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        assert!(entry.chars().all(is_token), "no subprotocol: {entry}");
        let base64 = entry.strip_prefix(LOGIN_ENTRY_PREFIX).unwrap();
        let base64 = base64.replace('-', "+").replace('_', "/");
        let latin1 = web_sys::window().unwrap().atob(&base64).unwrap();
        String::from_utf8(latin1.chars().map(|letter| letter as u8).collect()).unwrap()
    }

    #[wasm_bindgen_test]
    fn every_golden_message_of_the_client_is_written_as_it_stands() {
        let lines = include_str!("../../tests/vectors/client.jsonl").lines();
        // What a newer version may add is not ours to write.
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            assert_eq!(written(&serde_json::from_str(line).unwrap()), line);
        }
    }

    /// A serialiser that would be too large to ship says the same.
    #[wasm_bindgen_test]
    fn every_message_is_written_as_serde_writes_it() {
        let serialiser = serde_wasm_bindgen::Serializer::json_compatible();
        for line in include_str!("../../tests/vectors/client.jsonl").lines() {
            let message: ClientMessage = serde_json::from_str(line).unwrap();
            let value = message.serialize(&serialiser).unwrap();
            assert_eq!(JSON::stringify(&value).unwrap(), written(&message), "{line}");
        }
    }

    #[wasm_bindgen_test]
    fn every_golden_login_is_offered_as_it_stands() {
        let lines = include_str!("../../tests/vectors/login.jsonl").lines();
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            assert_eq!(offered(&serde_json::from_str(line).unwrap()), line);
        }
    }

    #[wasm_bindgen_test]
    fn any_login_is_offered() {
        let mut message = Login { connections: true, ..Login::default() };
        for name in ["", "a", "ab", "abc", "☀ ü?>~", "\u{10ffff}\u{0}\""] {
            message.user.name = name.to_owned();
            assert_eq!(offered(&message), serde_json::to_string(&message).unwrap());
        }
        message.connections = false;
        assert_eq!(offered(&message), serde_json::to_string(&message).unwrap());
    }
}
