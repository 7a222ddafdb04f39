//! One RTCPeerConnection and its WHIP or WHEP session: offer and answer, ICE restarts and
//! statistics. The machine decides when each of them happens.

use super::Server;
use super::driver::Driver;
use super::listener::Listener;
use super::object::{get, object, text, texts};
use super::promise::{outcome, spawn};
use super::whip::{self, Reply, are_of_one_origin};
use crate::machine::{Direction, Input, PeerId, PeerInput, Stage};
use crate::sdp_fragment::{answer_of, fragment_of};
use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Event, RtcPeerConnection};

// web-sys declares these calls as never throwing. A page's own replacement for one may throw.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = RtcPeerConnection)]
    #[derive(Clone)]
    pub(crate) type Connection;

    #[wasm_bindgen(method, catch, js_name = createOffer)]
    fn create_offer(this: &Connection, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setLocalDescription)]
    fn set_local_description(this: &Connection, offer: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setRemoteDescription)]
    fn set_remote_description(this: &Connection, answer: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getStats)]
    fn get_stats(this: &Connection) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Connection) -> Result<(), JsValue>;

    #[wasm_bindgen(extends = AbortController)]
    type Requests;

    #[wasm_bindgen(method, catch)]
    fn abort(this: &Requests) -> Result<(), JsValue>;
}

/// A session, which is closed when this is dropped.
pub(crate) struct Peer {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) session: Rc<WhipSession>,
    _states: Listener,
}

impl Peer {
    pub(crate) fn open(
        driver: &Rc<Driver>,
        id: PeerId,
        direction: Direction,
        stream: String,
        url: &str,
        authorization: String,
    ) -> Result<Peer, JsValue> {
        let configuration = texts(&[("bundlePolicy", "max-bundle")]);
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?;
        let connection: Connection = connection.unchecked_into();
        let report = driver.reporter();
        let report = move |input| report(Input::Peer(id, input));
        let server = driver.server().clone();
        let url = server.node_url(url);
        let over = connection.clone();
        let session = WhipSession::new(over, server, url, authorization, Box::new(report))?;
        let states = session.watch(&connection);
        session.establish(driver.wirings().find(direction, &stream));
        Ok(Peer { direction, stream, session, _states: states })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.session.close();
    }
}

/// The part of a session that its futures share. Each of them owns it.
pub(crate) struct WhipSession {
    /// None once the session is closed. A browser never settles the promises of a closed
    /// connection, so a future that waits for one is never freed. It must not keep the connection
    /// alive, because browsers allow a page only a few hundred.
    connection: RefCell<Option<Connection>>,
    server: Server,
    /// The node's address, and the `Authorization` header that it asks for.
    url: String,
    authorization: String,
    report: Box<dyn Fn(PeerInput)>,
    /// Aborts the requests that are still running.
    requests: Requests,
    /// The offer to post.
    offer: RefCell<String>,
    /// How many requests with that offer are still running.
    posts: Cell<u32>,
    /// The node's first good reply.
    reply: RefCell<Option<Rc<Reply>>>,
    /// ICE restarts so far. Only the reply to the last one counts.
    restarts: Cell<u32>,
}

impl WhipSession {
    fn new(
        connection: Connection,
        server: Server,
        url: String,
        authorization: String,
        report: Box<dyn Fn(PeerInput)>,
    ) -> Result<Rc<WhipSession>, JsValue> {
        Ok(Rc::new(WhipSession {
            connection: RefCell::new(Some(connection)),
            server,
            url,
            authorization,
            report,
            requests: AbortController::new()?.unchecked_into(),
            offer: RefCell::default(),
            posts: Cell::default(),
            reply: RefCell::default(),
            restarts: Cell::default(),
        }))
    }

    /// The connection, unless the session is closed.
    pub(crate) fn connection(&self) -> Option<Connection> {
        self.connection.borrow().clone()
    }

    /// Reports the states of the connection for as long as the listener exists.
    fn watch(self: &Rc<Self>, connection: &Connection) -> Listener {
        let (session, watched) = (self.clone(), connection.clone());
        let on_change = move |_| {
            session.tell(match text(&watched, "connectionState").as_str() {
                "connected" => PeerInput::Connected,
                "disconnected" => PeerInput::Disconnected,
                "failed" => PeerInput::Failed,
                _ => return,
            });
        };
        Listener::new(connection, "connectionstatechange", Box::new(on_change))
    }

    /// Makes an offer, posts it and takes the answer; `wire` adds what the connection sends or
    /// receives.
    fn establish(self: &Rc<Self>, wire: Function) {
        let session = self.clone();
        spawn(async move {
            match session.first_offer(&wire).await {
                Some(offer) => {
                    session.offer.replace(offer);
                    session.post();
                }
                None => session.tell(PeerInput::Broken(Stage::Offer)),
            }
        });
    }

    /// Posts the offer once more, in case the first request hangs on a dead connection.
    pub(crate) fn repeat(self: &Rc<Self>) {
        if self.posts.get() > 0 {
            self.post();
        }
    }

    /// Restarts ICE, if the node can.
    pub(crate) fn restart(self: &Rc<Self>) {
        let number = self.restarts.get() + 1;
        self.restarts.set(number);
        let session = self.clone();
        spawn(async move {
            if session.restart_ice(number).await.is_none() {
                session.tell(PeerInput::RestartFailed);
            }
        });
    }

    /// Reports how many bytes have arrived; for a player, those of all transports first.
    pub(crate) fn sample(self: &Rc<Self>, is_player: bool) {
        let session = self.clone();
        spawn(async move {
            let connection = session.connection().ok_or(JsValue::UNDEFINED);
            let called = connection.and_then(|connection| connection.get_stats());
            let Some(stats) = outcome(called).await else { return };
            let count = |kind, other| {
                let bytes = session.server.bytes_received(&stats, kind, other);
                bytes.unwrap_or_default() as u64
            };
            let mut received = count("transport", Some("candidate-pair"));
            if is_player {
                session.tell(PeerInput::Heard(received));
                received = count("inbound-rtp", None);
            }
            session.tell(PeerInput::Received(received));
        });
    }

    /// Closes the connection, ends the session at the node, and reports nothing from now on.
    fn close(&self) {
        let Some(connection) = self.connection.take() else { return };
        // An exception from a page's own replacement must not unwind through the driver.
        let _ = self.requests.abort();
        // Its tracks end with it. Browsers fire no event when a page closes a connection itself.
        let _ = Event::new("closing").and_then(|event| connection.dispatch_event(&event));
        let _ = connection.close();
        if let Some(reply) = self.known() {
            self.end(&reply.url);
        }
    }

    fn tell(&self, input: PeerInput) {
        if self.is_open() {
            (self.report)(input);
        }
    }

    async fn first_offer(&self, wire: &Function) -> Option<String> {
        // A closed connection takes no tracks.
        let connection = self.connection()?.into();
        wire.call2(&JsValue::UNDEFINED, &connection, &JsValue::FALSE).ok()?;
        drop(connection);
        self.make_offer(false).await
    }

    fn post(self: &Rc<Self>) {
        self.posts.set(self.posts.get() + 1);
        let session = self.clone();
        spawn(async move {
            let offer = session.offer.borrow().clone();
            let request = whip::post(&session.authorization, &offer, &session.signal());
            let reply = whip::ask(&session.url, &request).await;
            session.posts.set(session.posts.get() - 1);
            if let Some(answer) = session.judge(reply)
                && session.take(&answer.text).await.is_none()
            {
                session.tell(PeerInput::Broken(Stage::Answer));
            }
        });
    }

    /// Decides what a reply to a post means. The first good reply is the answer, and is returned. A
    /// failure is reported unless another post is still running or was answered.
    fn judge(&self, reply: Option<Reply>) -> Option<Rc<Reply>> {
        let known = self.known();
        match reply {
            Some(reply) if reply.is_ok => {
                if known.is_none() && self.is_open() {
                    self.reply.replace(Some(Rc::new(reply)));
                    return self.known();
                }
                // A node that recognises the offer answers with the session that it already has.
                if known.is_none_or(|known| known.url != reply.url) {
                    self.end(&reply.url);
                }
            }
            _ if self.posts.get() > 0 || known.is_some() => {}
            Some(Reply { status, retry_after_ms, .. }) => {
                self.tell(PeerInput::Refused { status, retry_after_ms });
            }
            None => self.tell(PeerInput::Broken(Stage::Request)),
        }
        None
    }

    async fn restart_ice(&self, number: u32) -> Option<()> {
        let known = self.known().filter(|reply| reply.can_restart)?;
        let fragment = fragment_of(&self.make_offer(true).await?)?;
        let authorization = self.authorization_at(&known.url);
        let request = whip::patch(authorization, &fragment, &self.signal());
        let reply = whip::ask(&known.url, &request).await?;
        if number != self.restarts.get() {
            return Some(());
        }
        // A refusal has no credentials either, so it ends here too.
        self.take(&answer_of(&known.text, &reply.text)?).await.map(|_| ())
    }

    /// Does not wait for candidates: a node learns them from our connectivity checks, including
    /// those of an interface that comes up later.
    async fn make_offer(&self, ice_restart: bool) -> Option<String> {
        let options = object(&[("iceRestart", ice_restart.into())]);
        let offer = outcome(self.call(Connection::create_offer, &options)).await?;
        outcome(self.call(Connection::set_local_description, &offer)).await?;
        let description = get(&self.connection()?.into(), "localDescription");
        get(&description, "sdp").as_string()
    }

    fn take(&self, sdp: &str) -> impl Future<Output = Option<JsValue>> {
        let answer = texts(&[("type", "answer"), ("sdp", sdp)]);
        outcome(self.call(Connection::set_remote_description, &answer))
    }

    /// Calls a method of the connection. The future that awaits the outcome does not keep it alive.
    fn call(
        &self,
        method: fn(&Connection, &JsValue) -> Result<JsValue, JsValue>,
        argument: &JsValue,
    ) -> Result<JsValue, JsValue> {
        method(&self.connection().ok_or(JsValue::UNDEFINED)?, argument)
    }

    fn is_open(&self) -> bool {
        self.connection.borrow().is_some()
    }

    fn known(&self) -> Option<Rc<Reply>> {
        self.reply.borrow().clone()
    }

    fn end(&self, url: &str) {
        if !url.is_empty() {
            let request = whip::delete(self.authorization_at(url));
            let url = url.to_owned();
            spawn(async move {
                whip::ask(&url, &request).await;
            });
        }
    }

    /// The authorization for an address: none for an origin other than the node's, as browsers do
    /// when they follow a redirect.
    fn authorization_at(&self, url: &str) -> &str {
        let is_there = are_of_one_origin(url, &self.url);
        if is_there { &self.authorization } else { "" }
    }

    fn signal(&self) -> JsValue {
        get(&self.requests, "signal")
    }
}

#[cfg(test)]
mod tests;
