//! What the connections of a stream carry, across the sessions that follow one another. How media
//! elements react to a player's tracks is tested in browsers (`tests/e2e/net/elements.test.mjs`).

use super::*;
use crate::object::set;
use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MediaStream, MediaStreamTrack};

#[wasm_bindgen(module = "/tests/browser/media.js")]
extern "C" {
    #[derive(Clone)]
    type Stream;

    #[wasm_bindgen(constructor)]
    fn new() -> Stream;

    #[wasm_bindgen(method, getter)]
    fn active(this: &Stream) -> bool;

    #[wasm_bindgen(method, setter, js_name = isWatched)]
    fn set_is_watched(this: &Stream, is_watched: bool);

    #[wasm_bindgen(method, js_name = getTracks)]
    fn tracks(this: &Stream) -> Vec<JsValue>;

    #[wasm_bindgen(method)]
    fn kinds(this: &Stream) -> Vec<String>;

    type Connection;

    #[wasm_bindgen(constructor, variadic)]
    fn new(sent: Vec<String>) -> Connection;

    #[wasm_bindgen(method)]
    fn tracks(this: &Connection) -> Vec<JsValue>;

    #[wasm_bindgen(method)]
    fn end(this: &Connection);

    type Browser;

    #[wasm_bindgen(constructor)]
    fn new(user_agent: &str) -> Browser;

    #[wasm_bindgen(method)]
    fn silences(this: &Browser) -> Vec<JsValue>;

    #[wasm_bindgen(method)]
    fn leave(this: &Browser);

    fn spoil(object: &JsValue, name: &str);

    #[wasm_bindgen(variadic, js_name = realStream)]
    fn real_stream(kinds: Vec<String>) -> MediaStream;

    fn sent(connection: &RtcPeerConnection) -> Vec<String>;

    #[wasm_bindgen(js_name = offeredCodecs)]
    fn offered_codecs(connection: &RtcPeerConnection) -> Promise;
}

#[wasm_bindgen(module = "/pkg-template/bridge.js")]
extern "C" {
    #[wasm_bindgen(js_name = Bridge)]
    type BridgeScript;

    #[wasm_bindgen(constructor, js_class = "Bridge")]
    fn new(outlet: &Stream) -> BridgeScript;
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str = "Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36";
const BOTH: Kinds = Kinds { audio: true, video: true };
/// What publishers send.
const SENT: [&[&str]; 3] = [&["audio", "video"], &["audio"], &["video"]];

/// A played stream, in a browser.
struct Player {
    browser: Browser,
    outlet: Stream,
    media: Media,
    told: Rc<RefCell<Vec<JsValue>>>,
}

impl Player {
    fn new(user_agent: &str, kinds: Kinds) -> Player {
        let (browser, outlet) = (Browser::new(user_agent), Stream::new());
        let told: Rc<RefCell<Vec<JsValue>>> = Rc::default();
        let telling = told.clone();
        let on_track = move |track: &MediaStreamTrack| telling.borrow_mut().push(track.into());
        let media = Media::Receiving(Receiving {
            outlet: outlet.clone().unchecked_into(),
            kinds,
            bridge: Some(BridgeScript::new(&outlet).unchecked_into()),
            on_track: Box::new(on_track),
        });
        Player { browser, outlet, media, told }
    }

    fn in_firefox() -> Player {
        Player::new(FIREFOX, BOTH)
    }

    /// A new session's connection, over which these kinds are sent.
    fn session(&self, sent: &[&str]) -> Connection {
        let connection = Connection::new(owned(sent));
        self.media.wire(connection.unchecked_ref()).unwrap();
        connection
    }

    fn attach(&self, connection: &Connection) {
        self.media.attach(connection.unchecked_ref());
    }

    /// A session that plays.
    fn playing(&self, sent: &[&str]) -> Connection {
        let connection = self.session(sent);
        self.attach(&connection);
        connection
    }

    fn close(&self, connection: &Connection) {
        self.media.before_close(connection.unchecked_ref());
        connection.end();
    }

    /// For each silent track so far, whether it is still made.
    fn silences(&self) -> Vec<JsValue> {
        self.browser.silences()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.browser.leave();
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[wasm_bindgen_test]
fn play_06_a_stream_is_never_inactive_between_two_sessions() {
    for sent in SENT {
        let player = Player::in_firefox();
        let first = player.playing(sent);
        assert_eq!(player.outlet.kinds(), sent);
        player.close(&first);
        assert!(player.outlet.active(), "a silent track stands in");
        let next = player.session(sent);
        player.outlet.set_is_watched(true);
        player.attach(&next);
        assert_eq!(player.outlet.tracks(), next.tracks());
        assert_eq!(player.silences(), [JsValue::FALSE]);
    }
}

#[wasm_bindgen_test]
fn play_06_a_stream_is_never_inactive_when_a_session_replaces_one_that_lives() {
    for sent in SENT {
        let player = Player::in_firefox();
        player.playing(sent);
        player.outlet.set_is_watched(true);
        let next = player.playing(sent);
        assert_eq!(player.outlet.tracks(), next.tracks());
    }
}

#[wasm_bindgen_test]
fn play_06_no_track_stands_in_where_the_stream_stays_active_or_has_not_been() {
    let player = Player::in_firefox();
    let failed = player.session(&["audio"]);
    player.close(&failed);
    assert!(player.outlet.tracks().is_empty());
    let first = player.playing(SENT[0]);
    player.playing(SENT[0]);
    player.close(&first); // the loser of a race
    let failed = player.session(SENT[0]);
    player.close(&failed);
    assert_eq!(player.outlet.kinds(), SENT[0]);
    assert!(player.silences().is_empty());
}

#[wasm_bindgen_test]
fn play_06_one_track_stands_in_however_many_sessions_fail() {
    let player = Player::in_firefox();
    let first = player.playing(SENT[0]);
    for connection in [first, player.session(&["audio"]), player.session(&["audio"])] {
        player.close(&connection);
    }
    assert_eq!(player.outlet.kinds(), ["audio", "video", "audio"]);
    assert_eq!(player.silences(), [JsValue::TRUE]);
}

#[wasm_bindgen_test]
fn play_06_a_stream_that_is_over_ends_whichever_of_its_connection_and_its_end_comes_first() {
    for is_over_first in [true, false] {
        let player = Player::in_firefox();
        let connection = player.playing(SENT[0]);
        if is_over_first {
            player.media.end();
        }
        player.close(&connection);
        player.media.end();
        assert!(!player.outlet.active());
        assert!(player.silences().iter().all(|is_made| !is_made.is_truthy()));
    }
}

#[wasm_bindgen_test]
fn play_06_browsers_whose_elements_go_on_by_themselves_need_no_track_that_stands_in() {
    let player = Player::new(CHROME, BOTH);
    let first = player.playing(SENT[0]);
    player.close(&first);
    assert_eq!(player.outlet.kinds(), SENT[0]);
    assert!(player.silences().is_empty());
}

#[wasm_bindgen_test]
fn play_06_each_new_track_is_told_and_is_enabled_as_the_one_before() {
    let player = Player::new(CHROME, BOTH);
    let first = player.playing(SENT[0]);
    set(&first.tracks()[1], "enabled", &JsValue::FALSE);
    let next = player.playing(SENT[0]);
    assert_eq!(player.told.take(), [first.tracks(), next.tracks()].concat());
    let enabled: Vec<_> =
        next.tracks().iter().map(|track| crate::object::get(track, "enabled")).collect();
    assert_eq!(enabled, [JsValue::TRUE, JsValue::FALSE]);
}

#[wasm_bindgen_test]
fn play_06_what_the_publisher_sends_no_more_leaves_the_stream() {
    let player = Player::new(CHROME, BOTH);
    player.playing(SENT[0]);
    player.told.take();
    let next = player.playing(&["video"]);
    assert_eq!(player.outlet.tracks(), next.tracks());
    assert_eq!(player.told.take(), next.tracks());
}

#[wasm_bindgen_test]
fn play_01_only_the_wanted_kinds_are_asked_for() {
    for (audio, video, kind) in [(true, false, "audio"), (false, true, "video")] {
        let player = Player::new(CHROME, Kinds { audio, video });
        player.playing(SENT[0]);
        assert_eq!(player.outlet.kinds(), [kind]);
    }
}

#[wasm_bindgen_test]
fn what_a_pages_own_functions_throw_does_no_harm_to_a_player() {
    for name in ["getTracks", "addTrack", "removeTrack"] {
        let player = Player::in_firefox();
        let first = player.playing(SENT[0]);
        spoil(&player.outlet, name);
        let next = player.playing(SENT[0]);
        for connection in [first, next] {
            player.close(&connection);
        }
        player.media.end();
    }
    let player = Player::in_firefox();
    let connection = player.session(SENT[0]);
    spoil(&connection, "getTransceivers");
    player.attach(&connection);
    player.close(&connection);
    assert!(player.outlet.tracks().is_empty());
    spoil(&connection, "addTransceiver");
    assert!(player.media.wire(connection.unchecked_ref()).is_err());
}

#[wasm_bindgen_test]
fn a_stream_started_again_before_its_first_start_is_released_stays() {
    let streams = StartedStreams::default();
    let start = || streams.add("s".into(), sending(&[], None).into());
    start();
    let first = streams.find(Direction::Publish, "s").unwrap();
    assert!(streams.find(Direction::Play, "s").is_none());
    start();
    streams.release(Direction::Play, "s");
    streams.release(Direction::Publish, "s");
    let second = streams.find(Direction::Publish, "s").unwrap();
    assert!(!Rc::ptr_eq(&first, &second));
    streams.release(Direction::Publish, "s");
    assert!(streams.find(Direction::Publish, "s").is_none());
}

/// A published stream with a real track of each kind.
fn sending(kinds: &[&str], codec: Option<Codec>) -> Sending {
    Sending { media: real_stream(owned(kinds)), codec, bitrates: Object::new() }
}

impl From<Sending> for Media {
    fn from(sending: Sending) -> Media {
        Media::Sending(sending)
    }
}

#[wasm_bindgen_test]
fn a_connection_sends_the_tracks_and_keeps_to_the_bitrates_of_when_it_is_made() {
    let sending = sending(&["audio"], None);
    // `MediaStream::clone` would be the browser's, which makes another stream.
    let stream = JsValue::from(&sending.media).unchecked_into::<MediaStream>();
    let bitrates = sending.bitrates.clone();
    let media = Media::from(sending);
    let first = RtcPeerConnection::new().unwrap();
    media.wire(&first).unwrap();
    assert_eq!(sent(&first), ["sendonly audio unlimited"]);
    set(&bitrates, "audio", &20.into());
    set(&bitrates, "video", &300.into());
    let [video] = &tracks_of(&real_stream(owned(&["video"])))[..] else { panic!("one track") };
    stream.add_track(video);
    let next = RtcPeerConnection::new().unwrap();
    media.wire(&next).unwrap();
    assert_eq!(sent(&next), ["sendonly audio 20000", "sendonly video 300000"]);
    for connection in [first, next] {
        connection.close();
    }
}

fn tracks_of(stream: &MediaStream) -> Vec<MediaStreamTrack> {
    stream.get_tracks().iter().map(JsCast::unchecked_into).collect()
}

/// The names of the codecs that a publisher offers.
async fn offered(codec: Option<Codec>) -> Vec<String> {
    let connection = RtcPeerConnection::new().unwrap();
    Media::from(sending(&["video"], codec)).wire(&connection).unwrap();
    let codecs: Array = JsFuture::from(offered_codecs(&connection)).await.unwrap().unchecked_into();
    connection.close();
    codecs.iter().filter_map(|codec| codec.as_string()).collect()
}

#[wasm_bindgen_test]
async fn the_preferred_codec_is_offered_first_and_the_others_after_it() {
    let mut usual = offered(None).await;
    usual.sort();
    for (codec, name) in [(Codec::Vp8, "VP8"), (Codec::H264, "H264")] {
        assert_eq!(Codec::named(name), Some(codec));
        let mut codecs = offered(Some(codec)).await;
        if usual.iter().any(|known| known == name) {
            assert_eq!(codecs[0], name);
        }
        codecs.sort();
        assert_eq!(codecs, usual);
    }
    assert_eq!(Codec::named("vp8"), None);
}

#[wasm_bindgen_test]
fn what_a_pages_own_functions_throw_is_told_but_codecs_need_no_order() {
    let media = Media::from(sending(&["video"], Some(Codec::H264)));
    let connection = RtcPeerConnection::new().unwrap();
    let transceiver = connection.add_transceiver_with_str("video");
    spoil(&transceiver, "setCodecPreferences");
    let add = js_sys::Function::new_with_args("transceiver", "return () => transceiver");
    let add = add.call1(&JsValue::UNDEFINED, &transceiver).unwrap();
    set(&connection, "addTransceiver", &add);
    media.wire(&connection).unwrap();
    spoil(&connection, "addTransceiver");
    assert!(media.wire(&connection).is_err());
    connection.close();
    let unreadable = sending(&[], None);
    spoil(&unreadable.media, "getTracks");
    let connection = RtcPeerConnection::new().unwrap();
    assert!(Media::from(unreadable).wire(&connection).is_err());
    connection.close();
}
