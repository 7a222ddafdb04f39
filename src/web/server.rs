//! What a script does for us at the room server: JSON on the wire, sessions at media nodes.

use super::peer::Session;
use crate::api::Row;
use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::RtcPeerConnection;

#[wasm_bindgen]
extern "C" {
    /// `serverAt` of `pkg-template/server.js`.
    #[derive(Clone)]
    pub type Server;

    /// The room link's address.
    #[wasm_bindgen(method, getter, js_name = roomUrl)]
    pub(crate) fn room_url(this: &Server) -> String;

    /// What to offer in the room link's handshake, the login among it.
    #[wasm_bindgen(method)]
    pub(crate) fn subprotocols(this: &Server, login: &Row) -> Array;

    /// A message of the server as a row; empty for what this build does not know.
    #[wasm_bindgen(method)]
    pub(crate) fn read(this: &Server, data: &JsValue) -> Row;

    /// A message to the server.
    #[wasm_bindgen(method)]
    pub(crate) fn write(this: &Server, message: &Row) -> String;

    /// Sends a beacon: the session's ID and secret, which end it.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn leave(this: &Server, session: &str, secret: &str) -> Result<(), JsValue>;

    /// A session at a node, whose address is absolute or a path here.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn open(
        this: &Server,
        connection: &RtcPeerConnection,
        tell: &JsValue,
        url: &str,
        authorization: &str,
    ) -> Result<Session, JsValue>;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    #[wasm_bindgen(module = "/pkg-template/messages.js")]
    extern "C" {
        #[wasm_bindgen(thread_local_v2)]
        static MESSAGES: Server;
    }

    /// The script's part that reads and writes messages.
    pub(crate) fn server() -> Server {
        MESSAGES.with(Server::clone)
    }
}
