//! One RTCPeerConnection and its WHIP or WHEP session.

use super::driver::Driver;
use super::listener::Listener;
use super::object::get;
use super::{Source, whip};
use crate::machine::{Direction, Input, PeerId, PeerInput, Stage};
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, MediaStreamTrack, RtcBundlePolicy, RtcConfiguration, RtcPeerConnection,
    RtcPeerConnectionState, RtcRtpReceiver, RtcRtpTransceiver, RtcRtpTransceiverDirection,
    RtcRtpTransceiverInit, RtcSdpType, RtcSessionDescriptionInit,
};

/// What to open.
pub(crate) struct Plan {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) url: String,
    pub(crate) authorization: String,
}

pub(crate) struct Peer {
    connection: RtcPeerConnection,
    plan: Rc<Plan>,
    abort: AbortController,
    /// Where to end the session; shared with the task that opens it.
    session_url: Rc<RefCell<String>>,
    listeners: Vec<Listener>,
}

impl Peer {
    pub(crate) fn open(driver: &Rc<Driver>, id: PeerId, plan: Plan) -> Result<Peer, JsValue> {
        let configuration = RtcConfiguration::new();
        configuration.set_bundle_policy(RtcBundlePolicy::MaxBundle);
        let connection = RtcPeerConnection::new_with_configuration(&configuration)?;
        let abort = AbortController::new()?;
        let source = driver.streams().source(&plan.stream);
        let report = driver.reporter();
        let watched = connection.clone();
        let on_state = move |_| {
            let input = match watched.connection_state() {
                RtcPeerConnectionState::Connected => PeerInput::Connected,
                RtcPeerConnectionState::Disconnected => PeerInput::Disconnected,
                RtcPeerConnectionState::Failed => PeerInput::Failed,
                _ => return,
            };
            report(Input::Peer(id, input));
        };
        let listeners =
            vec![Listener::new(&connection, "connectionstatechange", Box::new(on_state))];
        let peer =
            Peer { connection, plan: Rc::new(plan), abort, session_url: Rc::default(), listeners };
        let report = driver.reporter();
        let opening = peer.establish(source);
        spawn_local(async move {
            if let Err(input) = opening.await {
                report(Input::Peer(id, input));
            }
        });
        Ok(peer)
    }

    pub(crate) fn stream(&self) -> &str {
        &self.plan.stream
    }

    pub(crate) fn connection(&self) -> &RtcPeerConnection {
        &self.connection
    }

    /// Reports how many bytes have arrived, or nothing if the browser does not say.
    pub(crate) fn sample(&self, driver: &Rc<Driver>, id: PeerId) {
        let stats = self.connection.get_stats();
        let report = driver.reporter();
        spawn_local(async move {
            if let Some(bytes) = JsFuture::from(stats).await.ok().and_then(bytes_received) {
                report(Input::Peer(id, PeerInput::Received(bytes)));
            }
        });
    }

    /// Offer, request, answer. Ends without a word if the peer was closed meanwhile.
    fn establish(
        &self,
        source: Option<Source>,
    ) -> impl Future<Output = Result<(), PeerInput>> + use<> {
        let (connection, plan) = (self.connection.clone(), self.plan.clone());
        let (signal, session_url) = (self.abort.signal(), self.session_url.clone());
        async move {
            // Closed before its first turn: a closed connection takes no tracks.
            if signal.aborted() {
                return Ok(());
            }
            let offer = make_offer(&connection, &plan, source)
                .await
                .map_err(|_| PeerInput::Broken(Stage::Offer))?;
            let answer = whip::post(&plan.url, &plan.authorization, &offer, &signal).await?;
            if signal.aborted() {
                whip::delete(answer.session_url, plan.authorization.clone()).await;
                return Ok(());
            }
            session_url.replace(answer.session_url);
            let description = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
            description.set_sdp(&answer.sdp);
            let applied = JsFuture::from(connection.set_remote_description(&description)).await;
            applied.map(|_| ()).map_err(|_| PeerInput::Broken(Stage::Answer))
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Detached first: what a connection nobody owns still says is nobody's news.
        self.listeners.clear();
        self.abort.abort();
        self.connection.close();
        spawn_local(whip::delete(self.session_url.take(), self.plan.authorization.clone()));
    }
}

/// Bytes received over all transports; where a browser does not count those, over all pairs.
fn bytes_received(stats: JsValue) -> Option<u64> {
    for kind in ["transport", "candidate-pair"] {
        let mut sum = None;
        for entry in Array::from(&stats).iter() {
            // A map's entry is its key and its value.
            let entry = entry.unchecked_into::<Array>().get(1);
            if get(&entry, "type") == kind
                && let Some(bytes) = get(&entry, "bytesReceived").as_f64()
            {
                sum = Some(sum.unwrap_or_default() + bytes as u64);
            }
        }
        if sum.is_some() {
            return sum;
        }
    }
    None
}

async fn make_offer(
    connection: &RtcPeerConnection,
    plan: &Plan,
    source: Option<Source>,
) -> Result<String, JsValue> {
    match plan.direction {
        Direction::Publish => send_tracks(connection, &source.ok_or(JsValue::UNDEFINED)?)?,
        Direction::Play => receive_tracks(connection),
    }
    let offer = JsFuture::from(connection.create_offer()).await?;
    // No waiting for candidates: an ICE-lite node learns ours from our own checks.
    JsFuture::from(connection.set_local_description(offer.unchecked_ref())).await?;
    Ok(connection.local_description().ok_or(JsValue::UNDEFINED)?.sdp())
}

fn send_tracks(connection: &RtcPeerConnection, source: &Source) -> Result<(), JsValue> {
    let options = RtcRtpTransceiverInit::new();
    options.set_direction(RtcRtpTransceiverDirection::Sendonly);
    options.set_streams(&Array::of1(&source.media));
    for track in source.media.get_tracks().iter() {
        let track: MediaStreamTrack = track.unchecked_into();
        let transceiver =
            connection.add_transceiver_with_media_stream_track_and_init(&track, &options);
        if let (Some(codec), "video") = (source.video_codec, track.kind().as_str()) {
            prefer_codec(&transceiver, codec)?;
        }
    }
    Ok(())
}

fn receive_tracks(connection: &RtcPeerConnection) {
    let options = RtcRtpTransceiverInit::new();
    options.set_direction(RtcRtpTransceiverDirection::Recvonly);
    for kind in ["audio", "video"] {
        let _ = connection.add_transceiver_with_str_and_init(kind, &options);
    }
}

/// Puts one video codec before all others; the rest stay as the way out.
fn prefer_codec(transceiver: &RtcRtpTransceiver, mime_type: &str) -> Result<(), JsValue> {
    // Browsers that cannot order codecs send what the node's answer puts first.
    if !get(transceiver, "setCodecPreferences").is_function() {
        return Ok(());
    }
    let Some(capabilities) = RtcRtpReceiver::get_capabilities("video") else {
        return Ok(());
    };
    let codecs: Array = get(&capabilities, "codecs").dyn_into()?;
    let is_preferred =
        |codec: &JsValue| get(codec, "mimeType").as_string().is_some_and(|mime| mime == mime_type);
    let ordered = Array::new();
    for wants_preferred in [true, false] {
        for codec in codecs.iter().filter(|codec| is_preferred(codec) == wants_preferred) {
            ordered.push(&codec);
        }
    }
    transceiver.set_codec_preferences(&ordered);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use js_sys::{JSON, Map};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn sum(entries: &[&str]) -> Option<u64> {
        let stats = Map::new();
        for (index, entry) in entries.iter().enumerate() {
            stats.set(&(index as u32).into(), &JSON::parse(entry).unwrap());
        }
        bytes_received(stats.into())
    }

    #[wasm_bindgen_test]
    fn media_09_the_bytes_of_all_transports_are_summed() {
        let pair = r#"{"type":"candidate-pair","bytesReceived":7}"#;
        let transport = r#"{"type":"transport","bytesReceived":5}"#;
        let rtp = r#"{"type":"inbound-rtp","bytesReceived":100}"#;
        assert_eq!(sum(&[pair, transport, rtp, transport]), Some(10));
        assert_eq!(sum(&[pair, r#"{"type":"transport"}"#, pair]), Some(14));
        assert_eq!(sum(&[rtp]), None);
        assert_eq!(sum(&[]), None);
    }
}
