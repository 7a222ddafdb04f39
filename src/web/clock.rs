//! The browser's clock and the SDK's single timer.

use crate::machine::Millis;
use std::cell::Cell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// setTimeout takes a signed 32-bit number; more would fire at once.
const TIMEOUT_MS_MAX: u64 = i32::MAX as u64;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page's start.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn page_time_ms() -> f64;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, delay_ms: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

pub(crate) struct Clock {
    wake: Closure<dyn FnMut(JsValue)>,
    timer: Cell<JsValue>,
    /// What the timer is set to.
    armed: Cell<Option<Millis>>,
}

impl Clock {
    /// A clock whose timer calls `wake`.
    pub(crate) fn new(wake: Box<dyn FnMut(JsValue)>) -> Clock {
        Clock { wake: Closure::wrap(wake), timer: Cell::default(), armed: Cell::new(None) }
    }

    pub(crate) fn now(&self) -> Millis {
        Millis(page_time_ms() as u64)
    }

    /// Sets the timer to the deadline, which replaces what it was set to.
    pub(crate) fn arm(&self, deadline: Option<Millis>) {
        if self.armed.replace(deadline) == deadline {
            return;
        }
        clear_timeout(&self.timer.take());
        if let Some(at) = deadline {
            // One more than the difference: timers may fire a fraction early.
            let delay_ms = (at - self.now() + 1).min(TIMEOUT_MS_MAX);
            let callback = self.wake.as_ref().unchecked_ref();
            self.timer.set(set_timeout(callback, delay_ms as f64));
        }
    }

    /// To be called when the timer has fired, so that the same deadline can be armed again.
    pub(crate) fn disarm(&self) {
        self.armed.set(None);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // Before its closure is freed.
        clear_timeout(&self.timer.take());
    }
}
