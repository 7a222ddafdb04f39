//! WHIP (RFC 9725) and WHEP over fetch: POST an offer, PATCH to restart ICE, DELETE the session.

use super::object::{get, object, set};
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Response, Url};

/// How long the end of a session may take to be answered.
const DELETE_TIMEOUT_MS: u32 = 3_000;

thread_local! {
    static IS_PAGE_CLOSING: Cell<bool> = const { Cell::new(false) };
}

/// What ends sessions from now on has to outlive the page.
pub(crate) fn note_page_is_closing() {
    IS_PAGE_CLOSING.set(true);
}

/// What a node is asked.
pub(crate) enum Request<'a> {
    /// Take an offer (section 4.2).
    Post(&'a str),
    /// Restart ICE with this fragment (section 4.3.3).
    Restart(&'a str),
    /// End the session (section 4.2).
    Delete,
}

/// What a node answered.
pub(crate) struct Reply {
    response: Response,
    /// Its body; empty if that did not arrive.
    pub(crate) text: String,
}

/// Asks a node; fails if it cannot be reached.
pub(crate) async fn ask(
    url: &str,
    authorization: &str,
    request: Request<'_>,
    signal: AbortSignal,
) -> Result<Reply, JsValue> {
    let (method, content_type, body) = match request {
        Request::Post(offer) => ("POST", "application/sdp", offer),
        Request::Restart(fragment) => ("PATCH", "application/trickle-ice-sdpfrag", fragment),
        Request::Delete => ("DELETE", "", ""),
    };
    let headers = object(&[]);
    let init = object(&[("method", method.into()), ("headers", (&headers).into())]);
    if !authorization.is_empty() {
        set(&headers, "Authorization", &authorization.into());
    }
    let mut signal = signal;
    if body.is_empty() {
        // Not for ever, since a browser has six connections to an origin. Of a request that is to
        // outlive its page Chromium keeps the connection all the same.
        signal = AbortSignal::timeout_with_u32(DELETE_TIMEOUT_MS);
        set(&init, "keepalive", &IS_PAGE_CLOSING.get().into());
    } else {
        set(&headers, "Content-Type", &content_type.into());
        set(&init, "body", &body.into());
    }
    set(&init, "signal", &signal);
    if method == "PATCH" {
        set(&headers, "If-Match", &"*".into());
    }
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let fetched = window.fetch_with_str_and_init(url, init.unchecked_ref());
    let response: Response = JsFuture::from(fetched).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await.ok().and_then(|text| text.as_string());
    Ok(Reply { response, text: text.unwrap_or_default() })
}

impl Reply {
    pub(crate) fn is_ok(&self) -> bool {
        self.response.ok()
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status()
    }

    /// The session's address; empty if the node named none.
    pub(crate) fn session_url(&self) -> String {
        // A relative one counts from where the answer came from, redirects included.
        self.header("Location")
            .and_then(|location| Url::new_with_base(&location, &self.response.url()).ok())
            .map_or(String::new(), |url| url.href())
    }

    /// Whether the node names its ICE sessions, and so can restart them.
    pub(crate) fn has_etag(&self) -> bool {
        self.header("ETag").is_some()
    }

    /// `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3), in milliseconds from now.
    pub(crate) fn retry_after_ms(&self) -> Option<u64> {
        let text = self.header("Retry-After")?;
        // The browser's own number parser costs no bytes here.
        let seconds = JsValue::from_str(&text).unchecked_into_f64();
        let delay_ms = match seconds.is_nan() {
            false => seconds * 1000.0,
            true => js_sys::Date::parse(&text) - js_sys::Date::now(),
        };
        // A float cast to an integer saturates: the past and no date at all are 0.
        (!delay_ms.is_nan()).then_some(delay_ms as u64)
    }

    fn header(&self, name: &str) -> Option<String> {
        let headers: Headers = get(&self.response, "headers").unchecked_into();
        headers.get(name).ok().flatten()
    }
}
