//! Who may open a media session: the tokens this server gives to those in a room, and the stream
//! tokens that the app's server gives to clients which speak WHIP or WHEP and nothing else.

use crate::token::{Keys, now_seconds, unix_ms, validation};
use holdfast_protocol::{User, id, limit, timing};
use holdfast_rooms::{Direction, MediaGrant, SessionId};
use jsonwebtoken::errors::{Error, ErrorKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const WHIP: &str = "holdfast-whip";
const WHEP: &str = "holdfast-whep";
const STREAM: &str = "holdfast-stream";

/// Who a token was given to.
#[derive(Clone, Debug)]
pub enum Holder {
    /// A session of a room.
    Session(SessionId),
    /// Somebody who need not be in the room otherwise.
    Guest {
        /// The room.
        room: String,
        /// Who.
        user: User,
    },
}

impl Holder {
    /// Whether a token of one will do for what was opened with a token of the other.
    pub(crate) fn is(&self, other: &Holder) -> bool {
        match (self, other) {
            (Holder::Session(one), Holder::Session(other)) => one == other,
            (Holder::Guest { room, user }, Holder::Guest { room: other_room, user: other }) => {
                room == other_room && user.id == other.id
            }
            _ => false,
        }
    }
}

/// What a good token says: its holder may open media sessions for one stream in one direction.
#[derive(Clone, Debug)]
pub struct MediaToken {
    /// Who may.
    pub holder: Holder,
    /// The stream.
    pub stream: String,
    /// Which way.
    pub direction: Direction,
    /// When it was made, in milliseconds since 1970; 0 if it does not say.
    pub issued_ms: u64,
    /// When it ends, in milliseconds since 1970.
    pub expires_ms: u64,
}

/// A stream token as the app's server makes it.
#[derive(Serialize, Deserialize)]
struct StreamClaims {
    aud: String,
    app: u32,
    room: String,
    user: String,
    #[serde(default)]
    name: String,
    stream: String,
    direction: Way,
    #[serde(default)]
    iat: u64,
    exp: u64,
}

/// A direction as a stream token spells it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    Publish,
    Play,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Direction {
        match way {
            Way::Publish => Direction::Publish,
            Way::Play => Direction::Play,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct MediaClaims {
    aud: String,
    sub: String,
    sid: String,
    exp: u64,
    at_ms: u64,
}

#[derive(Deserialize)]
struct Audience {
    aud: String,
}

/// Why a media token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaTokenError {
    /// Not a media token of this app.
    Invalid,
    /// Past its end.
    Expired,
    /// Good, but for another stream or direction.
    OtherUse,
}

/// Whether an ended media token will do, as it does for changing and closing what it opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It must not have ended.
    Checked,
    /// It may have ended.
    Ignored,
}

impl Keys {
    /// A token for one stream and direction, good for long enough to open a media session.
    pub fn media_token(&self, grant: &MediaGrant) -> Result<String, Error> {
        let aud = match grant.direction {
            Direction::Publish => WHIP,
            Direction::Play => WHEP,
        };
        self.sign(&MediaClaims {
            aud: aud.to_owned(),
            sub: grant.stream.clone(),
            sid: grant.session.as_str().to_owned(),
            exp: now_seconds() + timing::MEDIA_TOKEN_MS / 1_000,
            at_ms: unix_ms(),
        })
    }

    /// A stream token good for `ttl_seconds`.
    pub(crate) fn stream_token(
        &self,
        room: &str,
        user: &User,
        stream: &str,
        direction: Way,
        ttl_seconds: u64,
    ) -> Result<String, Error> {
        self.sign(&StreamClaims {
            aud: STREAM.to_owned(),
            app: self.app(),
            room: room.to_owned(),
            user: user.id.clone(),
            name: user.name.clone(),
            stream: stream.to_owned(),
            direction,
            iat: now_seconds(),
            exp: now_seconds().saturating_add(ttl_seconds),
        })
    }

    /// Check a token for one stream and direction.
    pub fn check_media(
        &self,
        token: &str,
        stream: &str,
        direction: Direction,
        expiry: Expiry,
    ) -> Result<MediaToken, MediaTokenError> {
        if token.len() > limit::TOKEN_BYTES_MAX {
            return Err(MediaTokenError::Invalid);
        }
        let Audience { aud } = self.claims(token, expiry)?;
        let token = match aud.as_str() {
            STREAM => self.check_stream(token, expiry)?,
            aud => {
                let direction = if aud == WHIP { Direction::Publish } else { Direction::Play };
                let MediaClaims { sub, sid, exp, at_ms, .. } = self.claims(token, expiry)?;
                let (issued_ms, expires_ms) = (at_ms, exp.saturating_mul(1_000));
                let holder = Holder::Session(SessionId::from(sid));
                MediaToken { holder, stream: sub, direction, issued_ms, expires_ms }
            }
        };
        match token.direction == direction && token.stream == stream {
            true => Ok(token),
            false => Err(MediaTokenError::OtherUse),
        }
    }

    fn check_stream(&self, token: &str, expiry: Expiry) -> Result<MediaToken, MediaTokenError> {
        let StreamClaims { app, room, user, name, stream, direction, iat, exp, .. } =
            self.claims(token, expiry)?;
        let checked = id::check_room_id(&room)
            .and_then(|()| id::check_user_id(&user))
            .and_then(|()| id::check_user_name(&name))
            .and_then(|()| id::check_stream_id(&stream));
        if checked.is_err() || app != self.app() {
            return Err(MediaTokenError::Invalid);
        }
        let holder = Holder::Guest { room, user: User { id: user, name } };
        let (issued_ms, expires_ms) = (iat.saturating_mul(1_000), exp.saturating_mul(1_000));
        Ok(MediaToken { holder, stream, direction: direction.into(), issued_ms, expires_ms })
    }

    fn claims<T: DeserializeOwned>(
        &self,
        token: &str,
        expiry: Expiry,
    ) -> Result<T, MediaTokenError> {
        let mut validation = validation();
        validation.set_required_spec_claims(&["exp", "aud"]);
        validation.set_audience(&[WHIP, WHEP, STREAM]);
        validation.validate_exp = expiry == Expiry::Checked;
        let decoded = jsonwebtoken::decode::<T>(token, &self.decoding, &validation);
        decoded.map(|data| data.claims).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => MediaTokenError::Expired,
            _ => MediaTokenError::Invalid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::Login;

    fn keys() -> Keys {
        Keys::new(7, vec![1; 32])
    }

    fn grant(direction: Direction) -> MediaGrant {
        MediaGrant { session: SessionId::from("s".to_owned()), stream: "a".into(), direction }
    }

    fn error(checked: Result<MediaToken, MediaTokenError>) -> Option<MediaTokenError> {
        checked.err()
    }

    fn claims() -> StreamClaims {
        StreamClaims {
            aud: STREAM.into(),
            app: 7,
            room: "r".into(),
            user: "cam".into(),
            name: String::new(),
            stream: "a".into(),
            direction: Way::Play,
            iat: 0,
            exp: now_seconds() + 60,
        }
    }

    fn user() -> User {
        User { id: "cam".into(), name: "Camera".into() }
    }

    #[test]
    fn a_media_token_is_for_one_stream_and_direction() {
        let keys = keys();
        let token = keys.media_token(&grant(Direction::Publish)).unwrap();
        let check =
            |stream, direction| keys.check_media(&token, stream, direction, Expiry::Checked);
        let checked = check("a", Direction::Publish).unwrap();
        assert!(checked.holder.is(&Holder::Session(SessionId::from("s".to_owned()))));
        assert_eq!(checked.direction, Direction::Publish);
        assert!(checked.issued_ms.abs_diff(unix_ms()) < 60_000);
        assert_eq!(error(check("b", Direction::Publish)), Some(MediaTokenError::OtherUse));
        assert_eq!(error(check("a", Direction::Play)), Some(MediaTokenError::OtherUse));
    }

    #[test]
    fn bey_06_a_stream_token_is_for_one_user_room_stream_and_direction() {
        let keys = keys();
        let token = keys.stream_token("r", &user(), "a", Way::Play, 60).unwrap();
        let check =
            |stream, direction| keys.check_media(&token, stream, direction, Expiry::Checked);
        let checked = check("a", Direction::Play).unwrap();
        assert!(checked.holder.is(&Holder::Guest { room: "r".into(), user: user() }));
        assert!(!checked.holder.is(&Holder::Guest { room: "q".into(), user: user() }));
        assert_eq!(error(check("b", Direction::Play)), Some(MediaTokenError::OtherUse));
        assert_eq!(error(check("a", Direction::Publish)), Some(MediaTokenError::OtherUse));
        let other_app = Keys::new(8, vec![1; 32]);
        let checked = other_app.check_media(&token, "a", Direction::Play, Expiry::Checked);
        assert_eq!(error(checked), Some(MediaTokenError::Invalid));
    }

    #[test]
    fn a_stream_token_with_a_bad_claim_is_none() {
        let keys = keys();
        let bad = [
            StreamClaims { room: "a b".into(), ..claims() },
            StreamClaims { user: String::new(), ..claims() },
            StreamClaims { name: "x".repeat(257), ..claims() },
            StreamClaims { stream: "a/b".into(), ..claims() },
            StreamClaims { aud: "holdfast-room".into(), ..claims() },
        ];
        for claims in bad {
            let token = keys.sign(&claims).unwrap();
            let stream = claims.stream.as_str();
            let checked = keys.check_media(&token, stream, Direction::Play, Expiry::Checked);
            assert_eq!(error(checked), Some(MediaTokenError::Invalid));
        }
        let mut long = keys.sign(&claims()).unwrap();
        long.push_str(&"x".repeat(limit::TOKEN_BYTES_MAX));
        let checked = keys.check_media(&long, "a", Direction::Play, Expiry::Checked);
        assert_eq!(error(checked), Some(MediaTokenError::Invalid));
    }

    #[test]
    fn an_ended_token_only_changes_and_closes() {
        let keys = keys();
        let exp = now_seconds() - 1;
        let (aud, sub, sid) = (WHEP.to_owned(), "a".to_owned(), "s".to_owned());
        let media = MediaClaims { aud, sub, sid, exp, at_ms: 0 };
        let stream = StreamClaims { exp, ..claims() };
        for token in [keys.sign(&media).unwrap(), keys.sign(&stream).unwrap()] {
            let check = |expiry| keys.check_media(&token, "a", Direction::Play, expiry);
            assert_eq!(error(check(Expiry::Checked)), Some(MediaTokenError::Expired));
            assert!(check(Expiry::Ignored).is_ok());
        }
    }

    #[test]
    fn no_kind_of_token_stands_in_for_another() {
        let keys = keys();
        let login =
            |token| Login { app: 7, room: "r".into(), user: user(), token, ..Login::default() };
        let media = keys.media_token(&grant(Direction::Publish)).unwrap();
        let stream = keys.stream_token("r", &user(), "a", Way::Publish, 60).unwrap();
        for token in [media, stream] {
            assert_eq!(keys.admit(&login(token)), Err(holdfast_protocol::Code::TOKEN_INVALID));
        }
        let room = keys.room_token("r", "cam", vec!["publish".into()], 60).unwrap();
        let checked = keys.check_media(&room, "a", Direction::Publish, Expiry::Checked);
        assert_eq!(error(checked), Some(MediaTokenError::Invalid));
    }
}
