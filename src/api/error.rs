//! Every failure that reaches JavaScript: an `Error` with `code` and `message`, and the same under
//! the names the compatible API's users know (`msg`, `errorCode`, `extendedData`).

use crate::machine::Refusal;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

impl From<Refusal> for JsValue {
    fn from(refusal: Refusal) -> JsValue {
        let error = Error::new(&refusal.message);
        let code = JsValue::from(refusal.code.0);
        let message = JsValue::from_str(&refusal.message);
        let empty = JsValue::from_str("");
        let properties = [
            ("code", &code),
            ("errorCode", &code),
            ("msg", &message),
            ("extendedData", &empty),
        ];
        for (key, value) in properties {
            let _ = Reflect::set(&error, &key.into(), value);
        }
        error.into()
    }
}
