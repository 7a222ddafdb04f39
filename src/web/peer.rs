//! One RTCPeerConnection and its WHIP or WHEP session.

use super::driver::Driver;
use super::listener::Listener;
use super::object::{get, object};
use super::whip::{self, Request};
use super::wirings::wire;
use crate::machine::{Direction, Input, PeerId, PeerInput, Stage};
use crate::sdp_fragment;
use js_sys::{Array, Function};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, RtcPeerConnection};

/// What to open.
pub(crate) struct Plan {
    pub(crate) direction: Direction,
    pub(crate) stream: String,
    pub(crate) url: String,
    pub(crate) authorization: String,
}

pub(crate) struct Peer {
    session: Rc<Session>,
    listeners: Vec<Listener>,
}

/// What the peer's tasks share.
struct Session {
    connection: RtcPeerConnection,
    plan: Plan,
    abort: AbortController,
    /// The offer that is posted; empty until it is made.
    offer: RefCell<String>,
    /// Requests with that offer that are under way.
    posts: Cell<u32>,
    /// What the node answered first.
    at_node: RefCell<Option<AtNode>>,
    /// ICE restarts so far; the reply to any but the last is worthless.
    restarts: Cell<u32>,
}

/// The session as the node has it.
struct AtNode {
    /// Its address; empty if the node named none.
    url: String,
    answer: String,
    /// The node named its ICE session, so it can restart ICE (RFC 9725 section 4.3.3).
    can_restart: bool,
}

/// What a task does. One kind of task for all: each of its own would bring its own code.
pub(crate) enum Errand {
    /// Offer, request, answer.
    Establish(Option<Function>),
    /// Post the offer once more, in case the first request hangs on a connection that is dead.
    Repeat,
    /// Restart ICE, if the node can.
    Restart,
    /// Report how many bytes have arrived.
    Sample,
    /// End the session at the node.
    End,
}

impl Peer {
    pub(crate) fn open(driver: &Rc<Driver>, id: PeerId, plan: Plan) -> Result<Peer, JsValue> {
        let configuration = object(&[("bundlePolicy", "max-bundle".into())]);
        let connection = RtcPeerConnection::new_with_configuration(configuration.unchecked_ref())?;
        let report = driver.reporter();
        let watched = connection.clone();
        let on_state = move |_| {
            let state = get(&watched, "connectionState").as_string().unwrap_or_default();
            let input = match state.as_str() {
                "connected" => PeerInput::Connected,
                "disconnected" => PeerInput::Disconnected,
                "failed" => PeerInput::Failed,
                _ => return,
            };
            report(Input::Peer(id, input));
        };
        let listeners =
            vec![Listener::new(&connection, "connectionstatechange", Box::new(on_state))];
        let wire = driver.wirings().find(plan.direction, &plan.stream);
        let session = Rc::new(Session {
            connection,
            plan,
            abort: AbortController::new()?,
            offer: RefCell::default(),
            posts: Cell::default(),
            at_node: RefCell::default(),
            restarts: Cell::default(),
        });
        let peer = Peer { session, listeners };
        peer.run(driver, id, Errand::Establish(wire));
        Ok(peer)
    }

    pub(crate) fn stream(&self) -> &str {
        &self.session.plan.stream
    }

    pub(crate) fn is_of(&self, direction: Direction, stream: &str) -> bool {
        self.session.plan.direction == direction && self.session.plan.stream == stream
    }

    pub(crate) fn connection(&self) -> &RtcPeerConnection {
        &self.session.connection
    }

    /// Runs an errand and reports what comes of it.
    pub(crate) fn run(&self, driver: &Rc<Driver>, id: PeerId, errand: Errand) {
        let report = driver.reporter();
        let report = Box::new(move |input| report(Input::Peer(id, input)));
        spawn(self.session.clone(), errand, report);
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Detached first: what a connection nobody owns still says is nobody's news.
        self.listeners.clear();
        self.session.abort.abort();
        self.session.connection.close();
        spawn(self.session.clone(), Errand::End, Box::new(|_| {}));
    }
}

fn spawn(session: Rc<Session>, errand: Errand, report: Box<dyn Fn(PeerInput)>) {
    spawn_local(async move {
        if let Some(input) = session.run(errand, &*report).await {
            report(input);
        }
    });
}

impl Session {
    async fn run(&self, errand: Errand, report: &dyn Fn(PeerInput)) -> Option<PeerInput> {
        match errand {
            Errand::Establish(wire) => {
                // Closed before its first turn: a closed connection takes no tracks.
                if self.is_closed() {
                    return None;
                }
                let Ok(offer) = self.first_offer(wire).await else {
                    return Some(PeerInput::Broken(Stage::Offer));
                };
                self.offer.replace(offer);
                self.post().await.err()
            }
            Errand::Repeat if self.posts.get() > 0 => self.post().await.err(),
            Errand::Repeat => None,
            Errand::Restart => self.restart().await.err().map(|_| PeerInput::RestartFailed),
            Errand::Sample => {
                let stats = JsFuture::from(self.connection.get_stats()).await.ok()?;
                let heard = bytes_received(&stats, &["transport", "candidate-pair"]);
                let media = match self.plan.direction {
                    Direction::Publish => heard,
                    Direction::Play => {
                        report(PeerInput::Heard(heard));
                        bytes_received(&stats, &["inbound-rtp"])
                    }
                };
                Some(PeerInput::Received(media))
            }
            Errand::End => {
                if let Some(at_node) = self.at_node.take() {
                    self.delete(&at_node.url).await;
                }
                None
            }
        }
    }

    async fn first_offer(&self, found: Option<Function>) -> Result<String, JsValue> {
        wire(found, &self.connection, false)?;
        self.make_offer(false).await
    }

    /// Posts the offer; of several answers the first is taken, and so is the last failure.
    async fn post(&self) -> Result<(), PeerInput> {
        let offer = self.offer.borrow().clone();
        self.posts.set(self.posts.get() + 1);
        let reply = self.ask(&self.plan.url, Request::Post(&offer)).await;
        self.posts.set(self.posts.get() - 1);
        let known_url = self.at_node.borrow().as_ref().map(|at_node| at_node.url.clone());
        let reply = match reply {
            Ok(reply) if reply.is_ok() => reply,
            _ if self.posts.get() > 0 || known_url.is_some() => return Ok(()),
            Ok(reply) => {
                let retry_after_ms = reply.retry_after_ms();
                return Err(PeerInput::Refused { status: reply.status(), retry_after_ms });
            }
            Err(_) => return Err(PeerInput::Broken(Stage::Request)),
        };
        let url = reply.session_url();
        if self.is_closed() || known_url.is_some() {
            // A node that knows the offer again answers with the session it has.
            if known_url.as_ref() != Some(&url) {
                self.delete(&url).await;
            }
            return Ok(());
        }
        let (answer, can_restart) = (reply.text.clone(), reply.has_etag());
        self.at_node.replace(Some(AtNode { url, answer, can_restart }));
        self.take_answer(&reply.text).await.map_err(|_| PeerInput::Broken(Stage::Answer))
    }

    async fn restart(&self) -> Result<(), JsValue> {
        let (url, old_answer) = match &*self.at_node.borrow() {
            Some(AtNode { url, answer, can_restart: true }) => (url.clone(), answer.clone()),
            _ => return Err(JsValue::UNDEFINED),
        };
        let this = self.restarts.get() + 1;
        self.restarts.set(this);
        let fragment = sdp_fragment::of_offer(&self.make_offer(true).await?);
        let reply = self.ask(&url, Request::Restart(&fragment)).await?;
        if self.is_closed() || self.restarts.get() != this {
            return Ok(());
        }
        // A refusal has no credentials in it either.
        let answer = sdp_fragment::to_answer(&old_answer, &reply.text);
        self.take_answer(&answer.ok_or(JsValue::UNDEFINED)?).await
    }

    /// No waiting for candidates: a node learns ours from our own checks, those of an interface
    /// that comes later included.
    async fn make_offer(&self, ice_restart: bool) -> Result<String, JsValue> {
        let options = object(&[("iceRestart", ice_restart.into())]);
        let connection = &self.connection;
        let offer = connection.create_offer_with_rtc_offer_options(options.unchecked_ref());
        let offer = JsFuture::from(offer).await?;
        JsFuture::from(connection.set_local_description(offer.unchecked_ref())).await?;
        let description = get(connection, "localDescription");
        get(&description, "sdp").as_string().ok_or(description)
    }

    async fn take_answer(&self, answer: &str) -> Result<(), JsValue> {
        let answer = object(&[("type", "answer".into()), ("sdp", answer.into())]);
        let taken = self.connection.set_remote_description(answer.unchecked_ref());
        JsFuture::from(taken).await.map(|_| ())
    }

    async fn delete(&self, url: &str) {
        if !url.is_empty() {
            // The node's own timeout covers one that is not heard.
            let _ = self.ask(url, Request::Delete).await;
        }
    }

    fn ask(
        &self,
        url: &str,
        request: Request<'_>,
    ) -> impl Future<Output = Result<whip::Reply, JsValue>> {
        whip::ask(url, &self.plan.authorization, request, self.abort.signal())
    }

    fn is_closed(&self) -> bool {
        self.abort.signal().aborted()
    }
}

/// Bytes received by all of the first of these kinds that a browser counts, or none: Firefox has
/// no pairs any more when their network is gone. A node's last word, that it closed the session, is
/// no sign of life, and Chromium tells of it by `dtlsState` alone.
fn bytes_received(stats: &JsValue, kinds: &[&str]) -> u64 {
    let mut sum = 0;
    for kind in kinds {
        for entry in Array::from(stats).iter() {
            // A map's entry is its key and its value.
            let entry = entry.unchecked_into::<Array>().get(1);
            if get(&entry, "dtlsState") == "closed" {
                return 0;
            }
            if get(&entry, "type") == *kind
                && let Some(bytes) = get(&entry, "bytesReceived").as_f64()
            {
                sum += bytes as u64;
            }
        }
        if sum > 0 {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use js_sys::{JSON, Map};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn sum(entries: &[&str]) -> u64 {
        let stats = Map::new();
        for (index, entry) in entries.iter().enumerate() {
            stats.set(&(index as u32).into(), &JSON::parse(entry).unwrap());
        }
        bytes_received(&stats, &["transport", "candidate-pair"])
    }

    #[wasm_bindgen_test]
    fn media_09_the_bytes_of_all_transports_are_summed_or_those_of_all_pairs() {
        let pair = r#"{"type":"candidate-pair","bytesReceived":7}"#;
        let transport = r#"{"type":"transport","bytesReceived":5}"#;
        let rtp = r#"{"type":"inbound-rtp","bytesReceived":100}"#;
        assert_eq!(sum(&[pair, transport, rtp, transport]), 10);
        assert_eq!(sum(&[pair, r#"{"type":"transport"}"#, pair]), 14);
        assert_eq!(sum(&[rtp]), 0);
        let closed = r#"{"type":"transport","bytesReceived":6,"dtlsState":"closed"}"#;
        assert_eq!(sum(&[pair, closed]), 0, "a node's farewell is no sign of life");
        assert_eq!(sum(&[]), 0);
    }
}
