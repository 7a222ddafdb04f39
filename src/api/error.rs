//! Every failure that reaches JavaScript: an `Error` with `code` and `message`, and the same under
//! the names the compatible API's users know (`msg`, `errorCode`, `extendedData`).

use crate::machine::Refusal;
use crate::web::object::set;
use js_sys::Error;
use wasm_bindgen::JsValue;

impl From<Refusal> for JsValue {
    fn from(refusal: Refusal) -> JsValue {
        let error = JsValue::from(Error::new(&refusal.message));
        for key in ["code", "errorCode"] {
            set(&error, key, &refusal.code.0.into());
        }
        set(&error, "msg", &refusal.message.into());
        set(&error, "extendedData", &"".into());
        error
    }
}
