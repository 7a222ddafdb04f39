//! A call's arguments, and what the app is told: a JavaScript array of texts and numbers whose
//! places both sides know. It is written at its end; what scripts give is turned round, so that it
//! is read from the end as well, where taking leaves the rest in place.

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// A JavaScript array.
    #[wasm_bindgen(extends = Array)]
    pub type Row;

    #[wasm_bindgen(method, js_name = push)]
    pub(crate) fn put(this: &Row, number: f64);

    #[wasm_bindgen(method, js_name = push)]
    pub(crate) fn put_text(this: &Row, text: &str);

    /// NaN for what is no number.
    #[wasm_bindgen(method, js_name = pop)]
    pub(crate) fn take(this: &Row) -> f64;

    /// None at the row's end, and for what the script left out.
    #[wasm_bindgen(method, js_name = pop)]
    pub(crate) fn take_text(this: &Row) -> Option<String>;

    #[wasm_bindgen(method, js_name = pop)]
    pub(crate) fn take_value(this: &Row) -> JsValue;
}

impl Row {
    /// A row that begins with a number.
    pub(crate) fn of(kind: u32) -> Row {
        let row: Row = wasm_bindgen::JsCast::unchecked_into(Array::new());
        row.put(kind.into());
        row
    }

    /// A text that the script always gives.
    pub(crate) fn text(&self) -> String {
        self.take_text().unwrap_or_default()
    }

    /// A number; 0 for one that the script left out.
    pub(crate) fn number(&self) -> u32 {
        self.take() as u32
    }

    pub(crate) fn flag(&self) -> bool {
        self.take() == 1.0
    }
}
