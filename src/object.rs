//! JavaScript objects, written and read by name.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

/// An object with these properties.
pub(crate) fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = JsValue::from(Object::new());
    for (key, value) in properties {
        set(&object, key, value);
    }
    object
}

/// An object with these properties, all of them texts.
pub(crate) fn texts(properties: &[(&str, &str)]) -> JsValue {
    let object = JsValue::from(Object::new());
    for (key, text) in properties {
        set_text(&object, key, text);
    }
    object
}

/// A list of these values.
pub(crate) fn list(values: &[&JsValue]) -> Array {
    let list = Array::new();
    for value in values {
        list.push(value);
    }
    list
}

/// Sets a property of an object of our own to a text.
pub(crate) fn set_text(object: &JsValue, key: &str, text: &str) {
    set(object, key, &text.into());
}

/// Sets a property of an object of our own, which accepts any.
pub(crate) fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}

/// A property that is a text; empty if there is none.
pub(crate) fn text(object: &JsValue, key: &str) -> String {
    get(object, key).as_string().unwrap_or_default()
}

/// A property; undefined if there is none.
pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}
