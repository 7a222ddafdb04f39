//! Tokens from clocks that differ slightly. A step of the server's own clock (attack 14) would need
//! a step of the machine's, so unit tests of the hub cover it.

use super::process::{Process, SECRET};
use super::siege::{DESCRIPTORS, stranger};
use holdfast_protocol::ServerMessage;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

#[tokio::test]
async fn attack_20_a_token_from_a_clock_that_is_ahead_is_taken() {
    let process = Process::start(&[], DESCRIPTORS);
    let site = process.site(stranger(1));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for (ahead_seconds, is_taken) in [(0, true), (2, true), (30, true), (3_600, false)] {
        let claims = json!({"app": 1, "room": "r", "user": "u", "nbf": now + ahead_seconds,
            "exp": now + 7_200});
        let token = encode(&Header::default(), &claims, &EncodingKey::from_secret(&SECRET));
        let mut login = site.login("r", "u");
        login["token"] = token.unwrap().into();
        let first = site.link(&login).await.next().await;
        let is_hello = matches!(first, ServerMessage::Hello(_));
        assert_eq!(is_hello, is_taken, "{ahead_seconds} s ahead: {first:?}");
    }
}
