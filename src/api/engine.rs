//! The engine's methods for rooms, streams, messages and recovery, as `pkg-template/types`
//! describes them. Apps call `ExpressEngine` (`pkg-template/engine.js`), which has these methods
//! and those for the page's devices and elements.

use super::emitter::{self, Emitter};
use super::options;
use super::payload::{ToListeners, value_of};
use super::promises::promise;
use crate::engine::Error;
use crate::engine::core::Core;
use crate::events;
use crate::machine::{Call, Direction, Request};
use crate::media::{Bridge, Receiving, Sending};
use crate::object::{list, text};
use holdfast_protocol::Code;
use js_sys::{Array, Function, Object, Promise};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{MediaStream, MediaStreamTrack};

/// An engine whose methods take what JavaScript passes. Every method takes `&self`, so that the
/// app's code may call another one meanwhile, and none is `async`: wasm-bindgen would hold the
/// object for as long as it ran.
#[wasm_bindgen]
pub struct EngineCore {
    pub(super) core: Rc<Core>,
    emitter: Rc<Emitter>,
}

#[wasm_bindgen]
impl EngineCore {
    /// `new ExpressEngine(appID, server)`.
    ///
    /// # Errors
    /// `app_id` is not an app's number: 1001004. `server` is not an http or ws URL: 1100001.
    #[wasm_bindgen(constructor)]
    pub fn new(app_id: &JsValue, server: &JsValue) -> Result<EngineCore, JsValue> {
        #[cfg(feature = "dev")]
        console_error_panic_hook::set_once();
        let app_id = options::app_number(app_id)?;
        let server_url = options::server(server)?;
        let emitter = Rc::<Emitter>::default();
        let told = emitter.clone();
        let tell = move |event: &_| events::tell(event, &mut ToListeners(&told));
        let core = Core::new(app_id, &server_url, Box::new(tell))?;
        Ok(EngineCore { core: Rc::new(core), emitter })
    }

    /// `getVersion`.
    #[wasm_bindgen(js_name = getVersion)]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// `setEngineConfig`'s windows (CFG-01).
    ///
    /// # Errors
    /// An unknown key, or a value that is not a number of seconds: 1100001. Nothing is changed
    /// then.
    #[wasm_bindgen(js_name = setEngineConfig)]
    pub fn set_engine_config(&self, config: &JsValue) -> Result<(), JsValue> {
        self.core.check_alive()?;
        let config = options::windows(self.core.config(), config)?;
        Ok(self.core.call(Call::Configure(config))?)
    }

    /// `on`: false for an unknown event, for anything but a function, and for a listener already
    /// added.
    pub fn on(&self, event: &JsValue, listener: &JsValue) -> bool {
        self.core.check_alive().is_ok() && self.emitter.add(event, listener, false)
    }

    /// `once`: as `on`, for one event.
    pub fn once(&self, event: &JsValue, listener: &JsValue) -> bool {
        self.core.check_alive().is_ok() && self.emitter.add(event, listener, true)
    }

    /// `off`: without a listener, removes all of the event's. False if there was none.
    pub fn off(&self, event: &JsValue, listener: &JsValue) -> bool {
        self.emitter.remove(event, listener)
    }

    /// `enableMultiRoom`: false after the first login (ROOM-17).
    ///
    /// # Errors
    /// `enable` is not a boolean: 1100001.
    #[wasm_bindgen(js_name = enableMultiRoom)]
    pub fn enable_multi_room(&self, enable: &JsValue) -> Result<bool, JsValue> {
        let is_on = options::boolean(enable, "enable")?;
        unless(self.core.call(Call::EnableMultiRoom(is_on)), &[Code::MULTI_ROOM_OFF])
    }

    /// `loginRoom`: settles when the user is in the room, or refused (ROOM-03).
    #[wasm_bindgen(js_name = loginRoom)]
    pub fn login_room(
        &self,
        room_id: &JsValue,
        token: &JsValue,
        user: &JsValue,
        config: &JsValue,
    ) -> Promise {
        promise(Some(JsValue::TRUE), |settle| {
            let user = options::user(user)?;
            let mut login = options::login(room_id, Some(token), config)?;
            login.user = user;
            self.core.login_room(login, settle);
            Ok(())
        })
    }

    /// `switchRoom`: leaves one room and enters the other as the same user (ROOM-14).
    #[wasm_bindgen(js_name = switchRoom)]
    pub fn switch_room(
        &self,
        from_room_id: &JsValue,
        to_room_id: &JsValue,
        config: &JsValue,
    ) -> Promise {
        promise(Some(JsValue::TRUE), |settle| {
            let from = options::text(from_room_id, "fromRoomID")?;
            self.core.switch_room(from, options::login(to_room_id, None, config)?, settle);
            Ok(())
        })
    }

    /// `logoutRoom`: leaves a room, or all there are (ROOM-13).
    ///
    /// # Errors
    /// Not in that room: 1002002.
    #[wasm_bindgen(js_name = logoutRoom)]
    pub fn logout_room(&self, room_id: &JsValue) -> Result<(), JsValue> {
        let room = options::optional_text(room_id, "roomID")?;
        Ok(self.core.call(Call::Logout { room })?)
    }

    /// `renewToken`: false for a text that cannot be a token (ROOM-12).
    ///
    /// # Errors
    /// Not in that room: 1002002.
    #[wasm_bindgen(js_name = renewToken)]
    pub fn renew_token(&self, token: &JsValue, room_id: &JsValue) -> Result<bool, JsValue> {
        let token = options::text(token, "token")?;
        let room = options::optional_text(room_id, "roomID")?;
        unless(self.core.call(Call::RenewToken { token, room }), &[Code::TOKEN_INVALID])
    }

    /// `retryNow`: makes every waiting try now (BEY-01).
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = retryNow)]
    pub fn retry_now(&self) -> Result<(), JsValue> {
        Ok(self.core.call(Call::RetryNow)?)
    }

    /// `startPublishingStream`: false if not logged in to the room, or if the stream is being
    /// published (PUB-01). `bitrates` is the maximum kbps of each kind, `{ audio, video }`, which
    /// each new connection reads anew.
    ///
    /// # Errors
    /// A bad stream ID, extra info or codec, or no room named where there may be several.
    #[wasm_bindgen(js_name = startPublishingStream)]
    pub fn start_publishing_stream(
        &self,
        stream_id: &JsValue,
        media: MediaStream,
        options: &JsValue,
        bitrates: Object,
    ) -> Result<bool, JsValue> {
        let stream = options::text(stream_id, "streamID")?;
        let (room, codec, extra) = options::publishing(options)?;
        let sending = Sending { media, codec, bitrates };
        let outcome = self.core.start_publishing(room, stream, extra, sending);
        unless(outcome, &[Code::NOT_LOGGED_IN, Code::NOT_IN_ROOM, Code::ALREADY_PUBLISHING])
    }

    /// `stopPublishingStream`.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = stopPublishingStream)]
    pub fn stop_publishing_stream(&self, stream_id: &JsValue) -> Result<bool, JsValue> {
        let stream = options::text(stream_id, "streamID")?;
        unless(self.core.call(Call::StopPublishing { stream }), &[])
    }

    /// `startPlayingStream`: settles with `outlet` once it plays, or fails (PLAY-01). `bridge` is
    /// the outlet's.
    #[wasm_bindgen(js_name = startPlayingStream)]
    pub fn start_playing_stream(
        &self,
        stream_id: &JsValue,
        options: &JsValue,
        outlet: MediaStream,
        bridge: Bridge,
    ) -> Promise {
        // `MediaStream::clone` would be the browser's, which makes another stream.
        promise(Some(JsValue::from(&outlet)), |settle| {
            let stream = options::text(stream_id, "streamID")?;
            let (room, kinds, follow) = options::playing(options)?;
            let on_track = self.on_track(&stream);
            let receiving = Receiving { outlet, kinds, bridge: Some(bridge), on_track };
            self.core.start_playing(room, stream, follow, receiving, settle);
            Ok(())
        })
    }

    /// `stopPlayingStream`.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = stopPlayingStream)]
    pub fn stop_playing_stream(&self, stream_id: &JsValue) -> Result<(), JsValue> {
        let stream = options::text(stream_id, "streamID")?;
        Ok(self.core.call(Call::StopPlaying { stream })?)
    }

    /// `sendBroadcastMessage`: settles with the number of the room's event.
    #[wasm_bindgen(js_name = sendBroadcastMessage)]
    pub fn send_broadcast_message(&self, room_id: &JsValue, message: &JsValue) -> Promise {
        self.send(room_id, || Ok(Request::Broadcast { text: options::text(message, "message")? }))
    }

    /// `sendBarrageMessage`: a message that may be lost.
    #[wasm_bindgen(js_name = sendBarrageMessage)]
    pub fn send_barrage_message(&self, room_id: &JsValue, message: &JsValue) -> Promise {
        self.send(room_id, || Ok(Request::Barrage { text: options::text(message, "message")? }))
    }

    /// `sendCustomCommand`: to some users, or to all.
    #[wasm_bindgen(js_name = sendCustomCommand)]
    pub fn send_custom_command(
        &self,
        room_id: &JsValue,
        command: &JsValue,
        to_user_ids: &JsValue,
    ) -> Promise {
        self.send(room_id, || {
            let text = options::text(command, "command")?;
            Ok(Request::Command { text, to: options::users(to_user_ids)? })
        })
    }

    /// `setRoomExtraInfo`.
    #[wasm_bindgen(js_name = setRoomExtraInfo)]
    pub fn set_room_extra_info(
        &self,
        room_id: &JsValue,
        key: &JsValue,
        value: &JsValue,
    ) -> Promise {
        self.send(room_id, || {
            let key = options::text(key, "key")?;
            Ok(Request::RoomExtra { key, value: options::text(value, "value")? })
        })
    }

    /// `setStreamExtraInfo`, of a stream that is published here.
    #[wasm_bindgen(js_name = setStreamExtraInfo)]
    pub fn set_stream_extra_info(&self, stream_id: &JsValue, extra_info: &JsValue) -> Promise {
        promise(None, |settle| {
            let stream = options::text(stream_id, "streamID")?;
            let extra = options::text(extra_info, "extraInfo")?;
            self.core.send(None, Request::StreamExtra { stream, extra }, settle);
            Ok(())
        })
    }

    /// `timeline`: states, tries and recoveries, the oldest first (BEY-02).
    pub fn timeline(&self) -> JsValue {
        value_of(&self.core.timeline())
    }

    /// `destroyEngine`: leaves all rooms and removes all listeners.
    ///
    /// # Errors
    /// The engine was destroyed before: 1101000.
    #[wasm_bindgen(js_name = destroyEngine)]
    pub fn destroy_engine(&self) -> Result<(), JsValue> {
        self.core.destroy()?;
        self.emitter.clear();
        Ok(())
    }

    /// The server's URL, as the browser spells it.
    #[wasm_bindgen(getter, js_name = serverUrl)]
    pub fn server_url(&self) -> String {
        self.core.server_url()
    }

    /// Calls a script's function with each event's name and arguments, before the app's listeners.
    pub fn observe(&self, observer: Function) {
        self.emitter.observe(observer);
    }

    /// Emits an event of a script, in order with the other events.
    pub fn emit(&self, event: &JsValue, arguments: Array) {
        if let Some(event) = emitter::known(event) {
            let emitter = self.emitter.clone();
            self.core.in_order(Box::new(move || emitter.emit(event, &arguments)));
        }
    }

    /// Tells the room which media of a published stream are muted: a sum of 1, its sound, and 2,
    /// its pictures.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn mute(&self, stream_id: &str, muted: u8) -> Result<(), JsValue> {
        Ok(self.core.call(Call::Mute { stream: stream_id.into(), muted })?)
    }

    /// The RTCPeerConnections of a stream, the newest last.
    pub fn connections(&self, is_publisher: bool, stream_id: &str) -> Array {
        let direction = if is_publisher { Direction::Publish } else { Direction::Play };
        self.core.connections(direction, stream_id)
    }

    /// The table's message for a code.
    pub fn words(&self, code: u32) -> String {
        Code(code).message().to_owned()
    }

    fn send(
        &self,
        room_id: &JsValue,
        request: impl FnOnce() -> Result<Request, JsValue>,
    ) -> Promise {
        promise(None, |settle| {
            let room = options::text(room_id, "roomID")?;
            self.core.send(Some(room), request()?, settle);
            Ok(())
        })
    }

    /// Tells of each track that is put into a played stream (PLAY-06), in order with the events.
    fn on_track(&self, stream: &str) -> Box<dyn Fn(&MediaStreamTrack)> {
        // Weak, because the driver keeps this function and the core keeps the driver.
        let (core, emitter) = (Rc::downgrade(&self.core), self.emitter.clone());
        let stream = JsValue::from(stream);
        Box::new(move |track| {
            let event = match text(track, "kind").as_str() {
                "video" => "playerVideoTrackUpdate",
                _ => "playerAudioTrackUpdate",
            };
            let (emitter, arguments) = (emitter.clone(), list(&[&stream, track]));
            if let Some(core) = core.upgrade() {
                core.in_order(Box::new(move || emitter.emit(event, &arguments)));
            }
        })
    }
}

/// Whether a call was accepted; false if it was refused with one of these codes.
fn unless(outcome: Result<(), Error>, codes: &[Code]) -> Result<bool, JsValue> {
    match outcome {
        Ok(()) => Ok(true),
        Err(error) if codes.contains(&error.code) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
