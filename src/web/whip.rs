//! WHIP (RFC 9725) and WHEP over fetch: POST an offer, PATCH to restart ICE, DELETE the session.

use super::object::{get, set, set_text, text, texts};
use super::promise::{outcome, spawn};
use crate::machine::Reply;
use js_sys::Date;
use std::cell::Cell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, Response, Url};

/// How long a DELETE may take to be answered.
const DELETE_TIMEOUT_MS: u32 = 3_000;

// A page's own replacement for one of these may throw.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(super) fn fetch(url: &str, init: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = timeout)]
    pub(super) fn timeout_signal(ms: u32) -> Result<JsValue, JsValue>;
}

thread_local! {
    pub(super) static IS_PAGE_CLOSING: Cell<bool> = const { Cell::new(false) };
}

/// From now on, a request that ends a session has to outlive the page.
pub(crate) fn note_page_is_closing() {
    IS_PAGE_CLOSING.set(true);
}

/// Sends a request to a node. None if the node cannot be reached.
pub(crate) async fn ask(url: &str, request: &JsValue) -> Option<Reply> {
    let response = outcome(fetch(url, request)).await?;
    let body = response.unchecked_ref::<Response>().text().ok()?;
    let text = outcome(Ok(body.into())).await;
    Some(reply_of(&response, text, url))
}

/// A request to take an offer (section 4.2).
pub(crate) fn post(authorization: &str, offer: &str, signal: &JsValue) -> JsValue {
    let headers = texts(&[("Content-Type", "application/sdp")]);
    request("POST", authorization, &headers, offer, signal)
}

/// A request to restart ICE with a fragment of an offer (section 4.3.3).
pub(crate) fn patch(authorization: &str, fragment: &str, signal: &JsValue) -> JsValue {
    let content_type = "application/trickle-ice-sdpfrag";
    let headers = texts(&[("Content-Type", content_type), ("If-Match", "*")]);
    request("PATCH", authorization, &headers, fragment, signal)
}

/// Ends a session (section 4.2). The request outlives the page if that is closing. If it gets lost,
/// the node's own timeout ends the session.
pub(crate) fn delete(url: String, authorization: &str) {
    // Time-limited, because a browser has only six connections to an origin. Chromium keeps the
    // connection of a request that is to outlive its page all the same.
    let signal = timeout_signal(DELETE_TIMEOUT_MS).unwrap_or(JsValue::UNDEFINED);
    let request = request("DELETE", authorization, &texts(&[]), "", &signal);
    set(&request, "keepalive", &IS_PAGE_CLOSING.get().into());
    spawn(async move {
        ask(&url, &request).await;
    });
}

/// The options for `fetch`.
fn request(
    method: &str,
    authorization: &str,
    headers: &JsValue,
    body: &str,
    signal: &JsValue,
) -> JsValue {
    if !authorization.is_empty() {
        set_text(headers, "Authorization", authorization);
    }
    let request = texts(&[("method", method)]);
    if !body.is_empty() {
        set_text(&request, "body", body);
    }
    set(&request, "headers", headers);
    set(&request, "signal", signal);
    request
}

/// What a response to a request for `asked` says.
fn reply_of(response: &JsValue, body: Option<JsValue>, asked: &str) -> Reply {
    let headers = get(response, "headers").unchecked_into();
    let location = header(&headers, "Location").unwrap_or_default();
    let base = text(response, "url");
    let session = session_at(&location, &base);
    Reply {
        status: get(response, "status").as_f64().unwrap_or_default() as u16,
        // A body that does not arrive counts as empty.
        body: body.and_then(|body| body.as_string()).unwrap_or_default(),
        can_restart: !session.is_empty() && header(&headers, "ETag").is_some(),
        is_redirected: !are_of_one_origin(&base, asked),
        retry_after_ms: header(&headers, "Retry-After").and_then(|text| retry_after_ms(&text)),
        session,
    }
}

fn header(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// A session's address. A relative one is resolved against the address of the answer, after any
/// redirects. One at another origin is dropped: an answer must not decide where else a node's
/// authorization goes.
fn session_at(location: &str, base: &str) -> String {
    let url = resolved(location, base);
    let is_there = !location.is_empty() && are_of_one_origin(&url, base);
    if is_there { url } else { String::new() }
}

/// Whether two addresses have the same origin.
fn are_of_one_origin(one: &str, other: &str) -> bool {
    resolved("/", one) == resolved("/", other)
}

/// Resolves an address, which may be relative to another; empty if it is invalid.
pub(crate) fn resolved(url: &str, base: &str) -> String {
    Url::new_with_base(url, base).map_or(String::new(), |url| text(&url, "href"))
}

/// `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3); None for neither.
fn retry_after_ms(text: &str) -> Option<u64> {
    // The browser's own parser of numbers adds nothing to the module.
    let seconds = JsValue::from_str(text).unchecked_into_f64();
    let ms = match seconds.is_nan() {
        true => Date::parse(text) - Date::now(),
        false => 1000.0 * seconds,
    };
    // A float cast to an integer saturates: the past is 0.
    (!ms.is_nan()).then_some(ms as u64)
}
