//! A media session against a node and a connection made by the test: what is reported of each, and
//! what the node is asked for.

use super::*;
use crate::machine::Reply;
use crate::media::{Kinds, Receiving};
use js_sys::{Date, Function, Promise};
use std::cell::Cell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::EventTarget;

#[wasm_bindgen(module = "/tests/browser/session.js")]
extern "C" {
    #[wasm_bindgen(js_name = Connection, extends = EventTarget)]
    #[derive(Clone)]
    type StandIn;

    #[wasm_bindgen(constructor, js_class = "Connection")]
    fn new() -> StandIn;

    #[wasm_bindgen(method, getter, js_name = isClosed)]
    fn is_closed(this: &StandIn) -> bool;

    #[wasm_bindgen(method)]
    fn taken(this: &StandIn) -> Vec<String>;

    #[wasm_bindgen(method)]
    fn r#become(this: &StandIn, state: &str);

    #[wasm_bindgen(method)]
    fn count(this: &StandIn, stats: Option<&str>);

    #[wasm_bindgen(method)]
    fn meddle(this: &StandIn, method: &str, act: &Function);

    type Node;

    #[wasm_bindgen(constructor)]
    fn new() -> Node;

    #[wasm_bindgen(method)]
    fn leave(this: &Node);

    #[wasm_bindgen(method)]
    fn meddle(this: &Node, act: &Function);

    #[wasm_bindgen(method)]
    fn asked(this: &Node) -> Vec<String>;

    #[wasm_bindgen(method)]
    fn body(this: &Node, number: u32) -> Option<String>;

    #[wasm_bindgen(method)]
    fn header(this: &Node, number: u32, name: &str) -> Option<String>;

    #[wasm_bindgen(method)]
    fn keepalive(this: &Node, number: u32) -> Option<bool>;

    #[wasm_bindgen(method, js_name = isAborted)]
    fn is_aborted(this: &Node, number: u32) -> bool;

    #[wasm_bindgen(method)]
    fn reply(this: &Node, number: u32, status: u16, text: &str, headers: &str);

    #[wasm_bindgen(method, js_name = reply)]
    fn reply_from(this: &Node, number: u32, status: u16, text: &str, headers: &str, url: &str);

    #[wasm_bindgen(method, js_name = replyWithoutText)]
    fn reply_without_text(this: &Node, number: u32, status: u16);

    #[wasm_bindgen(method, js_name = replyBeforeText)]
    fn reply_before_text(this: &Node, number: u32, status: u16, headers: &str) -> Function;

    #[wasm_bindgen(method)]
    fn fail(this: &Node, number: u32);

    #[wasm_bindgen(js_name = settled)]
    fn turn() -> Promise;
}

const NODE: &str = "https://node.example/whip/";

/// Waits until all that was started has finished.
async fn settled() {
    JsFuture::from(turn()).await.unwrap();
}

/// A function of the page's own that throws.
fn throwing() -> Function {
    Function::new_no_args("throw new Error('not to be had')")
}

/// A session over a connection and a node, and what it reported.
struct Scene {
    node: Node,
    connection: StandIn,
    told: Rc<RefCell<Vec<PeerInput>>>,
    session: Rc<WhipSession>,
    _states: Listener,
}

impl Scene {
    fn new() -> Scene {
        let (node, connection) = (Node::new(), StandIn::new());
        let told: Rc<RefCell<Vec<PeerInput>>> = Rc::default();
        let telling = told.clone();
        let tell = move |input| telling.borrow_mut().push(input);
        let over = connection.clone().unchecked_into();
        let server = Server::at(NODE).unwrap();
        let session = WhipSession::new(over, server, Box::new(tell)).unwrap();
        let states = session.watch(connection.unchecked_ref());
        Scene { node, connection, told, session, _states: states }
    }

    /// A scene whose offer has just been posted.
    async fn posted() -> Scene {
        let scene = Scene::new();
        scene.session.post(NODE, "Bearer b", "offer");
        assert!(scene.node.asked().is_empty(), "nothing of the page's runs within the call");
        settled().await;
        scene
    }

    fn told(&self) -> Vec<PeerInput> {
        self.told.take()
    }

    /// What is reported of the first request's reply.
    async fn replied(&self, status: u16, text: &str, headers: &str) -> Reply {
        self.node.reply(0, status, text, headers);
        settled().await;
        self.only_reply()
    }

    fn only_reply(&self) -> Reply {
        match &self.told()[..] {
            [PeerInput::Answered(Some(reply))] => reply.clone(),
            told => panic!("{told:?}"),
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        whip::IS_PAGE_CLOSING.set(false);
        self.node.leave();
    }
}

#[wasm_bindgen_test]
async fn an_offer_is_made_and_posted_and_an_answer_is_taken() {
    let scene = Scene::new();
    scene.session.make_offer(0);
    assert!(scene.told().is_empty(), "nothing is told before the call has returned");
    settled().await;
    let offer = String::from("v=0\r\nm=audio 9\r\na=ice-ufrag:0");
    assert_eq!(scene.told(), [PeerInput::Offered { restart: 0, offer: offer.clone() }]);
    scene.session.post(NODE, "Bearer b", &offer);
    settled().await;
    assert_eq!(scene.node.asked(), ["POST"]);
    assert_eq!(scene.node.body(0).unwrap(), offer);
    assert_eq!(scene.node.header(0, "Content-Type").unwrap(), "application/sdp");
    assert_eq!(scene.node.header(0, "Authorization").unwrap(), "Bearer b");
    let reply = scene.replied(201, "answer", "").await;
    assert_eq!(reply, Reply { status: 201, body: "answer".into(), ..Reply::default() });
    scene.session.take_answer(0, "answer");
    settled().await;
    assert_eq!(scene.connection.taken(), ["answer answer"]);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn pub_04_a_restart_makes_an_offer_and_sends_its_fragment() {
    let scene = Scene::new();
    scene.session.make_offer(3);
    settled().await;
    let offer = String::from("v=0\r\nm=audio 9\r\na=ice-ufrag:0r");
    assert_eq!(scene.told(), [PeerInput::Offered { restart: 3, offer }]);
    let session = [NODE, "1"].concat();
    scene.session.patch(3, session, "Bearer b", "fragment");
    settled().await;
    assert_eq!(scene.node.asked(), ["PATCH 1"]);
    assert_eq!(scene.node.body(0).unwrap(), "fragment");
    let content_type = scene.node.header(0, "Content-Type").unwrap();
    assert_eq!(content_type, "application/trickle-ice-sdpfrag");
    assert_eq!(scene.node.header(0, "If-Match").unwrap(), "*");
    assert_eq!(scene.node.header(0, "Authorization").unwrap(), "Bearer b");
    scene.node.reply(0, 405, "", "");
    settled().await;
    let reply = Some(Reply { status: 405, ..Reply::default() });
    assert_eq!(scene.told(), [PeerInput::Patched { restart: 3, reply }]);
}

#[wasm_bindgen_test]
async fn a_session_address_counts_from_where_the_answer_came_from() {
    for (location, session) in [("s/1", "https://other.example/a/s/1"), ("https://[", "")] {
        let scene = Scene::posted().await;
        let headers = ["Location: ", location].concat();
        scene.node.reply_from(0, 201, "answer", &headers, "https://other.example/a/b");
        settled().await;
        assert_eq!(scene.only_reply().session, session);
    }
}

#[wasm_bindgen_test]
async fn a_session_is_at_the_origin_that_answered_which_may_be_another_than_was_asked() {
    const THERE: &str = "https://other.example/whip/";
    for (location, url, session, is_redirected) in [
        ("/whip/1", NODE, "https://node.example/whip/1", false),
        ("https://node.example/elsewhere", NODE, "https://node.example/elsewhere", false),
        ("https://other.example/1", NODE, "", false),
        ("https://node.example:8443/1", NODE, "", false),
        ("http://node.example/1", NODE, "", false),
        ("//other.example/1", NODE, "", false),
        ("data:,1", NODE, "", false),
        // A redirect, which the browser followed without the authorization.
        ("/1", THERE, "https://other.example/1", true),
        ("https://node.example/whip/1", THERE, "", true),
    ] {
        let scene = Scene::posted().await;
        let headers = ["ETag: e\nLocation: ", location].concat();
        scene.node.reply_from(0, 201, "answer", &headers, url);
        settled().await;
        let reply = scene.only_reply();
        assert_eq!(reply.session, session, "{location}");
        assert_eq!(reply.is_redirected, is_redirected, "{location}");
        assert_eq!(reply.can_restart, !session.is_empty(), "only what is there can be restarted");
    }
}

#[wasm_bindgen_test]
async fn pub_04_a_node_that_names_no_ice_session_cannot_restart_it() {
    for (headers, can_restart) in
        [("Location: /whip/1", false), ("ETag: e", false), ("Location: /whip/1\nETag: e", true)]
    {
        let scene = Scene::posted().await;
        assert_eq!(scene.replied(201, "answer", headers).await.can_restart, can_restart);
    }
}

#[wasm_bindgen_test]
async fn a_node_that_cannot_be_reached_and_an_answer_that_cannot_be_taken_are_told_of() {
    let scene = Scene::posted().await;
    scene.node.fail(0);
    settled().await;
    assert_eq!(scene.told(), [PeerInput::Answered(None)]);
    scene.session.take_answer(2, "nonsense");
    settled().await;
    assert_eq!(scene.told(), [PeerInput::Broken { restart: 2, stage: Stage::Answer }]);
}

#[wasm_bindgen_test]
async fn media_06_a_refusal_is_told_with_its_status_and_its_retry_after() {
    let later = Date::new(&(Date::now() + 60_000.0).into()).to_utc_string();
    let later = String::from(later);
    for (after, least, most) in [
        ("3", 3_000, 3_000),
        (&later, 58_000, 60_000),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0),
        ("-3", 0, 0),
    ] {
        let scene = Scene::posted().await;
        let reply = scene.replied(503, "", &["Retry-After: ", after].concat()).await;
        assert_eq!(reply.status, 503);
        let ms = reply.retry_after_ms.unwrap();
        assert!(ms >= least && ms <= most, "{after}: {ms}");
    }
    for headers in ["", "Retry-After: soon"] {
        let scene = Scene::posted().await;
        let reply = scene.replied(404, "", headers).await;
        assert_eq!(reply, Reply { status: 404, ..Reply::default() });
    }
}

#[wasm_bindgen_test]
async fn a_refusal_whose_body_does_not_arrive_is_a_refusal() {
    let scene = Scene::posted().await;
    scene.node.reply_without_text(0, 500);
    settled().await;
    assert_eq!(scene.only_reply(), Reply { status: 500, ..Reply::default() });
}

#[wasm_bindgen_test]
async fn no_authorization_is_sent_where_none_is_needed() {
    let scene = Scene::new();
    scene.session.post(NODE, "", "offer");
    settled().await;
    assert_eq!(scene.node.header(0, "Content-Type").unwrap(), "application/sdp");
    assert_eq!(scene.node.header(0, "Authorization"), None);
}

#[wasm_bindgen_test]
async fn a_closed_session_aborts_its_requests_and_tells_only_how_they_end() {
    let scene = Scene::posted().await;
    scene.session.make_offer(0);
    scene.session.close();
    scene.connection.r#become("connected");
    settled().await;
    assert!(scene.node.is_aborted(0));
    assert!(scene.connection.is_closed());
    assert_eq!(scene.told(), [PeerInput::Answered(None)]);
}

#[wasm_bindgen_test]
async fn an_answer_whose_session_is_closed_before_its_text_arrives_is_told() {
    let scene = Scene::posted().await;
    let arrive = scene.node.reply_before_text(0, 201, "Location: /whip/1");
    settled().await;
    scene.session.close();
    arrive.call1(&JsValue::UNDEFINED, &"answer".into()).unwrap();
    settled().await;
    assert_eq!(scene.only_reply().session, "https://node.example/whip/1");
}

#[wasm_bindgen_test]
async fn a_session_is_ended_by_a_request_that_outlives_a_closing_page() {
    let scene = Scene::new();
    for (number, is_page_closing) in [(0, false), (1, true)] {
        if is_page_closing {
            whip::note_page_is_closing();
        }
        whip::delete([NODE, "1"].concat(), "Bearer b");
        assert_eq!(scene.node.asked().len(), number, "nothing of the page's runs within the call");
        settled().await;
        let number = number as u32;
        assert_eq!(scene.node.keepalive(number), Some(is_page_closing));
        assert!(!scene.node.is_aborted(number));
        assert_eq!(scene.node.header(number, "Authorization").unwrap(), "Bearer b");
        assert_eq!(scene.node.header(number, "Content-Type"), None);
    }
    assert_eq!(scene.node.asked(), ["DELETE 1"; 2]);
}

#[wasm_bindgen_test]
fn play_06_the_bridge_is_raised_while_the_connections_tracks_live() {
    let scene = Scene::new();
    let (raised, connection) = (Rc::new(Cell::new(None)), scene.connection.clone());
    let raising = raised.clone();
    let raise = move |_| raising.set(Some(connection.is_closed()));
    let raise = Closure::<dyn FnMut(JsValue)>::new(raise);
    let media = Media::Receiving(Receiving {
        outlet: JsValue::UNDEFINED.unchecked_into(),
        kinds: Kinds { audio: true, video: true },
        bridge: Some(object(&[("raise", raise.as_ref().clone())]).unchecked_into()),
        on_track: Box::new(|_| {}),
    });
    drop(Peer {
        direction: Direction::Play,
        stream: String::new(),
        session: scene.session.clone(),
        media: Rc::new(media),
        _states: scene.session.watch(scene.connection.unchecked_ref()),
    });
    assert_eq!(raised.get(), Some(false));
    assert!(scene.connection.is_closed());
}

#[wasm_bindgen_test]
async fn media_09_bytes_are_told_of_a_player_those_of_its_transports_first() {
    let scene = Scene::new();
    let stats =
        r#"[{"type":"transport","bytesReceived":9},{"type":"inbound-rtp","bytesReceived":4}]"#;
    scene.connection.count(Some(stats));
    for is_player in [false, true] {
        scene.session.sample(is_player);
        settled().await;
    }
    let told = [PeerInput::Received(9), PeerInput::Heard(9), PeerInput::Received(4)];
    assert_eq!(scene.told(), told);
    scene.connection.count(None);
    scene.session.sample(true);
    settled().await;
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn states_of_the_connection_are_told() {
    let scene = Scene::new();
    for state in ["connecting", "connected", "disconnected", "failed", "closed"] {
        scene.connection.r#become(state);
    }
    let told = [PeerInput::Connected, PeerInput::Disconnected, PeerInput::Failed];
    assert_eq!(scene.told(), told);
}

#[wasm_bindgen_test]
async fn what_a_pages_own_functions_throw_is_told_as_what_a_browsers_refuse() {
    for method in ["createOffer", "setLocalDescription"] {
        let scene = Scene::new();
        scene.connection.meddle(method, &throwing());
        scene.session.make_offer(1);
        settled().await;
        let told = [PeerInput::Broken { restart: 1, stage: Stage::Offer }];
        assert_eq!(scene.told(), told, "{method}");
    }
    let scene = Scene::new();
    scene.node.meddle(&throwing());
    scene.session.post(NODE, "", "offer");
    scene.session.patch(1, NODE.into(), "", "fragment");
    whip::delete(NODE.into(), "");
    settled().await;
    let told = [PeerInput::Answered(None), PeerInput::Patched { restart: 1, reply: None }];
    assert_eq!(scene.told(), told);
    scene.connection.meddle("setRemoteDescription", &throwing());
    scene.connection.meddle("getStats", &throwing());
    scene.session.take_answer(0, "answer");
    scene.session.sample(true);
    settled().await;
    let told = [PeerInput::Broken { restart: 0, stage: Stage::Answer }];
    assert_eq!(scene.told(), told, "no figures are no failure");
    scene.connection.meddle("close", &throwing());
    scene.session.close();
    settled().await;
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_session_may_be_closed_from_any_of_the_pages_own_functions() {
    for method in
        ["createOffer", "setLocalDescription", "fetch", "getStats", "setRemoteDescription"]
    {
        let scene = Scene::new();
        let session = scene.session.clone();
        let close = Closure::<dyn Fn()>::new(move || session.close());
        let close = close.as_ref().unchecked_ref::<Function>();
        match method {
            "fetch" => scene.node.meddle(close),
            method => scene.connection.meddle(method, close),
        }
        match method {
            "fetch" => scene.session.post(NODE, "", "offer"),
            "getStats" => scene.session.sample(true),
            "setRemoteDescription" => scene.session.take_answer(0, "answer"),
            _ => scene.session.make_offer(0),
        }
        settled().await;
        assert!(scene.connection.is_closed(), "{method}");
        assert!(scene.told().is_empty(), "{method}: what comes late is not told");
        let kept = scene.session.connection();
        assert!(kept.is_none(), "{method}: what still waits does not keep the connection");
    }
}
