//! What the connections of a published stream send.

use super::browser::{Connection, Transceiver, kind_of, tracks, video_codecs};
use crate::object::{get, list, object, set, text, texts};
use js_sys::{Array, Object};
use wasm_bindgen::JsValue;
use web_sys::MediaStream;

/// What the connections of a published stream send.
pub struct Sending {
    /// The app's stream. Each new connection sends the tracks that it has then.
    pub media: MediaStream,
    /// The video codec to send if the node takes it.
    pub codec: Option<Codec>,
    /// The maximum kbps of each kind, `{ audio, video }`; none without a number. Each new
    /// connection reads them, so they may be changed.
    pub bitrates: Object,
}

/// A video codec that an app may prefer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// VP8.
    Vp8,
    /// H.264.
    H264,
}

impl Codec {
    /// The codec that the API calls this.
    #[must_use]
    pub fn named(name: &str) -> Option<Codec> {
        Some(match name {
            "VP8" => Codec::Vp8,
            "H264" => Codec::H264,
            _ => return None,
        })
    }

    fn mime_type(self) -> &'static str {
        match self {
            Codec::Vp8 => "video/VP8",
            Codec::H264 => "video/H264",
        }
    }
}

impl Sending {
    pub(super) fn wire(&self, connection: &Connection) -> Result<(), JsValue> {
        for track in tracks(&self.media)?.iter() {
            let kind = kind_of(&track);
            let init = texts(&[("direction", "sendonly")]);
            set(&init, "streams", &list(&[&self.media]));
            if let Some(kbps) = get(&self.bitrates, &kind).as_f64() {
                let encoding = object(&[("maxBitrate", (1000.0 * kbps).into())]);
                set(&init, "sendEncodings", &list(&[&encoding]));
            }
            let transceiver = connection.add_transceiver(&track, &init)?;
            if let Some(codec) = self.codec
                && kind == "video"
            {
                // A browser that cannot order codecs sends what the node's answer puts first.
                let _ = prefer(&transceiver, codec);
            }
        }
        Ok(())
    }
}

/// Puts one codec before all others, which stay as a fallback.
fn prefer(transceiver: &Transceiver, codec: Codec) -> Result<(), JsValue> {
    let (codecs, ordered) = (video_codecs()?, Array::new());
    for is_first in [true, false] {
        for known in codecs.iter() {
            if (text(&known, "mimeType") == codec.mime_type()) == is_first {
                ordered.push(&known);
            }
        }
    }
    transceiver.set_codec_preferences(&ordered)
}
