//! The module in a real browser: a real WebSocket and a real server. What apps see of it, with the
//! package's scripts around it, is tested end to end.
//!
//! Run by `cargo xtask test browser`, which starts the server named by `HOLDFAST_TEST_SERVER`.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "tests")]

use holdfast_rtc::Core;
use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Headers, RequestInit, Response};

wasm_bindgen_test_configure!(run_in_browser);

const SERVER: &str = match option_env!("HOLDFAST_TEST_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:8080",
};

const LOGIN: u32 = 1;
const LOGOUT: u32 = 3;
const CALL: u32 = 7;
/// The row of a promise that is settled, with the call's number, as `src/api/news.rs` numbers it.
const SETTLED: &str = "[14,7,";

/// A module, and all its rows of news as JSON, waited for without polling.
struct App {
    core: Core,
    heard: Rc<RefCell<Vec<String>>>,
    waiting: Rc<RefCell<Option<Function>>>,
    _tell: Closure<dyn Fn(JsValue)>,
}

impl App {
    fn new() -> App {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let waiting = Rc::new(RefCell::new(None::<Function>));
        let (heard_too, waiting_too) = (heard.clone(), waiting.clone());
        let tell = Closure::<dyn Fn(JsValue)>::new(move |row: JsValue| {
            heard_too.borrow_mut().push(String::from(JSON::stringify(&row).unwrap()));
            if let Some(wake) = waiting_too.borrow_mut().take() {
                wake.call0(&JsValue::UNDEFINED).unwrap();
            }
        });
        let function = tell.as_ref().unchecked_ref::<Function>().clone();
        let room_url = [&SERVER.replacen("http", "ws", 1), "/room"].concat();
        // All of `pkg-template/server.js` that a login asks for.
        let server = Object::new();
        Reflect::set(&server, &"roomUrl".into(), &room_url.into()).unwrap();
        let core = Core::new(server.unchecked_into(), function);
        App { core, heard, waiting, _tell: tell }
    }

    /// Waits until a row that begins like this was told.
    async fn told(&self, start: &str) {
        while !self.heard.borrow().iter().any(|row| row.starts_with(start)) {
            let promise = Promise::new(&mut |resolve, _| {
                self.waiting.borrow_mut().replace(resolve);
            });
            JsFuture::from(promise).await.unwrap();
        }
    }

    fn login(&self, room: &str, token: &str) {
        let row = Array::new();
        row.push(&CALL.into());
        row.push(&1.into());
        for text in [room, token, "ada", "Ada"] {
            row.push(&text.into());
        }
        for number in [1, 0, 0] {
            row.push(&number.into());
        }
        row.reverse();
        assert!(self.core.call(LOGIN, row.unchecked_into()).is_undefined());
    }
}

async fn dev_token(room: &str) -> String {
    let body = Object::new();
    for (key, value) in [("room", room), ("user", "ada")] {
        Reflect::set(&body, &key.into(), &value.into()).unwrap();
    }
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
    Reflect::get(&json, &"token".into()).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
async fn a_login_is_told_and_settles_and_so_is_the_logout() {
    let app = App::new();
    app.login("browser-1", &dev_token("browser-1").await);
    app.told(r#"[0,"browser-1",0,0,""]"#).await;
    app.told(r#"[0,"browser-1",1,0,""]"#).await;
    app.told(&[SETTLED, "0,0]"].concat()).await;
    assert!(app.core.call(LOGOUT, Array::new().unchecked_into()).is_undefined());
    app.told(r#"[0,"browser-1",7,0,""]"#).await;
}

#[wasm_bindgen_test]
async fn a_bad_token_settles_with_its_code_and_words() {
    let app = App::new();
    app.login("browser-2", "no.such.token");
    app.told(&[SETTLED, "1102016,\""].concat()).await;
    app.told(r#"[0,"browser-2",2,1102016,"#).await;
}

#[wasm_bindgen_test]
async fn a_refused_call_answers_with_code_and_words() {
    let app = App::new();
    let row = Array::of1(&"elsewhere".into());
    let refusal: Array = app.core.call(LOGOUT, row.unchecked_into()).unchecked_into();
    assert_eq!(refusal.get(0), 1_002_002);
    assert!(!refusal.get(1).as_string().unwrap().is_empty());
}
