//! Who may be in a room: room tokens made by the app's server, and the AppSign. Tokens are HS256
//! JWTs signed with the app's secret, or those of format 04 (`token04.rs`); `aud` distinguishes the
//! JWTs from those of [`crate::media_token`].

use crate::claims::{Claims, Times, TokenFault};
use crate::clock::WallClock;
use crate::token04::{self, Key04, Token04};
use holdfast_protocol::{Code, Login, id, limit, timing};
use holdfast_rooms::{Grants, Pass};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use std::time::Duration;
use subtle::ConstantTimeEq;

const ROOM: &str = "holdfast-room";

/// What is told of each token of format 04 that cannot be used, whatever the reason.
const BAD_TOKEN04: &str = "the token of format 04 is not valid; the server's log says why";
const MS_PER_SECOND: i64 = 1_000;

/// The app's number and secret, and the checks that use them.
pub struct Keys {
    app: u32,
    secret: Vec<u8>,
    encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    key04: Key04,
    leeway_ms: u64,
    takes_user_tokens: bool,
    clock: WallClock,
}

/// What a room token says.
#[derive(Serialize)]
struct RoomClaims<'a> {
    app: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<&'a str>,
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
        let (key04, clock) = (Key04::new(&secret), WallClock::default());
        let (leeway_ms, takes_user_tokens) = (timing::TOKEN_LEEWAY_MS, false);
        Keys { app, secret, encoding, decoding, key04, leeway_ms, takes_user_tokens, clock }
    }

    /// Use another leeway for the clocks of token makers.
    pub(crate) fn with_leeway(mut self, leeway: Duration) -> Keys {
        self.leeway_ms = u64::try_from(leeway.as_millis()).unwrap_or(u64::MAX);
        self
    }

    /// Say whether a room token that names no room is good for every room of its user.
    pub(crate) fn with_user_tokens(mut self, takes_user_tokens: bool) -> Keys {
        self.takes_user_tokens = takes_user_tokens;
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
        match token.strip_prefix(token04::PREFIX) {
            Some(rest) if token.len() <= limit::TOKEN_BYTES_MAX => {
                self.check_token04(rest, room, user)
            }
            _ => self.check_jwt(token, room, user),
        }
    }

    fn check_jwt(&self, token: &str, room: &str, user: &str) -> Result<Pass, TokenFault> {
        let claims = Claims::read(token, &self.decoding)?;
        claims.audience(&[ROOM])?;
        self.check_app(&claims)?;
        let of_others = |why| Err(TokenFault::new(Code::TOKEN_OTHER_USER, why));
        if claims.text("user")? != user {
            return of_others("the token's `user` claim is another user's");
        }
        let is_of_every_room = self.takes_user_tokens && !claims.has("room");
        if !is_of_every_room && claims.text("room")? != room {
            return of_others("the token's `room` claim is another room's");
        }
        let grants = claims.texts("grants")?;
        let grants =
            Grants { publish: grants.contains(&"publish"), play: grants.contains(&"play") };
        let times = self.times();
        claims.check_nbf(times)?;
        pass(grants, claims.ttl_ms(times)?)
    }

    fn check_token04(&self, encoded: &str, room: &str, user: &str) -> Result<Pass, TokenFault> {
        let invalid = |why: &str| {
            let why = format!("the token of format 04: {why}");
            TokenFault { code: Code::TOKEN_INVALID, why, told: Some(BAD_TOKEN04) }
        };
        let token: Token04 = self.key04.read(encoded).map_err(invalid)?;
        if token.app != self.app {
            return Err(invalid("its `app_id` is another app's"));
        }
        let of_others = |why| Err(TokenFault::new(Code::TOKEN_OTHER_USER, why));
        if token.user != user {
            return of_others("the token's `user_id` is another user's");
        }
        match token.room {
            Some(named) if named != room => {
                return of_others("the token's `room_id` is another room's");
            }
            None if !self.takes_user_tokens => {
                return Err(invalid("its payload has no `room_id`, and there is no --user-tokens"));
            }
            _ => {}
        }
        let end_ms = token.end.saturating_mul(MS_PER_SECOND);
        let end_ms = u64::try_from(end_ms).unwrap_or(0);
        pass(token.grants, self.times().until(end_ms))
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
        self.sign_for(Some(room), user, grants, ttl_seconds)
    }

    /// A token for every room of a user, valid for `ttl_seconds`; taken only with `--user-tokens`.
    pub fn user_token(
        &self,
        user: &str,
        grants: Vec<String>,
        ttl_seconds: u64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign_for(None, user, grants, ttl_seconds)
    }

    fn sign_for(
        &self,
        room: Option<&str>,
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

/// What a token allows that is valid for so long.
fn pass(grants: Grants, ttl_ms: u64) -> Result<Pass, TokenFault> {
    match ttl_ms {
        0 => Err(Code::TOKEN_EXPIRED.into()),
        ttl_ms => Ok(Pass { grants, ttl_ms: Some(ttl_ms) }),
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
        check_with(&keys(), changes)
    }

    fn check_with(keys: &Keys, changes: Value) -> Result<Pass, TokenFault> {
        let mut claims =
            json!({"app": 7, "room": "r", "user": "u", "grants": ["play"], "exp": NOW + 3_600});
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        keys.admit(&login(keys.sign(&claims).unwrap()))
    }

    fn ttl_ms(changes: Value) -> u64 {
        check(changes).unwrap().ttl_ms.unwrap() - timing::TOKEN_LEEWAY_MS
    }

    fn fault(changes: Value) -> (u32, String) {
        let TokenFault { code, why, .. } = check(changes).unwrap_err();
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
    fn room_12_a_token_of_a_user_opens_every_room_only_where_the_operator_says_so() {
        let why = |keys: &Keys, changes| check_with(keys, changes).unwrap_err();
        let missing = TokenFault::invalid("the token has no `room` claim");
        assert_eq!(why(&keys(), json!({"room": null})), missing);
        let keys = keys().with_user_tokens(true);
        let pass = check_with(&keys, json!({"room": null})).unwrap();
        assert_eq!(pass.grants, Grants { publish: false, play: true });
        assert_eq!(pass.ttl_ms, Some(3_599_600 + timing::TOKEN_LEEWAY_MS));
        let code = |changes| why(&keys, changes).code;
        assert_eq!(code(json!({"room": null, "user": "x"})), Code::TOKEN_OTHER_USER);
        assert_eq!(code(json!({"room": null, "user": null})), Code::TOKEN_INVALID);
        assert_eq!(code(json!({"room": null, "app": 8})), Code::TOKEN_INVALID);
        assert_eq!(code(json!({"room": null, "exp": NOW - 60})), Code::TOKEN_EXPIRED);
        // A room that is named badly is still one that is named.
        for room in [json!("x"), json!(""), json!("R")] {
            assert_eq!(code(json!({"room": room})), Code::TOKEN_OTHER_USER, "{room}");
        }
        assert_eq!(code(json!({"room": 7})), Code::TOKEN_INVALID);
        assert_eq!(code(json!({"room": ["r"]})), Code::TOKEN_INVALID);
    }

    fn golden04s() -> impl Iterator<Item = Value> {
        let lines = include_str!("../../tests/vectors/token04.jsonl").lines();
        lines.map(|line| serde_json::from_str(line).unwrap())
    }

    fn golden04(about: &str) -> String {
        let line = golden04s().find(|line| line["about"] == about).unwrap();
        line["token"].as_str().unwrap().to_owned()
    }

    /// What becomes of the golden token with this name.
    fn check04(keys: Keys, about: &str, room: &str, user: &str) -> Result<Pass, TokenFault> {
        let keys = keys.with_clock(WallClock::new(|| 1_790_000_000_000));
        keys.check_room_token(&golden04(about), room, user)
    }

    fn keys04(app: u32) -> Keys {
        let secret = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef";
        Keys::new(app, hex::decode(secret).unwrap())
    }

    #[test]
    fn room_12_a_token_of_format_04_is_for_its_user_and_room_and_its_privileges() {
        let check = |about, room, user| check04(keys04(7), about, room, user);
        let ttl_ms = Some(3_600_000 + timing::TOKEN_LEEWAY_MS);
        assert_eq!(check("a room", "r", "ann"), Ok(Pass { grants: Grants::ALL, ttl_ms }));
        let grants = Grants { publish: false, play: true };
        assert_eq!(check("may not publish", "r", "ann"), Ok(Pass { grants, ttl_ms }));
        let code = |about, room, user| check(about, room, user).unwrap_err().code;
        assert_eq!(code("a room", "q", "ann"), Code::TOKEN_OTHER_USER);
        assert_eq!(code("a room", "r", "bob"), Code::TOKEN_OTHER_USER);
        let late = keys04(7).with_clock(WallClock::new(|| 1_790_003_660_000));
        let late = late.check_room_token(&golden04("a room"), "r", "ann");
        assert_eq!(late.unwrap_err().code, Code::TOKEN_EXPIRED);
    }

    #[test]
    fn room_12_a_token_of_format_04_without_a_room_is_a_users() {
        for about in ["cbc", "gcm", "every room", "an object of nothing"] {
            let fault = check04(keys04(7), about, "r", "ann").unwrap_err();
            assert!(fault.why.ends_with("no `room_id`, and there is no --user-tokens"), "{fault}");
            assert_eq!((fault.code, fault.told), (Code::TOKEN_INVALID, Some(BAD_TOKEN04)));
            let pass = check04(keys04(7).with_user_tokens(true), about, "r", "ann").unwrap();
            assert_eq!(pass.grants, Grants::ALL, "{about}");
        }
    }

    #[test]
    fn of_an_unusable_token_of_format_04_the_client_learns_nothing_but_that() {
        let mut told = Vec::new();
        for line in golden04s() {
            if line["why"].is_string() {
                let token = line["token"].as_str().unwrap();
                told.push(keys04(7).check_room_token(token, "r", "ann").unwrap_err());
            }
        }
        told.push(check04(keys04(8), "a room", "r", "ann").unwrap_err());
        assert!(told.iter().any(|fault| fault.why.contains("`app_id`")));
        assert!(told.len() > 30);
        for fault in told {
            assert!(fault.why.starts_with("the token of format 04: "), "{fault}");
            assert_eq!((fault.code, &*fault.into_told()), (Code::TOKEN_INVALID, BAD_TOKEN04));
        }
        let long = format!("04{}", "A".repeat(4_095));
        let fault = keys04(7).check_room_token(&long, "r", "ann").unwrap_err();
        assert_eq!(fault.why, "the token is longer than 4096 bytes");
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
