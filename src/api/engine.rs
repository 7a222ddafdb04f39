//! The engine's methods for rooms, streams, messages and recovery, as `pkg-template/types`
//! describes them. Apps call `ExpressEngine` (`pkg-template/engine.js`), which has these methods
//! and those for the page's devices and elements.

use super::error::failure;
use super::options;
use super::teller::Teller;
use crate::machine::{Call, Direction, Refusal, Request};
use crate::media::{Bridge, Media, Receiving, Sending};
use crate::web::{Driver, Server};
use holdfast_protocol::{Code, User};
use js_sys::{Array, Function, Object, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MediaStream;

/// One app's connection to rooms and media. Every method takes `&self`, so that the app's code may
/// call another one meanwhile, and none is `async`: promises are kept in `Teller`.
#[wasm_bindgen(js_name = EngineCore)]
pub struct Engine {
    pub(super) driver: Rc<Driver>,
    pub(super) teller: Rc<Teller>,
    app: u32,
    /// The user who logged in last, for `switchRoom`.
    user: RefCell<Option<User>>,
    is_destroyed: Cell<bool>,
}

#[wasm_bindgen(js_class = EngineCore)]
impl Engine {
    /// `server` is the script's part of talking to the room server.
    ///
    #[wasm_bindgen(constructor)]
    pub fn new(app: u32, server: Server) -> Engine {
        #[cfg(feature = "dev")]
        console_error_panic_hook::set_once();
        let teller = Rc::<Teller>::default();
        let told = teller.clone();
        let driver = Driver::new(server, Box::new(move |event| told.take(&event)));
        Engine { driver, teller, app, user: RefCell::default(), is_destroyed: Cell::default() }
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
        self.check_alive()?;
        let config = options::windows(self.driver.config(), config)?;
        self.call(Call::Configure(config))
    }

    /// `on`: false for an unknown event, for anything but a function, and for a listener already
    /// added.
    pub fn on(&self, event: &JsValue, listener: &JsValue) -> bool {
        !self.is_destroyed.get() && self.teller.emitter.add(event, listener, false)
    }

    /// `once`: as `on`, for one event.
    pub fn once(&self, event: &JsValue, listener: &JsValue) -> bool {
        !self.is_destroyed.get() && self.teller.emitter.add(event, listener, true)
    }

    /// `off`: without a listener, removes all of the event's. False if there was none.
    pub fn off(&self, event: &JsValue, listener: &JsValue) -> bool {
        self.teller.emitter.remove(event, listener)
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
        self.teller.promises.promise(JsValue::TRUE, |call| {
            let user = options::user(user)?;
            let login = options::login(self.app, room_id, Some(token), user.clone(), config)?;
            self.call(Call::Login { call, login })?;
            self.user.replace(Some(user));
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
        self.teller.promises.promise(JsValue::TRUE, |call| {
            let from = options::text(from_room_id, "fromRoomID")?;
            let user = self.user.borrow().clone().ok_or_else(|| failure(Code::NOT_IN_ROOM))?;
            let login = options::login(self.app, to_room_id, None, user, config)?;
            self.call(Call::Switch { call, from, login })
        })
    }

    /// `logoutRoom`: leaves a room, or the only one (ROOM-13).
    ///
    /// # Errors
    /// Not in that room: 1002002.
    #[wasm_bindgen(js_name = logoutRoom)]
    pub fn logout_room(&self, room_id: &JsValue) -> Result<(), JsValue> {
        self.call(Call::Logout { room: options::optional_text(room_id, "roomID")? })
    }

    /// `renewToken`: false for a text that cannot be a token (ROOM-12).
    ///
    /// # Errors
    /// Not in that room: 1002002.
    #[wasm_bindgen(js_name = renewToken)]
    pub fn renew_token(&self, token: &JsValue, room_id: &JsValue) -> Result<bool, JsValue> {
        let token = options::text(token, "token")?;
        let room = options::optional_text(room_id, "roomID")?;
        self.is_taken(Call::RenewToken { token, room }, &[Code::TOKEN_INVALID])
    }

    /// `retryNow`: makes every waiting try now (BEY-01).
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = retryNow)]
    pub fn retry_now(&self) -> Result<(), JsValue> {
        self.call(Call::RetryNow)
    }

    /// `startPublishingStream`: false if not logged in, or if the stream is being published
    /// (PUB-01). `bitrates` is the maximum kbps of each kind, `{ audio, video }`, which each new
    /// connection reads anew.
    ///
    /// # Errors
    /// A bad stream ID, extra info or codec.
    #[wasm_bindgen(js_name = startPublishingStream)]
    pub fn start_publishing_stream(
        &self,
        stream_id: &JsValue,
        media: MediaStream,
        options: &JsValue,
        bitrates: Object,
    ) -> Result<bool, JsValue> {
        let stream = options::text(stream_id, "streamID")?;
        let (codec, extra) = options::publishing(options)?;
        self.check_alive()?;
        let call = Call::StartPublishing { stream: stream.clone(), extra };
        let media = Media::Sending(Sending { media, codec, bitrates });
        let outcome = self.driver.start(call, stream, media);
        unless(outcome, &[Code::NOT_LOGGED_IN, Code::ALREADY_PUBLISHING])
    }

    /// `stopPublishingStream`.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = stopPublishingStream)]
    pub fn stop_publishing_stream(&self, stream_id: &JsValue) -> Result<bool, JsValue> {
        let stream = options::text(stream_id, "streamID")?;
        self.is_taken(Call::StopPublishing { stream }, &[])
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
        self.teller.promises.promise(JsValue::from(&outlet), |call| {
            let stream = options::text(stream_id, "streamID")?;
            let (kinds, follow) = options::playing(options)?;
            self.check_alive()?;
            let start = Call::StartPlaying { call, stream: stream.clone(), follow };
            let (teller, id) = (self.teller.clone(), stream.clone());
            let on_track = Box::new(move |track: &_| teller.tell_track(&id, track));
            let media = Media::Receiving(Receiving { outlet, kinds, bridge, on_track });
            Ok(self.driver.start(start, stream, media)?)
        })
    }

    /// `stopPlayingStream`.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    #[wasm_bindgen(js_name = stopPlayingStream)]
    pub fn stop_playing_stream(&self, stream_id: &JsValue) -> Result<(), JsValue> {
        self.call(Call::StopPlaying { stream: options::text(stream_id, "streamID")? })
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
        self.teller.promises.promise(JsValue::UNDEFINED, |call| {
            let stream = options::text(stream_id, "streamID")?;
            let extra = options::text(extra_info, "extraInfo")?;
            let request = Request::StreamExtra { stream, extra };
            self.call(Call::Send { call, room: None, request })
        })
    }

    /// `timeline`: states, tries and recoveries, the oldest first (BEY-02).
    pub fn timeline(&self) -> JsValue {
        self.teller.timeline()
    }

    /// `destroyEngine`: leaves all rooms and removes all listeners.
    ///
    /// # Errors
    /// The engine was destroyed before: 1101000.
    #[wasm_bindgen(js_name = destroyEngine)]
    pub fn destroy_engine(&self) -> Result<(), JsValue> {
        self.call(Call::Logout { room: None })?;
        self.driver.stop_listening();
        self.teller.emitter.clear();
        self.is_destroyed.set(true);
        Ok(())
    }

    /// Calls a script's function with each event's name and arguments, before the app's listeners.
    pub fn observe(&self, observer: Function) {
        self.teller.emitter.observe(observer);
    }

    /// Emits an event of a script, in order with the other events.
    pub fn emit(&self, event: &JsValue, arguments: Array) {
        if let Some(event) = super::emitter::known(event) {
            self.teller.emit(event, arguments);
        }
    }

    /// Tells the room which media of a published stream are muted: a sum of 1, its sound, and 2,
    /// its pictures.
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn mute(&self, stream_id: &str, muted: u8) -> Result<(), JsValue> {
        self.call(Call::Mute { stream: stream_id.to_owned(), muted })
    }

    /// The RTCPeerConnections of a stream, the newest last.
    pub fn connections(&self, is_publisher: bool, stream_id: &str) -> Array {
        let direction = if is_publisher { Direction::Publish } else { Direction::Play };
        self.driver.connections(direction, stream_id)
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
        self.teller.promises.promise(JsValue::UNDEFINED, |call| {
            let room = Some(options::text(room_id, "roomID")?);
            self.call(Call::Send { call, room, request: request()? })
        })
    }

    pub(super) fn check_alive(&self) -> Result<(), JsValue> {
        if self.is_destroyed.get() { Err(failure(Code::ENGINE_DESTROYED)) } else { Ok(()) }
    }

    fn call(&self, call: Call) -> Result<(), JsValue> {
        self.check_alive()?;
        Ok(self.driver.call(call)?)
    }

    /// Whether a call was accepted; false if it was refused with one of these codes.
    fn is_taken(&self, call: Call, codes: &[Code]) -> Result<bool, JsValue> {
        self.check_alive()?;
        unless(self.driver.call(call), codes)
    }
}

fn unless(outcome: Result<(), Refusal>, codes: &[Code]) -> Result<bool, JsValue> {
    match outcome {
        Ok(()) => Ok(true),
        Err(refusal) if codes.contains(&refusal.code) => Ok(false),
        Err(refusal) => Err(refusal.into()),
    }
}

/// The number of the app that is to be `EngineCore`'s.
///
/// # Errors
/// `app_id` is not an app's number: 1001004.
#[wasm_bindgen(js_name = appNumber)]
pub fn app_number(app_id: &JsValue) -> Result<u32, JsValue> {
    options::app_number(app_id)
}
