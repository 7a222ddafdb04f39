//! The app's MediaStreams: what it publishes, and what it plays.

use super::object::{get, set};
use crate::machine::Direction;
use js_sys::Map;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{MediaStream, RtcPeerConnection, RtcRtpTransceiver};

/// What a publisher sends.
#[derive(Clone)]
pub(crate) struct Source {
    /// The app's stream; its tracks are never stopped here (PUB-06).
    pub(crate) media: MediaStream,
    /// The video codec's MIME type to prefer; empty if the app named none.
    pub(crate) video_codec: String,
}

/// Sources by stream ID, and the streams handed to the app for those it plays.
pub(crate) struct Streams {
    sources: RefCell<Vec<(String, Source)>>,
    outlets: Map,
}

impl Default for Streams {
    fn default() -> Streams {
        Streams { sources: RefCell::default(), outlets: Map::new() }
    }
}

impl Streams {
    pub(crate) fn add_source(&self, stream: &str, source: Source) {
        self.sources.borrow_mut().push((stream.into(), source));
    }

    pub(crate) fn source(&self, stream: &str) -> Option<Source> {
        let sources = self.sources.borrow();
        sources.iter().find(|(id, _)| id == stream).map(|(_, source)| source.clone())
    }

    /// The MediaStream of a played stream, the same through every reconnect (PLAY-06).
    pub(crate) fn outlet(&self, stream: &str) -> Option<MediaStream> {
        self.outlets.get(&stream.into()).dyn_into().ok()
    }

    /// Makes the connection's tracks those of the app's MediaStream.
    pub(crate) fn attach(&self, stream: &str, connection: &RtcPeerConnection) {
        let outlet = match self.outlet(stream) {
            Some(outlet) => outlet,
            None => {
                let Ok(outlet) = MediaStream::new() else {
                    return;
                };
                self.outlets.set(&stream.into(), &outlet);
                outlet
            }
        };
        let old_tracks = outlet.get_tracks();
        for transceiver in connection.get_transceivers().iter() {
            let transceiver: RtcRtpTransceiver = transceiver.unchecked_into();
            let track = transceiver.receiver().track();
            // One kind after the other, the old before the new: with both in it Firefox's element
            // stands still for ever, and without any it ends.
            for old in old_tracks.iter() {
                if get(&old, "kind") == get(&track, "kind") {
                    // A mute holds from the first sound of what takes its place.
                    set(&track, "enabled", &get(&old, "enabled"));
                    outlet.remove_track(&old.into());
                }
            }
            // What the publisher does not send would keep a video element waiting for ever.
            if get(&transceiver, "currentDirection") == "recvonly" {
                outlet.add_track(&track);
            }
        }
    }

    pub(crate) fn release(&self, direction: Direction, stream: &str) {
        match direction {
            Direction::Publish => {
                let mut sources = self.sources.borrow_mut();
                if let Some(index) = sources.iter().position(|(id, _)| id == stream) {
                    sources.swap_remove(index);
                }
            }
            Direction::Play => {
                self.outlets.delete(&stream.into());
            }
        }
    }
}
