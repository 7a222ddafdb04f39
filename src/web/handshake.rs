//! The login rides in the WebSocket handshake, as a second subprotocol entry: never in the URL,
//! and the server can speak first.

use super::write;
use holdfast_protocol::{LOGIN_ENTRY_PREFIX, Login, SUBPROTOCOL};
use js_sys::Array;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The subprotocols to offer.
pub(crate) fn subprotocols(login: &Login) -> Array {
    let mut entry = String::from(LOGIN_ENTRY_PREFIX);
    push_base64url(&mut entry, write::login(login).as_bytes());
    Array::of2(&SUBPROTOCOL.into(), &entry.into())
}

/// RFC 4648 section 5, without padding: `=` is no character of a subprotocol.
fn push_base64url(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for index in 0..=chunk.len() {
            let sextet = (bits >> (18 - 6 * index)) & 63;
            text.push(char::from(ALPHABET[sextet as usize]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn every_golden_login_rides_in_the_second_subprotocol() {
        for line in include_str!("../../tests/vectors/login.jsonl").lines() {
            let login: Login = serde_json::from_str(line).unwrap();
            let offered = subprotocols(&login);
            assert_eq!(offered.get(0), SUBPROTOCOL);
            let entry = offered.get(1).as_string().unwrap();
            let encoded = entry.strip_prefix(LOGIN_ENTRY_PREFIX).unwrap();
            let base64 = encoded.replace('-', "+").replace('_', "/");
            // The browser's own decoder as the judge; the login is ASCII here.
            let json = web_sys::window().unwrap().atob(&base64).unwrap();
            let read: Login = serde_json::from_str(&json).unwrap();
            assert_eq!(read, login);
        }
    }

    #[wasm_bindgen_test]
    fn any_text_survives_the_encoding() {
        let mut text = String::new();
        push_base64url(&mut text, "☀ ü?>~".as_bytes());
        assert_eq!(text, "4piAIMO8Pz5-");
        for (bytes, expected) in [(&b""[..], ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v")] {
            let mut text = String::new();
            push_base64url(&mut text, bytes);
            assert_eq!(text, expected);
        }
    }
}
