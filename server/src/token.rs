//! Who may be in a room: room tokens made by the app's server, and the AppSign. All tokens are
//! HS256 JWTs signed with the app's secret; `aud` distinguishes these from those of
//! [`crate::media_token`].

use crate::claims::{Claims, Times, TokenFault};
use crate::clock::WallClock;
use holdfast_protocol::{Code, Login, id, limit, timing};
use holdfast_rooms::{Grants, Pass};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use std::time::Duration;
use subtle::ConstantTimeEq;

const ROOM: &str = "holdfast-room";

/// The app's number and secret, and the checks that use them.
pub struct Keys {
    app: u32,
    secret: Vec<u8>,
    encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    leeway_ms: u64,
    clock: WallClock,
}

/// What a room token says.
#[derive(Serialize)]
struct RoomClaims<'a> {
    app: u32,
    room: &'a str,
    user: &'a str,
    /// `"publish"`, `"play"`; anything else is ignored.
    grants: Vec<String>,
    /// When it expires, in seconds since 1970.
    exp: u64,
    aud: &'static str,
}

impl Keys {
    /// The keys of one app.
    pub fn new(app: u32, secret: Vec<u8>) -> Keys {
        let encoding = EncodingKey::from_secret(&secret);
        let decoding = DecodingKey::from_secret(&secret);
        let (leeway_ms, clock) = (timing::TOKEN_LEEWAY_MS, WallClock::default());
        Keys { app, secret, encoding, decoding, leeway_ms, clock }
    }

    /// Use another leeway for the clocks of token makers.
    pub(crate) fn with_leeway(mut self, leeway: Duration) -> Keys {
        self.leeway_ms = u64::try_from(leeway.as_millis()).unwrap_or(u64::MAX);
        self
    }

    #[cfg(test)]
    pub(crate) fn with_clock(mut self, clock: WallClock) -> Keys {
        self.clock = clock;
        self
    }

    /// The app's number.
    pub fn app(&self) -> u32 {
        self.app
    }

    /// The time of day that tokens are checked against.
    pub(crate) fn clock(&self) -> &WallClock {
        &self.clock
    }

    /// The current moment, for tokens.
    pub(crate) fn times(&self) -> Times {
        Times { now_ms: self.clock.unix_ms(), leeway_ms: self.leeway_ms }
    }

    /// Check a login's IDs, app and token. Returns what the token allows, or the code to refuse the
    /// login with (ROOM-03, ROOM-16).
    pub fn admit(&self, login: &Login) -> Result<Pass, TokenFault> {
        id::check_room_id(&login.room)?;
        id::check_user_id(&login.user.id)?;
        id::check_user_name(&login.user.name)?;
        if login.app != self.app {
            return Err(Code::APP_ID_BAD.into());
        }
        self.check_room_token(&login.token, &login.room, &login.user.id)
    }

    /// Check a room token, or the AppSign, for a user and room. Returns what it allows, or why it
    /// is refused (ROOM-12).
    pub fn check_room_token(
        &self,
        token: &str,
        room: &str,
        user: &str,
    ) -> Result<Pass, TokenFault> {
        if token.len() <= limit::TOKEN_BYTES_MAX && self.is_app_sign(token) {
            return Ok(Pass::ALL);
        }
        let claims = Claims::read(token, &self.decoding)?;
        claims.audience(&[ROOM])?;
        self.check_app(&claims)?;
        let of_others = |why| Err(TokenFault::new(Code::TOKEN_OTHER_USER, why));
        if claims.text("user")? != user {
            return of_others("the token's `user` claim is another user's");
        }
        if claims.text("room")? != room {
            return of_others("the token's `room` claim is another room's");
        }
        let grants = claims.texts("grants")?;
        let grants =
            Grants { publish: grants.contains(&"publish"), play: grants.contains(&"play") };
        let times = self.times();
        claims.check_nbf(times)?;
        match claims.ttl_ms(times)? {
            0 => Err(Code::TOKEN_EXPIRED.into()),
            ttl_ms => Ok(Pass { grants, ttl_ms: Some(ttl_ms) }),
        }
    }

    pub(crate) fn check_app(&self, claims: &Claims) -> Result<(), TokenFault> {
        match claims.number("app")? == u64::from(self.app) {
            true => Ok(()),
            false => Err(TokenFault::invalid("the token's `app` claim is another app's")),
        }
    }

    /// Whether this is the app's secret in hex; compared in constant time.
    pub fn is_app_sign(&self, token: &str) -> bool {
        hex::decode(token).is_ok_and(|bytes| bool::from(bytes.ct_eq(&self.secret)))
    }

    /// A room token valid for `ttl_seconds`.
    pub fn room_token(
        &self,
        room: &str,
        user: &str,
        grants: Vec<String>,
        ttl_seconds: u64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let exp = self.now_seconds().saturating_add(ttl_seconds);
        self.sign(&RoomClaims { app: self.app, room, user, grants, exp, aud: ROOM })
    }

    pub(crate) fn now_seconds(&self) -> u64 {
        self.clock.unix_ms() / 1_000
    }

    pub(crate) fn sign<T: Serialize>(
        &self,
        claims: &T,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::User;
    use serde_json::{Value, json};

    const NOW_MS: u64 = 1_790_000_000_400;
    const NOW: u64 = NOW_MS / 1_000;

    fn keys() -> Keys {
        Keys::new(7, vec![1; 32]).with_clock(WallClock::new(|| NOW_MS))
    }

    fn login(token: String) -> Login {
        let user = User { id: "u".into(), name: String::new() };
        Login { app: 7, room: "r".into(), user, token, ..Login::default() }
    }

    /// Check a token whose claims are valid except for these changes.
    fn check(changes: Value) -> Result<Pass, TokenFault> {
        let mut claims =
            json!({"app": 7, "room": "r", "user": "u", "grants": ["play"], "exp": NOW + 3_600});
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let keys = keys();
        keys.admit(&login(keys.sign(&claims).unwrap()))
    }

    fn ttl_ms(changes: Value) -> u64 {
        check(changes).unwrap().ttl_ms.unwrap() - timing::TOKEN_LEEWAY_MS
    }

    fn fault(changes: Value) -> (u32, String) {
        let TokenFault { code, why } = check(changes).unwrap_err();
        (code.0, why)
    }

    #[test]
    fn room_03_a_good_token_gives_its_grants_and_a_bad_one_its_code() {
        let grants = |grants: Value| check(json!({"grants": grants})).unwrap().grants;
        assert_eq!(grants(json!(["play", "fly", 7])), Grants { publish: false, play: true });
        assert_eq!(grants(json!(["publish", "play"])), Grants::ALL);
        assert_eq!(grants(Value::Null), Grants::default());
        let app = Login { app: 9, ..login(String::new()) };
        assert_eq!(keys().admit(&app).unwrap_err().code, Code::APP_ID_BAD);
    }

    #[test]
    fn room_12_tokens_of_clocks_and_libraries_that_differ_a_little_are_taken() {
        assert_eq!(ttl_ms(json!({})), 3_599_600);
        for nbf in [json!(NOW), json!(NOW + 1), json!(NOW + 2), json!(NOW + 60), json!(0)] {
            assert_eq!(ttl_ms(json!({"nbf": nbf})), 3_599_600, "nbf {nbf}");
        }
        assert_eq!(ttl_ms(json!({"exp": NOW as f64 + 3_600.25})), 3_599_850);
        assert_eq!(ttl_ms(json!({"exp": 1_790_000_100.0})), 99_600);
        assert_eq!(ttl_ms(json!({"exp": 1.8e9})), 9_999_999_600);
        assert_eq!(ttl_ms(json!({"aud": ["holdfast-room"]})), 3_599_600);
        assert_eq!(ttl_ms(json!({"aud": ["other", "holdfast-room"]})), 3_599_600);
        assert_eq!(ttl_ms(json!({"aud": "holdfast-room", "app": 7.0})), 3_599_600);
        assert_eq!(ttl_ms(json!({"iat": NOW as f64 + 0.5})), 3_599_600);
    }

    #[test]
    fn room_12_a_token_that_ended_is_good_for_the_leeway_and_then_has_a_code_of_its_own() {
        let left_ms = |exp: Value| check(json!({"exp": exp})).unwrap().ttl_ms.unwrap();
        assert_eq!(left_ms(json!(NOW)), timing::TOKEN_LEEWAY_MS - 400);
        assert_eq!(left_ms(json!(NOW - 59)), 600);
        for exp in [json!(NOW - 60), json!(NOW as f64 - 59.6), json!(0), json!(-5)] {
            let expired = (1102018, "the token has expired".to_owned());
            assert_eq!(fault(json!({"exp": exp})), expired, "exp {exp}");
        }
    }

    #[test]
    fn each_mistake_in_a_token_is_told_by_its_claim() {
        let told = |changes, code, why: &str| assert_eq!(fault(changes), (code, why.to_owned()));
        let end_ms = json!({"exp": (NOW + 3_600) * 1_000});
        told(end_ms, 1102016, "the token's `exp` claim is in milliseconds, not in seconds");
        let start_ms = json!({"nbf": NOW * 1_000});
        told(start_ms, 1102016, "the token's `nbf` claim is in milliseconds, not in seconds");
        told(json!({"nbf": NOW + 90}), 1102016, "the token's `nbf` claim is 90 s ahead");
        told(json!({"exp": null}), 1102016, "the token has no `exp` claim");
        told(json!({"exp": "soon"}), 1102016, "the token's `exp` claim is not a number");
        told(json!({"app": "1"}), 1102016, "the token's `app` claim is not a whole number");
        told(json!({"app": 8}), 1102016, "the token's `app` claim is another app's");
        told(json!({"app": 7.5}), 1102016, "the token's `app` claim is not a whole number");
        told(json!({"app": null}), 1102016, "the token has no `app` claim");
        told(json!({"user": 7}), 1102016, "the token's `user` claim is not a text");
        told(json!({"user": "x"}), 1002077, "the token's `user` claim is another user's");
        told(json!({"room": "x"}), 1002077, "the token's `room` claim is another room's");
        told(json!({"grants": "play"}), 1102016, "the token's `grants` claim is not a list");
        let other = "the token's `aud` claim is \"shop\", not holdfast-room";
        told(json!({"aud": "shop"}), 1102016, other);
        let long = fault(json!({"aud": "x".repeat(200)})).1;
        assert!(long.len() < 150 && long.contains("xxx…, not holdfast-room"), "{long}");
    }

    #[test]
    fn a_token_that_this_app_did_not_sign_is_told_as_such() {
        let keys = keys();
        let why = |token: String| {
            let fault = keys.admit(&login(token)).unwrap_err();
            assert_eq!(fault.code, Code::TOKEN_INVALID);
            fault.why
        };
        let of = |keys: Keys| keys.room_token("r", "u", vec![], 60).unwrap();
        let other_key = "the token is signed with another key";
        assert_eq!(why(of(Keys::new(7, vec![2; 32]))), other_key);
        let no_jwt = "the token is not a JWT signed with HS256";
        assert_eq!(why("rubbish".into()), no_jwt);
        assert_eq!(why(String::new()), no_jwt);
        assert_eq!(why(format!("{}.e30.", "eyJhbGciOiJub25lIn0")), no_jwt);
        assert_eq!(why("x".repeat(4_097)), "the token is longer than 4096 bytes");
        let other = Header::new(Algorithm::HS512);
        let token = jsonwebtoken::encode(&other, &json!({}), &keys.encoding).unwrap();
        assert_eq!(why(token), "the token is not signed with HS256");
        assert_eq!(why(hex::encode([2; 32])), no_jwt);
    }

    #[test]
    fn the_app_sign_allows_everything() {
        let keys = keys();
        assert_eq!(keys.admit(&login(hex::encode([1; 32]))), Ok(Pass::ALL));
        let code = |secret: &[u8]| keys.admit(&login(hex::encode(secret))).unwrap_err().code;
        assert_eq!((code(&[2; 32]), code(&[1; 31])), (Code::TOKEN_INVALID, Code::TOKEN_INVALID));
    }
}
