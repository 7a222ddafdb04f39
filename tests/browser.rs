//! The SDK in a real browser: a real WebSocket, a real RTCPeerConnection, a real server.
//!
//! Run by `cargo xtask test browser`, which starts the server named by `HOLDFAST_TEST_SERVER`.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "tests")]

use holdfast_rtc::ExpressEngine;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{
    Headers, MediaStream, MediaStreamConstraints, MediaStreamTrack, RequestInit, Response,
};

wasm_bindgen_test_configure!(run_in_browser);

const SERVER: &str = match option_env!("HOLDFAST_TEST_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:8080",
};

/// An engine, and all that its listeners were told, waited for without polling.
struct App {
    engine: ExpressEngine,
    heard: Rc<RefCell<Vec<String>>>,
    waiting: Rc<RefCell<Option<Function>>>,
    listener: Closure<dyn Fn(JsValue, JsValue, JsValue)>,
}

impl App {
    fn new(events: &[&str]) -> App {
        let engine = ExpressEngine::new(1.into(), SERVER.into()).unwrap();
        let heard = Rc::new(RefCell::new(Vec::new()));
        let waiting = Rc::new(RefCell::new(None::<Function>));
        let (heard_too, waiting_too) = (heard.clone(), waiting.clone());
        let listener = Closure::new(move |first: JsValue, second: JsValue, third: JsValue| {
            // Room events say what in their second argument, media events in a property.
            let state = get(&first, "state");
            let word = if state.is_string() { state } else { second };
            let word = word.as_string().unwrap_or_default();
            let list = third.dyn_ref::<Array>().map_or(JsValue::UNDEFINED, |list| list.get(0));
            let id = get(&list, "streamID").as_string().unwrap_or_default();
            heard_too.borrow_mut().push([word, id].concat());
            if let Some(wake) = waiting_too.borrow_mut().take() {
                wake.call0(&JsValue::UNDEFINED).unwrap();
            }
        });
        for event in events {
            assert!(engine.on((*event).into(), listener.as_ref().clone()), "{event}");
        }
        App { engine, heard, waiting, listener }
    }

    /// Waits until a listener was told `word`.
    async fn told(&self, word: &str) {
        while !self.heard.borrow().iter().any(|heard| heard == word) {
            let promise = Promise::new(&mut |resolve, _| {
                self.waiting.borrow_mut().replace(resolve);
            });
            JsFuture::from(promise).await.unwrap();
        }
    }

    async fn login(&self, room: &str, user: &str) -> Result<JsValue, JsValue> {
        let token = dev_token(room, user).await;
        JsFuture::from(self.login_with(room, &token, user)).await
    }

    fn login_with(&self, room: &str, token: &str, user: &str) -> Promise {
        self.engine.login_room(room.into(), token.into(), user_object(user), config_object())
    }
}

fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        Reflect::set(&object, &(*key).into(), value).unwrap();
    }
    object.into()
}

fn user_object(user: &str) -> JsValue {
    object(&[("userID", user.into()), ("userName", user.into())])
}

fn config_object() -> JsValue {
    object(&[("userUpdate", true.into())])
}

fn code(error: &JsValue) -> f64 {
    assert!(error.is_instance_of::<js_sys::Error>(), "every failure is an Error");
    assert!(!get(error, "message").as_string().unwrap().is_empty());
    get(error, "code").as_f64().unwrap()
}

async fn dev_token(room: &str, user: &str) -> String {
    let body = object(&[("room", room.into()), ("user", user.into())]);
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&JSON::stringify(&body).unwrap().into());
    let headers = Headers::new().unwrap();
    headers.set("Content-Type", "application/json").unwrap();
    request.set_headers(&headers);
    let window = web_sys::window().unwrap();
    let url = format!("{SERVER}/dev/token");
    let response = JsFuture::from(window.fetch_with_str_and_init(&url, &request)).await.unwrap();
    let response: Response = response.dyn_into().unwrap();
    let json = JsFuture::from(response.json().unwrap()).await.unwrap();
    get(&json, "token").as_string().unwrap()
}

async fn camera() -> MediaStream {
    let devices = web_sys::window().unwrap().navigator().media_devices().unwrap();
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&JsValue::TRUE);
    constraints.set_audio(&JsValue::TRUE);
    let promise = devices.get_user_media_with_constraints(&constraints).unwrap();
    JsFuture::from(promise).await.unwrap().dyn_into().unwrap()
}

const ROOM_EVENTS: [&str; 3] = ["roomStateChanged", "roomUserUpdate", "roomStreamUpdate"];

#[wasm_bindgen_test]
async fn a_login_is_told_and_resolves() {
    let app = App::new(&["roomStateChanged"]);
    assert_eq!(app.login("browser-1", "ada").await.unwrap(), JsValue::TRUE);
    assert_eq!(*app.heard.borrow(), ["LOGINING", "LOGINED"]);
    app.engine.logout_room("browser-1".into()).unwrap();
    app.told("LOGOUT").await;
}

#[wasm_bindgen_test]
async fn a_bad_token_is_refused_with_its_code() {
    let app = App::new(&["roomStateChanged"]);
    let login = app.login_with("browser-2", "no.such.token", "ada");
    let error = JsFuture::from(login).await.unwrap_err();
    assert_eq!(code(&error), 1102016.0);
    assert_eq!(*app.heard.borrow(), ["LOGINING", "LOGIN_FAILED"]);
}

#[wasm_bindgen_test]
async fn one_publishes_and_the_other_plays() {
    let host = App::new(&["publisherStateUpdate"]);
    let guest = App::new(&[&ROOM_EVENTS[..], &["playerStateUpdate"]].concat());
    host.login("browser-3", "host").await.unwrap();
    guest.login("browser-3", "guest").await.unwrap();
    let stream = camera().await;
    let start = |id: &str| {
        host.engine.start_publishing_stream(id.into(), stream.clone().into(), JsValue::UNDEFINED)
    };
    assert!(start("b3").unwrap());
    assert!(!start("b3").unwrap(), "already published");
    host.told("PUBLISHING").await;
    guest.told("ADDb3").await;
    let playing = guest.engine.start_playing_stream("b3".into(), JsValue::UNDEFINED);
    let played: MediaStream = JsFuture::from(playing).await.unwrap().dyn_into().unwrap();
    assert_eq!(played.get_tracks().length(), 2);
    guest.told("PLAYING").await;
    let track: MediaStreamTrack = played.get_video_tracks().get(0).unchecked_into();
    assert_eq!(track.ready_state(), web_sys::MediaStreamTrackState::Live);

    assert!(host.engine.stop_publishing_stream("b3".into()).unwrap());
    host.told("NO_PUBLISH").await;
    guest.told("DELETEb3").await;
    let own: MediaStreamTrack = stream.get_video_tracks().get(0).unchecked_into();
    let live = web_sys::MediaStreamTrackState::Live;
    assert_eq!(own.ready_state(), live, "PUB-06: the app's tracks are the app's");
    host.engine.destroy_engine();
    guest.engine.destroy_engine();
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_disturbs_nobody() {
    let app = App::new(&[]);
    let throws = Function::new_no_args("throw new Error('the listener of a test')");
    assert!(app.engine.on("roomStateChanged".into(), throws.into()));
    assert!(app.engine.on("roomStateChanged".into(), app.listener.as_ref().clone()));
    // An uncaught error would otherwise fail the page's test run.
    let calm = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        event.prevent_default();
    });
    let window = web_sys::window().unwrap();
    let callback = calm.as_ref().unchecked_ref();
    window.add_event_listener_with_callback("error", callback).unwrap();
    app.login("browser-4", "ada").await.unwrap();
    assert_eq!(*app.heard.borrow(), ["LOGINING", "LOGINED"]);
    window.remove_event_listener_with_callback("error", callback).unwrap();
    app.engine.destroy_engine();
}

#[wasm_bindgen_test]
async fn a_listener_may_call_the_engine() {
    let app = Rc::new(App::new(&["roomStateChanged"]));
    let inner = app.clone();
    let leave = Closure::<dyn Fn(JsValue, JsValue)>::new(move |_, reason: JsValue| {
        if reason == "LOGINED" {
            inner.engine.logout_room(JsValue::UNDEFINED).unwrap();
        }
    });
    app.engine.on("roomStateChanged".into(), leave.as_ref().clone());
    app.login("browser-5", "ada").await.unwrap();
    app.told("LOGOUT").await;
    app.engine.destroy_engine();
}

#[wasm_bindgen_test]
async fn once_on_and_off() {
    let app = App::new(&["roomStateChanged"]);
    let engine = &app.engine;
    let listener = || app.listener.as_ref().clone();
    assert!(!engine.on("roomStateChanged".into(), listener()), "one listener listens once");
    assert!(!engine.on("noSuchEvent".into(), listener()));
    assert!(!engine.on("roomStateChanged".into(), "no function".into()));
    assert!(!engine.on(JsValue::UNDEFINED, listener()));
    assert!(engine.off("roomStateChanged".into(), listener()));
    assert!(!engine.off("roomStateChanged".into(), listener()));
    assert!(engine.once("roomStateChanged".into(), listener()));
    app.login("browser-6", "ada").await.unwrap();
    assert_eq!(*app.heard.borrow(), ["LOGINING"]);
    engine.destroy_engine();
}

#[wasm_bindgen_test]
async fn room_16_bad_arguments_are_errors_with_codes() {
    for (app_id, server) in [
        (JsValue::UNDEFINED, JsValue::from(SERVER)),
        (0.into(), SERVER.into()),
        (1.5.into(), SERVER.into()),
        ("x".into(), SERVER.into()),
    ] {
        assert_eq!(code(&ExpressEngine::new(app_id, server).err().unwrap()), 1001004.0);
    }
    for server in [JsValue::NULL, "".into(), "ftp://host".into(), 7.into()] {
        assert_eq!(code(&ExpressEngine::new(1.into(), server).err().unwrap()), 1100001.0);
    }
    assert!(ExpressEngine::new("1".into(), Array::of1(&SERVER.into()).into()).is_ok());

    let app = App::new(&ROOM_EVENTS);
    let logins = [
        (JsValue::UNDEFINED, user_object("a"), 1100001.0),
        ("".into(), user_object("a"), 1002011.0),
        ("r".repeat(129).into(), user_object("a"), 1002013.0),
        ("a b".into(), user_object("a"), 1002012.0),
        ("r".into(), user_object(""), 1002005.0),
        ("r".into(), JsValue::UNDEFINED, 1100001.0),
        ("r".into(), object(&[("userID", 7.into())]), 1100001.0),
    ];
    for (room, user, expected) in logins {
        let login = app.engine.login_room(room, "t".into(), user, JsValue::UNDEFINED);
        assert_eq!(code(&JsFuture::from(login).await.unwrap_err()), expected);
    }
    let play = app.engine.start_playing_stream("".into(), JsValue::UNDEFINED);
    assert_eq!(code(&JsFuture::from(play).await.unwrap_err()), 1000015.0);
    let start = app.engine.start_publishing_stream("s".into(), JsValue::NULL, JsValue::UNDEFINED);
    assert_eq!(code(&start.unwrap_err()), 1100001.0);
    let no_tracks = MediaStream::new().unwrap();
    let start =
        app.engine.start_publishing_stream("s".into(), no_tracks.into(), JsValue::UNDEFINED);
    assert_eq!(code(&start.unwrap_err()), 1103047.0);
    assert_eq!(code(&app.engine.set_engine_config("nonsense".into()).unwrap_err()), 1100001.0);
    assert_eq!(code(&app.engine.logout_room("other".into()).unwrap_err()), 1002002.0);
    assert!(app.heard.borrow().is_empty(), "nothing was started");
}

#[wasm_bindgen_test]
async fn a_destroyed_engine_says_so() {
    let app = App::new(&["roomStateChanged"]);
    app.engine.destroy_engine();
    app.engine.destroy_engine();
    let login = app.login_with("r", "t", "u");
    assert_eq!(code(&JsFuture::from(login).await.unwrap_err()), 1101000.0);
    assert!(!app.engine.on("roomStateChanged".into(), app.listener.as_ref().clone()));
}

#[wasm_bindgen_test]
async fn cfg_01_all_three_forms_are_taken_before_the_login_only() {
    let app = App::new(&[]);
    let set = |config: JsValue| app.engine.set_engine_config(config);
    set("room_retry_time=600;av_retry_time=600".into()).unwrap();
    set(object(&[("room_retry_time", 600.into())])).unwrap();
    set(object(&[("roomRetryTime", 600.into()), ("streamRetryTime", 0.into())])).unwrap();
    assert_eq!(code(&set(object(&[("roomRetryTime", "x".into())])).unwrap_err()), 1100001.0);
    app.login("browser-7", "ada").await.unwrap();
    assert_eq!(code(&set("room_retry_time=600".into()).unwrap_err()), 1100001.0);
    app.engine.destroy_engine();
}
