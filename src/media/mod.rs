//! What the connections of a stream carry: the tracks that a published stream sends, and the app's
//! MediaStream that a played stream fills.
//!
//! The shell opens, restarts, watches and closes RTCPeerConnections; these types set them up. They
//! decide nothing about recovery. Nothing is borrowed while they call the page.

mod browser;
mod receiving;
mod sending;

pub use receiving::{Bridge, Kinds, Receiving};
pub use sending::{Codec, Sending};

use crate::machine::Direction;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::RtcPeerConnection;

/// What all connections of one stream carry, from its start to its stop.
pub enum Media {
    /// A published stream.
    Sending(Sending),
    /// A played stream.
    Receiving(Receiving),
}

impl Media {
    fn direction(&self) -> Direction {
        match self {
            Media::Sending(_) => Direction::Publish,
            Media::Receiving(_) => Direction::Play,
        }
    }

    /// Adds what a new connection is to send or to receive.
    pub(crate) fn wire(&self, connection: &RtcPeerConnection) -> Result<(), JsValue> {
        let connection = connection.unchecked_ref();
        match self {
            Media::Sending(sending) => sending.wire(connection),
            Media::Receiving(receiving) => receiving.wire(connection),
        }
    }

    /// Puts a connection's tracks into the app's MediaStream, now that they carry media.
    pub(crate) fn attach(&self, connection: &RtcPeerConnection) {
        if let Media::Receiving(receiving) = self {
            // If a page's own function throws, the next session attaches its tracks.
            let _ = receiving.attach(connection.unchecked_ref());
        }
    }

    /// Prepares for a connection's end: its tracks end with it.
    #[cfg(not(feature = "testing"))]
    pub(crate) fn before_close(&self, connection: &RtcPeerConnection) {
        if let Media::Receiving(receiving) = self {
            // If this fails, an element in Firefox ends.
            let _ = receiving.before_close(connection.unchecked_ref());
        }
    }

    /// The stream was stopped: no more connections will follow.
    fn end(&self) {
        if let Media::Receiving(Receiving { bridge: Some(bridge), .. }) = self {
            // A failure must not disturb the stop.
            let _ = bridge.end();
        }
    }
}

/// The media of the streams that were started and not yet released.
#[derive(Default)]
pub(crate) struct StartedStreams(RefCell<Vec<(String, Rc<Media>)>>);

impl StartedStreams {
    pub(crate) fn add(&self, stream: String, media: Media) {
        self.0.borrow_mut().push((stream, Rc::new(media)));
    }

    pub(crate) fn find(&self, direction: Direction, stream: &str) -> Option<Rc<Media>> {
        let index = self.index(direction, stream)?;
        Some(self.0.borrow()[index].1.clone())
    }

    /// Forgets a stream. One that was started again under the same ID meanwhile stays.
    pub(crate) fn release(&self, direction: Direction, stream: &str) {
        if let Some(index) = self.index(direction, stream) {
            let (_, media) = self.0.borrow_mut().remove(index);
            media.end();
        }
    }

    fn index(&self, direction: Direction, stream: &str) -> Option<usize> {
        let streams = self.0.borrow();
        streams.iter().position(|(id, media)| id == stream && media.direction() == direction)
    }
}

#[cfg(test)]
mod tests;
