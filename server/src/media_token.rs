//! Who may open a media session: holders of the tokens this server gives to those in a room, and of
//! the stream tokens that the app's server gives to clients which speak only WHIP or WHEP.

use crate::claims::{Claims, TokenFault};
use crate::token::Keys;
use holdfast_protocol::{Code, User, id, timing};
use holdfast_rooms::{Direction, MediaGrant, SessionId};
use jsonwebtoken::errors::Error;
use serde::{Deserialize, Serialize};

const WHIP: &str = "holdfast-whip";
const WHEP: &str = "holdfast-whep";
const STREAM: &str = "holdfast-stream";

/// Who a token was given to.
#[derive(Clone, Debug)]
pub enum Holder {
    /// A session of a room.
    Session {
        /// The session.
        id: SessionId,
        /// The session's user; empty if the room server that made the token did not say.
        user: String,
    },
    /// A user who need not be in the room.
    Guest {
        /// The room.
        room: String,
        /// The user.
        user: User,
    },
}

impl Holder {
    /// Whether a token of one holder covers what was opened with a token of the other.
    pub(crate) fn is(&self, other: &Holder) -> bool {
        match (self, other) {
            (Holder::Session { id, .. }, Holder::Session { id: other, .. }) => id == other,
            (Holder::Guest { room, user }, Holder::Guest { room: other_room, user: other }) => {
                room == other_room && user.id == other.id
            }
            _ => false,
        }
    }
}

/// A valid token's contents: its holder may open media sessions for one stream in one direction.
#[derive(Clone, Debug)]
pub struct MediaToken {
    /// Who may open them.
    pub holder: Holder,
    /// The stream.
    pub stream: String,
    /// The direction.
    pub direction: Direction,
    /// When the token was issued, in milliseconds since 1970; 0 if it does not say.
    pub issued_ms: u64,
    /// How old it was when it was checked, if it says.
    pub age_ms: Option<u64>,
    /// How long it was still valid then, leeway included.
    pub ttl_ms: u64,
}

/// The claims of a stream token, as the app's server makes it.
#[derive(Serialize)]
struct StreamClaims<'a> {
    aud: &'static str,
    app: u32,
    room: &'a str,
    user: &'a str,
    name: &'a str,
    stream: &'a str,
    direction: Way,
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

#[derive(Serialize)]
struct MediaClaims<'a> {
    aud: &'static str,
    sub: &'a str,
    sid: &'a str,
    user: &'a str,
    exp: u64,
    at_ms: u64,
}

/// Why a media token was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaTokenError {
    /// Not a media token of this app, or not a valid one.
    Bad(TokenFault),
    /// Valid, but for another stream or direction.
    OtherUse,
}

/// Whether an expired media token is accepted, as it is for changing and closing what it opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// It must not have expired.
    Checked,
    /// It may have expired.
    Ignored,
}

impl Keys {
    /// A token for one stream and direction, valid for long enough to open a media session. `user`
    /// is the session's user.
    pub fn media_token(&self, user: &str, grant: &MediaGrant) -> Result<String, Error> {
        let aud = match grant.direction {
            Direction::Publish => WHIP,
            Direction::Play => WHEP,
        };
        self.sign(&MediaClaims {
            aud,
            sub: &grant.stream,
            sid: grant.session.as_str(),
            user,
            exp: self.now_seconds() + timing::MEDIA_TOKEN_MS / 1_000,
            at_ms: self.clock().unix_ms(),
        })
    }

    /// A stream token valid for `ttl_seconds`.
    pub(crate) fn stream_token(
        &self,
        room: &str,
        user: &User,
        stream: &str,
        direction: Way,
        ttl_seconds: u64,
    ) -> Result<String, Error> {
        self.sign(&StreamClaims {
            aud: STREAM,
            app: self.app(),
            room,
            user: &user.id,
            name: &user.name,
            stream,
            direction,
            iat: self.now_seconds(),
            exp: self.now_seconds().saturating_add(ttl_seconds),
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
        let claims = Claims::read(token, &self.decoding)?;
        let token = match claims.audience(&[WHIP, WHEP, STREAM])? {
            Some(STREAM) => self.read_stream(&claims, expiry)?,
            Some(WHIP) => self.read_media(&claims, Direction::Publish, expiry)?,
            Some(_) => self.read_media(&claims, Direction::Play, expiry)?,
            None => return Err(TokenFault::invalid("the token has no `aud` claim").into()),
        };
        match token.direction == direction && token.stream == stream {
            true => Ok(token),
            false => Err(MediaTokenError::OtherUse),
        }
    }

    fn read_media(
        &self,
        claims: &Claims,
        direction: Direction,
        expiry: Expiry,
    ) -> Result<MediaToken, TokenFault> {
        let id = SessionId::from(claims.text("sid")?.to_owned());
        let holder = Holder::Session { id, user: claims.text_or_none("user")?.to_owned() };
        let issued_ms = claims.number("at_ms")?;
        self.media(claims, holder, claims.text("sub")?, direction, issued_ms, expiry)
    }

    fn read_stream(&self, claims: &Claims, expiry: Expiry) -> Result<MediaToken, TokenFault> {
        self.check_app(claims)?;
        let (room, user) = (claims.text("room")?, claims.text("user")?);
        let (name, stream) = (claims.text_or_none("name")?, claims.text("stream")?);
        let badly_spelt = |claim: &'static str| {
            move |code: Code| {
                TokenFault::invalid(format!("the token's `{claim}` claim: {}", code.message()))
            }
        };
        id::check_room_id(room).map_err(badly_spelt("room"))?;
        id::check_user_id(user).map_err(badly_spelt("user"))?;
        id::check_user_name(name).map_err(badly_spelt("name"))?;
        id::check_stream_id(stream).map_err(badly_spelt("stream"))?;
        let direction = match claims.text("direction")? {
            "publish" => Direction::Publish,
            "play" => Direction::Play,
            _ => {
                let why = "the token's `direction` claim is neither publish nor play";
                return Err(TokenFault::invalid(why));
            }
        };
        let user = User { id: user.to_owned(), name: name.to_owned() };
        let holder = Holder::Guest { room: room.to_owned(), user };
        let issued_ms = claims.time_ms("iat")?.unwrap_or(0);
        self.media(claims, holder, stream, direction, issued_ms, expiry)
    }

    fn media(
        &self,
        claims: &Claims,
        holder: Holder,
        stream: &str,
        direction: Direction,
        issued_ms: u64,
        expiry: Expiry,
    ) -> Result<MediaToken, TokenFault> {
        let times = self.times();
        claims.check_nbf(times)?;
        let ttl_ms = claims.ttl_ms(times)?;
        if ttl_ms == 0 && expiry == Expiry::Checked {
            return Err(Code::TOKEN_EXPIRED.into());
        }
        let age_ms = (issued_ms > 0).then(|| times.now_ms.saturating_sub(issued_ms));
        Ok(MediaToken { holder, stream: stream.to_owned(), direction, issued_ms, age_ms, ttl_ms })
    }
}

impl From<TokenFault> for MediaTokenError {
    fn from(fault: TokenFault) -> MediaTokenError {
        MediaTokenError::Bad(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_protocol::Login;
    use serde_json::{Value, json};

    fn keys() -> Keys {
        Keys::new(7, vec![1; 32])
    }

    fn grant(direction: Direction) -> MediaGrant {
        MediaGrant { session: SessionId::from("s".to_owned()), stream: "a".into(), direction }
    }

    fn error(checked: Result<MediaToken, MediaTokenError>) -> Option<MediaTokenError> {
        checked.err()
    }

    fn why(checked: Result<MediaToken, MediaTokenError>) -> (u32, String) {
        match checked {
            Err(MediaTokenError::Bad(TokenFault { code, why, .. })) => (code.0, why),
            other => panic!("{other:?}"),
        }
    }

    fn claims() -> Value {
        let now = keys().now_seconds();
        json!({
            "aud": STREAM, "app": 7, "room": "r", "user": "cam", "stream": "a",
            "direction": "play", "exp": now + 60,
        })
    }

    /// A stream token with these changes to valid claims.
    fn with(changes: Value) -> String {
        let mut claims = claims();
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        keys().sign(&claims).unwrap()
    }

    fn user() -> User {
        User { id: "cam".into(), name: "Camera".into() }
    }

    #[test]
    fn a_media_token_is_for_one_stream_and_direction() {
        let keys = keys();
        let token = keys.media_token("u", &grant(Direction::Publish)).unwrap();
        let check =
            |stream, direction| keys.check_media(&token, stream, direction, Expiry::Checked);
        let checked = check("a", Direction::Publish).unwrap();
        let Holder::Session { id, user } = checked.holder else { panic!("a session's") };
        assert_eq!((id.as_str(), user.as_str()), ("s", "u"));
        assert_eq!(checked.direction, Direction::Publish);
        assert!(checked.age_ms.unwrap() < 60_000);
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
        assert_eq!(why(checked), (1102016, "the token's `app` claim is another app's".into()));
    }

    #[test]
    fn each_mistake_in_a_stream_token_is_told_by_its_claim() {
        let keys = keys();
        let told = |changes: Value, expected: &str| {
            let checked = keys.check_media(&with(changes), "a", Direction::Play, Expiry::Checked);
            assert_eq!(why(checked), (1102016, expected.to_owned()));
        };
        let spelling = "the token's `room` claim: roomID may only hold visible ASCII characters";
        told(json!({"room": "a b"}), spelling);
        told(json!({"user": ""}), "the token's `user` claim: userID is empty");
        told(json!({"user": 7}), "the token's `user` claim is not a text");
        let long = "the token's `name` claim: userName is longer than 256 bytes";
        told(json!({"name": "x".repeat(257)}), long);
        told(json!({"stream": ""}), "the token's `stream` claim: streamID is empty");
        let way = "the token's `direction` claim is neither publish nor play";
        told(json!({"direction": "up"}), way);
        let kinds = "holdfast-whip or holdfast-whep or holdfast-stream";
        let aud = format!("the token's `aud` claim is \"holdfast-room\", not {kinds}");
        told(json!({"aud": "holdfast-room"}), &aud);
        let end_ms = json!({"exp": (keys.now_seconds() + 60) * 1_000});
        told(end_ms, "the token's `exp` claim is in milliseconds, not in seconds");
        let made_ms = json!({"iat": keys.now_seconds() * 1_000});
        told(made_ms, "the token's `iat` claim is in milliseconds, not in seconds");
        told(json!({"app": "7"}), "the token's `app` claim is not a whole number");
        let mut long = with(json!({}));
        long.push_str(&"x".repeat(4_096));
        let checked = keys.check_media(&long, "a", Direction::Play, Expiry::Checked);
        assert_eq!(why(checked).1, "the token is longer than 4096 bytes");
    }

    #[test]
    fn room_12_media_and_stream_tokens_have_the_leeway_of_room_tokens() {
        let keys = keys();
        let now = keys.now_seconds() as f64;
        let check = |changes: Value| {
            let token = with(changes);
            keys.check_media(&token, "a", Direction::Play, Expiry::Checked)
        };
        for good in [
            json!({"exp": now - 30.0}),
            json!({"exp": now + 60.5}),
            json!({"nbf": now + 30.0}),
            json!({"iat": now + 0.5}),
            json!({"aud": [STREAM]}),
        ] {
            assert!(check(good.clone()).is_ok(), "{good}");
        }
        assert_eq!(why(check(json!({"exp": now - 61.0}))).0, 1102018);
        assert_eq!(why(check(json!({"nbf": now + 90.0}))).0, 1102016);
    }

    #[test]
    fn an_ended_token_only_changes_and_closes() {
        let keys = keys();
        let exp = keys.now_seconds() - 61;
        let media = MediaClaims { aud: WHEP, sub: "a", sid: "s", user: "u", exp, at_ms: 0 };
        for token in [keys.sign(&media).unwrap(), with(json!({"exp": exp}))] {
            let check = |expiry| keys.check_media(&token, "a", Direction::Play, expiry);
            assert_eq!(why(check(Expiry::Checked)).0, 1102018);
            assert!(check(Expiry::Ignored).is_ok());
        }
    }

    #[test]
    fn no_kind_of_token_stands_in_for_another() {
        let keys = keys();
        let login =
            |token| Login { app: 7, room: "r".into(), user: user(), token, ..Login::default() };
        let media = keys.media_token("u", &grant(Direction::Publish)).unwrap();
        let stream = keys.stream_token("r", &user(), "a", Way::Publish, 60).unwrap();
        for token in [media, stream] {
            assert_eq!(keys.admit(&login(token)).unwrap_err().code, Code::TOKEN_INVALID);
        }
        let room = keys.room_token("r", "cam", vec!["publish".into()], 60).unwrap();
        let checked = keys.check_media(&room, "a", Direction::Publish, Expiry::Checked);
        assert_eq!(why(checked).0, 1102016);
    }
}
