//! What the rooms have to do with media: who may open a media session, and which ones end.

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

/// Why a media session may not be opened, though its token was good when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaRefusal {
    /// The room session is over or has the right no more, or the publisher gave the stream up.
    NotAllowed,
    /// The stream is not live in the player's room.
    NotLive,
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

    /// Where a media session of this user may be opened, and what it is authorised with, at the node
    /// of this name; `None` if there is no such node.
    fn node(&mut self, name: &str, user: &str, grant: &MediaGrant) -> Option<Node>;
}

impl<M: Mint> Rooms<M> {
    /// Whether a media token that was good when it was made still is.
    ///
    /// # Errors
    /// Its session is over or may not do so any more, its publisher holds the stream no more, or
    /// its player could not ask for the stream now.
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

    /// Whether a stream can be played by someone who is not in its room but has a token for it.
    ///
    /// # Errors
    /// It is not live in this very room.
    pub fn check_guest_play(&self, room: &str, stream: &str) -> Result<(), MediaRefusal> {
        self.live_at(room, stream).map(|_| ()).ok_or(MediaRefusal::NotLive)
    }

    /// The node of the stream of this ID, if it is live in this very room.
    pub(super) fn live_at(&self, room: &str, stream: &str) -> Option<usize> {
        let publisher = self.sessions.get(self.claims.get(stream)?)?;
        let claim = publisher.streams.get(stream).filter(|claim| claim.live)?;
        (publisher.room == room).then_some(claim.node)
    }
}
