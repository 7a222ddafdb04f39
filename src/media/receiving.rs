//! Where the connections of a played stream put what they receive (PLAY-06).

use super::browser::{Connection, Stream, kind_of, received, tracks, transceivers};
use crate::object::{get, list, set, text, texts};
use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, MediaStreamTrack};

#[wasm_bindgen]
extern "C" {
    /// `Bridge` of `pkg-template/bridge.js`. It keeps Firefox's elements going while the stream has
    /// no live track, by a silent one.
    pub type Bridge;

    /// Adds the silent track before `tracks` go, if nothing else in the stream is live.
    #[wasm_bindgen(method, catch)]
    fn raise(this: &Bridge, tracks: &Array) -> Result<(), JsValue>;

    /// Removes the silent track, because the next tracks have been added.
    #[wasm_bindgen(method, catch)]
    fn lift(this: &Bridge) -> Result<(), JsValue>;

    /// Ends the bridge, because no more tracks will follow.
    #[wasm_bindgen(method, catch)]
    pub(super) fn end(this: &Bridge) -> Result<(), JsValue>;
}

/// The kinds of media that are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds {
    /// Sound.
    pub audio: bool,
    /// Pictures.
    pub video: bool,
}

impl Kinds {
    fn include(self, kind: &str) -> bool {
        match kind {
            "audio" => self.audio,
            "video" => self.video,
            _ => false,
        }
    }
}

/// Where the connections of a played stream put what they receive, one after the other.
pub struct Receiving {
    /// The app's stream.
    pub outlet: MediaStream,
    /// What is received.
    pub kinds: Kinds,
    /// The outlet's bridge between two sessions. A Rust front end has none.
    pub bridge: Option<Bridge>,
    /// Told of each track that was put into the outlet.
    pub on_track: Box<dyn Fn(&MediaStreamTrack)>,
}

impl Receiving {
    pub(super) fn wire(&self, connection: &Connection) -> Result<(), JsValue> {
        let init = texts(&[("direction", "recvonly")]);
        for kind in ["audio", "video"] {
            if self.kinds.include(kind) {
                connection.add_transceiver(&kind.into(), &init)?;
            }
        }
        Ok(())
    }

    /// Puts the connection's tracks in the places of those before.
    pub(super) fn attach(&self, connection: &Connection) -> Result<(), JsValue> {
        for transceiver in transceivers(connection)?.iter() {
            let track = received(&transceiver);
            if !self.kinds.include(&kind_of(&track)) {
                continue;
            }
            // Kind by kind, remove the old track before adding the new one: with both in the
            // stream, Firefox's element freezes for good; with no track it ends.
            self.remove_old(&track)?;
            // A track that the publisher does not send would keep a video element waiting for ever.
            if text(&transceiver, "currentDirection") == "recvonly" {
                self.stream().add_track(&track)?;
                (self.on_track)(track.unchecked_ref());
            }
        }
        self.bridge.as_ref().map_or(Ok(()), Bridge::lift)
    }

    /// Removes the track whose place this one takes.
    fn remove_old(&self, track: &JsValue) -> Result<(), JsValue> {
        let silent = self.bridge.as_ref().map(|bridge| get(bridge, "track"));
        let (kind, is_silent) = (kind_of(track), |other: &JsValue| silent.as_ref() == Some(other));
        let is_old = |other: &JsValue| kind_of(other) == kind && !is_silent(other);
        let Some(old) = tracks(&self.outlet)?.iter().find(is_old) else { return Ok(()) };
        // A mute applies to the new track from its first sound.
        set(track, "enabled", &get(&old, "enabled"));
        self.raise(&list(&[&old]))?;
        self.stream().remove_track(&old)
    }

    #[cfg(not(feature = "testing"))]
    pub(super) fn before_close(&self, connection: &Connection) -> Result<(), JsValue> {
        let going = Array::new();
        for transceiver in transceivers(connection)?.iter() {
            going.push(&received(&transceiver));
        }
        self.raise(&going)
    }

    fn raise(&self, tracks: &Array) -> Result<(), JsValue> {
        self.bridge.as_ref().map_or(Ok(()), |bridge| bridge.raise(tracks))
    }

    fn stream(&self) -> &Stream {
        self.outlet.unchecked_ref()
    }
}
