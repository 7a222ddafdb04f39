//! Who may be in a room: room tokens made by the app's server, and the AppSign. All tokens are
//! HS256 JWTs of the app's secret; `aud` keeps these apart from those of [`crate::media_token`].

use holdfast_protocol::{Code, Login, id, limit};
use holdfast_rooms::Grants;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};
use subtle::ConstantTimeEq;

const ROOM: &str = "holdfast-room";

/// The app's number and secret, and all that is checked with them.
pub struct Keys {
    app: u32,
    secret: Vec<u8>,
    encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
}

/// What a room token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoomClaims {
    /// The app's number.
    pub app: u32,
    /// The room it opens.
    pub room: String,
    /// Whose it is.
    pub user: String,
    /// `"publish"`, `"play"`; anything else is ignored.
    #[serde(default)]
    pub grants: Vec<String>,
    /// When it ends, in seconds since 1970.
    pub exp: u64,
    /// `holdfast-room`; may be absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
}

/// What a good room token, or the AppSign, allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// What its user may do.
    pub grants: Grants,
    /// When it ends, in milliseconds since 1970; `None` = never.
    pub expires_unix_ms: Option<u64>,
}

impl Keys {
    /// The keys of one app.
    pub fn new(app: u32, secret: Vec<u8>) -> Keys {
        let encoding = EncodingKey::from_secret(&secret);
        let decoding = DecodingKey::from_secret(&secret);
        Keys { app, secret, encoding, decoding }
    }

    /// The app's number.
    pub fn app(&self) -> u32 {
        self.app
    }

    /// Check a login's IDs, app and token; gives what the token allows, or the code to refuse
    /// the login with (ROOM-03, ROOM-16).
    pub fn admit(&self, login: &Login) -> Result<Admission, Code> {
        id::check_room_id(&login.room)?;
        id::check_user_id(&login.user.id)?;
        id::check_user_name(&login.user.name)?;
        if login.app != self.app {
            return Err(Code::APP_ID_BAD);
        }
        self.check_room_token(&login.token, &login.room, &login.user.id)
    }

    /// Check a room token, or the AppSign, for a user and room; gives what it allows, or the code
    /// to refuse it with (ROOM-12).
    pub fn check_room_token(&self, token: &str, room: &str, user: &str) -> Result<Admission, Code> {
        if token.len() > limit::TOKEN_BYTES_MAX {
            return Err(Code::TOKEN_INVALID);
        }
        if self.is_app_sign(token) {
            return Ok(Admission { grants: Grants::ALL, expires_unix_ms: None });
        }
        let claims = self.room_claims(token)?;
        if claims.app != self.app {
            return Err(Code::TOKEN_INVALID);
        }
        if claims.room != room || claims.user != user {
            return Err(Code::TOKEN_OTHER_USER);
        }
        let expires_unix_ms = claims.exp.saturating_mul(1_000);
        // Above it counts as good for the whole of its last second; sessions count in milliseconds.
        if expires_unix_ms <= unix_ms() {
            return Err(Code::TOKEN_EXPIRED);
        }
        let has = |grant: &str| claims.grants.iter().any(|name| name == grant);
        let grants = Grants { publish: has("publish"), play: has("play") };
        Ok(Admission { grants, expires_unix_ms: Some(expires_unix_ms) })
    }

    /// Whether this is the app's secret in hex; compared in constant time.
    pub fn is_app_sign(&self, token: &str) -> bool {
        hex::decode(token).is_ok_and(|bytes| bool::from(bytes.ct_eq(&self.secret)))
    }

    fn room_claims(&self, token: &str) -> Result<RoomClaims, Code> {
        let mut validation = validation();
        validation.set_audience(&[ROOM]);
        let decoded = jsonwebtoken::decode::<RoomClaims>(token, &self.decoding, &validation);
        decoded.map(|data| data.claims).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => Code::TOKEN_EXPIRED,
            _ => Code::TOKEN_INVALID,
        })
    }

    /// A room token good for `ttl_seconds`.
    pub fn room_token(
        &self,
        room: &str,
        user: &str,
        grants: Vec<String>,
        ttl_seconds: u64,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign(&RoomClaims {
            app: self.app,
            room: room.to_owned(),
            user: user.to_owned(),
            grants,
            exp: now_seconds().saturating_add(ttl_seconds),
            aud: Some(ROOM.to_owned()),
        })
    }

    pub(crate) fn sign<T: Serialize>(
        &self,
        claims: &T,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
    }
}

pub(crate) fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation
}

pub(crate) fn now_seconds() -> u64 {
    unix_ms() / 1_000
}

/// Milliseconds since 1970.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::User;

    fn keys() -> Keys {
        Keys::new(7, vec![1; 32])
    }

    fn login(token: String) -> Login {
        Login {
            app: 7,
            room: "r".into(),
            user: User { id: "u".into(), name: String::new() },
            token,
            user_update: false,
            connections: false,
            max_members: 0,
            device: 0,
            attempt: 0,
            resume: None,
        }
    }

    #[test]
    fn room_03_a_good_token_gives_its_grants_and_a_bad_one_its_code() {
        let keys = keys();
        let token = |room: &str, user: &str, ttl| {
            keys.room_token(room, user, vec!["play".into(), "fly".into()], ttl).unwrap()
        };
        let admission = keys.admit(&login(token("r", "u", 60))).unwrap();
        assert_eq!(admission.grants, Grants { publish: false, play: true });
        assert_eq!(keys.admit(&login(token("x", "u", 60))), Err(Code::TOKEN_OTHER_USER));
        assert_eq!(keys.admit(&login(token("r", "x", 60))), Err(Code::TOKEN_OTHER_USER));
        assert_eq!(keys.admit(&login("rubbish".into())), Err(Code::TOKEN_INVALID));
        assert_eq!(keys.admit(&login(String::new())), Err(Code::TOKEN_INVALID));
        let other_app = Keys::new(8, vec![1; 32]);
        let token = other_app.room_token("r", "u", vec![], 60).unwrap();
        assert_eq!(keys.admit(&login(token)), Err(Code::TOKEN_INVALID));
        let other_secret = Keys::new(7, vec![2; 32]);
        let token = other_secret.room_token("r", "u", vec![], 60).unwrap();
        assert_eq!(keys.admit(&login(token)), Err(Code::TOKEN_INVALID));
        let app = Login { app: 9, ..login(String::new()) };
        assert_eq!(keys.admit(&app), Err(Code::APP_ID_BAD));
    }

    #[test]
    fn room_12_an_ended_token_has_a_code_of_its_own() {
        let keys = keys();
        let claims = RoomClaims {
            app: 7,
            room: "r".into(),
            user: "u".into(),
            grants: vec![],
            exp: now_seconds() - 1,
            aud: None,
        };
        let token = keys.sign(&claims).unwrap();
        assert_eq!(keys.admit(&login(token)), Err(Code::TOKEN_EXPIRED));
        let token = keys.sign(&RoomClaims { exp: now_seconds(), ..claims.clone() }).unwrap();
        assert_eq!(keys.admit(&login(token)), Err(Code::TOKEN_EXPIRED));
        let exp = now_seconds() + 9;
        let token = keys.sign(&RoomClaims { exp, ..claims }).unwrap();
        let expires_unix_ms = Some(exp * 1_000);
        let admission = Admission { grants: Grants::default(), expires_unix_ms };
        assert_eq!(keys.admit(&login(token)), Ok(admission));
    }

    #[test]
    fn the_app_sign_allows_everything() {
        let keys = keys();
        let admission = Admission { grants: Grants::ALL, expires_unix_ms: None };
        assert_eq!(keys.admit(&login(hex::encode([1; 32]))), Ok(admission));
        assert_eq!(keys.admit(&login(hex::encode([2; 32]))), Err(Code::TOKEN_INVALID));
        assert_eq!(keys.admit(&login(hex::encode([1; 31]))), Err(Code::TOKEN_INVALID));
    }
}
