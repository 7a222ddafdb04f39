//! The engine's methods for rooms, messages and recovery.

use super::calls::Settlement;
use super::core::Core;
use super::events::Subscribers;
use super::{Error, Events, LoginOptions};
use crate::machine::{Call, Config, Request};
use crate::timeline;
use holdfast_protocol::{Login, User};
use std::rc::Rc;

/// One app's connection to rooms and media. It is a handle: its clones are the same engine.
///
/// Calls take effect at once. The future that a call returns only awaits how it ends; it does not
/// borrow the engine, and if it is dropped the call goes on. An engine lives until [`destroy`],
/// even if the app keeps no handle.
///
/// ```no_run,standalone_crate
/// use holdfast_rtc::{Engine, Error, LoginOptions, User};
///
/// async fn enter(token: &str) -> Result<Engine, Error> {
///     let engine = Engine::new(1, "https://rooms.example.com")?;
///     let ada = User { id: "ada".into(), name: "Ada".into() };
///     let options = LoginOptions { user_update: true, ..LoginOptions::default() };
///     engine.login_room("lobby", token, ada, options).await?;
///     engine.send_broadcast_message("lobby", "hello").await?;
///     Ok(engine)
/// }
/// ```
///
/// [`destroy`]: Engine::destroy
#[derive(Clone)]
pub struct Engine {
    pub(super) core: Rc<Core>,
    subscribers: Rc<Subscribers>,
}

impl Engine {
    /// An engine for an app by its number, on the room server at an http, https, ws or wss URL.
    ///
    /// # Errors
    /// The app's number is 0: 1001004. The URL is not one of these: 1100001.
    pub fn new(app_id: u32, server_url: &str) -> Result<Engine, Error> {
        let subscribers = Rc::<Subscribers>::default();
        let told = subscribers.clone();
        let core = Core::new(app_id, server_url, Box::new(move |event| told.tell(event)))?;
        Ok(Engine { core: Rc::new(core), subscribers })
    }

    /// `enableMultiRoom`: whether the engine may be in several rooms at once, up to 5, as one user
    /// (ROOM-17). Publishing and [`Engine::renew_token`] then name their room.
    ///
    /// # Errors
    /// There was a login already: 1002036.
    pub fn enable_multi_room(&self, is_on: bool) -> Result<(), Error> {
        self.core.call(Call::EnableMultiRoom(is_on))
    }

    /// `loginRoom`: enters a room. Resolves when the user is in it, or is refused (ROOM-03).
    pub fn login_room(
        &self,
        room: &str,
        token: &str,
        user: User,
        options: LoginOptions,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let (settle, entered) = Settlement::new();
        self.core.login_room(login(room, token, user, options), settle);
        async move { entered.await.map(drop) }
    }

    /// `switchRoom`: leaves one room and enters another as the same user (ROOM-14).
    pub fn switch_room(
        &self,
        from_room: &str,
        to_room: &str,
        token: &str,
        options: LoginOptions,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let (settle, entered) = Settlement::new();
        let login = login(to_room, token, User::default(), options);
        self.core.switch_room(from_room.into(), login, settle);
        async move { entered.await.map(drop) }
    }

    /// `logoutRoom`: leaves a room, or with None all there are (ROOM-13).
    ///
    /// # Errors
    /// Not in that room: 1002002.
    pub fn logout_room(&self, room: Option<&str>) -> Result<(), Error> {
        self.core.call(Call::Logout { room: room.map(String::from) })
    }

    /// `renewToken`: swaps the login's token for a newer one (ROOM-12).
    ///
    /// # Errors
    /// Not in that room: 1002002. There may be several rooms and none is named: 1100001. The text
    /// cannot be a token: 1102016.
    pub fn renew_token(&self, token: &str, room: Option<&str>) -> Result<(), Error> {
        self.core.call(Call::RenewToken { token: token.into(), room: room.map(String::from) })
    }

    /// `sendBroadcastMessage`: to all in the room, in order and once, across a reconnect. Resolves
    /// with the number of the room's event.
    pub fn send_broadcast_message(
        &self,
        room: &str,
        message: &str,
    ) -> impl Future<Output = Result<u32, Error>> + use<> {
        self.send(Some(room), Request::Broadcast { text: message.into() })
    }

    /// `sendBarrageMessage`: to those present; it may be lost.
    pub fn send_barrage_message(
        &self,
        room: &str,
        message: &str,
    ) -> impl Future<Output = Result<u32, Error>> + use<> {
        self.send(Some(room), Request::Barrage { text: message.into() })
    }

    /// `sendCustomCommand`: to some users by their IDs, or to all others if there are none.
    pub fn send_custom_command(
        &self,
        room: &str,
        command: &str,
        to_users: Vec<String>,
    ) -> impl Future<Output = Result<u32, Error>> + use<> {
        self.send(Some(room), Request::Command { text: command.into(), to: to_users })
    }

    /// `setRoomExtraInfo`: a key of the room that all can read. An empty value removes it.
    pub fn set_room_extra_info(
        &self,
        room: &str,
        key: &str,
        value: &str,
    ) -> impl Future<Output = Result<u32, Error>> + use<> {
        self.send(Some(room), Request::RoomExtra { key: key.into(), value: value.into() })
    }

    /// `setStreamExtraInfo`: text that goes with a stream published here.
    pub fn set_stream_extra_info(
        &self,
        stream: &str,
        extra: &str,
    ) -> impl Future<Output = Result<u32, Error>> + use<> {
        self.send(None, Request::StreamExtra { stream: stream.into(), extra: extra.into() })
    }

    /// `retryNow`: makes every waiting try now (BEY-01).
    ///
    /// # Errors
    /// The engine was destroyed: 1101000.
    pub fn retry_now(&self) -> Result<(), Error> {
        self.core.call(Call::RetryNow)
    }

    /// What [`Engine::set_config`] set, or the default.
    pub fn config(&self) -> Config {
        self.core.config()
    }

    /// `setEngineConfig`: how long to keep trying (CFG-01).
    ///
    /// # Errors
    /// A window is longer than a day: 1100001. The engine was destroyed: 1101000.
    pub fn set_config(&self, config: Config) -> Result<(), Error> {
        config.check()?;
        self.core.call(Call::Configure(config))
    }

    /// `timeline`: states, tries and recoveries, the oldest first (BEY-02).
    pub fn timeline(&self) -> Vec<timeline::Entry> {
        self.core.timeline()
    }

    /// The events from now on. Each call returns a stream of its own.
    ///
    /// ```no_run,standalone_crate
    /// use futures_core::Stream;
    /// use holdfast_rtc::{Engine, Event};
    /// use std::future::poll_fn;
    /// use std::pin::pin;
    ///
    /// /// Tells the user when the room is lost and when it is back. Ends with the engine.
    /// async fn watch(engine: Engine, show: impl Fn(&str)) {
    ///     let mut events = pin!(engine.events());
    ///     while let Some(event) = poll_fn(|context| events.as_mut().poll_next(context)).await {
    ///         match event {
    ///             Event::Retry(update) => show(&format!("Reconnecting, try {}", update.attempt)),
    ///             Event::RoomState { state, .. } => show(state.name()),
    ///             _ => {}
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// With `StreamExt` of the crate `futures-util` that is `while let Some(event) =
    /// events.next().await`.
    pub fn events(&self) -> Events {
        let events = self.subscribers.add();
        if self.core.check_alive().is_err() {
            self.end_events();
        }
        events
    }

    /// `destroyEngine`: leaves the room, stops all streams and ends all [`Engine::events`]. Calls
    /// fail from now on. Does nothing the second time.
    pub fn destroy(&self) {
        // Fails only if it was destroyed before.
        if self.core.destroy().is_ok() {
            self.end_events();
        }
    }

    /// Ends the streams of events once they have been told what is still to tell.
    fn end_events(&self) {
        let subscribers = self.subscribers.clone();
        self.core.in_order(Box::new(move || subscribers.end()));
    }

    fn send(&self, room: Option<&str>, request: Request) -> Settlement {
        let (settle, sent) = Settlement::new();
        self.core.send(room.map(String::from), request, settle);
        sent
    }
}

fn login(room: &str, token: &str, user: User, options: LoginOptions) -> Box<Login> {
    let LoginOptions { max_members, user_update, user_connection_update } = options;
    let (room, token, connections) = (room.into(), token.into(), user_connection_update);
    Box::new(Login { room, token, user, user_update, connections, max_members, ..Login::default() })
}
