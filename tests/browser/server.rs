//! The real server that the tests in a browser use.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

pub(crate) const SERVER: &str = match option_env!("HOLDFAST_TEST_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:8080",
};

/// A token for Ada, made by the server.
pub(crate) async fn dev_token(room: &str) -> String {
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
