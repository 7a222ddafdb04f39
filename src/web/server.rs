//! The script's part of talking to the room server, and of counting received bytes in statistics.

use super::object::text;
use super::whip::resolved;
use crate::machine::Obstacle;
use holdfast_protocol::SUBPROTOCOL;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// `serverAt` of `pkg-template/server.js`.
    #[derive(Clone)]
    pub type Server;

    /// The room link's address.
    #[wasm_bindgen(method, getter, js_name = roomUrl)]
    pub(crate) fn room_url(this: &Server) -> String;

    /// Sends a beacon with the session's ID and secret, which ends the session.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn leave(this: &Server, session: &str, secret: &str) -> Result<(), JsValue>;

    /// Finds out what answers at the address and whether it speaks this protocol; calls `tell` with
    /// the name of an [`Obstacle`].
    #[wasm_bindgen(method, catch, js_name = probe)]
    fn start_probe(this: &Server, protocol: &str, tell: &JsValue) -> Result<(), JsValue>;

    /// Whether the browser forbids the link as mixed content: the page is secure, the address is
    /// not.
    #[wasm_bindgen(method, getter, js_name = isMixedContent)]
    pub(crate) fn is_mixed_content(this: &Server) -> bool;

    /// Whether a `securitypolicyviolation` shows that the page's policy forbids the link.
    #[wasm_bindgen(method, catch, js_name = isForbidden)]
    pub(crate) fn is_forbidden(this: &Server, violation: &JsValue) -> Result<bool, JsValue>;

    /// Bytes received by all entries of one kind in a connection's statistics, or by those of the
    /// other kind if the browser counts none of the first (`pkg-template/received.js`).
    #[wasm_bindgen(method, catch, js_name = bytesReceived)]
    pub(crate) fn bytes_received(
        this: &Server,
        stats: &JsValue,
        kind: &str,
        other: Option<&str>,
    ) -> Result<f64, JsValue>;
}

impl Server {
    /// The address of a node, which is given as an absolute one or as a path below the server's
    /// prefix.
    pub(crate) fn node_url(&self, url: &str) -> String {
        let base = text(self, "baseUrl");
        let found = resolved(url.strip_prefix('/').unwrap_or(url), &base);
        if found.is_empty() { url.into() } else { found }
    }

    pub(crate) fn probe(&self, tell: impl Fn(Obstacle) + 'static) {
        let tell = move |name: JsValue| {
            if let Some(obstacle) = name.as_string().and_then(|name| Obstacle::named(&name)) {
                tell(obstacle);
            }
        };
        // If there is no answer, the app is told nothing more.
        let _ = self.start_probe(SUBPROTOCOL, &Closure::once_into_js(tell));
    }
}
