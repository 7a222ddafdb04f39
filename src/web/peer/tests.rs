//! A WHIP session against a node and a connection made by the test: which answer counts, what is
//! reported about it, and what the node is asked for.

use super::super::object::get;
use super::*;
use js_sys::{Date, Promise};
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

#[wasm_bindgen(module = "/pkg-template/received.js")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = bytesReceived)]
    static BYTES_RECEIVED: JsValue;
}

const NODE: &str = "https://node.example/whip/";
const CREDENTIALS: &str = "a=ice-ufrag:u\r\na=ice-pwd:p\r\n";

/// Waits until all that was started has finished.
async fn settled() {
    JsFuture::from(turn()).await.unwrap();
}

/// A wiring function with this body, which may throw.
fn wire(body: &str) -> Function {
    Function::new_no_args(body)
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
    fn new(authorization: &str) -> Scene {
        let (node, connection) = (Node::new(), StandIn::new());
        let told: Rc<RefCell<Vec<PeerInput>>> = Rc::default();
        let telling = told.clone();
        let tell = move |input| telling.borrow_mut().push(input);
        let (url, authorization) = (NODE.into(), authorization.into());
        let over = connection.clone().unchecked_into();
        let server = object(&[("bytesReceived", BYTES_RECEIVED.with(JsValue::clone))]);
        let server = server.unchecked_into();
        let session = WhipSession::new(over, server, url, authorization, Box::new(tell)).unwrap();
        let states = session.watch(connection.unchecked_ref());
        Scene { node, connection, told, session, _states: states }
    }

    /// A scene whose offer has just been posted.
    async fn posted() -> Scene {
        let scene = Scene::new("Bearer b");
        scene.session.establish(wire(""));
        assert!(scene.told().is_empty(), "nothing is told before the call has returned");
        settled().await;
        scene
    }

    fn told(&self) -> Vec<PeerInput> {
        self.told.borrow().clone()
    }

    async fn reply(&self, number: u32, status: u16, text: &str, headers: &str) {
        self.node.reply(number, status, text, headers);
        settled().await;
    }

    async fn restart(&self) {
        self.session.restart();
        settled().await;
    }

    async fn repeat(&self) {
        self.session.repeat();
        settled().await;
    }

    async fn close(&self, is_page_closing: bool) {
        if is_page_closing {
            whip::note_page_is_closing();
        }
        self.session.close();
        settled().await;
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        whip::IS_PAGE_CLOSING.set(false);
        self.node.leave();
    }
}

#[wasm_bindgen_test]
async fn the_offer_is_posted_and_the_answer_taken() {
    let scene = Scene::posted().await;
    assert_eq!(scene.node.asked(), ["POST"]);
    assert_eq!(scene.node.body(0).unwrap(), "v=0\r\nm=audio 9\r\na=ice-ufrag:0");
    assert_eq!(scene.node.header(0, "Content-Type").unwrap(), "application/sdp");
    assert_eq!(scene.node.header(0, "Authorization").unwrap(), "Bearer b");
    scene.reply(0, 201, "answer", "").await;
    assert_eq!(scene.connection.taken(), ["answer answer"]);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_session_address_counts_from_where_the_answer_came_from() {
    for (location, asked) in
        [("s/1", &["POST", "DELETE https://other.example/a/s/1"][..]), ("https://[", &["POST"])]
    {
        let scene = Scene::posted().await;
        let headers = ["Location: ", location].concat();
        scene.node.reply_from(0, 201, "answer", &headers, "https://other.example/a/b");
        settled().await;
        scene.close(false).await;
        assert_eq!(scene.node.asked(), asked);
    }
}

#[wasm_bindgen_test]
async fn a_nodes_authorization_goes_to_its_origin_alone_and_its_sessions_are_there() {
    const THERE: &str = "https://other.example/whip/";
    let token = Some("Bearer b".to_owned());
    for (location, url, address, authorization) in [
        ("/whip/1", NODE, Some("1"), token.clone()),
        (
            "https://node.example/elsewhere",
            NODE,
            Some("https://node.example/elsewhere"),
            token.clone(),
        ),
        ("https://other.example/1", NODE, None, None),
        ("https://node.example:8443/1", NODE, None, None),
        ("http://node.example/1", NODE, None, None),
        ("//other.example/1", NODE, None, None),
        ("data:,1", NODE, None, None),
        // A redirect, which the browser followed without the authorization.
        ("/1", THERE, Some("https://other.example/1"), None),
        ("https://node.example/whip/1", THERE, None, None),
    ] {
        let scene = Scene::posted().await;
        let headers = ["ETag: e\nLocation: ", location].concat();
        scene.node.reply_from(0, 201, CREDENTIALS, &headers, url);
        settled().await;
        scene.restart().await;
        scene.close(false).await;
        let asked = scene.node.asked();
        let Some(address) = address else {
            assert_eq!(asked, ["POST"], "{location}");
            let told = [PeerInput::RestartFailed];
            assert_eq!(scene.told(), told, "what is not there cannot be restarted");
            continue;
        };
        let expected =
            ["POST".to_owned(), ["PATCH ", address].concat(), ["DELETE ", address].concat()];
        assert_eq!(asked, expected, "{location}");
        for request in [1, 2] {
            assert_eq!(scene.node.header(request, "Authorization"), authorization, "{location}");
        }
    }
}

#[wasm_bindgen_test]
async fn pub_04_a_node_that_names_ice_sessions_but_no_session_is_sent_no_restart() {
    let scene = Scene::posted().await;
    scene.reply(0, 201, CREDENTIALS, "ETag: e").await;
    scene.restart().await;
    assert_eq!(scene.node.asked(), ["POST"]);
    assert_eq!(scene.told(), [PeerInput::RestartFailed]);
}

#[wasm_bindgen_test]
async fn a_connection_that_cannot_offer_is_told_of_and_so_is_one_without_a_wire() {
    for wire in [JsValue::UNDEFINED.unchecked_into(), wire("throw new Error('no tracks')")] {
        let scene = Scene::new("");
        scene.session.establish(wire);
        settled().await;
        assert_eq!(scene.told(), [PeerInput::Broken(Stage::Offer)]);
    }
}

#[wasm_bindgen_test]
async fn a_node_that_cannot_be_reached_and_an_answer_that_cannot_be_taken_are_told_of() {
    let unreachable = Scene::posted().await;
    unreachable.node.fail(0);
    settled().await;
    assert_eq!(unreachable.told(), [PeerInput::Broken(Stage::Request)]);
    drop(unreachable);
    let garbled = Scene::posted().await;
    garbled.reply(0, 201, "nonsense", "").await;
    assert_eq!(garbled.told(), [PeerInput::Broken(Stage::Answer)]);
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
        scene.reply(0, 503, "", &["Retry-After: ", after].concat()).await;
        let told = scene.told();
        let [PeerInput::Refused { status: 503, retry_after_ms: Some(ms) }] = told[..] else {
            panic!("{told:?}");
        };
        assert!(ms >= least && ms <= most, "{after}: {ms}");
    }
    for headers in ["", "Retry-After: soon"] {
        let scene = Scene::posted().await;
        scene.reply(0, 404, "", headers).await;
        assert_eq!(scene.told(), [PeerInput::Refused { status: 404, retry_after_ms: None }]);
    }
}

#[wasm_bindgen_test]
async fn pub_04_of_two_posts_the_first_answer_is_taken_and_a_stray_session_is_ended() {
    let scene = Scene::posted().await;
    scene.repeat().await;
    scene.reply(1, 201, "second", "Location: /whip/2").await;
    scene.reply(0, 201, "first", "Location: /whip/1").await;
    assert_eq!(scene.connection.taken(), ["answer second"]);
    assert_eq!(scene.node.asked(), ["POST", "POST", "DELETE 1"]);
    assert!(scene.told().is_empty());
    scene.repeat().await;
    assert_eq!(scene.node.asked().len(), 3, "there is nothing to repeat once it is answered");
}

#[wasm_bindgen_test]
async fn pub_04_a_node_that_answers_twice_with_one_session_keeps_it() {
    let scene = Scene::posted().await;
    scene.repeat().await;
    for number in [0, 1] {
        scene.reply(number, 201, "answer", "Location: /whip/1").await;
    }
    assert_eq!(scene.node.asked(), ["POST", "POST"]);
}

#[wasm_bindgen_test]
async fn pub_04_of_two_failures_the_last_is_told_and_none_after_an_answer() {
    let scene = Scene::posted().await;
    scene.repeat().await;
    scene.reply(1, 500, "", "").await;
    assert!(scene.told().is_empty());
    scene.reply(0, 404, "", "").await;
    assert_eq!(scene.told(), [PeerInput::Refused { status: 404, retry_after_ms: None }]);
    drop(scene);
    let answered = Scene::posted().await;
    answered.repeat().await;
    answered.reply(1, 201, "answer", "").await;
    answered.reply(0, 500, "", "").await;
    assert!(answered.told().is_empty());
}

#[wasm_bindgen_test]
async fn pub_04_ice_is_restarted_with_a_fragment_by_a_node_that_names_its_ice_sessions() {
    let scene = Scene::posted().await;
    let answer = "v=0\r\na=ice-ufrag:old\r\na=ice-pwd:old";
    scene.reply(0, 201, answer, "Location: /whip/1\nETag: e").await;
    scene.restart().await;
    assert_eq!(scene.node.asked(), ["POST", "PATCH 1"]);
    assert_eq!(scene.node.body(1).unwrap(), "m=audio 9\r\na=ice-ufrag:1r\r\n");
    let content_type = scene.node.header(1, "Content-Type").unwrap();
    assert_eq!(content_type, "application/trickle-ice-sdpfrag");
    assert_eq!(scene.node.header(1, "If-Match").unwrap(), "*");
    scene.reply(1, 200, CREDENTIALS, "").await;
    let answer = "answer v=0\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n";
    assert_eq!(scene.connection.taken()[1], answer);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn pub_04_a_restart_that_cannot_be_or_is_refused_has_failed() {
    for headers in ["", "\nETag: e"] {
        let scene = Scene::posted().await;
        scene.reply(0, 201, "answer", &["Location: /whip/1", headers].concat()).await;
        scene.restart().await;
        if !headers.is_empty() {
            scene.reply(1, 405, "", "").await;
        }
        assert_eq!(scene.told(), [PeerInput::RestartFailed]);
    }
    let unanswered = Scene::posted().await;
    unanswered.session.restart();
    assert!(unanswered.told().is_empty(), "nothing is told before the call has returned");
    settled().await;
    assert_eq!(unanswered.told(), [PeerInput::RestartFailed]);
}

#[wasm_bindgen_test]
async fn pub_04_the_reply_to_an_overtaken_restart_is_worthless() {
    let scene = Scene::posted().await;
    scene.reply(0, 201, CREDENTIALS, "Location: /whip/1\nETag: e").await;
    for _ in 0..2 {
        scene.restart().await;
    }
    scene.reply(1, 200, "a=ice-ufrag:late\r\na=ice-pwd:late", "").await;
    assert_eq!(scene.connection.taken().len(), 1);
    scene.reply(2, 200, CREDENTIALS, "").await;
    assert_eq!(scene.connection.taken().len(), 2);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_closed_session_tells_nothing_aborts_what_is_asked_and_is_ended_at_its_node() {
    let unanswered = Scene::posted().await;
    unanswered.close(false).await;
    assert!(unanswered.node.is_aborted(0));
    assert!(unanswered.connection.is_closed());
    assert!(unanswered.told().is_empty());
    assert_eq!(unanswered.node.asked(), ["POST"]);
    drop(unanswered);

    let answered = Scene::posted().await;
    answered.reply(0, 201, "answer", "Location: /whip/1").await;
    whip::note_page_is_closing();
    answered.session.close();
    assert_eq!(answered.node.asked(), ["POST"], "nothing of the app's runs within the call");
    settled().await;
    assert_eq!(answered.node.asked(), ["POST", "DELETE 1"]);
    assert_eq!(answered.node.keepalive(1), Some(true));
    assert!(!answered.node.is_aborted(1));
    assert_eq!(answered.node.header(1, "Authorization").unwrap(), "Bearer b");
    assert_eq!(answered.node.header(1, "Content-Type"), None);
    drop(answered);

    let early = Scene::new("");
    early.session.establish(wire("throw globalThis.isWired = true"));
    early.close(false).await;
    assert!(early.told().is_empty());
    assert!(
        get(&js_sys::global(), "isWired").is_undefined(),
        "a closed connection takes no tracks"
    );
}

#[wasm_bindgen_test]
async fn play_06_a_connection_is_told_that_its_session_closes_while_its_tracks_live() {
    let scene = Scene::posted().await;
    let (seen, connection) = (Rc::new(Cell::new(None)), scene.connection.clone());
    let seeing = seen.clone();
    let see = move |_| seeing.set(Some(connection.is_closed()));
    let listener = Listener::new(&scene.connection, "closing", Box::new(see));
    scene.close(false).await;
    assert_eq!(seen.get(), Some(false));
    drop(listener);
}

#[wasm_bindgen_test]
async fn a_node_that_names_no_session_is_asked_for_nothing_more_without_a_token_for_none() {
    let scene = Scene::new("");
    scene.session.establish(wire(""));
    settled().await;
    assert_eq!(scene.node.header(0, "Content-Type").unwrap(), "application/sdp");
    assert_eq!(scene.node.header(0, "Authorization"), None);
    scene.reply(0, 201, "answer", "").await;
    scene.close(false).await;
    assert_eq!(scene.node.asked(), ["POST"]);
    assert!(scene.told().is_empty());
}

#[wasm_bindgen_test]
async fn a_refusal_whose_body_does_not_arrive_is_a_refusal() {
    let scene = Scene::posted().await;
    scene.node.reply_without_text(0, 500);
    settled().await;
    assert_eq!(scene.told(), [PeerInput::Refused { status: 500, retry_after_ms: None }]);
}

#[wasm_bindgen_test]
async fn a_session_answered_when_it_is_closed_already_is_ended() {
    let scene = Scene::posted().await;
    // The answer has come, but its text has not.
    let arrive = scene.node.reply_before_text(0, 201, "Location: /whip/1");
    settled().await;
    scene.close(true).await;
    arrive.call1(&JsValue::UNDEFINED, &"answer".into()).unwrap();
    settled().await;
    assert_eq!(scene.node.asked(), ["POST", "DELETE 1"]);
    assert!(scene.connection.taken().is_empty());
    assert_eq!(scene.node.keepalive(1), Some(true), "the page may be gone by then");
}

#[wasm_bindgen_test]
async fn media_09_bytes_are_told_of_a_player_those_of_its_transports_first() {
    let scene = Scene::posted().await;
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
    assert_eq!(scene.told(), told);
}

#[wasm_bindgen_test]
async fn states_of_the_connection_are_told() {
    let scene = Scene::posted().await;
    for state in ["connecting", "connected", "disconnected", "failed", "closed"] {
        scene.connection.r#become(state);
    }
    let told = [PeerInput::Connected, PeerInput::Disconnected, PeerInput::Failed];
    assert_eq!(scene.told(), told);
}

#[wasm_bindgen_test]
async fn what_a_pages_own_functions_throw_is_told_as_what_a_browsers_refuse() {
    let throw = wire("throw new Error('not to be had')");
    for method in ["createOffer", "setLocalDescription"] {
        let scene = Scene::new("");
        scene.connection.meddle(method, &throw);
        scene.session.establish(wire(""));
        settled().await;
        assert_eq!(scene.told(), [PeerInput::Broken(Stage::Offer)], "{method}");
    }
    let scene = Scene::new("");
    scene.node.meddle(&throw);
    scene.session.establish(wire(""));
    settled().await;
    assert_eq!(scene.told(), [PeerInput::Broken(Stage::Request)]);
    drop(scene);

    let scene = Scene::posted().await;
    scene.connection.meddle("setRemoteDescription", &throw);
    scene.reply(0, 201, CREDENTIALS, "Location: /whip/1\nETag: e").await;
    assert_eq!(scene.told(), [PeerInput::Broken(Stage::Answer)]);
    scene.connection.meddle("getStats", &throw);
    scene.session.sample(true);
    settled().await;
    assert_eq!(scene.told().len(), 1, "no figures, no news");
    scene.connection.meddle("createOffer", &throw);
    scene.restart().await;
    assert_eq!(scene.told()[1], PeerInput::RestartFailed);
    scene.connection.meddle("dispatchEvent", &throw);
    scene.connection.meddle("close", &throw);
    scene.node.meddle(&throw);
    scene.close(false).await;
    assert_eq!(scene.told().len(), 2);
}

#[wasm_bindgen_test]
async fn a_session_may_be_closed_from_any_of_the_pages_own_functions() {
    for (method, asked, news) in [
        ("createOffer", 0, 0),
        ("setLocalDescription", 0, 0),
        ("fetch", 1, 0),
        ("getStats", 1, 0),
        ("setRemoteDescription", 1, 2),
    ] {
        let scene = Scene::new("");
        let session = scene.session.clone();
        let close = Closure::<dyn Fn()>::new(move || session.close());
        let close = close.as_ref().unchecked_ref::<Function>();
        match method {
            "fetch" => scene.node.meddle(close),
            method => scene.connection.meddle(method, close),
        }
        scene.session.establish(wire(""));
        settled().await;
        scene.session.sample(true);
        settled().await;
        if method == "setRemoteDescription" {
            scene.reply(0, 201, "answer", "").await;
        }
        assert!(scene.connection.is_closed(), "{method}");
        assert_eq!(scene.node.asked().len(), asked, "{method}");
        assert_eq!(scene.told().len(), news, "{method}: what comes late is not told");
        let kept = scene.session.connection();
        assert!(kept.is_none(), "{method}: what still waits does not keep the connection");
    }
}
