//! The server's process: the real rooms, the check of tokens before them, and the mint of secrets.

use crate::node::node_origin;
use crate::random::Random;
use holdfast_protocol::{Code, Login, Millis, Node};
use holdfast_rooms::{Direction, Grants, MediaGrant, Mint, Pass, Rooms, SessionId, Settings};

/// Makes secrets from the world's randomness, and media tokens that anybody can read.
pub(crate) struct SimMint {
    random: Random,
    life: u32,
}

impl Mint for SimMint {
    fn secret(&mut self) -> String {
        format!("{}-{:016x}", self.life, self.random.number())
    }

    fn node(&mut self, name: &str, _user: &str, grant: &MediaGrant) -> Option<Node> {
        let MediaGrant { session, stream, direction } = grant;
        let (direction, endpoint) = match direction {
            Direction::Publish => ("publish", "whip"),
            Direction::Play => ("play", "whep"),
        };
        let url = format!("{}/{endpoint}/{stream}", node_origin(name));
        let authorization = format!("Bearer {direction}|{stream}|{session}");
        Some(Node { name: name.to_owned(), url, authorization })
    }
}

/// Reads a media token from the value of its header.
pub(crate) fn read_media_token(authorization: &str) -> Option<MediaGrant> {
    let mut parts = authorization.strip_prefix("Bearer ")?.splitn(3, '|');
    let direction = match parts.next()? {
        "publish" => Direction::Publish,
        "play" => Direction::Play,
        _ => return None,
    };
    let stream = parts.next()?.to_owned();
    Some(MediaGrant { session: SessionId::from(parts.next()?.to_owned()), stream, direction })
}

/// A login token: its rights, and when it expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimToken {
    /// In virtual milliseconds; none = never.
    pub expires_at: Option<u64>,
    /// Whether it allows publishing and playing.
    pub is_full: bool,
}

impl SimToken {
    /// Allows everything, and never expires.
    pub const GOOD: SimToken = SimToken { expires_at: None, is_full: true };

    /// The token's text in a login.
    pub fn text(self) -> String {
        let kind = if self.is_full { "full" } else { "bare" };
        match self.expires_at {
            Some(at) => format!("{kind}.{at}"),
            None => format!("{kind}.never"),
        }
    }

    /// Reads a token.
    ///
    /// # Errors
    /// The server's refusal of it.
    pub fn read(text: &str, now: u64) -> Result<SimToken, Code> {
        let (kind, end) = text.split_once('.').ok_or(Code::TOKEN_INVALID)?;
        let expires_at = match end {
            "never" => None,
            end => Some(end.parse().map_err(|_| Code::TOKEN_INVALID)?),
        };
        if expires_at.is_some_and(|at| at <= now) {
            return Err(Code::TOKEN_EXPIRED);
        }
        Ok(SimToken { expires_at, is_full: kind == "full" })
    }

    pub(crate) fn pass(self, now: u64) -> Pass {
        let grants = Grants { publish: self.is_full, play: self.is_full };
        Pass { grants, ttl_ms: self.expires_at.map(|at| at.saturating_sub(now)) }
    }
}

/// The server.
pub(crate) struct Server {
    pub(crate) rooms: Rooms<SimMint>,
    pub(crate) settings: Settings,
    /// The number of the process. Links to an earlier one lead nowhere.
    pub(crate) life: u32,
    pub(crate) is_up: bool,
    /// Whether connects to a server that is down are refused, and not just unanswered.
    pub(crate) refuses_when_down: bool,
    /// Refused connects fail in the same instant.
    pub(crate) refuses_at_once: bool,
    /// Whether it was told that it is about to stop.
    pub(crate) is_draining: bool,
    /// When its timer is set to fire.
    pub(crate) armed_at: Option<u64>,
    random: Random,
}

impl Server {
    pub(crate) fn new(settings: Settings, seed: u64) -> Server {
        let mut random = Random::new(seed);
        let mint = SimMint { random: Random::new(random.number()), life: 0 };
        Server {
            rooms: Rooms::new(settings.clone(), mint),
            settings,
            life: 0,
            is_up: true,
            refuses_when_down: true,
            refuses_at_once: false,
            is_draining: false,
            armed_at: None,
            random,
        }
    }

    /// A new process that knows nothing of the one before.
    pub(crate) fn forget_all(&mut self) {
        self.life += 1;
        let mint = SimMint { random: Random::new(self.random.number()), life: self.life };
        self.rooms = Rooms::new(self.settings.clone(), mint);
        self.is_draining = false;
        self.armed_at = None;
    }

    /// The check that the real server makes before a login reaches the rooms.
    pub(crate) fn admit(&self, login: &Login, now: u64) -> Result<SimToken, Code> {
        SimToken::read(&login.token, now)
    }

    pub(crate) fn next_deadline(&self) -> Option<u64> {
        self.rooms.next_deadline().map(|Millis(at)| at)
    }
}
