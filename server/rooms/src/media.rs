//! The rooms' rules for media: who may open a media session, and which media sessions end.

use super::{Rooms, SessionId};
use holdfast_protocol::Node;

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
    pub const ALL: Grants = Grants { publish: true, play: true };
}

/// The direction of media.
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
    /// The room session that the right was given to.
    pub session: SessionId,
    /// The stream.
    pub stream: String,
    /// The direction.
    pub direction: Direction,
}

/// Why a media session may not be opened although its token was valid when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRefusal {
    /// The room session is over or has lost the right, or the publisher gave up the stream.
    NotAllowed,
    /// The stream is not live in the player's room.
    NotLive,
}

/// Which media sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaEnd {
    /// All sessions of a stream, its players' included.
    Stream(String),
    /// All sessions that a room session opened.
    Session(SessionId),
}

/// Creates secrets and tokens. The rooms have no randomness and no keys of their own.
pub trait Mint {
    /// At least 128 random bits as text, for session IDs and secrets.
    fn secret(&mut self) -> String;

    /// The address and authorisation for a media session of this user at the node of this name;
    /// `None` if there is no such node.
    fn node(&mut self, name: &str, user: &str, grant: &MediaGrant) -> Option<Node>;
}

impl<M: Mint> Rooms<M> {
    /// Whether a media token that was valid when it was made still is.
    ///
    /// # Errors
    /// Its session is over or has lost the right, its publisher no longer holds the stream, or its
    /// player could not request the stream now.
    pub fn check_media(&self, grant: &MediaGrant) -> Result<(), MediaRefusal> {
        let session = self.sessions.get(&grant.session);
        let session = session.ok_or(MediaRefusal::NotAllowed)?;
        let grants = session.grants;
        match grant.direction {
            Direction::Publish if !grants.publish => Err(MediaRefusal::NotAllowed),
            Direction::Play if !grants.play => Err(MediaRefusal::NotAllowed),
            Direction::Publish => match self.claims.get(&grant.stream) == Some(&grant.session) {
                true => Ok(()),
                false => Err(MediaRefusal::NotAllowed),
            },
            Direction::Play => match self.live_at(&session.room, &grant.stream) {
                Some(_) => Ok(()),
                None => Err(MediaRefusal::NotLive),
            },
        }
    }

    /// Whether someone with a token for a stream, but not in its room, may play it.
    ///
    /// # Errors
    /// The stream is not live in this room.
    pub fn check_guest_play(&self, room: &str, stream: &str) -> Result<(), MediaRefusal> {
        self.live_at(room, stream).map(|_| ()).ok_or(MediaRefusal::NotLive)
    }

    /// The node of the stream with this ID, if it is live in this room.
    pub(super) fn live_at(&self, room: &str, stream: &str) -> Option<usize> {
        let publisher = self.sessions.get(self.claims.get(stream)?)?;
        let claim = publisher.streams.get(stream).filter(|claim| claim.live)?;
        (publisher.room == room).then_some(claim.node)
    }
}
