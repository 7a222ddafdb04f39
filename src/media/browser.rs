//! The browser's functions for media. A page may replace any of them, and its own may throw, also
//! where web-sys declares that a call never does. An exception must not cross the module.

use crate::object::{get, text};
use js_sys::Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MediaStream, RtcPeerConnection, RtcRtpTransceiver};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = RtcPeerConnection)]
    pub(super) type Connection;

    /// Takes a track to send, or the kind of a track to receive.
    #[wasm_bindgen(method, catch, js_name = addTransceiver)]
    pub(super) fn add_transceiver(
        this: &Connection,
        track_or_kind: &JsValue,
        init: &JsValue,
    ) -> Result<Transceiver, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getTransceivers)]
    fn get_transceivers(this: &Connection) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(extends = RtcRtpTransceiver)]
    pub(super) type Transceiver;

    #[wasm_bindgen(method, catch, js_name = setCodecPreferences)]
    pub(super) fn set_codec_preferences(this: &Transceiver, codecs: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = MediaStream)]
    pub(super) type Stream;

    #[wasm_bindgen(method, catch, js_name = getTracks)]
    fn get_tracks(this: &Stream) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = addTrack)]
    pub(super) fn add_track(this: &Stream, track: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = removeTrack)]
    pub(super) fn remove_track(this: &Stream, track: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = RTCRtpReceiver, js_name = getCapabilities, catch)]
    fn get_capabilities(kind: &str) -> Result<JsValue, JsValue>;
}

/// The tracks of a MediaStream.
pub(super) fn tracks(media: &MediaStream) -> Result<Array, JsValue> {
    media.unchecked_ref::<Stream>().get_tracks()?.dyn_into()
}

/// The transceivers of a connection.
pub(super) fn transceivers(connection: &Connection) -> Result<Array, JsValue> {
    connection.get_transceivers()?.dyn_into()
}

/// The track that a transceiver receives.
pub(super) fn received(transceiver: &JsValue) -> JsValue {
    get(&get(transceiver, "receiver"), "track")
}

/// The kind of a track.
pub(super) fn kind_of(track: &JsValue) -> String {
    text(track, "kind")
}

/// The video codecs that the browser can send and receive.
pub(super) fn video_codecs() -> Result<Array, JsValue> {
    get(&get_capabilities("video")?, "codecs").dyn_into()
}
