//! What only the browser can tell about the way to a server, and the last word to it.

use super::object::{get, object, text};
use super::promise::{outcome, spawn};
use super::whip::{fetch, resolved, timeout_signal};
use crate::machine::Obstacle;
use crate::server::Server;
use holdfast_protocol::SUBPROTOCOL;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

/// How long a server may take to say what it is.
const PROBE_TIMEOUT_MS: u32 = 5_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = globalThis, js_name = location)]
    #[wasm_bindgen(thread_local_v2)]
    static LOCATION: JsValue;

    #[wasm_bindgen(js_namespace = navigator, js_name = sendBeacon, catch)]
    fn send_beacon(url: &str, body: &str) -> Result<JsValue, JsValue>;
}

impl Server {
    /// The address of a node, which is given as an absolute one or as a path below the server's
    /// prefix.
    pub(crate) fn node_url(&self, url: &str) -> String {
        let found = resolved(url.strip_prefix('/').unwrap_or(url), self.base_url());
        if found.is_empty() { url.into() } else { found }
    }

    /// Sends a beacon with the session's ID and secret, which ends the session: a WebSocket's last
    /// message may be lost with its page (ROOM-13).
    pub(crate) fn leave(&self, session: &str, secret: &str) -> Result<(), JsValue> {
        let url = [self.base_url(), "leave"].concat();
        send_beacon(&url, &[session, " ", secret].concat()).map(drop)
    }

    /// Finds out what answers at the address and whether it speaks this protocol.
    pub(crate) fn probe(&self, tell: impl Fn(Obstacle) + 'static) {
        let url = [self.base_url(), "health"].concat();
        spawn(async move { tell(obstacle_at(&url).await) });
    }

    /// Whether the browser forbids the link as mixed content: the page is secure, the address is
    /// not.
    pub(crate) fn is_mixed_content(&self) -> bool {
        !self.is_trusted && LOCATION.with(|location| text(location, "protocol")) == "https:"
    }

    /// Whether a `securitypolicyviolation` shows that the page's policy forbids the link.
    pub(crate) fn is_forbidden(&self, violation: &JsValue) -> bool {
        let blocked = text(violation, "blockedURI");
        text(violation, "disposition") == "enforce"
            && blocked.starts_with("ws")
            && self.room_url.starts_with(&blocked)
    }
}

async fn obstacle_at(url: &str) -> Obstacle {
    let signal = timeout_signal(PROBE_TIMEOUT_MS).unwrap_or(JsValue::UNDEFINED);
    let Some(answer) = ask(url, "cors", &signal).await else {
        // A server that lets no other origin read its answer (CORS) may still be there.
        return match ask(url, "no-cors", &signal).await {
            Some(_) => Obstacle::NotHoldfast,
            None => Obstacle::NoServer,
        };
    };
    match get(&answer, "status").as_f64().unwrap_or_default() as u16 {
        404 => return Obstacle::WrongPath,
        // A proxy says so.
        500.. => return Obstacle::NoServer,
        _ => {}
    }
    let health = answer.unchecked_ref::<Response>().json().map(JsValue::from);
    let health = outcome(health).await.unwrap_or_default();
    let protocol = text(&health, "protocol");
    if protocol == SUBPROTOCOL {
        Obstacle::NoWebsocket
    } else if protocol.starts_with("holdfast.") {
        Obstacle::OtherVersion
    } else {
        Obstacle::NotHoldfast
    }
}

fn ask(url: &str, mode: &str, signal: &JsValue) -> impl Future<Output = Option<JsValue>> + use<> {
    let request = object(&[
        ("mode", mode.into()),
        ("signal", signal.clone()),
        ("cache", "no-store".into()),
        ("credentials", "omit".into()),
    ]);
    outcome(fetch(url, &request))
}
