//! Where tests make the server panic, to see what ends and what continues. Empty in production.

use holdfast_rooms::Direction;
use std::fmt;
use std::sync::Arc;

/// A place that a panic may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The task that owns the rooms.
    Hub,
    /// The task that owns all media sessions.
    Media,
    /// A step of one media session.
    Session {
        /// The step.
        step: Step,
        /// Its stream.
        stream: &'a str,
        /// The direction of its media.
        direction: Direction,
    },
}

/// A step of a media session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Answer an offer.
    Answer,
    /// Check whether a player's codecs fit the publisher's.
    Fit,
    /// Take candidates or restart ICE.
    ChangeIce,
    /// Receive a datagram.
    Receive,
    /// Handle a timer.
    Wake,
    /// Collect what is to be sent and what happened.
    Poll,
    /// Read a publisher's packet.
    Take,
    /// Write a packet to a player.
    Forward,
    /// Ask a publisher for a keyframe.
    AskForKeyframe,
    /// Tell the peer that it is over.
    Close,
}

/// A function that is called at each of these places.
#[derive(Clone, Default)]
pub struct Tripwire(Option<Arc<Trip>>);

type Trip = dyn Fn(Place<'_>) + Send + Sync;

impl Tripwire {
    /// Call this function, which panics where a test wants it.
    pub fn new(trip: impl Fn(Place<'_>) + Send + Sync + 'static) -> Tripwire {
        Tripwire(Some(Arc::new(trip)))
    }

    pub(crate) fn pass(&self, place: Place<'_>) {
        if let Some(trip) = &self.0 {
            trip(place);
        }
    }
}

impl fmt::Debug for Tripwire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Tripwire(set)" } else { "Tripwire" })
    }
}
