//! The login travels in the WebSocket handshake, as a second subprotocol entry. So it is never in
//! the URL, and the server can speak first.

use super::wire;
use base64ct::{Base64UrlUnpadded, Encoding};
use holdfast_protocol::{LOGIN_ENTRY_PREFIX, Login, SUBPROTOCOL};
use js_sys::Array;

/// The subprotocols to offer.
pub(crate) fn subprotocols(login: &Login) -> Array {
    // Without padding, because a subprotocol must not contain `=`.
    let login = Base64UrlUnpadded::encode_string(wire::write(login).as_bytes());
    let entry = [LOGIN_ENTRY_PREFIX, &login].concat();
    Array::of2(&SUBPROTOCOL.into(), &entry.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The login in the second subprotocol, decoded by the browser.
    fn offered(login: &Login) -> String {
        let offered = subprotocols(login);
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
    fn every_golden_login_is_offered_as_it_stands() {
        let lines = include_str!("../../tests/vectors/login.jsonl").lines();
        // Fields of a newer version are never written by this one.
        for line in lines.filter(|line| !line.contains("x_unknown")) {
            assert_eq!(offered(&serde_json::from_str(line).unwrap()), line);
        }
    }

    #[wasm_bindgen_test]
    fn any_login_is_offered() {
        let mut login = Login { connections: true, ..Login::default() };
        for name in ["", "a", "ab", "abc", "☀ ü?>~", "\u{10ffff}\u{0}\""] {
            login.user.name = name.to_owned();
            assert_eq!(offered(&login), serde_json::to_string(&login).unwrap());
        }
        login.connections = false;
        assert_eq!(offered(&login), serde_json::to_string(&login).unwrap());
    }
}
