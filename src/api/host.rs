//! What the package's scripts ask of the engine: they are the thin browser glue around it (devices,
//! views, statistics), and apps do not see these calls.

use super::engine::ExpressEngine;
use crate::machine::{Direction, Refusal};
use holdfast_protocol::Code;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

impl ExpressEngine {
    /// Has a function called with each event's name and arguments, before the app's listeners.
    pub fn observe(&self, observer: JsValue) {
        self.app.observe(observer.dyn_into().ok());
    }

    /// Tells an event of the scripts' own, in turn with the machine's.
    pub fn emit(&self, event: JsValue, arguments: JsValue) {
        self.app.push(event, arguments.unchecked_into());
    }

    /// The `Error` of a code, with the table's words unless others are given.
    pub fn failure(&self, code: JsValue, message: JsValue) -> JsValue {
        let code = Code(code.unchecked_into_f64() as u32);
        match message.as_string() {
            Some(message) => Refusal::new(code, &message).into(),
            None => Refusal::from(code).into(),
        }
    }

    /// The RTCPeerConnections there are for a stream, the newest last. Several while one is about
    /// to replace another, none between tries.
    pub fn connections(&self, is_publisher: JsValue, stream_id: JsValue) -> Array {
        let direction = if is_publisher.is_truthy() { Direction::Publish } else { Direction::Play };
        self.driver.connections(direction, &stream_id.as_string().unwrap_or_default())
    }
}
