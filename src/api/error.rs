//! Failures as the app sees them: an `Error` with its code.

use crate::engine::Error;
use holdfast_protocol::Code;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

impl From<Error> for JsValue {
    /// An `Error` with the code under the names that the API's users know.
    fn from(Error { code, message }: Error) -> JsValue {
        let error = js_sys::Error::new(&message);
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

/// The refusal of an argument.
pub(super) fn bad(message: &str) -> JsValue {
    Error::new(Code::BAD_PARAMETER, message).into()
}
