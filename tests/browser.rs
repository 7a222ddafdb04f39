//! The module in a real browser, with a real WebSocket and a real server. The package around it,
//! which apps use, is tested end to end.
//!
//! Run by `cargo xtask test browser`, which starts the server named by `HOLDFAST_TEST_SERVER`.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "browser/server.rs"]
mod server;

use holdfast_rtc::EngineCore;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use server::{SERVER, dev_token};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// An engine, and everything its app is told, as JSON; waits for events without polling.
struct App {
    engine: EngineCore,
    heard: Rc<RefCell<Vec<String>>>,
    waiting: Rc<RefCell<Option<Function>>>,
    _observer: Closure<dyn Fn(JsValue, JsValue)>,
}

impl App {
    fn new() -> App {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let waiting = Rc::new(RefCell::new(None::<Function>));
        let (heard_too, waiting_too) = (heard.clone(), waiting.clone());
        let observer = Closure::<dyn Fn(JsValue, JsValue)>::new(move |event, arguments| {
            let told = JSON::stringify(&Array::of2(&event, &arguments)).unwrap();
            heard_too.borrow_mut().push(String::from(told));
            if let Some(wake) = waiting_too.borrow_mut().take() {
                wake.call0(&JsValue::UNDEFINED).unwrap();
            }
        });
        let engine = EngineCore::new(&1.into(), &SERVER.into()).unwrap();
        engine.observe(observer.as_ref().unchecked_ref::<Function>().clone());
        App { engine, heard, waiting, _observer: observer }
    }

    /// Waits for an event that begins like this.
    async fn told(&self, start: &str) {
        while !self.heard.borrow().iter().any(|told| told.starts_with(start)) {
            let promise = Promise::new(&mut |resolve, _| {
                self.waiting.borrow_mut().replace(resolve);
            });
            JsFuture::from(promise).await.unwrap();
        }
    }

    async fn login(&self, room: &str, token: &str) -> Result<JsValue, JsValue> {
        let user = object(&[("userID", "ada".into()), ("userName", "Ada".into())]);
        let config = object(&[("userUpdate", true.into())]);
        JsFuture::from(self.engine.login_room(&room.into(), &token.into(), &user, &config)).await
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

fn code(error: &JsValue) -> f64 {
    assert!(error.has_type::<js_sys::Error>());
    Reflect::get(error, &"code".into()).unwrap().as_f64().unwrap()
}

#[wasm_bindgen_test]
async fn a_login_is_told_and_settles_and_so_is_the_logout() {
    let app = App::new();
    let token = dev_token("browser-1").await;
    assert_eq!(app.login("browser-1", &token).await, Ok(JsValue::TRUE));
    app.told(r#"["roomStateChanged",["browser-1","LOGINING",0,""]]"#).await;
    app.told(r#"["roomStateChanged",["browser-1","LOGINED",0,""]]"#).await;
    app.engine.logout_room(&JsValue::UNDEFINED).unwrap();
    app.told(r#"["roomStateChanged",["browser-1","LOGOUT",0,""]]"#).await;
}

#[wasm_bindgen_test]
async fn a_bad_token_rejects_with_its_code_and_words() {
    let app = App::new();
    let error = app.login("browser-2", "no.such.token").await.unwrap_err();
    assert_eq!(code(&error), 1_102_016.0);
    app.told(r#"["roomStateChanged",["browser-2","LOGIN_FAILED",1102016,"#).await;
}

#[wasm_bindgen_test]
async fn a_refused_call_is_an_error_with_code_and_words() {
    let app = App::new();
    let error = app.engine.logout_room(&"elsewhere".into()).unwrap_err();
    assert_eq!(code(&error), 1_002_002.0);
    assert!(!Reflect::get(&error, &"msg".into()).unwrap().as_string().unwrap().is_empty());
}

#[wasm_bindgen_test]
fn an_engine_is_of_an_app_by_its_number_and_of_a_server_by_its_url() {
    let server = JsValue::from(SERVER);
    for bad in [JsValue::NULL, 0.into(), (-1).into(), "x".into(), 1.5.into()] {
        assert_eq!(code(&EngineCore::new(&bad, &server).err().unwrap()), 1_001_004.0);
    }
    assert!(EngineCore::new(&"7".into(), &server).is_ok(), "apps have it as text");
    for bad in [JsValue::NULL, 1.into(), "".into(), "ftp://h".into(), Array::new().into()] {
        assert_eq!(code(&EngineCore::new(&1.into(), &bad).err().unwrap()), 1_100_001.0);
    }
    let list = Array::of2(&server, &"ws://other".into());
    assert!(EngineCore::new(&1.into(), &list).is_ok(), "the first counts");
}

#[wasm_bindgen_test]
async fn a_call_with_bad_arguments_rejects_and_changes_nothing() {
    let app = App::new();
    let (room, token) = (JsValue::from("r"), JsValue::from("t"));
    let user = object(&[("userID", "ada".into())]);
    let config = object(&[("maxMemberCount", (-1).into())]);
    for (room, token, user, config) in [
        (&JsValue::UNDEFINED, &token, &user, &JsValue::UNDEFINED),
        (&room, &JsValue::NULL, &user, &JsValue::UNDEFINED),
        (&room, &token, &JsValue::NULL, &JsValue::UNDEFINED),
        (&room, &token, &user, &config),
    ] {
        let promise = app.engine.login_room(room, token, user, config);
        assert_eq!(code(&JsFuture::from(promise).await.unwrap_err()), 1_100_001.0);
    }
    assert!(app.heard.borrow().is_empty());
}

#[wasm_bindgen_test]
fn cfg_01_text_and_objects_are_read_alike_and_what_is_no_pair_is_an_error() {
    let app = App::new();
    for good in [
        "room_retry_time=600; av_retry_time = 0;".into(),
        "".into(),
        object(&[("roomRetryTime", 1.5.into()), ("streamRetryTime", 0.into())]),
        object(&[]),
    ] {
        app.engine.set_engine_config(&good).unwrap();
    }
    for bad in [
        "room_retry_time=x".into(),
        "room_retry_time".into(),
        "room_retry_time=-1".into(),
        "nothing=3".into(),
        object(&[("roomRetryTime", "x".into())]),
        JsValue::UNDEFINED,
        JsValue::NULL,
        5.into(),
    ] {
        assert_eq!(code(&app.engine.set_engine_config(&bad).unwrap_err()), 1_100_001.0, "{bad:?}");
    }
}

/// A listener that counts how often it is called.
fn counting() -> (Rc<Cell<u32>>, Closure<dyn Fn()>) {
    let count = Rc::new(Cell::new(0));
    let counted = count.clone();
    (count, Closure::new(move || counted.set(counted.get() + 1)))
}

#[wasm_bindgen_test]
async fn listeners_are_added_once_and_hear_what_they_asked_for() {
    let app = App::new();
    let ((always, on), (first, once)) = (counting(), counting());
    let event = JsValue::from("soundLevelUpdate");
    assert!(app.engine.on(&event, on.as_ref()) && !app.engine.on(&event, on.as_ref()));
    assert!(app.engine.once(&event, once.as_ref()));
    assert!(!app.engine.on(&"noSuchEvent".into(), on.as_ref()));
    assert!(!app.engine.on(&event, &"no function".into()));
    for _ in 0..2 {
        app.engine.emit(&event, Array::new());
    }
    app.engine.emit(&"networkQuality".into(), Array::new());
    app.told(r#"["networkQuality""#).await;
    assert_eq!((always.get(), first.get()), (2, 1));
    assert!(app.engine.off(&event, on.as_ref()) && !app.engine.off(&event, &JsValue::UNDEFINED));
}

#[wasm_bindgen_test]
async fn a_destroyed_engine_takes_nothing_and_tells_no_listener() {
    let app = App::new();
    let (count, listener) = counting();
    let event = JsValue::from("soundLevelUpdate");
    app.engine.on(&event, listener.as_ref());
    app.engine.emit(&event, Array::new());
    app.engine.destroy_engine().unwrap();
    app.told(r#"["soundLevelUpdate""#).await;
    assert_eq!(count.get(), 0);
    assert!(!app.engine.on(&event, listener.as_ref()));
    assert_eq!(code(&app.engine.retry_now().unwrap_err()), 1_101_000.0);
    let error = app.login("r", "t").await.unwrap_err();
    assert_eq!(code(&error), 1_101_000.0);
    assert_eq!(code(&app.engine.destroy_engine().unwrap_err()), 1_101_000.0);
}

/// `simulate` with these milliseconds.
#[cfg(feature = "dev")]
fn simulate(app: &App, fault: &str, ms: u32) -> JsFuture {
    let options = object(&[("ms", ms.into())]);
    JsFuture::from(app.engine.simulate(&fault.into(), &options).unchecked_into::<Promise>())
}

#[cfg(feature = "dev")]
#[wasm_bindgen_test]
async fn bey_08_a_refused_link_comes_back_by_itself_after_the_fault() {
    let app = App::new();
    let token = dev_token("browser-3").await;
    app.login("browser-3", &token).await.unwrap();
    let over = simulate(&app, "link-refused", 500);
    app.told(r#"["roomStateChanged",["browser-3","RECONNECTING","#).await;
    assert_eq!(over.await, Ok(JsValue::UNDEFINED));
    app.told(r#"["roomStateChanged",["browser-3","RECONNECTED",0,""]]"#).await;
    assert_timeline(&app, &["BEGUN", "RECONNECTING", "OVER", "RECONNECTED"]);
}

/// The first entries with these states have this order.
#[cfg(feature = "dev")]
fn assert_timeline(app: &App, states: &[&str]) {
    let told = String::from(JSON::stringify(&app.engine.timeline()).unwrap());
    let place = |state: &&str| told.find(&format!("\"state\":\"{state}\"")).unwrap();
    assert!(states.iter().map(place).is_sorted(), "{told}");
}

#[cfg(feature = "dev")]
#[wasm_bindgen_test]
async fn bey_08_an_engine_asleep_does_nothing_until_it_wakes() {
    let app = App::new();
    let token = dev_token("browser-4").await;
    let over = simulate(&app, "sleep", 300);
    let user = object(&[("userID", "ada".into())]);
    let (room, none) = (JsValue::from("browser-4"), JsValue::UNDEFINED);
    let login = app.engine.login_room(&room, &token.into(), &user, &none);
    assert_eq!(over.await, Ok(JsValue::UNDEFINED));
    assert_eq!(JsFuture::from(login).await, Ok(JsValue::TRUE));
    assert_timeline(&app, &["BEGUN", "OVER", "LOGINING", "LOGINED"]);
}

#[cfg(feature = "dev")]
#[wasm_bindgen_test]
async fn bey_08_what_is_no_fault_is_refused() {
    let app = App::new();
    for fault in [JsValue::UNDEFINED, 5.into(), "rain".into()] {
        let refused = app.engine.simulate(&fault, &JsValue::UNDEFINED).unchecked_into::<Promise>();
        assert_eq!(code(&JsFuture::from(refused).await.unwrap_err()), 1_100_001.0);
    }
    let too_long = simulate(&app, "offline", 1_800_001).await;
    assert_eq!(code(&too_long.unwrap_err()), 1_100_001.0);
    assert!(app.engine.timeline().unchecked_into::<Array>().length() == 0);
    app.engine.destroy_engine().unwrap();
    let late = simulate(&app, "offline", 1).await;
    assert_eq!(code(&late.unwrap_err()), 1_101_000.0);
}
