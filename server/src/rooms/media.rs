//! What the rooms have to do with media: who may open a media session, and which ones end.

use super::SessionId;

/// What a login's token allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Publish streams.
    pub publish: bool,
    /// Play streams.
    pub play: bool,
}

impl Grants {
    /// Everything.
    pub const ALL: Grants = Grants {
        publish: true,
        play: true,
    };
}

/// Which way the media goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the server, by WHIP.
    Publish,
    /// From the server, by WHEP.
    Play,
}

/// The right to open a media session for one stream in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaGrant {
    /// The room session it was given to.
    pub session: SessionId,
    /// The stream.
    pub stream: String,
    /// Which way.
    pub direction: Direction,
}

/// Which media sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaEnd {
    /// All of a stream's, its players' included.
    Stream(String),
    /// All that a room session opened.
    Session(SessionId),
}

/// Makes what nobody may guess. The rooms have no randomness and no keys of their own.
pub trait Mint {
    /// At least 128 random bits as text, for session IDs and secrets.
    fn secret(&mut self) -> String;

    /// A short-lived token for a media session.
    fn media_token(&mut self, grant: &MediaGrant) -> String;
}
