//! `ExpressEngine`: the class apps use. Types and documentation for JavaScript users are in
//! `pkg-template/index.d.ts`.

use super::app::App;
use super::argument::{self, get};
use crate::machine::{Call, Refusal};
use crate::web::{Driver, Server, capture};
use holdfast_protocol::Code;
use js_sys::{Array, Function, Promise, Set};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;
use web_sys::{MediaStream, MediaStreamTrack};

/// One app's connection to rooms and media.
#[wasm_bindgen]
pub struct ExpressEngine {
    app_id: u32,
    app: Rc<App>,
    driver: Rc<Driver>,
    /// Streams whose devices we opened, and so close.
    captured: Set,
    is_destroyed: Rc<Cell<bool>>,
}

#[wasm_bindgen]
impl ExpressEngine {
    /// `new ExpressEngine(appID, server)`.
    #[wasm_bindgen(constructor)]
    pub fn new(app_id: JsValue, server: JsValue) -> Result<ExpressEngine, JsValue> {
        #[cfg(feature = "dev")]
        console_error_panic_hook::set_once();
        let app_id = argument::app_id(&app_id)?;
        let server = Server::parse(&argument::server(&server)?).ok_or_else(|| {
            Refusal::new(Code::BAD_PARAMETER, "server must be an http, https, ws or wss URL")
        })?;
        let app = Rc::new(App::default());
        let receiver = app.clone();
        let driver =
            Driver::new(server, Box::new(move |event, streams| receiver.receive(event, streams)));
        let is_destroyed = Rc::default();
        Ok(ExpressEngine {
            app_id,
            app,
            driver,
            captured: Set::new(&JsValue::UNDEFINED),
            is_destroyed,
        })
    }

    /// The SDK's version.
    #[wasm_bindgen(js_name = getVersion)]
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    /// Sets retry windows before `loginRoom` (CFG-01).
    #[wasm_bindgen(js_name = setEngineConfig)]
    pub fn set_engine_config(&self, config: JsValue) -> Result<(), JsValue> {
        let config = argument::config(&config, self.driver.config())?;
        Ok(self.call(Call::Configure(config))?)
    }

    /// Adds a listener.
    pub fn on(&self, event: JsValue, listener: JsValue) -> bool {
        self.listen(event, listener, false)
    }

    /// Adds a listener for one event only.
    pub fn once(&self, event: JsValue, listener: JsValue) -> bool {
        self.listen(event, listener, true)
    }

    /// Removes a listener, or all of an event's.
    pub fn off(&self, event: JsValue, listener: JsValue) -> bool {
        match listener.dyn_ref::<Function>() {
            None if !listener.is_undefined() => false,
            listener => self.app.emitter.remove(&event, listener),
        }
    }

    /// Logs in to a room; settles when in or refused.
    #[wasm_bindgen(js_name = loginRoom)]
    pub fn login_room(
        &self,
        room_id: JsValue,
        token: JsValue,
        user: JsValue,
        config: JsValue,
    ) -> Promise {
        self.app.promise(|call| {
            let login = argument::login(self.app_id, &room_id, &token, &user, &config)?;
            self.call(Call::Login { call, login })
        })
    }

    /// Leaves the room.
    #[wasm_bindgen(js_name = logoutRoom)]
    pub fn logout_room(&self, room_id: JsValue) -> Result<(), JsValue> {
        let room = match room_id.is_undefined() || room_id.is_null() {
            true => None,
            false => Some(argument::string(&room_id, "roomID must be a string")?),
        };
        Ok(self.call(Call::Logout { room })?)
    }

    /// Opens camera and microphone, a screen, or takes the app's own stream.
    #[wasm_bindgen(js_name = createStream)]
    pub fn create_stream(&self, config: JsValue) -> Promise {
        let captured = self.captured.clone();
        let is_destroyed = self.is_destroyed.clone();
        future_to_promise(async move {
            if is_destroyed.get() {
                return Err(Refusal::from(Code::ENGINE_DESTROYED).into());
            }
            let [camera, screen, custom] =
                ["camera", "screen", "custom"].map(|name| argument::capture(&config, name));
            let (camera, screen, custom) = (camera?, screen?, custom?);
            if custom.is_truthy() {
                return own_stream(&get(&custom, "source")).map_err(JsValue::from);
            }
            let stream = match screen.is_truthy() {
                true => capture::screen(screen).await,
                false => capture::camera(camera).await,
            };
            let stream = stream.map_err(Refusal::from)?;
            // The user may have taken a while to allow it.
            if is_destroyed.get() {
                stop_tracks(&stream);
                return Err(Refusal::from(Code::ENGINE_DESTROYED).into());
            }
            captured.add(&stream);
            Ok(stream.into())
        })
    }

    /// Closes the devices of a stream that `createStream` opened; the app's own is left alone.
    #[wasm_bindgen(js_name = destroyStream)]
    pub fn destroy_stream(&self, stream: JsValue) -> Result<(), JsValue> {
        let Some(stream) = stream.dyn_ref::<MediaStream>() else {
            let message = "stream must be a MediaStream";
            return Err(Refusal::new(Code::BAD_PARAMETER, message).into());
        };
        if self.captured.delete(stream) {
            stop_tracks(stream);
        }
        Ok(())
    }

    /// Starts publishing; false if not logged in or already publishing that ID.
    #[wasm_bindgen(js_name = startPublishingStream)]
    pub fn start_publishing_stream(
        &self,
        stream_id: JsValue,
        stream: JsValue,
        options: JsValue,
    ) -> Result<bool, JsValue> {
        self.check_alive()?;
        let id = argument::string(&stream_id, "streamID must be a string")?;
        let source = argument::source(&stream, &options)?;
        let extra = argument::extra_info(&options)?;
        match self.driver.publish(id, extra, source) {
            Ok(()) => Ok(true),
            Err(refusal) if refusal.code == Code::NOT_LOGGED_IN => Ok(false),
            Err(refusal) if refusal.code == Code::ALREADY_PUBLISHING => Ok(false),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// Stops publishing.
    #[wasm_bindgen(js_name = stopPublishingStream)]
    pub fn stop_publishing_stream(&self, stream_id: JsValue) -> Result<bool, JsValue> {
        let stream = argument::string(&stream_id, "streamID must be a string")?;
        self.call(Call::StopPublishing { stream })?;
        Ok(true)
    }

    /// Starts playing; settles with the MediaStream that stays the same from then on.
    #[wasm_bindgen(js_name = startPlayingStream)]
    pub fn start_playing_stream(&self, stream_id: JsValue, _options: JsValue) -> Promise {
        self.app.promise(|call| {
            let stream = argument::string(&stream_id, "streamID must be a string")?;
            self.call(Call::StartPlaying { call, stream })
        })
    }

    /// Stops playing.
    #[wasm_bindgen(js_name = stopPlayingStream)]
    pub fn stop_playing_stream(&self, stream_id: JsValue) -> Result<(), JsValue> {
        let stream = argument::string(&stream_id, "streamID must be a string")?;
        Ok(self.call(Call::StopPlaying { stream })?)
    }

    /// Logs out, closes the devices it opened, drops every listener; the engine is of no use afterwards.
    #[wasm_bindgen(js_name = destroyEngine)]
    pub fn destroy_engine(&self) {
        if !self.is_destroyed.get() {
            // There is nothing to refuse about leaving whatever room there is.
            let _ = self.call(Call::Logout { room: None });
            self.app.emitter.clear();
            self.driver.stop_listening();
            self.captured.for_each(&mut |stream, _, _| stop_tracks(&stream.unchecked_into()));
            self.captured.clear();
            self.is_destroyed.set(true);
        }
    }

    fn listen(&self, event: JsValue, listener: JsValue, is_once: bool) -> bool {
        match listener.dyn_into::<Function>() {
            Ok(listener) if !self.is_destroyed.get() => {
                self.app.emitter.add(event, listener, is_once)
            }
            _ => false,
        }
    }

    fn call(&self, call: Call) -> Result<(), Refusal> {
        self.check_alive()?;
        self.driver.call(call)
    }

    fn check_alive(&self) -> Result<(), Refusal> {
        match self.is_destroyed.get() {
            true => Err(Code::ENGINE_DESTROYED.into()),
            false => Ok(()),
        }
    }
}

fn stop_tracks(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// The app's own stream as one of ours: the same tracks, which stay the app's (PUB-06).
fn own_stream(source: &JsValue) -> Result<JsValue, Refusal> {
    if let Some(stream) = source.dyn_ref::<MediaStream>() {
        let tracks: Array = stream.get_tracks();
        let copy = MediaStream::new_with_tracks(&tracks).map_err(|_| Code::CAPTURE_FAILED)?;
        return Ok(copy.into());
    }
    // Audio and video elements where the browser can capture them.
    let capture: Function = get(source, "captureStream").dyn_into().ok().ok_or_else(|| {
        let message = "custom.source must be a MediaStream or a media element";
        Refusal::new(Code::BAD_PARAMETER, message)
    })?;
    capture.call0(source).map_err(|_| Refusal::from(Code::CAPTURE_FAILED))
}
