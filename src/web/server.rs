//! What a script does for us at the room server, and what of statistics counts as received.

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

    /// Sends a beacon: the session's ID and secret, which end it.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn leave(this: &Server, session: &str, secret: &str) -> Result<(), JsValue>;

    /// Finds out what stands at the address and whether it speaks this protocol; tells a name of
    /// [`Obstacle`].
    #[wasm_bindgen(method, catch, js_name = probe)]
    fn start_probe(this: &Server, protocol: &str, tell: &JsValue) -> Result<(), JsValue>;

    /// Whether the browser lets no page of this one's kind open a link to the address.
    #[wasm_bindgen(method, getter, js_name = isMixedContent)]
    pub(crate) fn is_mixed_content(this: &Server) -> bool;

    /// Whether a `securitypolicyviolation` says that the page's policy forbids the link.
    #[wasm_bindgen(method, catch, js_name = isForbidden)]
    pub(crate) fn is_forbidden(this: &Server, violation: &JsValue) -> Result<bool, JsValue>;

    /// Bytes received by all of one kind in a connection's statistics, or of the other kind where the
    /// browser counts none of the first (`pkg-template/received.js`).
    #[wasm_bindgen(method, catch, js_name = bytesReceived)]
    pub(crate) fn bytes_received(
        this: &Server,
        stats: &JsValue,
        kind: &str,
        other: Option<&str>,
    ) -> Result<f64, JsValue>;
}

impl Server {
    /// Where a node is: its address is absolute, or a path below the server's prefix.
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
        // Without an answer the app is told nothing more.
        let _ = self.start_probe(SUBPROTOCOL, &Closure::once_into_js(tell));
    }
}
