//! `ExpressEngine`: the class apps use. Types and documentation for JavaScript users are in
//! `pkg-template/index.d.ts`.

use super::app::App;
use super::argument::{self, get};
use crate::machine::{Call, Refusal, Request};
use crate::web::{Driver, Server};
use holdfast_protocol::{Code, User};
use js_sys::{Array, Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// One app's connection to rooms and media. Its calls reach JavaScript by `dispatch`.
#[wasm_bindgen(js_name = Engine)]
pub struct ExpressEngine {
    app_id: u32,
    pub(super) app: Rc<App>,
    pub(super) driver: Rc<Driver>,
    /// Who logged in last, for `switchRoom`.
    user: RefCell<Option<User>>,
    is_destroyed: Cell<bool>,
}

impl ExpressEngine {
    /// `new ExpressEngine(appID, server)`.
    pub fn new(app_id: JsValue, server: JsValue) -> Result<ExpressEngine, JsValue> {
        #[cfg(feature = "dev")]
        console_error_panic_hook::set_once();
        let app_id = argument::app_id(&app_id)?;
        let server = Server::parse(&argument::server(&server)?)
            .ok_or_else(|| argument::bad("server must be an http or ws URL"))?;
        let app = Rc::new(App::default());
        let receiver = app.clone();
        let driver =
            Driver::new(server, Box::new(move |event, streams| receiver.receive(event, streams)));
        let (user, is_destroyed) = Default::default();
        Ok(ExpressEngine { app_id, app, driver, user, is_destroyed })
    }

    /// The SDK's version.
    pub fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    /// Sets retry windows before `loginRoom` (CFG-01).
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
    pub fn login_room(
        &self,
        room_id: JsValue,
        token: JsValue,
        user: JsValue,
        config: JsValue,
    ) -> Promise {
        self.app.promise(|call| {
            let user = argument::user(&user)?;
            let login = argument::login(self.app_id, &room_id, &token, user.clone(), &config)?;
            self.call(Call::Login { call, login })?;
            self.user.replace(Some(user));
            Ok(())
        })
    }

    /// Leaves one room for another, as the same user; settles as `loginRoom` does (ROOM-14).
    pub fn switch_room(
        &self,
        from_room_id: JsValue,
        to_room_id: JsValue,
        config: JsValue,
    ) -> Promise {
        self.app.promise(|call| {
            let from = argument::string(&from_room_id, "fromRoomID")?;
            let user = self.user.borrow().clone().ok_or(Code::NOT_IN_ROOM)?;
            let token = get(&config, "token");
            let login = argument::login(self.app_id, &to_room_id, &token, user, &config)?;
            self.call(Call::Switch { from, call, login })
        })
    }

    /// Leaves the room.
    pub fn logout_room(&self, room_id: JsValue) -> Result<(), JsValue> {
        let room = argument::optional_string(&room_id, "roomID")?;
        Ok(self.call(Call::Logout { room })?)
    }

    /// Swaps the login's token for a newer one; false if it cannot be one (ROOM-12).
    pub fn renew_token(&self, token: JsValue, room_id: JsValue) -> Result<bool, JsValue> {
        let token = argument::string(&token, "token")?;
        let room = argument::optional_string(&room_id, "roomID")?;
        accepted(self.call(Call::RenewToken { room, token }), &[Code::TOKEN_INVALID])
    }

    /// Starts publishing; false if not logged in or already publishing that ID.
    pub fn start_publishing_stream(
        &self,
        stream_id: JsValue,
        stream: JsValue,
        options: JsValue,
    ) -> Result<bool, JsValue> {
        self.check_alive()?;
        let id = argument::string(&stream_id, "streamID")?;
        let source = argument::source(&stream, &options)?;
        let extra = argument::extra_info(&options)?;
        let outcome = self.driver.publish(id, extra, source);
        accepted(outcome, &[Code::NOT_LOGGED_IN, Code::ALREADY_PUBLISHING])
    }

    /// Stops publishing.
    pub fn stop_publishing_stream(&self, stream_id: JsValue) -> Result<bool, JsValue> {
        let stream = argument::string(&stream_id, "streamID")?;
        self.call(Call::StopPublishing { stream })?;
        Ok(true)
    }

    /// Starts playing; settles with the MediaStream that stays the same from then on.
    pub fn start_playing_stream(&self, stream_id: JsValue, options: JsValue) -> Promise {
        self.app.promise(|call| {
            let stream = argument::string(&stream_id, "streamID")?;
            self.call(Call::StartPlaying {
                call,
                stream,
                follow: get(&options, "follow").is_truthy(),
            })
        })
    }

    /// Stops playing.
    pub fn stop_playing_stream(&self, stream_id: JsValue) -> Result<(), JsValue> {
        let stream = argument::string(&stream_id, "streamID")?;
        Ok(self.call(Call::StopPlaying { stream })?)
    }

    /// Sends to everyone else in the room, in order and once; settles when the server has it.
    pub fn send_broadcast_message(&self, room_id: JsValue, message: JsValue) -> Promise {
        let text = argument::string(&message, "message");
        self.send(room_id, text.map(|text| Request::Broadcast { text }))
    }

    /// Sends to those who happen to be there.
    pub fn send_barrage_message(&self, room_id: JsValue, message: JsValue) -> Promise {
        let text = argument::string(&message, "message");
        self.send(room_id, text.map(|text| Request::Barrage { text }))
    }

    /// Sends to some of the room's users, in order and once.
    pub fn send_custom_command(
        &self,
        room_id: JsValue,
        command: JsValue,
        to_user_ids: JsValue,
    ) -> Promise {
        let text = argument::string(&command, "command");
        let request =
            text.and_then(|text| Ok(Request::Command { text, to: argument::users(&to_user_ids)? }));
        self.send(room_id, request)
    }

    /// Sets one key of the room's extra info; an empty value removes it.
    pub fn set_room_extra_info(&self, room_id: JsValue, key: JsValue, value: JsValue) -> Promise {
        let request = argument::string(&key, "key").and_then(|key| {
            Ok(Request::RoomExtra { key, value: argument::string(&value, "value")? })
        });
        self.send(room_id, request)
    }

    /// Changes the extra info of a stream of one's own.
    pub fn set_stream_extra_info(&self, stream_id: JsValue, extra_info: JsValue) -> Promise {
        let request = argument::string(&stream_id, "streamID").and_then(|stream| {
            Ok(Request::StreamExtra { stream, extra: argument::string(&extra_info, "extraInfo")? })
        });
        self.request(None, request)
    }

    /// The history of states, tries and recoveries, oldest first (BEY-02).
    pub fn timeline(&self) -> Array {
        self.app.timeline.entries()
    }

    /// Logs out and drops every listener; the engine is of no use afterwards.
    pub fn destroy_engine(&self) {
        if !self.is_destroyed.get() {
            // There is nothing to refuse about leaving whatever room there is.
            let _ = self.call(Call::Logout { room: None });
            self.app.emitter.clear();
            self.app.observe(None);
            self.driver.stop_listening();
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

    fn send(&self, room_id: JsValue, request: Result<Request, Refusal>) -> Promise {
        match argument::string(&room_id, "roomID") {
            Ok(room) => self.request(Some(room), request),
            Err(refusal) => self.request(None, Err(refusal)),
        }
    }

    fn request(&self, room: Option<String>, request: Result<Request, Refusal>) -> Promise {
        self.app.promise(|call| self.call(Call::Send { call, room, request: request? }))
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

/// What was refused with one of these codes is a no, anything else refused an error.
fn accepted(outcome: Result<(), Refusal>, no: &[Code]) -> Result<bool, JsValue> {
    match outcome {
        Ok(()) => Ok(true),
        Err(refusal) if no.contains(&refusal.code) => Ok(false),
        Err(refusal) => Err(refusal.into()),
    }
}
