//! WHIP (RFC 9725) and WHEP over fetch: POST an offer, DELETE the session.

use crate::machine::{PeerInput, Stage};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response, Url};

/// What a node answered an offer with.
pub(crate) struct Answer {
    pub(crate) sdp: String,
    /// The session's address; empty if the node named none.
    pub(crate) session_url: String,
}

/// Posts an offer (RFC 9725 section 4.2).
pub(crate) async fn post(
    url: &str,
    authorization: &str,
    offer: &str,
    signal: &AbortSignal,
) -> Result<Answer, PeerInput> {
    let unreachable = |_: JsValue| PeerInput::Broken(Stage::Request);
    let request = request("POST", authorization).map_err(unreachable)?;
    request.set_body(&offer.into());
    request.set_signal(Some(signal));
    let response = send(url, &request).await.map_err(unreachable)?;
    if !response.ok() {
        let retry_after_ms = header(&response, "Retry-After").and_then(|text| read_delay(&text));
        return Err(PeerInput::Refused { status: response.status(), retry_after_ms });
    }
    // A relative Location counts from where the answer came from, redirects included.
    let session_url = header(&response, "Location")
        .and_then(|location| Url::new_with_base(&location, &response.url()).ok())
        .map_or(String::new(), |url| url.href());
    match read_text(&response).await {
        Ok(sdp) => Ok(Answer { sdp, session_url }),
        Err(error) => {
            // The session is there all the same.
            delete(session_url, authorization.into()).await;
            Err(unreachable(error))
        }
    }
}

async fn read_text(response: &Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// Ends a session (RFC 9725 section 4.2); the node's own timeout covers one that is not heard.
pub(crate) async fn delete(session_url: String, authorization: String) {
    if session_url.is_empty() {
        return;
    }
    if let Ok(request) = request("DELETE", &authorization) {
        // Still to be sent if the page is closing.
        let _ = js_sys::Reflect::set(&request, &"keepalive".into(), &JsValue::TRUE);
        let _ = send(&session_url, &request).await;
    }
}

fn request(method: &str, authorization: &str) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    if !authorization.is_empty() {
        headers.set("Authorization", authorization)?;
    }
    if method == "POST" {
        headers.set("Content-Type", "application/sdp")?;
    }
    let request = RequestInit::new();
    request.set_method(method);
    request.set_headers(&headers);
    Ok(request)
}

async fn send(url: &str, request: &RequestInit) -> Result<Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let response = JsFuture::from(window.fetch_with_str_and_init(url, request)).await?;
    response.dyn_into()
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3), in milliseconds from now.
fn read_delay(text: &str) -> Option<u64> {
    // The browser's own number parser costs no bytes here.
    let seconds = JsValue::from_str(text).unchecked_into_f64();
    let delay_ms = match seconds.is_nan() {
        false => seconds * 1000.0,
        true => js_sys::Date::parse(text) - js_sys::Date::now(),
    };
    // A float cast to an integer saturates: the past and no date at all are 0.
    (!delay_ms.is_nan()).then_some(delay_ms as u64)
}
