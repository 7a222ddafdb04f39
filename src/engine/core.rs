//! What both faces of the engine are made of: the one for Rust beside this file, and the one for
//! JavaScript (`src/api`).

use super::Error;
use super::calls::Settle;
use super::teller::Teller;
use crate::machine::{self, Call, CallId, Config, Direction, Request};
use crate::media::{Media, Receiving, Sending};
use crate::server::Server;
use crate::timeline;
use crate::web::Driver;
use holdfast_protocol::{Code, Login, User};
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// One engine.
pub(crate) struct Core {
    driver: Rc<Driver>,
    teller: Rc<Teller>,
    app: u32,
    /// The user who logged in last, for a switch of rooms.
    user: RefCell<Option<User>>,
    is_destroyed: Cell<bool>,
}

impl Core {
    /// `listener` is told of every event that settles no call.
    pub(crate) fn new(
        app_id: u32,
        server_url: &str,
        listener: Box<dyn Fn(&machine::Event)>,
    ) -> Result<Core, Error> {
        if app_id == 0 {
            return Err(bad_app_id());
        }
        let server = Server::at(server_url)
            .ok_or_else(|| Error::new(Code::BAD_PARAMETER, "server must be an http or ws URL"))?;
        let teller = Rc::new(Teller::new(listener));
        let told = teller.clone();
        let driver = Driver::new(server, Box::new(move |event| told.take(event)));
        let (user, is_destroyed) = (RefCell::default(), Cell::default());
        Ok(Core { driver, teller, app: app_id, user, is_destroyed })
    }

    /// Enters a room. The core fills in the app.
    pub(crate) fn login_room(&self, mut login: Box<Login>, settle: Settle) {
        login.app = self.app;
        let user = login.user.clone();
        let is_taken = self.begin(settle, |call| self.call(Call::Login { call, login }));
        if is_taken {
            self.user.replace(Some(user));
        }
    }

    /// Enters another room. The core fills in the app and the user.
    pub(crate) fn switch_room(&self, from: String, mut login: Box<Login>, settle: Settle) {
        self.begin(settle, |call| {
            login.app = self.app;
            login.user = self.user.borrow().clone().ok_or(Code::NOT_IN_ROOM)?;
            self.call(Call::Switch { call, from, login })
        });
    }

    pub(crate) fn send(&self, room: Option<String>, request: Request, settle: Settle) {
        self.begin(settle, |call| self.call(Call::Send { call, room, request }));
    }

    pub(crate) fn start_publishing(
        &self,
        room: Option<String>,
        stream: String,
        extra: String,
        sending: Sending,
    ) -> Result<(), Error> {
        self.check_alive()?;
        let call = Call::StartPublishing { room, stream: stream.clone(), extra };
        Ok(self.driver.start(call, stream, Media::Sending(sending))?)
    }

    pub(crate) fn start_playing(
        &self,
        room: Option<String>,
        stream: String,
        follow: bool,
        receiving: Receiving,
        settle: Settle,
    ) {
        self.begin(settle, |call| {
            if !receiving.kinds.audio && !receiving.kinds.video {
                let message = "video, audio or both must be played";
                return Err(Error::new(Code::BAD_PARAMETER, message));
            }
            self.check_alive()?;
            let start = Call::StartPlaying { call, room, stream: stream.clone(), follow };
            Ok(self.driver.start(start, stream, Media::Receiving(receiving))?)
        });
    }

    /// The RTCPeerConnections of a stream, the newest last.
    pub(crate) fn connections(&self, direction: Direction, stream: &str) -> Array {
        self.driver.connections(direction, stream)
    }

    pub(crate) fn config(&self) -> Config {
        self.driver.config()
    }

    pub(crate) fn timeline(&self) -> Vec<timeline::Entry> {
        self.teller.timeline()
    }

    /// The server's URL, as the browser spells it.
    #[cfg(feature = "javascript")]
    pub(crate) fn server_url(&self) -> String {
        self.driver.server().base_url().into()
    }

    /// The engine's inputs and outputs so far.
    #[cfg(all(feature = "dev", not(feature = "testing")))]
    pub(crate) fn trace(&self) -> String {
        self.driver.trace()
    }

    /// Begins a fault, and writes it into the timeline (BEY-08).
    #[cfg(all(feature = "dev", not(feature = "testing")))]
    pub(crate) fn begin_fault(&self, fault: crate::faults::Fault) -> Result<(), Error> {
        self.driver.begin_fault(fault)?;
        self.teller.add_fault(fault, false);
        self.driver.strike(fault);
        Ok(())
    }

    /// Ends a fault.
    #[cfg(all(feature = "dev", not(feature = "testing")))]
    pub(crate) fn end_fault(&self, fault: crate::faults::Fault) {
        self.teller.add_fault(fault, true);
        self.driver.end_fault(fault);
    }

    /// Leaves the room, stops all streams and refuses all calls from now on.
    pub(crate) fn destroy(&self) -> Result<(), Error> {
        self.call(Call::Logout { room: None })?;
        self.driver.stop_listening();
        self.is_destroyed.set(true);
        Ok(())
    }

    /// Does something in order with what is told.
    pub(crate) fn in_order(&self, act: Box<dyn FnOnce()>) {
        self.teller.act(act);
    }

    pub(crate) fn check_alive(&self) -> Result<(), Error> {
        if self.is_destroyed.get() { Err(Code::ENGINE_DESTROYED.into()) } else { Ok(()) }
    }

    /// A call that is settled at once.
    pub(crate) fn call(&self, call: Call) -> Result<(), Error> {
        self.check_alive()?;
        Ok(self.driver.call(call)?)
    }

    /// Makes a call that the machine settles later. Returns whether it was taken.
    fn begin(&self, settle: Settle, make: impl FnOnce(CallId) -> Result<(), Error>) -> bool {
        // Before the call, because a page's own replacement for `WebSocket` may call the engine
        // during it.
        let call = self.teller.calls.open(settle);
        let made = make(call);
        let is_taken = made.is_ok();
        if let Err(error) = made {
            self.teller.calls.settle(call, Err(error));
        }
        is_taken
    }
}

/// The error for what is not an app's number.
pub(crate) fn bad_app_id() -> Error {
    Error::new(Code::APP_ID_BAD, "appID must be a positive 32-bit integer")
}
