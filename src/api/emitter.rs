//! The app's listeners.

use js_sys::{Array, Function};
use std::cell::RefCell;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = reportError)]
    fn report_error(error: &JsValue);
}

/// The names `on` knows.
const EVENTS: [&str; 15] = [
    "roomStateChanged",
    "roomStateUpdate",
    "roomUserUpdate",
    "roomStreamUpdate",
    "publisherStateUpdate",
    "playerStateUpdate",
    "IMRecvBroadcastMessage",
    "IMRecvBarrageMessage",
    "IMRecvCustomCommand",
    "roomExtraInfoUpdate",
    "streamExtraInfoUpdate",
    "roomOnlineUserCountUpdate",
    "tokenWillExpire",
    "retryUpdate",
    "remoteUserConnectionUpdate",
];

struct Registration {
    event: JsValue,
    listener: Function,
    is_once: bool,
}

#[derive(Default)]
pub(crate) struct Emitter {
    registrations: RefCell<Vec<Registration>>,
}

impl Emitter {
    /// Adds a listener; false for an unknown event or one that listens already.
    pub(crate) fn add(&self, event: JsValue, listener: Function, is_once: bool) -> bool {
        let mut registrations = self.registrations.borrow_mut();
        let is_known = |known: &Registration| known.event == event && known.listener == listener;
        if !EVENTS.iter().any(|known| event == *known) || registrations.iter().any(is_known) {
            return false;
        }
        registrations.push(Registration { event, listener, is_once });
        true
    }

    /// Removes a listener, or all of the event's; false if there was none.
    pub(crate) fn remove(&self, event: &JsValue, listener: Option<&Function>) -> bool {
        self.keep(&mut |known| {
            known.event != *event || listener.is_some_and(|listener| known.listener != *listener)
        })
    }

    /// Drops the other registrations; false if there were none.
    fn keep(&self, is_kept: &mut dyn FnMut(&Registration) -> bool) -> bool {
        let mut registrations = self.registrations.borrow_mut();
        let before = registrations.len();
        registrations.retain(is_kept);
        registrations.len() < before
    }

    pub(crate) fn clear(&self) {
        self.registrations.borrow_mut().clear();
    }

    /// Calls the event's listeners in the order they were added. They may call back in, and one
    /// that throws is reported as uncaught and disturbs nobody else.
    pub(crate) fn emit(&self, event: &JsValue, arguments: &Array) {
        let called = Array::new();
        self.keep(&mut |known| {
            let is_called = known.event == *event;
            if is_called {
                called.push(&known.listener);
            }
            !(is_called && known.is_once)
        });
        for listener in called.iter() {
            let listener: Function = listener.unchecked_into();
            if let Err(error) = listener.apply(&JsValue::UNDEFINED, arguments) {
                report_error(&error);
            }
        }
    }
}
