//! What the shell carries out for the brain.

use super::{Direction, PeerId, SocketId};
#[cfg(doc)]
use super::{Input, PeerInput};
use holdfast_protocol::{ClientMessage, Login};

/// An effect: an action that the shell carries out for the brain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(any(test, feature = "trace"), derive(serde::Serialize, serde::Deserialize))]
pub enum Effect {
    /// Open a room link with this login in its handshake.
    OpenSocket(SocketId, Box<Login>),
    /// Send on a room link.
    SendMessage(SocketId, ClientMessage),
    /// Close and forget a room link.
    CloseSocket(SocketId),
    /// Find out what answers at the server's address, because this try for a link failed. Answered
    /// by [`Input::Obstacle`], or not at all.
    ProbeServer(SocketId),
    /// Open a connection for a media session, with the tracks it sends or receives.
    OpenPeer {
        /// The session's generation.
        peer: PeerId,
        /// WHIP or WHEP.
        direction: Direction,
        /// The stream.
        stream: String,
    },
    /// Make an offer. Answered by [`PeerInput::Offered`] or [`PeerInput::Broken`].
    MakeOffer {
        /// The session.
        peer: PeerId,
        /// The number of the ICE restart; 0 = the session's first offer.
        restart: u32,
    },
    /// Post the offer (RFC 9725 section 4.2). Answered by [`PeerInput::Answered`].
    Post {
        /// The session.
        peer: PeerId,
        /// The endpoint.
        url: String,
        /// The value of the `Authorization` header; empty for none.
        authorization: String,
        /// The offer, as SDP.
        offer: String,
    },
    /// Take an answer. Answered by [`PeerInput::Connected`] in time, or [`PeerInput::Broken`].
    TakeAnswer {
        /// The session.
        peer: PeerId,
        /// The number of the ICE restart; 0 = the answer to the session's first offer.
        restart: u32,
        /// The answer, as SDP.
        answer: String,
    },
    /// Restart ICE at the node (RFC 9725 section 4.3.3). Answered by [`PeerInput::Patched`].
    Patch {
        /// The session.
        peer: PeerId,
        /// The number of the ICE restart.
        restart: u32,
        /// The session's address.
        url: String,
        /// The value of the `Authorization` header; empty for none.
        authorization: String,
        /// The fragment of the new offer (RFC 8840).
        fragment: String,
    },
    /// End a session at its node (RFC 9725 section 4.2). No answer is needed.
    Delete {
        /// The session's address.
        url: String,
        /// The value of the `Authorization` header; empty for none.
        authorization: String,
    },
    /// Put a connected session's tracks into the app's MediaStream (PLAY-06).
    AttachTracks(PeerId),
    /// Ask the browser how many bytes a session has received. Answered by Received, or not at all.
    SamplePeer(PeerId),
    /// Close and forget a media session's connection, and abort its requests.
    ClosePeer(PeerId),
    /// The app's stream of this ID and direction is no longer needed.
    ReleaseStream(Direction, String),
}
