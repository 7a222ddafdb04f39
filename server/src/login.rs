//! The login request in a WebSocket handshake. It is in `Sec-WebSocket-Protocol`, so that the
//! server can speak first and no token appears in a URL.

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use holdfast_protocol::{Code, LOGIN_ENTRY_PREFIX, Login, SUBPROTOCOL, limit};

/// The longest login entry: the longest token, IDs and name, with room to spare.
const ENTRY_BYTES_MAX: usize = 4 * limit::TOKEN_BYTES_MAX;

/// The handshake did not offer the protocol at all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrongSubprotocol;

/// The login of a handshake, or the code to refuse it with.
pub(crate) fn from_handshake(headers: &HeaderMap) -> Result<Result<Login, Code>, WrongSubprotocol> {
    let offered = headers
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim);
    let mut is_ours = false;
    let mut login = Err(Code::BAD_MESSAGE);
    for entry in offered {
        if entry == SUBPROTOCOL {
            is_ours = true;
        } else if let Some(encoded) = entry.strip_prefix(LOGIN_ENTRY_PREFIX) {
            login = parse(encoded).ok_or(Code::BAD_MESSAGE);
        }
    }
    if is_ours { Ok(login) } else { Err(WrongSubprotocol) }
}

fn parse(encoded: &str) -> Option<Login> {
    if encoded.len() > ENTRY_BYTES_MAX {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    serde_json::from_slice(&json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::SEC_WEBSOCKET_PROTOCOL, value.parse().unwrap());
        }
        headers
    }

    fn entry(json: &str) -> String {
        format!("{LOGIN_ENTRY_PREFIX}{}", URL_SAFE_NO_PAD.encode(json))
    }

    #[test]
    fn the_login_is_found_in_one_header_or_two() {
        let entry = entry(r#"{"app":1,"room":"r","user":{"id":"u"},"token":"t","new":1}"#);
        for offered in [vec![format!("holdfast.v1, {entry}")], vec!["holdfast.v1".into(), entry]] {
            let offered: Vec<&str> = offered.iter().map(String::as_str).collect();
            let login = from_handshake(&headers(&offered)).unwrap().unwrap();
            assert_eq!((login.room.as_str(), login.user.id.as_str()), ("r", "u"));
        }
    }

    #[test]
    fn a_missing_broken_or_huge_login_is_refused() {
        let huge = entry(&" ".repeat(ENTRY_BYTES_MAX));
        for offered in ["holdfast.v1", "holdfast.v1, login.%%%", &format!("holdfast.v1, {huge}")] {
            assert_eq!(from_handshake(&headers(&[offered])), Ok(Err(Code::BAD_MESSAGE)));
        }
        let incomplete = format!("holdfast.v1, {}", entry(r#"{"app":1}"#));
        assert_eq!(from_handshake(&headers(&[&incomplete])), Ok(Err(Code::BAD_MESSAGE)));
    }

    #[test]
    fn another_subprotocol_is_not_ours() {
        assert_eq!(from_handshake(&headers(&["holdfast.v9"])), Err(WrongSubprotocol));
        assert_eq!(from_handshake(&headers(&[])), Err(WrongSubprotocol));
    }
}
