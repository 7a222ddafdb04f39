//! What the app's listeners are called with.

use super::emitter::Emitter;
use crate::events::{Argument, MessageId, Tell};
use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

/// The value that a message's promise is resolved with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendResult {
    error_code: u32,
    extended_data: &'static str,
    #[serde(rename = "messageID")]
    message_id: MessageId,
}

/// Calls the listeners of each event.
pub(super) struct ToListeners<'a>(pub(super) &'a Emitter);

impl Tell for ToListeners<'_> {
    fn tell(&mut self, name: &'static str, arguments: &[Argument]) {
        self.0.emit(name, value_of(&arguments).unchecked_ref());
    }

    fn json(&self, value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }
}

/// A payload for the app. Ours are objects, lists, texts and numbers, whose conversion never fails.
pub(super) fn value_of(payload: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(payload).unwrap_or_else(|_| Array::new().into())
}

/// What the promise of a message or of extra info is resolved with.
pub(super) fn sent(seq: u32) -> JsValue {
    let message_id = match seq {
        0 => MessageId::Text(String::new()),
        _ => MessageId::Number(seq),
    };
    value_of(&SendResult { error_code: 0, extended_data: "", message_id })
}
