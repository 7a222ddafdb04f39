//! Failures as the app sees them: an `Error` with its code.

use crate::machine::Refusal;
use holdfast_protocol::Code;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

impl From<Refusal> for JsValue {
    /// An `Error` with the code under the names that the API's users know.
    fn from(Refusal { code, message }: Refusal) -> JsValue {
        let error = Error::new(&message);
        for (name, value) in [
            ("code", code.0.into()),
            ("errorCode", code.0.into()),
            ("msg", JsValue::from_str(&message)),
            ("extendedData", JsValue::from_str("")),
        ] {
            // An object of our own accepts any property.
            let _ = Reflect::set(&error, &name.into(), &value);
        }
        error.into()
    }
}

/// The failure for a code, with the table's message.
pub(super) fn failure(code: Code) -> JsValue {
    Refusal::from(code).into()
}

/// The refusal of an argument.
pub(super) fn bad(message: &str) -> JsValue {
    Refusal::new(Code::BAD_PARAMETER, message).into()
}
