//! One RTCPeerConnection and the requests of its WHIP or WHEP session. Each function starts one
//! thing and reports how it ended; the machine decides what follows (`machine/exchange.rs`).

use super::driver::Driver;
use super::listener::Listener;
use super::object::{get, object, text, texts};
use super::promise::{outcome, spawn};
use super::received::bytes_received;
use super::whip;
use crate::machine::{Direction, Input, PeerId, PeerInput, Stage};
use crate::media::Media;
use crate::server::Server;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, RtcPeerConnection};

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

/// A media session, which is closed when this is dropped.
pub(crate) struct Peer {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) session: Rc<WhipSession>,
    pub(crate) media: Rc<Media>,
    _states: Listener,
}

impl Peer {
    /// Opens a connection and adds what it sends or receives.
    pub(crate) fn open(
        driver: &Rc<Driver>,
        id: PeerId,
        direction: Direction,
        stream: String,
    ) -> Result<Peer, JsValue> {
        let media = driver.streams().find(direction, &stream).ok_or(JsValue::UNDEFINED)?;
        let configuration = texts(&[("bundlePolicy", "max-bundle")]);
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?;
        let connection: Connection = connection.unchecked_into();
        let report = driver.reporter();
        let report = move |input| report(Input::Peer(id, input));
        let server = driver.server().clone();
        let session = WhipSession::new(connection.clone(), server, Box::new(report))?;
        let states = session.watch(&connection);
        let peer = Peer { direction, stream, session, media, _states: states };
        peer.media.wire(&connection)?;
        Ok(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(connection) = self.session.connection() {
            self.media.before_close(&connection);
        }
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
    report: Box<dyn Fn(PeerInput)>,
    /// Aborts the requests that are still running.
    requests: Requests,
}

impl WhipSession {
    fn new(
        connection: Connection,
        server: Server,
        report: Box<dyn Fn(PeerInput)>,
    ) -> Result<Rc<WhipSession>, JsValue> {
        let requests = AbortController::new()?.unchecked_into();
        Ok(Rc::new(WhipSession {
            connection: RefCell::new(Some(connection)),
            server,
            report,
            requests,
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

    /// Makes an offer: the first one, or one that restarts ICE.
    pub(crate) fn make_offer(self: &Rc<Self>, restart: u32) {
        let session = self.clone();
        spawn(async move {
            session.tell(match session.offer(restart > 0).await {
                Some(offer) => PeerInput::Offered { restart, offer },
                None => PeerInput::Broken { restart, stage: Stage::Offer },
            });
        });
    }

    /// Posts the offer to a node.
    pub(crate) fn post(self: &Rc<Self>, url: &str, authorization: &str, offer: &str) {
        let session = self.clone();
        let request = whip::post(authorization, offer, &self.signal());
        let url = self.server.node_url(url);
        spawn(async move {
            let reply = whip::ask(&url, &request).await;
            // Reported of a closed session too: the node may have made one that has to be ended.
            (session.report)(PeerInput::Answered(reply));
        });
    }

    /// Sends the session's node the fragment of an offer that restarts ICE.
    pub(crate) fn patch(
        self: &Rc<Self>,
        restart: u32,
        url: String,
        authorization: &str,
        fragment: &str,
    ) {
        let session = self.clone();
        let request = whip::patch(authorization, fragment, &self.signal());
        spawn(async move {
            let reply = whip::ask(&url, &request).await;
            session.tell(PeerInput::Patched { restart, reply });
        });
    }

    /// Takes a node's answer. The connection reports how it goes on.
    pub(crate) fn take_answer(self: &Rc<Self>, restart: u32, answer: &str) {
        let session = self.clone();
        let answer = texts(&[("type", "answer"), ("sdp", answer)]);
        spawn(async move {
            let taken = session.call(Connection::set_remote_description, &answer);
            if outcome(taken).await.is_none() {
                session.tell(PeerInput::Broken { restart, stage: Stage::Answer });
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
                let bytes = bytes_received(&stats, kind, other);
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

    /// Closes the connection, and reports nothing from now on but how its requests end.
    fn close(&self) {
        let Some(connection) = self.connection.take() else { return };
        // An exception from a page's own replacement must not unwind through the driver.
        let _ = self.requests.abort();
        let _ = connection.close();
    }

    fn tell(&self, input: PeerInput) {
        if self.connection.borrow().is_some() {
            (self.report)(input);
        }
    }

    /// Does not wait for candidates: a node learns them from our connectivity checks, including
    /// those of an interface that comes up later.
    async fn offer(&self, ice_restart: bool) -> Option<String> {
        let options = object(&[("iceRestart", ice_restart.into())]);
        let offer = outcome(self.call(Connection::create_offer, &options)).await?;
        outcome(self.call(Connection::set_local_description, &offer)).await?;
        let description = get(&self.connection()?.into(), "localDescription");
        get(&description, "sdp").as_string()
    }

    /// Calls a method of the connection. The future that awaits the outcome does not keep it alive.
    fn call(
        &self,
        method: fn(&Connection, &JsValue) -> Result<JsValue, JsValue>,
        argument: &JsValue,
    ) -> Result<JsValue, JsValue> {
        method(&self.connection().ok_or(JsValue::UNDEFINED)?, argument)
    }

    fn signal(&self) -> JsValue {
        get(&self.requests, "signal")
    }
}

#[cfg(test)]
mod tests;
