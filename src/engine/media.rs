//! The engine's methods for streams.

use super::calls::Settlement;
use super::{Engine, Error, PlayOptions, PublishOptions};
use crate::machine::{Call, Direction};
use crate::media::{Receiving, Sending};
use crate::object::object;
use holdfast_protocol::Code;
use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MediaStream;

impl Engine {
    /// `startPublishingStream`: sends a MediaStream's tracks to the room, and again after each loss
    /// (PUB-01). Events tell how it goes.
    ///
    /// ```no_run,standalone_crate
    /// use holdfast_rtc::{Engine, Error, PublishOptions};
    /// use web_sys::MediaStream;
    ///
    /// /// `camera` is what `getUserMedia` gave.
    /// fn show(engine: &Engine, camera: &MediaStream) -> Result<(), Error> {
    ///     let options = PublishOptions { video_kbps: Some(1_500), ..PublishOptions::default() };
    ///     engine.start_publishing("ada-camera", camera, options)
    /// }
    /// ```
    ///
    /// # Errors
    /// Not logged in: 1000002. Not in the named room: 1002002. The stream is being published:
    /// 1103069. It has no track: 1103047. A bitrate is 0, or there are several rooms and none is
    /// named: 1100001.
    pub fn start_publishing(
        &self,
        stream: &str,
        media: &MediaStream,
        options: PublishOptions,
    ) -> Result<(), Error> {
        if media.get_tracks().length() == 0 {
            return Err(Code::STREAM_HAS_NO_TRACK.into());
        }
        let PublishOptions { room, extra_info, video_codec: codec, audio_kbps, video_kbps } =
            options;
        if audio_kbps == Some(0) || video_kbps == Some(0) {
            return Err(Error::new(Code::BAD_PARAMETER, "a bitrate must be at least 1 kbps"));
        }
        let limit = |kbps: Option<u32>| kbps.map_or(JsValue::UNDEFINED, JsValue::from);
        let bitrates = object(&[("audio", limit(audio_kbps)), ("video", limit(video_kbps))]);
        let bitrates: Object = bitrates.unchecked_into();
        // Not `media.clone()`, which is the browser's and makes another stream.
        let sending = Sending { media: Clone::clone(media), codec, bitrates };
        self.core.start_publishing(room, stream.into(), extra_info, sending)
    }

    /// `stopPublishingStream`: ends a stream that is published here.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn stop_publishing(&self, stream: &str) -> Result<(), Error> {
        self.core.call(Call::StopPublishing { stream: stream.into() })
    }

    /// `startPlayingStream`: receives a stream of the room. Resolves once it plays, or fails
    /// (PLAY-01). Kinds without audio and video are refused with 1100001.
    ///
    /// The MediaStream stays the same through every reconnect; the engine swaps its tracks
    /// (PLAY-06). So a media element is given it once. The element needs `autoplay`: in Firefox one
    /// without ends with the old tracks.
    ///
    /// ```no_run,standalone_crate
    /// use holdfast_rtc::{Engine, Error, PlayOptions};
    /// use web_sys::MediaStream;
    ///
    /// /// `show` sets the `srcObject` of a `<video autoplay>`.
    /// async fn watch(engine: Engine, show: impl Fn(&MediaStream)) -> Result<(), Error> {
    ///     show(&engine.start_playing("ada-camera", PlayOptions::default()).await?);
    ///     Ok(())
    /// }
    /// ```
    pub fn start_playing(
        &self,
        stream: &str,
        options: PlayOptions,
    ) -> impl Future<Output = Result<MediaStream, Error>> + use<> {
        let PlayOptions { kinds, follow, room } = options;
        let started = MediaStream::new().map(|outlet| {
            let (settle, played) = Settlement::new();
            let on_track = Box::new(|_: &_| {});
            let same = Clone::clone(&outlet);
            let receiving = Receiving { outlet: same, kinds, bridge: None, on_track };
            self.core.start_playing(room, stream.into(), follow, receiving, settle);
            (outlet, played)
        });
        async move {
            // A browser without WebRTC.
            let (outlet, played) = started.map_err(|_| Error::from(Code::NOT_SUPPORTED))?;
            played.await.map(|_| outlet)
        }
    }

    /// `stopPlayingStream`: ends a played stream.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn stop_playing(&self, stream: &str) -> Result<(), Error> {
        self.core.call(Call::StopPlaying { stream: stream.into() })
    }

    /// Tells the room which media of a published stream are muted: a sum of
    /// [`Stream::CAMERA`](crate::Stream::CAMERA) and
    /// [`Stream::MICROPHONE`](crate::Stream::MICROPHONE) (PUB-08). To mute a track, set its
    /// `enabled` to false as well.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn mute(&self, stream: &str, muted: u8) -> Result<(), Error> {
        self.core.call(Call::Mute { stream: stream.into(), muted })
    }

    /// The RTCPeerConnections of a stream, the newest last, for their statistics.
    pub fn connections(&self, direction: Direction, stream: &str) -> Array {
        self.core.connections(direction, stream)
    }
}
